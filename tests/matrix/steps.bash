# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# The steps of scenarios, for cell, in a network of tests/net: step_NAME [ARGUMENT].  A step that
# fails, or takes so long that times mean nothing, is trouble, not a result.

late_ms=700 # for a step; and for a sleep to be longer than asked for

now() {
	local t=$EPOCHREALTIME
	now_ms=$((${t/./} / 1000))
}

# sleep_ms MS
sleep_ms() {
	(($1 <= 0)) || sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"
}

# retry TIMES DELAY CMD…: until CMD succeeds.
retry() {
	local i
	for ((i = 0; i < $1; i++)); do
		"${@:3}" && return
		sleep "$2"
	done
	return 1
}

# steps LIST: one after the other.  From "clock" on, time is counted, and the rest goes on beside
# what reads the program's words.
steps() {
	local list=$1 step began
	while [[ $list ]]; do
		step=${list%%,*}
		list=${list#"$step"}
		list=${list#,}
		if [[ $step == clock ]]; then
			now
			clock_ms=$now_ms
			steps "$list" &
			return
		fi
		now
		began=$now_ms
		"step_${step%%:*}" "${step#*:}" >>"$dir/steps" 2>&1 || trouble "step $step failed"
		now
		[[ $step == @(launch|start|wait:*|at:*) ]] || ((now_ms - began <= late_ms)) ||
			trouble "step $step took $((now_ms - began)) ms"
	done
}

step_launch() {
	launch
}

step_start() {
	launch
	sleep_ms 500
}

step_line() {
	tell
}

step_wait() {
	sleep_ms "$(($1))"
}

# at:WHEN: not before so many ms on the clock.
step_at() {
	local due=$((clock_ms + $1))
	now
	sleep_ms $((due - now_ms))
	now
	((now_ms - due <= late_ms)) || trouble "$((now_ms - due)) ms late"
}

step_drop() {
	peer_drop
}

step_heal() {
	peer_heal
}

step_icmp() {
	peer_icmp "$1"
}

# Each way, at the end that receives: a sender would notice what its own host drops.
step_loss() {
	local percent=2 at
	((T < 20000)) || percent=20
	for at in here there; do
		"$at" nft "add table inet loss
			add chain inet loss in { type filter hook input priority 0; }
			add rule inet loss in meta l4proto tcp numgen random mod 100 < $percent drop"
	done
}

here() {
	"$@"
}

# The peer's connections end by a reset, whoever holds them.
step_reset() {
	[[ $(there ss -HKtn "sport = :$PORT") ]]
}

# peer_pids: into $pids, all processes of the peer's network.
peer_pids() {
	local net
	net=$(there readlink /proc/self/ns/net)
	mapfile -t pids < <(find /proc/[0-9]*/ns/net -lname "${net//[/\\[}" 2>/dev/null |
		sed 's,/proc/,,; s,/.*,,')
}

step_peer_kill() {
	local pids
	peer_pids
	kill -KILL "${pids[@]}"
}

step_peer_stop() {
	local pids
	peer_pids
	kill -STOP "${pids[@]}"
}

# What a peer is to be after it was rebooted, made beforehand: it takes the kernel long at times.
step_spare_peer() {
	spare_ns=$dir/spare
	: >"$spare_ns"
	unshare --net="$spare_ns" true
}

# Another host comes up at the same cable with the same addresses; of the old one nothing is heard.
step_peer_reboot() {
	local pids
	peer_pids
	there ip link set there netns "$spare_ns" || return
	there_ns=$spare_ns
	there ip link set lo up && there ip addr add 10.77.0.2/24 dev there &&
		there ip link set there up && kill -KILL "${pids[@]}"
}

step_own_link_down() {
	ip link set here down
}

step_own_address_gone() {
	ip addr del 10.77.0.1/24 dev here
}

step_own_route_gone() {
	ip route del 10.77.0.0/24
}

step_own_stop() {
	kill -STOP -- "-$program_pid"
}

step_own_continue() {
	kill -CONT -- "-$program_pid"
}
