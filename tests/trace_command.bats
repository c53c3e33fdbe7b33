#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # for a shell inside; bats sets status, output and stderr
# peerless trace: where it writes, what it keeps, which processes it sees, and what it refuses.

bats_require_minimum_version 1.5.0
load helpers
load command
load trace

@test "trace -o: the file gets it all, stderr nothing" {
	pair -o "$T/out"
	echo "$output"
	((status == 0))
	[[ -z $output ]]
	grep -q 'send(' "$T/out"
	[[ $(stat -c %a "$T/out") == "$(printf %o $((0666 & ~$(umask))))" ]]
	head -c 100000 /dev/zero >"$T/long"
	echo old >>"$T/long"
	pair -o"$T/long"
	run ! grep -q old "$T/long"
}

@test "trace -o: what cannot be written is refused" {
	trace -o "$T/no/such/out" -- touch "$T/started"
	refused 125 "$T/no/such/out: No such file"
	trace -o "$T" -- touch "$T/started"
	refused 125 "$T: Is a directory"
	trace -o "$T/rec" -k "$T/rec" -- touch "$T/started"
	refused 2 "$T/rec: is the recording itself"
	tidy
}

@test "trace -o: a full disk is told, and the program has its own status" {
	[[ -w /dev/full ]] || skip "no /dev/full"
	trace -o /dev/full -- "$PYTHON" -c "$PAIR
import sys; sys.exit(3)"
	echo "$output"
	((status == 3))
	[[ $output == *"/dev/full: No space left on device"* ]]
}

@test "trace -k: the recording is kept, for show" {
	pair -k "$T/kept"
	((status == 0))
	[[ $(stat -c %a "$T/kept") == 600 ]]
	run "$PEERLESS" show "$T/kept"
	((status == 0))
	[[ $output == *'send('*'recv('* ]]
	tidy
	cd "$T"
	mkdir elsewhere
	trace -k 'part%c' -- sh -c "cd elsewhere; exec '$PYTHON' -c '$PAIR'"
	((status == 0))
	run "$PEERLESS" show "$T/part%c"
	[[ $output == *'send('* ]]
	[[ -z $(ls elsewhere) ]]
}

@test "trace -k: another's file is not touched, and nothing is left of what did not start" {
	echo mine >"$T/file"
	trace -k "$T/file" -- touch "$T/started"
	refused 2 "$T/file: is there already"
	[[ $(cat "$T/file") == mine ]]
	ln -s nowhere "$T/link"
	trace -k "$T/link" -- touch "$T/started"
	refused 2 "$T/link: is there already"
	trace -k "$T/no/such/file" -- touch "$T/started"
	refused 125 "$T/no/such/file"
	trace -k "$T/kept" -o "$T/no/out" -- touch "$T/started"
	refused 125 "$T/no/out"
	[[ ! -e $T/kept ]]
}

@test "trace: what is not there or cannot be executed" {
	CODE=127 trace -- "$T/nothing"
	refused 127 "$T/nothing"
	echo 'touch started' >"$T/plain"
	trace -- "$T/plain"
	refused 126 "$T/plain: Permission denied"
	# executable to every look, but not to the kernel
	printf '\177ELF\2\1\1' >"$T/stub"
	chmod +x "$T/stub"
	trace -k "$T/kept" -- "$T/stub"
	refused 126 "$T/stub: Exec format error"
	[[ ! -e $T/kept ]]
	tidy
}

@test "trace: bad options are refused, with what would be right" {
	refuses() {
		local want=$1
		shift
		trace "$@" -- touch "$T/started"
		refused 2 "$want"
	}
	refuses "-F jsn: no such format; the nearest is json" -F jsn
	refuses "one format at a time" -c -F json
	refuses "-s 1x: is no size" -s 1x
	refuses "-s 40000: is out of range: write 0 to 32K" -s 40000
	refuses "-t, -tt, -ttt and -r: one of them" -tttt
	refuses "-t, -tt, -ttt and -r: one of them" -t -r
	refuses "-z: no such option" -tz
	refuses "--no-folow: no such option; the nearest is --no-follow" --no-folow
	refuses "trace makes the recording itself; -k FILE" --trace="$T/x"
	refuses "--trace-size: \"1\" is out of range" --trace-size=1
	refuses "-e nonsense" -e nonsense
	refuses "names no file" -k ''
	trace -o
	refused 2 "-o: has no value"
	trace -c
	refused 2 "no command to run"
}

