#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Very many connections over loopback, all of them alive: the probes of one moment do not fit into
# the queue of a network, so the sentinel must not make them probe together (sentinel_arm.h).
load helpers
load watching
load bench/measure

# herd COUNT: what became of so many connections, armed from without, when three bounds of
# 2 s are over.  Both ends are in this network.
herd() {
	mkfifo "$T/v.in" # never ends
	start v "$BUILD/connections" "$1"
	retry 200 0.05 says v ready
	watch w --no-follow --detect-within=2s "${PID[v]}"
	retry 200 0.05 grep -q "event=armed connections=" "$LOG"
	sleep 6
	echo "alive=$(ss -Htn state established | wc -l) armed=$(ss -Htno state established | grep -c timer:.keepalive)"
	echo "aborted=$(timed_out)"
	kill "${PID[w]}"
	finish w
}

@test "watch: thousands that are found at once are armed, and all of them live on" {
	need_net
	(($(ulimit -Hn) > 5100)) || skip "needs 5100 descriptors"
	bench_build connections
	local -A loopback=([few]=900 [many]=5000)
	local name
	for name in few many; do
		net_start "$name" herd "${loopback[$name]}"
	done
	for name in few many; do
		net_finish "$name"
		[[ $output == *"alive=$((2 * loopback[$name])) armed=${loopback[$name]}"$'\n'aborted=0* ]]
		(($(log_count event=condemned) + $(log_count event=peer-dead) == 0))
		# Eight have a line each, the others one for all of a round.
		[[ $(grep -c "event=armed fd=" "$LOGFILE") == 8 ]]
	done
	log_has event=crowded loopback=5000 netdev_max_backlog=1000
	[[ $(log_count event=crowded) == 1 ]]
	LOGFILE=$T/few.d/log
	[[ $(log_count event=crowded) == 0 ]]
}
