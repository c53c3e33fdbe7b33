#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# `peerless watch PID`: what a running program's connections get from outside.  Each death has its
# control in the same test: a connection that lives.  The slow cases run side by side.
load helpers
load watching

# died_of WORD…: one death, with these words; nobody else's.
condemned() {
	[[ $(log_count event=condemned) == 1 ]] && (($(log_count event=condemned "$@") == 1)) ||
		{ echo "not one condemned line with $*"; false; }
}

took() {
	between "$1" "$(value took "$output")" "$2"
}

# watched_until SETTING NAME FAULT…: a watch on program NAME, a fault, and NAME's end after it.
watched_until() {
	watch w "$1" "${PID[$2]}"
	[[ -n ${preload:-} ]] || retry 100 0.05 log_has event=armed
	local at
	at=$(now_ms)
	"${@:3}"
	finish "$2"
	echo "$output"
	echo "took=$(($(now_ms) - at))"
	finish w
	((status == 0))
}

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
	watched_until "$1" v peer_drop
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
		log_has event=peer-dead cause=timeout
		case_finish in_flight $within
		[[ $output == *"recv ret=-1 errno=ETIMEDOUT"* ]]
		condemned cause=timeout method=retransmission ended_by=sock-destroy
		log_has event=peer-dead cause=timeout
		case_finish zero_window $within
		all_timed_out
		condemned ended_by=sock-destroy
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

# row PID FILTER: what jq makes of its connections.
row() {
	"$BUILD/peerless" watch --once --json "$1" | jq -s "$2"
}

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
	[[ $output == *"recvall ret=-1 errno=ECONNABORTED"* ]]
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

wrote() {
	(($(grep -c "^write ret=1" "$T/$1.out") >= $2))
}

gone() {
	! kill -0 "${PID[$1]}" 2>/dev/null
}

# ends_with NAME WATCH: NAME ends, and so does the watch, well.
ends_with() {
	local at
	kill -KILL "${PID[$1]}"
	wait "${PID[$1]}" || true
	at=$(now_ms)
	finish "$2"
	((status == 0))
	between 0 $(($(now_ms) - at)) 1000
}

@test "watch: ends with the program, and never takes another with its number for it" {
	peer p chat
	program v "$(victim calls)" "connect=127.0.0.1,$PORT" recvall=100000
	watch w "${PID[v]}"
	retry 100 0.05 log_has event=armed
	ends_with v w
}

# reuse: a process ends while the watch is stopped, and another gets its number and its descriptor.
reuse() {
	local calls pid i
	start p "$PYTHON" "$PEERS/peer.py" drain
	retry 100 0.05 says p "port "
	PORT=$(sed -n 's/^port //p' "$T/p.out")
	calls=$(victim calls)
	start a "$calls" "connect=127.0.0.1,$PORT" recv
	pid=${PID[a]}
	watch w --silence=2s "$pid"
	retry 100 0.05 log_has "pid=$pid" event=armed
	kill -STOP "${PID[w]}"
	kill -KILL "$pid"
	wait "$pid" || true
	# Others fork too: tried until the number is had.
	for ((i = 0; i < 100; i++)); do
		echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid
		start b "$calls" "connect=127.0.0.1,$PORT" recv
		[[ ${PID[b]} != "$pid" ]] || break
		stop b
	done
	[[ ${PID[b]} == "$pid" ]]
	unset "PID[a]"
	retry 100 0.05 says b "connect ret=0"
	kill -CONT "${PID[w]}"
	finish w
	echo "watch=$status"
	kill -0 "$pid"
	ss -Htno state established "dport = $PORT"
	cat "$LOG"
}

@test "watch: another process with the number of one that ended is never taken for it" {
	local own=("$NET" unshare --pid --fork --kill-child --mount-proc --)
	"${own[@]}" true || skip "no process namespaces"
	{
		declare -f
		declare -p ROOT BUILD LIB PYTHON PEERS
	} >"$T/script"
	run "${own[@]}" bash -c 'set -euo pipefail
		source "$1/script"
		T=$1 LOG=$1/log session=(); declare -A PID=()
		trap stop_all EXIT
		reuse' own "$T"
	echo "$output"
	((status == 0))
	[[ $output == *"watch=0"* ]]
	[[ $(grep -c "event=armed fd=" <<<"$output") == 1 && $output != *event=condemned* ]]
	[[ $output == *"127.0.0.1:"* && $output != *"timer:(keepalive"* ]]
}