@test "trace: TMPDIR that takes no recording is refused" {
	TMPDIR=$T/nothing trace -- touch "$T/started"
	refused 125 "$T/nothing: No such file" TMPDIR
	echo >"$T/file"
	TMPDIR=$T/file trace -- touch "$T/started"
	refused 125 "$T/file: Not a directory" TMPDIR
	run bash -c 'ulimit -f 1000; exec "$@"' limit "$PEERLESS" trace -- touch "$T/started"
	refused 125 EFBIG "TRACE_SIZE is 64M"
	tidy
}

@test "trace: a full TMPDIR is refused, and fits where the size is less" {
	unshare -rm true 2>/dev/null || skip "no mount namespaces for this user on this host"
	run unshare -rm bash -c 'mount -t tmpfs -o size=4M none "$TMPDIR" && "$@"; code=$?
		ls -A "$TMPDIR"; exit $code' full "$PEERLESS" trace -- touch "$T/started"
	refused 125 ENOSPC "TRACE_SIZE is 64M"
	[[ ${lines[-1]} == *TRACE_SIZE* ]] # nothing left
	run unshare -rm bash -c 'mount -t tmpfs -o size=4M none "$TMPDIR" && "$@"' full \
		"$PEERLESS" trace --trace-size=2M -- "$PYTHON" -c "$PAIR"
	echo "$output"
	((status == 0))
	[[ $output == *'send('* ]]
}

# A daemon, as they are: its parent has ended, its session is its own.
daemon() {
	cat >"$T/daemon.py" <<-'END'
		import os, socket, sys, time
		if os.fork():
		    sys.exit(9)
		os.setsid()
		a, b = socket.socketpair()
		open(sys.argv[1], "w").write(str(os.getpid()))
		end = time.monotonic() + 60
		while not os.path.exists(sys.argv[2]) and time.monotonic() < end:
		    time.sleep(0.02)
		a.send(b"late")
	END
}

@test "trace: a daemon is seen to its end" {
	daemon
	start prog "$PEERLESS" trace -- "$PYTHON" "$T/daemon.py" "$T/pid" "$T/go"
	retry 200 0.05 says prog "is still being traced"
	says prog "$(cat "$T/pid") is still being traced"
	touch "$T/go"
	finish prog
	echo "$output"
	((status == 9))
	[[ $output == *'send('* ]]
	tidy
}

@test "trace: Ctrl-C ends the tracing of a daemon, not the daemon" {
	daemon
	start prog env --default-signal=INT "$PEERLESS" trace -c -k "$T/kept" -- "$PYTHON" \
		"$T/daemon.py" "$T/pid" "$T/go"
	retry 200 0.05 says prog "is still being traced"
	kill -INT "${PID[prog]}"
	finish prog
	echo "$output"
	((status == 9))
	[[ $output == *socketpair* ]]
	state_is "$(cat "$T/pid")" S
	# Nothing more of it is recorded: the header's word `control`.
	(($(od -An -tu4 -j 28 -N 4 "$T/kept") == 1))
	touch "$T/go"
	tidy
}

@test "trace: children are shown, and with --no-follow not waited for and not shown" {
	cat >"$T/parent.py" <<-'END'
		import os, socket, sys, time
		a, b = socket.socketpair()
		if os.fork() == 0:
		    b.send(b"from the child")
		    time.sleep(float(sys.argv[1]))
		    os._exit(0)
		b.close()
		a.recv(100)
	END
	trace -f -- "$PYTHON" "$T/parent.py" 0
	echo "$output"
	[[ $output == *'send('* && $output == *'recv('* ]]
	local before
	before=$(now_ms)
	# The child lives on, and so must not have our pipe.
	"$PEERLESS" trace --no-follow -- env A=1 "$PYTHON" "$T/parent.py" 9 >"$T/out" 2>&1
	(($(now_ms) - before < 8000))
	output=$(cat "$T/out")
	echo "$output"
	[[ $output != *'send('* && $output == *'recv('* ]]
}

