#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2317 # bats sets status and output; networks call the functions
# A recording outlives its program: killed at any moment, it is read without a complaint, and what
# the program did is there up to its last call; the record being written may be absent.

bats_require_minimum_version 1.5.0
load helpers
load recorded

# killed MOST CHECK-OPTION… -- TRACE-OPTION…: three threads, killed -9 within so many ms of traffic.
killed() {
	local most=$1 check=()
	shift
	while [[ $1 != -- ]]; do
		check+=("$1")
		shift
	done
	: >"$T/serials.out"
	hammered prog "${@:2}" -- 3 0
	retry 400 0.002 connected
	sleep "0.$(printf %03d $((RANDOM % most)))"
	kill -KILL "${PID[prog]}"
	finish prog 2>/dev/null
	((status == 137)) || return 1
	retry 400 0.005 quiet
	"$PEERLESS" show -F json "$T/rec" >"$T/json" || return 1
	"$PYTHON" "$PEERS/serials.py" check "${check[@]}" "$T/json" "$T/serials.out" >"$T/checked" ||
		{ cat "$T/checked"; return 1; }
}

connected() {
	grep -q '^begin' "$T/serials.out"
}

@test "killed: 80 times in mid-traffic, threads and signal handlers, only the last may be absent" {
	victim hammer
	serials
	local i calls=0
	for i in {1..80}; do
		killed 3 -- SIZE=128M
		calls=$((calls + $(tail -n 1 "$T/checked" | cut -d' ' -f5)))
	done
	echo "$calls calls"
	((calls > 80 * 100))
}

@test "killed: 20 times while the recording goes round, the newest are there" {
	victim hammer
	serials
	local i
	for i in {1..20}; do
		killed 60 --wrapped -- SIZE=1M
	done
	# ... and it did go round.
	[[ -n $(jq -c 'select(.event == "lost")' "$T/json") ]]
}

redis_killed() {
	local i
	for i in 1 2 3 4 5; do
		rm -f "$T/rec"
		watch_kernel
		start server env LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" PEERLESS_TRACE="$T/rec" \
			redis-server --port 6399 --bind 127.0.0.1 --save '' --dir "$T"
		retry 100 0.05 serves 6399
		start load redis-benchmark -p 6399 -n 1000000 -c 20 -t set -q
		retry 200 0.02 loaded
		sleep "0.0$((RANDOM % 90 + 10))"
		kill -KILL "${PID[server]}"
		finish server
		((status == 137))
		finish load
		show_json
		(($(asked '.event == "lost"') == 0))
		# One thread, and each of its calls sends "+OK\r\n".
		lacking() {
			"$PYTHON" "$PEERS/ledger.py" --no-strace --unread --absent 5 "$T/json" - "$T/kernel.out" \
				>"$T/ledger"
		}
		retry 20 0.1 lacking || { cat "$T/ledger"; return 1; }
		tail -n 1 "$T/ledger"
		(($(tail -n 1 "$T/ledger" | cut -d' ' -f1) >= 20))
		stop kernel
	done
}

loaded() {
	(($(ss -tnH 'sport = :6399' | wc -l) >= 20))
}

@test "killed: redis-server under load, five times" {
	need redis-server
	in_net redis_killed
}
