#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # for a shell inside; bats sets status, output and stderr
# peerless trace: the program's exit status, signals, terminal and descriptors are its own; what it
# does is shown while it does it; its whole tree is seen to its end; what cannot be is refused.

bats_require_minimum_version 1.5.0
load helpers
load command

trace() {
	run ${CODE:+-$CODE} timeout -k 5 60 "$PEERLESS" trace "$@"
}

# A program that does little on the network: 3 bytes from one end of a socket pair to the other.
PAIR='import socket; a, b = socket.socketpair(); a.send(b"abc"); b.recv(9)'
pair() {
	trace "$@" -- "$PYTHON" -c "$PAIR"
}

# Counts the signals that it gets, and ends with 5 a little after the first.
counter() {
	cat >"$T/counter.py" <<-'END'
		import os, signal, sys, time
		got = []
		for name in "INT TERM HUP QUIT USR1 ALRM CONT".split():
		    signal.signal(getattr(signal, "SIG" + name), lambda n, f, name=name: got.append(name))
		print("ready", os.getpid(), flush=True)
		end = time.monotonic() + 30
		while not set(got) - {"CONT"} and time.monotonic() < end:
		    time.sleep(0.02)
		time.sleep(0.3)
		print("got", *got, flush=True)
		sys.exit(5)
	END
}

terminal() {
	run timeout -k 5 90 "$PYTHON" "$PEERS/terminal.py" "$@"
}

# Nothing of ours is left in TMPDIR.
tidy() {
	[[ -z $(ls -A "$TMPDIR") ]] || { ls -lR "$TMPDIR"; return 1; }
}

setup() {
	export TMPDIR=$T/tmp
	mkdir "$TMPDIR"
}

@test "trace: the program's own exit status" {
	trace -- true
	((status == 0))
	trace -- sh -c 'exit 7'
	((status == 7))
	trace --log=off -f sh -c 'exit 125'
	((status == 125))
	tidy
}

@test "trace: the program's death by a signal is a death by that signal, with no core of ours" {
	local sig
	cd "$T"
	for sig in TERM SEGV KILL ABRT; do
		run "$PYTHON" -c '
import os, resource, subprocess, sys
resource.setrlimit(resource.RLIMIT_CORE, 2 * resource.getrlimit(resource.RLIMIT_CORE)[1:])
kill = "import os, signal; os.kill(os.getpid(), signal.SIG%s)" % sys.argv[2]
p = subprocess.Popen([sys.argv[1], "trace", "--", sys.executable, "-c", kill])
status = os.waitpid(p.pid, 0)[1]
print(os.WTERMSIG(status), os.WCOREDUMP(status))
' "$PEERLESS" "$sig"
		echo "$sig: $output"
		[[ ${lines[-1]} == "$(kill -l "$sig") False" ]]
	done
	tidy
}

@test "trace: what is sent to us reaches the program, once" {
	local sig
	counter
	for sig in TERM INT HUP QUIT USR1; do
		start "$sig" env --default-signal "$PEERLESS" trace -- "$PYTHON" "$T/counter.py"
		retry 200 0.05 says "$sig" ready
		kill "-$sig" "${PID[$sig]}"
		finish "$sig"
		echo "$sig: $status $output"
		((status == 5))
		[[ $output == *"got $sig"* && $output != *"got $sig $sig"* ]]
	done
}

@test "trace: an alarm set before us goes off in the program" {
	counter
	run timeout -k 5 60 "$PYTHON" -c 'import os, signal, sys
signal.alarm(2); os.execv(sys.argv[1], sys.argv[1:])' \
		"$PEERLESS" trace -- "$PYTHON" "$T/counter.py"
	echo "$output"
	((status == 5))
	[[ $output == *"got ALRM"* ]]
}

@test "trace: Ctrl-C reaches the program once, and the summary still comes" {
	counter
	terminal --expect ready --send '^C' -- "$PEERLESS" trace -c -- "$PYTHON" "$T/counter.py"
	echo "$status $output"
	((status == 5))
	[[ $output == *"got INT"* && $output != *"INT INT"* ]]
	terminal --expect ready --send '^C' -- "$PEERLESS" trace -c -- "$PYTHON" -c "$PAIR
import signal, time
signal.signal(signal.SIGINT, signal.SIG_DFL)
print('ready', flush=True); time.sleep(30)"
	echo "$status $output"
	((status == 130))
	[[ $output == *^C*socketpair* ]]
}

