#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# `peerless watch PID`, programs without the library: a death that the kernel met before we did is
# told and acted on too, whether the program still has the socket or not; what it did itself is none.
load helpers
load watching

# vanished OP…: its peer vanishes while the program makes these calls.
vanished() {
	there_peer p drain
	program v "$(victim calls)" "connect=10.77.0.2,$PORT" "$@"
	retry 100 0.05 says v "connect ret=0"
	watch w --detect-within=2s --on-death=exit "${PID[v]}"
	retry 100 0.05 log_has event=armed
	peer_drop
	finish v
	echo "status=$status"
	finish w
}

@test "watch: a death that keepalive has told the program is told, and followed by the action" {
	need_net
	net_start holds vanished sleep=30000
	net_start closes vanished recv close sleep=30000
	net_start in_flight vanished sleep=300 write sleep=30000
	local name
	for name in holds closes; do
		net_finish $name
		[[ $output == *status=143* ]]
		log_has event=peer-dead cause=timeout method=keepalive ended_by=kernel action=exit
		[[ $(log_count event=peer-dead) == 1 && $(log_count event=condemned) == 0 ]]
	done
	# Where we come first it is condemned, and told of once.
	net_finish in_flight
	[[ $output == *status=143* ]]
	log_has event=condemned cause=timeout method=retransmission
	[[ $(log_count event=peer-dead) == 0 && $(log_count event=condemned) == 1 ]]
}

@test "watch: a reset that the program has not met yet is told; its own doings are not" {
	peer dies drain
	program holds "$(victim calls)" "connect=127.0.0.1,$PORT" sleep=30000
	retry 100 0.05 says holds "connect ret=0"
	peer stays drain
	local port=$PORT to i
	peer ends drain
	local own=(close shutdown "shutdown=w recv" unspec "unspec close" "recv close" recv)
	for i in "${!own[@]}"; do
		[[ ${own[i]} == recv* ]] && to=$PORT || to=$port
		# shellcheck disable=SC2086 # words
		program "own$i" "$(victim calls)" "connect=127.0.0.1,$to" text=x sleep=2000 ${own[i]} sleep=2000
		retry 100 0.05 says "own$i" "connect ret=0"
	done
	LOG=$T/own.log watch w2 --detect-within=2s --on-death=exit $(own_pids)
	watch w --detect-within=2s --on-death=exit "${PID[holds]}"
	LOGFILE=$T/own.log retry 100 0.05 log_has event=armed
	retry 100 0.05 log_has event=armed
	kill -USR1 "${PID[dies]}"
	kill -USR2 "${PID[ends]}"
	finish holds
	((status == 143))
	log_has event=peer-dead cause=reset ended_by=kernel action=exit
	for i in "${!own[@]}"; do
		finish "own$i"
		((status == 0)) || { echo "${own[i]}: $status, $output"; cat "$T/own.log"; false; }
	done
	[[ $(LOGFILE=$T/own.log log_count event=peer-dead) == 0 ]]
}

own_pids() {
	local name
	for name in "${!PID[@]}"; do
		[[ $name != own* ]] || echo "${PID[$name]}"
	done
}
