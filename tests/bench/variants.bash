# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What is compared: the same program bare, with us, and under what else one would take.  For
# tests/bench/run, which has set T (a folder on disk), M (one in memory) and the rest it names here.

quick=(bare hardened keepalive traced disk)
slow=(strace ltrace perf perf-s)
variants=("${quick[@]}")
calls=read+write+readv+writev+send+recv+sendmsg+recvmsg+socket+connect+accept4+close+epoll_wait

# Two ends of a ping-pong on one processor, redis and its client on two: else the scheduler's
# choices are what one measures.
cpu_one=(taskset -c 0)
cpu_other=(taskset -c "$(($(nproc) > 1))")
cpu_all=(taskset -c "0-$(($(nproc) - 1))")
cpu=("${cpu_one[@]}")

# as VARIANT: its command line in front of the program's own, into $front; of traced and disk with
# a recording that is not there yet, $recording.
as() {
	recording=
	case $1 in
	traced) recording=$M/traced.rec ;;
	disk) recording=$T/disk.rec ;;
	esac
	[[ -z $recording ]] || rm -f "$recording"
	case $1 in
	bare) front=("${cpu[@]}") ;;
	hardened) front=("${cpu[@]}" "$BUILD/peerless" run --) ;;
	traced | disk) front=("${cpu[@]}" "$BUILD/peerless" run --trace="$recording"
		"${trace_options[@]}" --) ;;
	keepalive) front=("${cpu[@]}" env LD_PRELOAD="$keepalive"
		KEEPIDLE=60 KEEPINTVL=5 KEEPCNT=3) ;;
	strace) front=(strace -f -e trace=network -o /dev/null "${cpu[@]}") ;;
	ltrace) front=(ltrace -f -e "$calls" -o /dev/null "${cpu[@]}") ;;
	perf) front=(perf trace -o /dev/null "${cpu[@]}") ;;
	perf-s) front=(perf trace -s -o /dev/null "${cpu[@]}") ;;
	esac
}
trace_options=()

# Of the slow ones those that run here; of the others, why they do not.
probe() {
	local variant
	for variant in "${slow[@]}"; do
		as "$variant"
		if timeout 60 "${front[@]}" "$ROUNDS" pingpong unix 10 >"$T/probe" 2>&1; then
			variants+=("$variant")
		else
			echo "$variant does not run here: $(grep -v '^$' "$T/probe" | head -n 1)"
		fi
	done
}

# share VARIANT: it does 1/share of the work.
share() {
	case $1 in
	ltrace) echo 50 ;;
	strace | perf*) echo 20 ;;
	*) echo 1 ;;
	esac
}

# skipped VARIANT ROUND
skipped() {
	(($(share "$1") > 1 && $2 % 5 != 0))
}

# by_turns ROUND: the variants of this round into $turn, another one first each time: who comes first
# finds another machine.
by_turns() {
	local variant first here=()
	for variant in "${variants[@]}"; do
		skipped "$variant" "$1" || here+=("$variant")
	done
	first=$(($1 % ${#here[@]}))
	turn=("${here[@]:first}" "${here[@]:0:first}")
}

# record ROW ROUND VARIANT SPEED
record() {
	printf '%s\t%s\t%s\t%s\n' "$@" >>"$T/speeds"
}

# one_program ROW ROUND COUNT CMD…: each variant of a row; CMD COUNT prints ns=N, the time of one of
# so many.
one_program() {
	local variant ns
	by_turns "$2"
	for variant in "${turn[@]}"; do
		as "$variant"
		ns=$("${front[@]}" "${@:4}" $(($3 / $(share "$variant")))) || return 1
		record "$1" "$2" "$variant" "$(awk -v ns="${ns#ns=}" 'BEGIN { print 1e9 / ns }')"
	done
}
