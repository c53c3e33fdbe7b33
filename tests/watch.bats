#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# `peerless watch PID`: the dead are ended by the bound, whoever waits for them.  Each death has its
# control in the same test: a connection that lives.  The slow cases run side by side.
load helpers
load watching

# idle SETTING: the kernel's own keepalive, which watch has switched on, ends it.
idle() {
	there_peer p drain
	program v "$(victim pool)" "10.77.0.2,$PORT" recv recv poll
	retry 200 0.05 says v ready
	watched_until "$1" v peer_drop
}

# in_flight SETTING
in_flight() {
	there_peer p drain
	mkfifo "$T/v.in"
	program v "$(victim calls)" "connect=10.77.0.2,$PORT" wait write=100 recv
	retry 100 0.05 says v "connect ret=0"
	lost() {
		peer_drop
		echo >"$T/v.in"
	}
	watched_until "$1" v lost
}

# zero_window SETTING: the peer's window is closed first; threads wait in different calls.
zero_window() {
	there_peer p --rcvbuf 4096 idle
	program v "$(victim pool)" "10.77.0.2,$PORT" recv recv poll send
	retry 200 0.05 says v ready
	retry 200 0.05 is_closed_window
	watched_until "$1" v peer_drop
}

# Nothing is in flight any more: the kernel probes the window of $PORT.
is_closed_window() {
	ss -Htno "dport = $PORT" | grep -qF "timer:(persist,"
}

# cases [PREFIX]: all of them side by side.
cases() {
	local within name
	for within in 2 3; do
		[[ -z ${preload:-} ]] || preload=${within}s
		for name in idle in_flight zero_window; do
			net_start "${1:-}$name$within" "$name" "--detect-within=${within}s"
		done
	done
}

# case_finish NAME WITHIN
case_finish() {
	net_finish "$1$2"
	took $(($2 * 800)) $(($2 * 1200 + 1000))
}

# Every call on it, in every thread, gave ETIMEDOUT; but the send() that had sent a part.
all_timed_out() {
	[[ $output == *over* && $(grep -o "recv=ETIMEDOUT send=ETIMEDOUT" <<<"$output" | wc -l) == 4 ]]
	[[ $(grep -c "^recv woke=ETIMEDOUT" <<<"$output") == 2 ]]
}

@test "watch: the dead are ended by the bound: ECONNABORTED, and every thread wakes" {
	need_net
	cases
	local within
	for within in 2 3; do
		case_finish idle $within
		[[ $output == *"=ETIMEDOUT"*over* ]]
		case_finish in_flight $within
		[[ $output == *"recv ret=-1 errno=ECONNABORTED"* ]]
		condemned cause=timeout method=retransmission ended_by=sock-destroy action=log
		case_finish zero_window $within
		# Threads: SOCK_DESTROY would leave some with an end of stream.
		[[ $output == *woke=E*over* && $output != *woke=0* && $output != *recv=0* ]]
		condemned ended_by=disconnect
	done
}

@test "watch: a preloaded program is told ETIMEDOUT by every call, and never an end of stream" {
	need_net
	export preload=2s
	cases
	local within
	for within in 2 3; do
		case_finish idle $within
		[[ $output == *"=ETIMEDOUT"*over* ]]
		# Where the kernel came first one thread has its error, and another can be quicker to
		# tell of the broken pipe, with the probes that were not answered.
		grep -Eq "event=peer-dead cause=(timeout |broken-pipe method=sigpipe .* probes=[1-9])" "$LOGFILE"
		[[ $(log_count event=peer-dead) == 1 ]]
		case_finish in_flight $within
		[[ $output == *"recv ret=-1 errno=ETIMEDOUT"* ]]
		condemned cause=timeout method=retransmission ended_by=sock-destroy
		log_has event=peer-dead cause=timeout
		case_finish zero_window $within
		all_timed_out
		condemned ended_by=disconnect
		log_has event=peer-dead cause=stalled unsent=0
		[[ $(<"$LOGFILE") != *local=0.0.0.0* ]]
	done
}

@test "watch: without CAP_NET_ADMIN by disconnecting: an error, and no end of stream" {
	need_net
	export capless=1
	cases
	preload=2s cases shim_
	local within
	for within in 2 3; do
		case_finish idle $within
		[[ $output == *"=ETIMEDOUT"*over* ]]
		case_finish in_flight $within
		[[ $output == *"recv ret=-1 errno=E"* ]]
		condemned cause=timeout method=retransmission ended_by=disconnect
		case_finish zero_window $within
		[[ $output == *over* ]]
		condemned ended_by=disconnect
	done
	for within in 2 3; do
		case_finish shim_in_flight $within
		[[ $output == *"recv ret=-1 errno=ETIMEDOUT"* ]]
		condemned ended_by=disconnect
		case_finish shim_zero_window $within
		all_timed_out
		condemned ended_by=disconnect
	done
}
