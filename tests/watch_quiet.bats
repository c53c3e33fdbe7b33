#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# `peerless watch PID`: who says nothing: SILENCE, HEARTBEAT, LEAK_AFTER, each with a control that
# lives.
load helpers
load watching

# heard_nothing PID MS: nothing has come on its connection for so long.
heard_nothing() {
	[[ $(row "$1" "map(.last_received_ms) | max >= $2") == true ]]
}

@test "watch: SILENCE ends a peer that hangs, and neither who does not read nor who is stopped" {
	local at
	peer hung echo
	program v "$(victim calls)" "connect=127.0.0.1,$PORT" write=1 recv recvall
	retry 100 0.05 says v "recv ret=1"
	kill -STOP "${PID[hung]}"
	# Two that do not read what their peer sends, until its window is closed: of its own, and stopped.
	local name
	for name in deaf stopped; do
		peer $name "$([[ $name == deaf ]] && echo idle || echo drain)"
		mkfifo "$T/to_$name.in"
		program "to_$name" "$(victim calls)" "connect=127.0.0.1,$PORT" wait fill write recv
		retry 100 0.05 says "$name" accepted
	done
	kill -STOP "${PID[stopped]}"
	tee "$T/to_deaf.in" "$T/to_stopped.in" <<<""
	at=$(now_ms)
	LOG=$T/hung watch w_hung --silence=2s "${PID[v]}"
	for name in deaf stopped; do
		LOG=$T/$name watch "w_$name" --silence=2s "${PID[$name]}"
	done
	finish v
	at=$(($(now_ms) - at))
	echo "$output"
	[[ $output == *"recvall ret=-1 errno=$ENDED"* ]]
	between 1000 "$at" 4000
	LOGFILE=$T/hung log_has event=condemned cause=silent method=silence
	for name in deaf stopped; do
		retry 100 0.1 heard_nothing "${PID[$name]}" 5000
		LOGFILE=$T/$name log_has event=armed
		[[ $(LOGFILE=$T/$name log_count event=condemned) == 0 ]]
	done
	# It goes on, and is still not taken for dead.
	kill -CONT "${PID[stopped]}"
	retry 100 0.05 says to_stopped "write ret=1"
	kill -KILL "${PID[to_stopped]}"
	retry 100 0.05 says stopped "received "
	[[ $(LOGFILE=$T/stopped log_count event=condemned) == 0 ]]
}

# beats LOG: how many heartbeats.
beats() {
	LOGFILE=$1 log_count event=heartbeat
}

has_beats() {
	(($(beats "$1") >= $2))
}

@test "watch: HEARTBEAT goes to an idle peer only, no more often than asked, and keeps SILENCE away" {
	local name option=(--heartbeat=1s:telnet-nop --log-level=conn --detect-within=2s) # looks often
	peer echo echo
	program asks "$(victim calls)" "connect=127.0.0.1,$PORT" write=1 recv recvall=100
	peer save --save "$T/saved" drain
	program idle "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	peer full --rcvbuf 4096 idle
	program full_v "$(victim calls)" "connect=127.0.0.1,$PORT" write=20000 recv
	peer chat chat
	program chats "$(victim calls)" "connect=127.0.0.1,$PORT" recvall=1000
	retry 100 0.05 says full_v "write ret=20000"
	# Silent for longer than SILENCE when the watch comes: the peer is asked first.
	sleep 3.2
	for name in asks idle full_v chats; do
		retry 100 0.05 says "$name" "connect ret=0"
		LOG=$T/$name watch "w_$name" "${option[@]}" --silence="$([[ $name == asks ]] && echo 3s || echo off)" \
			"${PID[$name]}"
	done
	retry 150 0.05 has_beats "$T/asks" 4
	retry 150 0.05 has_beats "$T/idle" 4
	for name in full_v chats; do
		LOGFILE=$T/$name log_has event=armed
		(($(beats "$T/$name") == 0))
	done
	[[ $(LOGFILE=$T/asks log_count event=condemned) == 0 ]]
	retry 20 0.05 saved_is "$(beats "$T/idle")"
	# Apart by a second at least.
	grep event=heartbeat "$T/idle" | sed 's/.*T..:\(..\):\([0-9.]*\)Z.*/\1 \2/' |
		awk '{ t = $1 * 60 + $2; if (NR > 1 && t - before < 0.999 && t > before) bad = 1; before = t }
			END { exit bad }'
}

# Has the peer been sent so many NOPs, and nothing else?
saved_is() {
	[[ $(od -An -v -tx1 -w2 "$T/saved" | sort | uniq -c) =~ ^\ *([0-9]+)\ *ff\ f1$ ]] &&
		((BASH_REMATCH[1] >= $1))
}

@test "watch: a leak is told of once; who still writes to a half-closed peer has none" {
	mkfifo "$T/leaks.in" "$T/writes.in"
	peer p close
	program leaks "$(victim calls)" "connect=127.0.0.1,$PORT" recv wait
	peer half half
	program writes "$(victim calls)" "connect=127.0.0.1,$PORT" \
		write sleep=400 write sleep=400 write sleep=400 write sleep=400 write sleep=400 write \
		sleep=400 write sleep=400 write sleep=400 write wait
	LOG=$T/writes watch w --leak-after=1s "${PID[writes]}"
	watch w2 --leak-after=1s "${PID[leaks]}"
	retry 100 0.05 log_has event=leaked state=CLOSE_WAIT
	retry 100 0.05 wrote writes 8
	[[ $(LOGFILE=$T/writes log_count event=leaked) == 0 ]]
	LOGFILE=$T/writes retry 100 0.05 log_has event=leaked # it has ended to write
	[[ $(log_count event=leaked) == 1 ]]
	[[ $(log_count event=condemned) == 0 ]]
}