@test "trace: Ctrl-Z stops it as a job of the shell, fg goes on" {
	cat >"$T/goes_on.py" <<-'END'
		import signal, sys, time
		on = []
		signal.signal(signal.SIGCONT, lambda n, f: on.append(1))
		print("ready", flush=True)
		end = time.monotonic() + 60
		while not on and time.monotonic() < end:
		    time.sleep(0.02)
		time.sleep(0.2)
		print("went on", len(on), "time", flush=True)
		sys.exit(6)
	END
	terminal --send "'$PEERLESS' trace -- '$PYTHON' '$T/goes_on.py'\n" --expect ready --send '^Z' \
		--expect Stopped --send 'fg\n' --expect 'went on 1 time' \
		--send 'echo status=$?\n' --expect status=6 --send 'exit 3\n' -- bash --norc -i
	echo "$output"
	((status == 3))
}

@test "trace: a program that tidies up before it stops is waited for" {
	cat >"$T/tidies.py" <<-'END'
		import os, signal, time
		def stop(n, f):
		    time.sleep(0.3)
		    print("tidy", flush=True)
		    os.kill(os.getpid(), signal.SIGSTOP)
		    print("again", flush=True)
		    os._exit(6)
		signal.signal(signal.SIGTSTP, stop)
		print("ready", flush=True)
		time.sleep(60)
	END
	terminal --send "'$PEERLESS' trace -- '$PYTHON' '$T/tidies.py'\n" --expect ready --send '^Z' \
		--expect tidy --expect Stopped --send 'fg\n' --expect again \
		--send 'echo status=$?\n' --expect status=6 --send 'exit 3\n' -- bash --norc -i
	echo "$output"
	((status == 3))
}

state_is() {
	[[ $(ps -o stat= -p "$1") == $2* ]]
}

@test "trace: who stops the program by hand can continue it by hand" {
	counter
	start prog "$PEERLESS" trace -- "$PYTHON" "$T/counter.py"
	retry 200 0.05 says prog ready
	local pid
	pid=$(sed -n 's/^ready //p' "$T/prog.out")
	kill -STOP "$pid"
	retry 100 0.05 state_is "$pid" T
	kill -CONT "$pid"
	kill -TERM "${PID[prog]}"
	finish prog
	echo "$output"
	((status == 5))
	[[ $output == *TERM* ]]
}

@test "trace: stdin and stdout are the program's, to the byte" {
	head -c 300000 /dev/urandom >"$T/in"
	"$PEERLESS" trace -- cat <"$T/in" >"$T/out" 2>"$T/err"
	cmp "$T/in" "$T/out"
	run --separate-stderr timeout 60 "$PEERLESS" trace -- "$PYTHON" -c "$PAIR
print('mine')"
	[[ $output == mine ]]
	[[ $stderr == *send* && $stderr != *mine* ]]
}

@test "trace: no descriptor of ours is in the program, and those of the caller are" {
	local list='ls -l /proc/self/fd | sed "s/.* \([0-9]* -> [^0-9]*\).*/\1/"' before
	exec 7</dev/null
	run sh -c "$list"
	before=$output
	trace -o "$T/out" -- sh -c "$list"
	[[ $output == *"7 -> /dev/null"* ]]
	[[ $output == "$before" ]] || { diff <(echo "$before") <(echo "$output"); false; }
	exec 7<&-
	list='exec <&- 2>&-; $0 "$@" sh -c "ls /proc/self/fd | tr \\\\n ."'
	run sh -c "$list" env
	before=$output
	run sh -c "$list" "$PEERLESS" trace --
	echo "$before / $output"
	((status == 0))
	[[ $output == "$before" ]]
}

@test "trace: signal mask and ignored signals are the caller's" {
	local show=(grep -E '^Sig(Blk|Ign)' /proc/self/status) way before
	for way in --ignore-signal=USR1 --block-signal=USR2 --default-signal=PIPE \
		--ignore-signal=CHLD --ignore-signal=PIPE; do
		run env "$way" "${show[@]}"
		before=$output
		run env "$way" "$PEERLESS" trace -o "$T/out" -- "${show[@]}"
		echo "$way: $before / $output"
		((status == 0))
		[[ $output == "$before" ]]
	done
}