# Kills the watch at a moment that is another each time; the program is asked in between.
killed_while_arming() {
	there_peer p echo
	mkfifo "$T/v.in"
	local op=() i
	for ((i = 0; i < 50; i++)); do op+=("connect=10.77.0.2,$PORT" wait sockopts text=hi recv close); done
	program v "$(victim calls)" "${op[@]}"
	exec 8>"$T/v.in"
	retry 100 0.05 says v "connect ret=0"
	for ((i = 1; i <= 50; i++)); do
		watch "w$i" --detect-within=2s --silence=60s "${PID[v]}"
		sleep "0.0$((RANDOM % 7))$((RANDOM % 10))"
		stop_now "w$i"
		echo >&8
		retry 100 0.02 recv_count v "$i"
	done
	exec 8>&-
	finish v
	grep -e ^recv -e ^sockopts: <<<"$output"
}

recv_count() {
	(($(grep -c "^recv ret=" "$T/$1.out") >= $2))
}

# Many connections are in flight to a peer that is gone, and the watch is killed while it ends them.
killed_while_ending() {
	there_peer p drain
	start v "$(victim flights)" "10.77.0.2,$PORT" 300
	retry 100 0.05 says v ready
	watch w --detect-within=2s "${PID[v]}"
	retry 100 0.05 log_has event=armed connections=292
	peer_drop
	kill -USR1 "${PID[v]}"
	retry 500 0.01 grep -q event=condemned "$LOG"
	sleep "0.00$((RANDOM % 5))"
	stop_now w
	kill -USR2 "${PID[v]}"
	finish v
	echo "$output"
}

stop_now() {
	kill -KILL "${PID[$1]}" 2>/dev/null || true
	wait "${PID[$1]}" 2>/dev/null || true
	unset "PID[$1]"
}

@test "watch: killed at any moment, it leaves the program and its connections as they are" {
	need_net
	local round cut=0
	for round in 1 2 3 4; do
		net_start "ending$round" killed_while_ending
	done
	net_start arming killed_while_arming
	for round in 1 2 3 4; do
		net_finish "ending$round" >"$T/ending" || { cat "$T/ending"; false; }
		output=$(grep ended= <<<"$output")
		echo "$output"
		(($(value other "$output") == 0 && $(value sentenced "$output") <= 1))
		((cut += $(value alive "$output") > 0)) || true
	done
	# In one round at least the kill came before the last of them was ended.
	((cut > 0))
	net_finish arming >"$T/arming" || { cat "$T/arming"; false; }
	[[ $(grep -c "user_timeout=0 " <<<"$output") == 50 && $(grep -c "recv ret=2" <<<"$output") == 50 ]]
	# Some of the kills came before it was armed, some after.
	[[ $output == *"keepalive=1 idle=1 "* && $output == *"keepalive=0 "* ]]
}

churns() {
	peer talks chat
	local talks=$PORT
	peer silent drain
	program v "$(victim churn)" "127.0.0.1,$talks" "127.0.0.1,$PORT" 6
	retry 100 0.05 says v ready
	watch w --silence=1s "${PID[v]}"
	finish v
	echo "$output $(grep event=condemned "$LOG" | grep -cv "peer=127.0.0.1:$PORT " || true) odd"
	finish w
	((status == 0))
}

@test "watch: never ends a connection that should live, however fast descriptors are used anew" {
	need_net
	local way
	net_start sock-destroy churns
	capless=1 net_start disconnect churns
	for way in sock-destroy disconnect; do
		net_finish "$way" >"$T/out" || { tail -n 50 "$T/out"; false; }
		echo "$output"
		[[ $(value wrong "$output") == 0 && $output == *" 0 odd" ]]
		(($(value ended "$output") >= 10 && $(value opened "$output") >= 300))
		log_has event=condemned cause=silent ended_by=$way
	done
}

