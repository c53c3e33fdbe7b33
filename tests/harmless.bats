# SPDX-License-Identifier: MIT
# What broke earlier shims: R1–R12 of PITFALLS.md, each with the control that shows that the
# test can fail.
load helpers

@test "harmless R1: raw, seqpacket, datagram and UNIX sockets stay as they are, errno too" {
	local how
	for how in seqpacket udp unix errnos; do
		as_bare "$(victim sockets)" "$how"
		[[ $status == 0 && $output == *errno=77* ]]
	done
	# Raw sockets need root, which we are in a network of our own.
	need_net
	bare "$NET" "$(victim sockets)" raw
	[[ $status == 0 && $output == *"errno=77"*keepalive=0* ]]
	local output_bare=$output
	bare "$NET" env LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" "$(victim sockets)" raw
	[[ $status == 0 && $output == "$output_bare" ]]
}

@test "harmless R1: a duration without a unit is no duration, and 1h is no second" {
	peer p drain
	PEERLESS_KEEPALIVE=1h/5s/3 shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $output == *idle=3600* ]]
	PEERLESS_DETECT_WITHIN=abc shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $status == 0 && $output == *"keepalive=1 idle=60 intvl=5 cnt=3"* ]]
	log_has event=config
}

@test "harmless R2: sockets of an inherited listener are armed" {
	need_lib
	run "$PYTHON" "$PEERS/inherit.py" listen 3 env LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" \
		"$(victim sockets)" inherited-listener 3
	[[ $output == *"keepalive=1 idle=60 intvl=5 cnt=3"* ]]
}

@test "harmless R3: what the program sets is set, with any socket flags" {
	as_bare "$(victim sockets)" readback
	[[ $output == "ret=0,0 nodelay=1 keepalive=1 flags=0x802" ]]
}

@test "harmless R4: epoll with a NULL event, and with pointers for data" {
	as_bare "$PYTHON" -c '
import ctypes, select, socket
a, b = socket.socketpair()
e = select.epoll()
libc = ctypes.CDLL(None, use_errno=True)
class Event(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("events", ctypes.c_uint32), ("data", ctypes.c_uint64)]
ev = Event(1, 0x7fffdeadbeef0003)
assert libc.epoll_ctl(e.fileno(), 1, a.fileno(), ctypes.byref(ev)) == 0
b.send(b"x")
out = Event()
assert libc.epoll_wait(e.fileno(), ctypes.byref(out), 1, 1000) == 1 and out.data == ev.data
assert libc.epoll_ctl(e.fileno(), 2, a.fileno(), None) == 0
print("fine")'
	[[ $output == fine ]]
}

@test "harmless R5: a daemon that closes and replaces every descriptor: its peer gets its bytes only" {
	local how
	for how in close closefrom close_range dup2 dup3 devnull; do
		peer "p$how" --save "$T/$how" drain
		PEERLESS_LOG_LEVEL=conn shimmed "$(victim close_all)" "$how" "127.0.0.1,$PORT" 127.0.0.1,1
		[[ $status == 0 ]] || { echo "$how: $status"; false; }
		retry 100 0.05 says "p$how" received
		[[ $(<"$T/$how") == hellogoodbye ]]
		# To standard error, which is the connection by now.
		rm "$T/$how"
		PEERLESS_LOG=stderr PEERLESS_LOG_LEVEL=conn shimmed "$(victim close_all)" "$how" \
			"127.0.0.1,$PORT" 127.0.0.1,1
		[[ $status == 0 ]]
		twice() { [[ $(grep -c received "$T/p$how.out") == 2 ]]; }
		retry 100 0.05 twice
		[[ $(<"$T/$how") == hellogoodbye ]]
		stop "p$how"
	done
	# The library did have something to say.
	log_has event=connect-failed cause=refused
}

# A connection survives its child's closes: still armed, its death seen once, its writes safe.
spawns() {
	peer "p$1" reset 1
	rm -f "$LOG"
	bare "$(victim vfork_child)" "$1" "127.0.0.1,$PORT"
	[[ $status == 141 ]]
	PEERLESS_LOG_LEVEL=conn shimmed "$(victim vfork_child)" "$1" "127.0.0.1,$PORT"
	echo "$1: $status $output"
	cat "$LOG"
	[[ $status == 0 && $output == *"child=$2"* ]]
	[[ $output == *"parent: keepalive=1 idle=60"* ]]
	[[ $output == *"read=-1 errno=ECONNRESET"*"write=-1 errno=EPIPE"* ]]
	[[ $(log_count event=peer-dead cause=reset) == 1 ]]
	[[ $(log_count event=open) == 1 ]]
	# It was the parent's connection that ended, not the child's copy.
	[[ $(log_count event=close) -le 1 ]]
}

