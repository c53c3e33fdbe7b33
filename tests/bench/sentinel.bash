# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What the sentinel costs beside a program of many connections: its share of one core and its memory,
# once everything is armed.  For tests/bench/run; ROOT and BUILD are set.

# process_ticks PID: CPU time used, in clock ticks.
process_ticks() {
	local stat
	stat=$(<"/proc/$1/stat")
	stat=${stat##*) }
	# shellcheck disable=SC2086
	set -- $stat
	echo $((${12} + ${13}))
}

# sentinel_cost COUNT BUSY SECONDS OPTION…: "cpu=0.31 rss_kib=4096 connections=COUNT", cpu in percent
# of a core over SECONDS.
sentinel_cost() {
	local count=$1 busy=$2 seconds=$3 from pid watch before after rss
	bench_build connections
	from=$(mktemp -d "${TMPDIR:-/tmp}/sentinel.XXXXXX")
	mkfifo "$from/in"
	"$BUILD/connections" "$count" "$busy" <"$from/in" >"$from/out" &
	exec {hold}>"$from/in"
	until pid=$(sed -n 's/^ready //p' "$from/out") && [[ $pid ]]; do sleep 0.1; done 2>/dev/null
	"$BUILD/peerless" watch --no-follow "${@:4}" "$pid" >/dev/null 2>"$from/log" &
	watch=$!
	# Armed, and everything new looked at.
	until grep -qs event=armed "$from/log"; do sleep 0.1; done
	sleep 5
	before=$(process_ticks "$watch")
	sleep "$seconds"
	after=$(process_ticks "$watch")
	rss=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$watch/status")
	kill "$watch"
	exec {hold}>&-
	wait "$watch" 2>/dev/null || true
	rm -rf "$from"
	awk -v ticks=$((after - before)) -v hz="$(getconf CLK_TCK)" -v s="$seconds" -v rss="$rss" -v n="$count" \
		'BEGIN { printf "cpu=%.2f rss_kib=%d connections=%d\n", 100 * ticks / hz / s, rss, n }'
}

# sentinel_costs: of as many idle connections as a process may have here.
sentinel_costs() {
	local within count
	count=$(($(ulimit -Hn) - 100))
	((count < 10000)) || count=10000
	echo "The sentinel of $count idle connections, percent of a core over 20 s, and memory at most:"
	for within in 20s 5s 2s; do
		echo "  DETECT_WITHIN=$within $(sentinel_cost "$count" 0 20 "--detect-within=$within")"
	done
}