# A connection of a program that runs, in ${PID[v]}.
connected() {
	peer p drain
	program v "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	retry 100 0.05 says v "connect ret=0"
}

@test "watch: --once and --json, and an output or a log that takes nothing" {
	connected
	run "$PEERLESS" watch --once "${PID[v]}"
	((status == 0))
	[[ $output == *"1 connection of 1 process"* && $output == *"127.0.0.1:$PORT "*"calls[${PID[v]}] 3 "*ESTABLISHED* ]]
	# To look is not to arm.
	[[ $(ss -Htno "dport = $PORT") != *timer* ]]
	run row "${PID[v]}" 'map([.pid == '"${PID[v]}"', .prog, .fd, .state, .armed, .preloaded]) == [[true, "calls", 3, "ESTABLISHED", false, false]]'
	[[ $output == true ]]
	local option
	for option in --once "--once --json" --json; do
		run bash -c '"$0" watch $1 "$2" >/dev/full' "$PEERLESS" "$option" "${PID[v]}"
		((status == 125))
		run bash -c '"$0" watch $1 "$2" >&-' "$PEERLESS" "$option" "${PID[v]}"
		((status == 125))
	done
	# A reader that has enough.
	run bash -c '"$0" watch --json "$1" | head -c 1' "$PEERLESS" "${PID[v]}"
	[[ $output == "{" ]]
	running v
}

@test "watch: a log that nobody reads or nobody can write stops nothing" {
	local name
	connected
	# stderr is a pipe that is full: what it does, it does all the same.
	mkfifo "$T/full"
	exec 8<>"$T/full"
	dd if=/dev/zero of="$T/full" oflag=nonblock bs=4096 count=100 2>/dev/null || true
	start full bash -c 'exec "$0" watch "$1" 2>&8' "$PEERLESS" "${PID[v]}"
	retry 60 0.05 armed_on "$PORT" 60
	kill -INT "${PID[full]}"
	finish full
	exec 8>&-
	((status == 0))
	local within=40
	# And lines of JSON that nobody takes: what is dead is ended, and so are we.
	start stays sleep 100
	program lost "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	retry 100 0.05 says lost "connect ret=0"
	exec 8<>"$T/full"
	dd if=/dev/zero of="$T/full" oflag=nonblock bs=4096 count=100 2>/dev/null || true
	start full bash -c 'exec "$0" watch --json --silence=2s "$1" "$2" >&8' "$PEERLESS" "${PID[lost]}" "${PID[stays]}"
	finish lost
	[[ $output == *errno=ECONNABORTED* ]]
	kill -INT "${PID[full]}"
	finish full
	((status == 0))
	exec 8>&-
	for name in /dev/full "$T"; do
		start bad "$PEERLESS" watch "--log=file:$name" --override=force --detect-within="${within}s" "${PID[v]}"
		retry 60 0.05 armed_on "$PORT" $((within / 2))
		kill -INT "${PID[bad]}"
		finish bad
		((status == 0))
		[[ $name == /dev/full || $output == *"LOG: $T cannot be written"* ]]
		((within /= 2))
	done
	running v
}

# armed_on PORT SECONDS: keepalive runs on the connection to it, and probes within so many.
armed_on() {
	local left
	left=$(ss -Htno "dport = $1" | sed -n 's/.*timer:(keepalive,\([^,]*\),.*/\1/p')
	case $left in
	*min*) left=60 ;; # and more
	*.*ms) left=${left%%.*} ;; # so ss writes seconds with a part
	*ms) left=0 ;;
	*sec) left=${left%sec} ;;
	*) return 1 ;;
	esac
	((left <= $2))
}