@test "harmless R6: a vfork child that closes everything and execs leaves its parent's connections" {
	spawns exec 0
	spawns clone 7
	spawns fork 7
	shimmed "$PYTHON" -c '
import socket, subprocess
l = socket.create_server(("127.0.0.1", 0))
c = socket.create_connection(l.getsockname())
s, _ = l.accept()
for close_fds in (True, False):
    subprocess.run(["true"], close_fds=close_fds, check=True)
c.sendall(b"x" * 1000)
assert s.recv(1000, socket.MSG_WAITALL) == b"x" * 1000
s.close()
print("eof", c.recv(1))'
	[[ $status == 0 && $output == "eof b''" ]]
}

@test "harmless R7: the _exit of a vfork child leaves its parent's log alone" {
	spawns exit 7
}

@test "harmless R8: close() in a signal handler, at any moment of main's close(), 10^5 rounds" {
	LIMIT=90 shimmed "$(victim close_in_handler)" 100000
	echo "$status $output"
	[[ $status == 0 && $output == "rounds=100000 handled=many wrong=0" ]]
	PEERLESS_LOG_LEVEL=conn LIMIT=90 shimmed "$(victim close_in_handler)" 20000
	[[ $status == 0 && $output == "rounds=20000 handled=many wrong=0" ]]
}

@test "harmless R9: under a filter like that of sshd's preauth child" {
	bare "$(victim sandboxed)" getsockopt
	[[ $status == 159 ]]
	local how level
	for how in prctl syscall none; do
		for level in death conn; do
			PEERLESS_LOG_LEVEL=$level as_bare "$(victim sandboxed)" "$how"
			[[ $status == 0 && $output == *alive* ]] || { echo "$how: $status $output"; false; }
		done
	done
	PEERLESS_SECCOMP=strict shimmed "$(victim sandboxed)" prctl
	[[ $status == 0 && $output == *alive* ]]
	# Without a filter of its own the library was at work.
	log_has event=peer-dead cause=reset
}

@test "harmless R10: RLIMIT_FSIZE=0 and a log in a file" {
	peer p reset 1
	bare "$(victim fsize0)" file "127.0.0.1,$PORT"
	[[ $status == 153 ]]
	shimmed "$(victim fsize0)" die "127.0.0.1,$PORT"
	[[ $status == 0 && $output == *"read=-1 errno=ECONNRESET"*"write=-1 errno=EPIPE"* ]]
}

@test "harmless R11, R12: a number closed behind our back is what it now is: pipe, file, datagram" {
	export PLUGIN
	PLUGIN=$(victim plugin.so)
	local how what
	for how in close fclose closefrom dup2 syscall instruction deepbind dlmopen; do
		for what in pipe file dgram; do
			as_bare "$(victim reused)" "$how" "$what"
			[[ $output == *"write=3 errno=0"*"writev=4 errno=0"* ]]
			[[ $what != pipe || $status == 141 ]]
		done
	done
}

@test "harmless: socket calls in an IFUNC resolver and in constructors, before and after ours" {
	peer p --save "$T/got" drain
	need_lib
	local preload n=0
	export EARLY="127.0.0.1,$PORT"
	for preload in "$(victim early.so)" "$LIB:$(victim early.so)" "$(victim early.so):$LIB"; do
		run env LD_PRELOAD="$preload" PEERLESS_LOG="file:$LOG" true
		[[ $status == 0 ]] || { echo "$preload: $status $output"; false; }
		n=$((n + 5))
		all() { [[ $(stat -c %s "$T/got" 2>/dev/null) == "$n" ]]; }
		retry 100 0.05 all
	done
}

@test "harmless: a bad library environment costs one line, not the program" {
	peer p say hello
	PEERLESS_DETECT_WITHIN=5 PEERLESS_ON_DEATH=panic PEERLESS_CONFIG=/nonexistent PEERLESS_NONSENSE=1 \
		shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	[[ $status == 0 && $output == *"recv ret=5"* ]]
}
