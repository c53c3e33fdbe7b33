# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What the sentinel costs beside a program of many connections: its share of one core and its memory,
# once everything is armed; and what becomes of many that are idle in the same moment.  For
# tests/bench/run; ROOT, BUILD and LIB are set.

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
	until grep -qs "event=armed connections=" "$from/log"; do sleep 0.1; done
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

# crowd_ended COUNT WITHIN: of so many living connections over loopback, preloaded at both ends, the
# sockets that keepalive ended, 15 s after a byte went to all of them.
crowd_ended() {
	bench_build connections
	# shellcheck disable=SC2016 # for the other bash
	unshare -n bash -c "$(declare -f timed_out)"'
		ip link set lo up
		coproc LD_PRELOAD=$1 PEERLESS_DETECT_WITHIN=$2 PEERLESS_LOG=off exec "$3" "$4"
		read -r _ <&"${COPROC[0]}"
		echo >&"${COPROC[1]}"
		sleep 15
		timed_out
		kill "$COPROC_PID"' - "$LIB" "$2" "$BUILD/connections" "$1"
}

crowds() {
	local count
	[[ $(id -u) == 0 ]] || { echo "Crowds over loopback: not measured, as that needs root"; return; }
	echo "Idle from one moment on over loopback, DETECT_WITHIN=5s, netdev_max_backlog=$(</proc/sys/net/core/netdev_max_backlog):"
	for count in 500 2000 9900; do
		echo "  of $((2 * count)) sockets keepalive ended $(crowd_ended "$count" 5s)"
	done
}
