#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2317 # bats sets status and output; networks call the functions
# No event is lost unseen: what is shown and what is counted as lost are the calls that were made,
# to the event, however full the recording, and however many write or read it at once.

bats_require_minimum_version 1.5.0
load helpers
load recorded

# made THREADS CALLS [PROCESSES]: what a hammer has called, by itself and in its signal handler.
made() {
	echo $(($1 * ($2 + 6) * ${3:-1} + $(awk '/^handled/ { n += $2 } END { print n + 0 }' "$T/prog.out")))
}

# balance MADE: shown and lost are that.
balance() {
	show_json || return 1
	local shown lost
	shown=$(grep -c '"event":"call"' "$T/json")
	lost=$(grep '"event":"lost"' "$T/json" | jq .lost | awk '{ n += $1 } END { print n + 0 }')
	echo "made $1, shown $shown, lost $lost"
	((shown + lost == $1 && shown > 5000))
}

# The hammer and its connections.
hammer_ended() {
	ended prog || return 1
	retry 100 0.05 quiet
}

check_serials() {
	"$PYTHON" "$PEERS/serials.py" check "$@" "$T/json" "$T/serials.out" || return 1
}

@test "counts: a recording with room for all has it all" {
	victim hammer
	serials
	hammered prog SIZE=64M -- 4 40000
	hammer_ended
	balance "$(made 4 40000)"
	(($(asked '.event == "lost"') == 0))
	check_serials
}

@test "counts: a million calls in 1M, round and round: the newest are there, the rest is counted" {
	victim hammer
	serials
	hammered prog SIZE=1M -- 1 1000000
	hammer_ended
	balance "$(made 1 1000000)"
	check_serials --wrapped
}

@test "counts: four threads in 1M, with signal handlers: counted to the event" {
	victim hammer
	serials
	hammered prog SIZE=1M -- 4 150000
	hammer_ended
	balance "$(made 4 150000)"
}

@test "counts: TRACE_FULL=stop keeps the first, and counts the rest" {
	victim hammer
	serials
	hammered prog SIZE=1M FULL=stop -- 2 100000
	hammer_ended
	balance "$(made 2 100000)"
	# From the first on, without a gap; so the end is where it says that it does not fit.
	run "$PYTHON" "$PEERS/serials.py" check "$T/json" "$T/serials.out"
	echo "$output"
	[[ $output == *"ends at"* && $output != *"begins at"* && $output != *": has b"* ]]
}

@test "counts: three processes of three threads in one file of 1M at once" {
	victim hammer
	serials
	hammered prog SIZE=1M -- 3 60000 3
	hammer_ended
	balance "$(made 3 60000 3)"
	(($(jq -r 'select(.event == "process").pid' "$T/json" | sort -u | wc -l) == 3))
}

@test "counts: two that follow it live, and one that comes when all is over, see the same" {
	victim hammer
	serials
	hammered prog SIZE=64M -- 2 80000
	retry 100 0.01 test -s "$T/rec"
	start one "$PEERLESS" show --follow -F json "$T/rec"
	start two "$PEERLESS" show --follow -F json "$T/rec"
	hammer_ended
	ended one
	ended two
	balance "$(made 2 80000)"
	check_serials
	cmp "$T/one.out" "$T/json"
	cmp "$T/two.out" "$T/json"
}

redis_up() {
	[[ $(redis-cli -p "$PORT" ping 2>/dev/null) == PONG ]]
}

# benchmark SIZE: 10^6 requests, and the program's calls counted from outside.
benchmark() {
	need redis-server
	PORT=$((20000 + RANDOM % 10000))
	victim counted.so
	start server redis-server --port "$PORT" --bind 127.0.0.1 --save '' --dir "$T"
	retry 100 0.05 redis_up
	run timeout 120 env COUNTED="$T/counted" LD_PRELOAD="$BUILD/victims/counted.so $LIB" \
		PEERLESS_LOG="file:$LOG" PEERLESS_TRACE="$T/rec" "$@" \
		redis-benchmark -p "$PORT" -n 1000000 -P 1 -q -t set
	((status == 0))
	"$PEERLESS" show -F json "$T/rec" |
		awk -F'"lost":' '/"event":"call"/ { shown++ } NF > 1 { lost += $2 }
			END { print "shown", shown, "lost", lost + 0 }' >"$T/sums"
	cat "$T/counted" "$T/sums"
	local _ shown lost counted
	read -r _ shown _ lost <"$T/sums"
	read -r _ counted <"$T/counted"
	((counted >= 2000000 && shown + lost == counted))
}

@test "counts: redis-benchmark, a million requests, the usual size: lost is counted to the event" {
	benchmark
	(($(awk '{ print $4 }' "$T/sums") > 0))
}

@test "counts: redis-benchmark, a million requests in 256M: nothing is lost" {
	benchmark PEERLESS_TRACE_SIZE=256M
	(($(awk '{ print $4 }' "$T/sums") == 0))
}