@test "trace: every format comes out" {
	pair -F text -t
	[[ $output == *'send('* ]]
	pair -F json -o "$T/json"
	"$PYTHON" -c 'import json, sys; assert [json.loads(l) for l in open(sys.argv[1])]' "$T/json"
	pair -F chrome -o "$T/chrome"
	"$PYTHON" -c 'import json, sys; assert json.load(open(sys.argv[1]))' "$T/chrome"
	pair -c
	[[ $output == *socketpair* ]]
	pair -F pcapng -o "$T/pcapng"
	[[ -z $output ]]
	[[ $(od -An -tx4 -N 4 "$T/pcapng") == *0a0d0d0a ]]
	grep -q abc "$T/pcapng"
	terminal -- "$PEERLESS" trace -F pcapng -- touch "$T/started"
	refused 2 "is not for a terminal"
}

@test "trace -s: that much of the data, and without it none" {
	pair -k "$T/none"
	[[ $output != *abc* ]]
	run ! grep -q abc "$T/none"
	pair -s 2 -k "$T/two"
	echo "$output"
	[[ $output == *'"ab"'* && $output != *abc* ]]
	grep -q ab "$T/two"
}

@test "trace -e: only what passes" {
	pair -e send
	echo "$output"
	[[ $output == *'send('* && $output != *'recv('* ]]
}

@test "trace: what cannot be covered runs, with a warning" {
	echo 'int main(void) { return 3; }' >"$T/static.c"
	gcc -static -o "$T/static" "$T/static.c"
	trace -- "$T/static"
	echo "$output"
	((status == 3))
	[[ $output == "peerless: warning: "*"$T/static is statically linked"* ]]
	trace --require -- "$T/static"
	refused 125 "nothing was started"
	trace --disable=1 -- true
	[[ $output == "peerless: warning: DISABLE=1: "* ]]
	trace --only='nginx,redis*' -- true
	[[ $output == "peerless: warning: ONLY=nginx,redis*: nothing is recorded of true, "* ]]
	trace --only='t*' --except='tr*' -- true
	[[ $output == "peerless: warning: EXCEPT=tr*: nothing is recorded of true, "* ]]
	trace --only='t*' --except='f*' -- true
	[[ $output != *warning* ]]
	tidy
}

# A client of a TCP server of its own; then a write to a peer that is gone.
LOOK='import signal, socket
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
s = socket.create_server(("127.0.0.1", 0))
c = socket.create_connection(s.getsockname())
a, _ = s.accept()
print("keepalive", c.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), flush=True)
p, q = socket.socketpair()
q.close()
p.send(b"x")'

@test "trace: who looks on changes nothing, unless options for it are given" {
	trace -o "$T/out" -- "$PYTHON" -c "$LOOK"
	echo "$output"
	((status == 128 + 13))
	[[ $output == *"keepalive 0"* ]]
	run ! grep -q armed "$T/out"
	trace -o "$T/out" --detect-within=20s -- "$PYTHON" -c "$LOOK"
	echo "$output"
	((status == 1))
	[[ $output == *"keepalive 1"*BrokenPipeError* ]]
	grep -q 'armed.*idle=5s' "$T/out"
}

@test "trace -e: a connection's end is in the summary, whatever calls are asked for" {
	trace -c -e connect -- "$PYTHON" -c 'import socket
s = socket.create_server(("127.0.0.1", 0))
c = socket.create_connection(s.getsockname()); c.close()'
	echo "$output"
	[[ $output == *" 0 open;"* && $output == *"closed by us"* ]]
}
