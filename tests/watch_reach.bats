#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# `peerless watch PID`: which processes it can watch: what is refused, other namespaces, 100000
# descriptors.
load helpers
load watching

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

@test "watch: a process whose first thread has exited" {
	peer p drain
	program v "$(victim headless)" "127.0.0.1,$PORT"
	retry 100 0.05 says v ready
	[[ -z $(ls "/proc/${PID[v]}/fd") ]]
	row "${PID[v]}" ".[] | select(.event == \"connection\") | .peer" | grep -q ":$PORT"
	watch w --silence=2s --heartbeat=1s:x "${PID[v]}"
	finish v
	[[ $output == *"recv=-1 errno=EPIPE"* ]]
	log_has event=armed prog=headless
	log_has event=condemned cause=silent
	# It was asked, once or twice by then.
	grep -q " out=[12]$" "$LOG"
	finish w
	((status == 0))
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
	retry 600 0.05 full_count 5 || { cat "$T"/v.{out,err}; false; }
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