@test "watch: on a terminal a table, the lines of the log below, and the terminal as it was after" {
	connected
	program lost "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	retry 100 0.05 says lost "connect ret=0"
	start stays sleep 100
	cat >"$T/session" <<-END
		stty rows 30 cols 400
		stty -g
		sh -c 'echo \$\$ >$T/pid; exec $PEERLESS watch --silence=2s ${PID[v]} ${PID[lost]} ${PID[stays]}'
		echo status=\$?
		stty -g
	END
	start tty script -qfec "sh $T/session" "$T/typescript"
	retry 100 0.05 grep -qF "127.0.0.1:$PORT " "$T/typescript"
	finish lost
	[[ $output == *errno=ECONNABORTED* ]]
	retry 100 0.05 grep -q "event=condemned .*cause=silent.*[^[:print:]]\[K" "$T/typescript"
	kill -INT "$(<"$T/pid")"
	finish tty
	cat -v "$T/typescript" | tail -n 20
	grep -q "status=0" "$T/typescript"
	# The same settings before and after, and the screen, the cursor and its wrapping are given back.
	[[ $(grep -cE '^[0-9a-f:]{50,}' "$T/typescript") == 2 ]]
	[[ $(grep -oE '^[0-9a-f:]{50,}' "$T/typescript" | sort -u | wc -l) == 1 ]]
	grep -qF $'\e[?25h\e[?7h\e[?1049l' "$T/typescript"
}

