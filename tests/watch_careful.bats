#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# `peerless watch PID`: whatever ends, is killed or used anew, it acts on nobody else.
load helpers
load watching

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
	between 0 $(($(now_ms) - at)) 2000
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

# Many connections are in flight to a peer that is gone, and the watch is killed while it ends them:
# killed_while_ending CALL N, when it makes its Nth such system call.
killed_while_ending() {
	there_peer p drain
	program v "$(victim flights)" "10.77.0.2,$PORT" 300
	retry 100 0.05 says v ready
	start w bash -c 'privileged "$@"' - strace -qq -o "$T/calls" -e "trace=$1" \
		-e "inject=$1:signal=KILL:when=$2" "$BUILD/peerless" watch "--log=file:$LOG" \
		--detect-within=2s "${PID[v]}"
	# Who is preloaded has armed itself.
	[[ -n ${preload:-} ]] || retry 100 0.05 log_has event=armed connections=292
	peer_drop
	kill -USR1 "${PID[v]}"
	wait "${PID[w]}" && { echo "the watch was not killed"; return 1; }
	unset "PID[w]"
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
	need strace
	# As it goes for one more connection, after each has been armed; as it writes a sentence, which
	# only who is preloaded gets; between that and the end.
	net_start going killed_while_ending pidfd_getfd 450
	preload=2s net_start sentencing killed_while_ending setsockopt 150
	preload=2s capless=1 net_start sentenced killed_while_ending connect 150
	net_start arming killed_while_arming
	local -A left=([sentenced]=1)
	local name
	for name in going sentencing sentenced; do
		net_finish "$name" >"$T/ending" || { cat "$T/ending"; false; }
		output=$(grep ended= <<<"$output")
		echo "$name $output"
		[[ $(value other "$output") == 0 && $(value sentenced "$output") == "${left[$name]:-0}" ]]
		between 100 "$(value ended "$output")" 200
	done
	net_finish arming >"$T/arming" || { cat "$T/arming"; false; }
	[[ $(grep -c "user_timeout=0 " <<<"$output") == 50 && $(grep -c "recv ret=2" <<<"$output") == 50 ]]
	# Some of the kills came before it was armed, some after.
	[[ $output == *"keepalive=1 idle=1 "* && $output == *"keepalive=0 "* ]]
}

churns() {
	peer talks chat
	local talks=$PORT
	peer silent drain
	program v "$(victim churn)" "127.0.0.1,$talks" "127.0.0.1,$PORT" 10
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

@test "watch: processes that share a connection: both get an error, and no heartbeat into a write of either" {
	peer p --save "$T/saved" drain
	local port=$PORT
	program waits "$PYTHON" -c '
import os, socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
child = os.fork()
os.write(1, b"ready\n")
try: got = "end of stream" if s.recv(1) == b"" else "?"
except OSError as e: got = os.strerror(e.errno)
os.write(1, ("got %s\n" % got).encode())
if child: os.waitpid(child, 0)' "$port"
	# The child is in the middle of a message: half of it is in the pipe that it splices from.
	mkfifo "$T/half"
	program splices "$PYTHON" -c '
import os, socket, sys, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
if os.fork() == 0:
    pipe = os.open(sys.argv[2], os.O_RDONLY)
    while os.splice(pipe, s.fileno(), 1000): pass
    os._exit(0)
os.wait()' "$port" "$T/half"
	exec 8>"$T/half"
	echo -n "half and " >&8
	retry 100 0.05 says waits ready
	LOG=$T/waits.log watch w --silence=2s "${PID[waits]}" 8>&-
	LOG=$T/splices.log watch w2 --heartbeat=1s:BEAT --log-level=conn --detect-within=2s "${PID[splices]}" 8>&-
	finish waits
	[[ $(grep -c "^got " <<<"$output") == 2 && $output != *"end of stream"* ]]
	LOGFILE=$T/splices.log retry 100 0.05 log_has event=armed
	sleep 2.5
	echo "the rest" >&8
	exec 8>&-
	finish splices
	retry 100 0.05 cmp "$T/saved" - <<<"half and the rest"
	[[ $(LOGFILE=$T/splices.log log_count event=heartbeat) == 0 ]]
}