@test "trace: who is to die with its parent, does" {
	need setpriv
	run setpriv --pdeathsig USR1 "$PEERLESS" trace -o "$T/out" -- "$PYTHON" -c '
import ctypes
death = ctypes.c_int()
ctypes.CDLL(None).prctl(2, ctypes.byref(death), 0, 0, 0)
print(death.value)'
	[[ $output == 10 ]]
}

@test "trace: a call is shown while the program goes on" {
	cat >"$T/slow.py" <<-END
		$PAIR
		import sys, time
		print("ready", flush=True)
		sys.stdin.read(1)
	END
	mkfifo "$T/prog.in"
	start prog "$PEERLESS" trace -- "$PYTHON" "$T/slow.py"
	retry 200 0.05 says prog ready
	retry 40 0.05 says prog 'send('
	running prog
	echo >"$T/prog.in"
	finish prog
	((status == 0))
}

@test "trace: a program whose stderr nobody reads is left alone" {
	cat >"$T/many.py" <<-'END'
		import socket, sys
		a, b = socket.socketpair()
		for i in range(3000):
		    a.send(b"abc"); b.recv(9)
		print("done")
		sys.exit(4)
	END
	"$PYTHON" -c '
import os, subprocess, sys
r, w = os.pipe()
os.close(r)
p = subprocess.run(sys.argv[1:], stderr=w, stdout=subprocess.PIPE, timeout=60)
print(p.returncode, p.stdout.decode(), end="")
' "$PEERLESS" trace -- "$PYTHON" "$T/many.py" >"$T/said"
	[[ $(cat "$T/said") == "4 done" ]]
}

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
	tidy
}

@test "run --trace: the recording is there before the program starts, and is gone on with" {
	run_peerless --trace="$T/rec" -- stat -c '%a %h' "$T/rec"
	((status == 0))
	[[ $output == "600 1" ]]
	run_peerless --trace="$T/rec" -- "$PYTHON" -c "$PAIR"
	run_peerless --trace="$T/rec" -- "$PYTHON" -c "$PAIR"
	run "$PEERLESS" show "$T/rec"
	(($(grep -c 'send(' <<<"$output") == 2))
	run_peerless --trace="$T/%c.%p" -- "$PYTHON" -c "$PAIR"
	((status == 0))
	(($(find "$T" -name '*.[0-9]*' | wc -l) == 1))
	run "$PEERLESS" show "$T/${PYTHON##*/}".*
	[[ $output == *'send('* ]]
}

@test "run --trace: what is no recording, or cannot be one, is refused and untouched" {
	echo mine >"$T/file"
	ln -s "$T/rec" "$T/link"
	refuses() {
		run_peerless --trace="$2" "${@:3}" -- touch "$T/started"
		refused "$1" "TRACE=$2"
	}
	refuses 125 "$T/file"
	[[ $output == *"no recording"* && $(cat "$T/file") == mine ]]
	refuses 125 "$T/link"
	[[ $output == *"symbolic link"* && ! -e $T/rec ]]
	refuses 125 "$T/no/such/rec"
	[[ $output == *"No such file"* ]]
	refuses 125 "$T/no/such/%p"
	run bash -c 'ulimit -f 1000; exec "$@"' limit "$PEERLESS" run --trace="$T/big" -- touch "$T/started"
	refused 125 "TRACE=$T/big" EFBIG
	[[ ! -e $T/big && -z $(find "$T" -name '*.new.*') ]]
	run_peerless --trace=relative -- touch "$T/started"
	refused 2 relative /absolute/path
	run_peerless --trace="$T/%x" -- touch "$T/started"
	refused 2 %x %p
}

@test "check: a recording that could not be made is a warning" {
	check --trace="$T/no/such/rec" -- true
	shows "warning: TRACE=$T/no/such/rec: " "nothing will be recorded"
	check --trace="$T/rec" -- true
	[[ $output != *warning* && ! -e $T/rec ]]
	echo mine >"$T/file"
	check --trace="$T/file"
	shows "warning: TRACE=$T/file: " "no recording"
}