# refused TEXT ARG…: exit 2 with that message, and nothing is done.
refused() {
	run timeout 5 "$PEERLESS" watch "${@:2}"
	((status == 2)) && [[ $output == "peerless: $1"* && ${#lines[@]} == 1 ]] ||
		{ echo "watch ${*:2}: $status, $output"; return 1; }
}

@test "watch: what is no process to watch is named, with what would be right" {
	local kernel=2 bad
	refused "no process to watch: peerless watch [--option=value...] PID..."
	for bad in "" abc 0 5x +5 " 5" 1e3 99999999999999999999 4294967297; do
		refused "$bad: is no process id; write a number, as in \`peerless watch 42\`" "$bad"
	done
	refused "-5: is no process id" -- -5
	refused "-5: no such option; \`peerless help watch\` lists them" -5
	refused "--onc: no such option; the nearest is --once" --onc 1
	refused '--silence: "2" has no unit: write 2s' --silence=2 $$
	refused "--silence: " --silence=10ms $$
	refused "--heartbeat: " --heartbeat=telnet $$
	refused "4194304: there is no such process" 4194304 # PID_MAX_LIMIT: never given
	start threads "$PYTHON" -c '
import threading, time
t = threading.Thread(target=time.sleep, args=(60,)); t.start(); print("thread", t.native_id, flush=True)'
	retry 100 0.05 says threads thread
	bad=$(sed 's/thread //' "$T/threads.out")
	refused "$bad: a thread of process ${PID[threads]}; name that one" "$bad"
	# The first is right: not watched all the same.
	refused "$bad: a thread of" "${PID[threads]}" "$bad"
	run bash -c 'exec "$0" watch $$' "$PEERLESS"
	[[ $status == 2 && $output == *": that is this command itself" ]]
	[[ ! -e /proc/$kernel/exe && $(ps -o ppid= -p $kernel) -eq 0 ]] ||
		{ echo "process 2 is no kernel thread here: the test cannot show one"; return 0; }
	refused "$kernel: a thread of the kernel" $kernel
}

@test "watch: whose processes are not ours to reach: exit 125 with the reason" {
	need_root "another user"
	local other=(setpriv --reuid=65534 --regid=65534 --clear-groups) option
	# Where that user gets to.
	cp "$PEERLESS" /tmp/peerless.$$
	chmod 755 /tmp/peerless.$$
	start root sleep 60
	start closed "${other[@]}" "$PYTHON" -c 'import ctypes, time
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0); print("closed", flush=True); time.sleep(60)'
	start apart "${other[@]}" unshare -Urn sh -c 'echo apart; sleep 60'
	retry 100 0.05 says closed closed
	retry 100 0.05 says apart apart
	for option in --json --once --look; do
		run timeout 5 "${other[@]}" /tmp/peerless.$$ watch $option "${PID[root]}"
		[[ $status == 125 && $output == *"${PID[root]}: its connections cannot be reached: belongs to user 0: that user or root (CAP_SYS_PTRACE) may" ]]
		run timeout 5 "${other[@]}" /tmp/peerless.$$ watch $option "${PID[closed]}"
		[[ $status == 125 && $output == *"is not dumpable: root (CAP_SYS_PTRACE) may" ]]
		run timeout 5 "${other[@]}" /tmp/peerless.$$ watch $option "${PID[apart]}"
		[[ $status == 125 && $output == *"its network namespace cannot be entered: Operation not permitted" ]]
	done
	rm /tmp/peerless.$$
	# root may.
	run "$PEERLESS" watch --once "${PID[closed]}" "${PID[apart]}"
	[[ $status == 0 ]]
}

# Two networks, each with the same addresses; a program in one is watched from the other.
from_outside() {
	ip addr add 10.1.1.1/32 dev lo
	start p "$PYTHON" "$PEERS/peer.py" --host 10.1.1.1 drain
	start q nsenter --net="$there_ns" -- bash -c 'ip addr add 10.1.1.1/32 dev lo; exec "$@"' - \
		"$PYTHON" "$PEERS/peer.py" --host 10.1.1.1 --port 4040 drain
	start r "$PYTHON" "$PEERS/peer.py" --host 10.1.1.1 --port 4040 drain
	retry 100 0.05 says q "port "
	retry 100 0.05 says r "port "
	start v nsenter --net="$there_ns" -- "$(victim calls)" connect=10.1.1.1,4040 recv
	start same "$(victim calls)" connect=10.1.1.1,4040 recv
	retry 100 0.05 says v "connect ret=0"
	retry 100 0.05 says same "connect ret=0"
	"$BUILD/peerless" watch --once "${PID[v]}"
	watch w --silence=2s "${PID[v]}"
	finish v
	echo "$output"
	finish w
	echo "watch=$status"
	running same
	ss -Htno "dport = 4040"
}

@test "watch: a program in another network namespace, from the host" {
	need_net
	net_start outside from_outside
	net_finish outside
	[[ $output == *"1 connection of 1 process"*"recv ret=-1 errno=ECONNABORTED"*"watch=0"*10.1.1.1:4040* ]]
	log_has event=condemned ended_by=sock-destroy peer=10.1.1.1:4040
	[[ ${output##*watch=0} != *timer* ]]
}

# ticks PID: CPU time so far, in ticks of 10 ms.
ticks() {
	local stat
	stat=$(<"/proc/$1/stat")
	read -ra stat <<<"${stat##*) }"
	echo $((stat[11] + stat[12]))
}

@test "watch: a tree with 100000 descriptors: little of a core, and how slow it is is said" {
	local each=19000 from at
	(($(ulimit -Hn) > each)) || skip "a process may have no more than $(ulimit -Hn) descriptors here"
	peer p chat
	start v "$PYTHON" -c '
import os, resource, socket, sys, time
each = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_NOFILE, (each + 100, each + 100))
for i in range(5):
    if os.fork() == 0:
        null = os.open("/dev/null", os.O_RDONLY)
        for n in range(each): os.dup(null)
        print("full", flush=True)
        time.sleep(1000)
        os._exit(0)
connection = socket.create_connection(("127.0.0.1", int(sys.argv[2])))
time.sleep(1000)' $each "$PORT"
	retry 200 0.05 full_count 5
	watch w --detect-within=20s "${PID[v]}"
	retry 200 0.05 log_has event=armed
	log_has event=slow
	(($(value descriptors "$(grep event=slow "$LOG")") > 5 * each))
	from=$(ticks "${PID[w]}") at=$(now_ms)
	# Others' connections come and go meanwhile.
	retry 100 0.05 later $((at + 4000))
	# A tick is 10 ms: in thousandths of a core, 2 %.
	between 0 $((($(ticks "${PID[w]}") - from) * 10000 / ($(now_ms) - at))) 20
}

later() {
	"$(victim calls)" "connect=127.0.0.1,$PORT" recv >/dev/null
	(($(now_ms) >= $1))
}

full_count() {
	(($(grep -c full "$T/v.out") == $1))
}
