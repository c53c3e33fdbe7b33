#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # for a shell inside; bats sets status, output and stderr
# peerless trace: the program's exit status, signals, terminal and descriptors are its own, and what
# it does is shown while it does it.

bats_require_minimum_version 1.5.0
load helpers
load command
load trace

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

@test "trace: a terminal that hangs up tells the program, where we lead the session" {
	run timeout -k 5 60 "$PYTHON" -c '
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
shown = b""
while b"ready" not in shown:
    shown += os.read(fd, 999)
os.close(fd)
print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
' "$PEERLESS" trace -o "$T/out" -- bash -c 'trap "echo HUP >>$0; sleep 0.3; exit 5" HUP
		echo ready; for i in {1..200}; do sleep 0.05; done' "$T/got"
	echo "$output"
	[[ $output == "status 5" && $(cat "$T/got") == HUP ]]
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
		    os.write(1, b"tidy\n") # print() may be under way
		    os.kill(os.getpid(), signal.SIGSTOP)
		    os.write(1, b"again\n")
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

# A recording is its maker's alone: who becomes another user and executes a program leaves it.
@test "trace: a program that becomes another user's says that it is not recorded" {
	need setpriv
	need_root "to become another user"
	local become=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	trace -o "$T/out" -- "${become[@]}" "$PYTHON" -c "$PAIR"
	echo "$output"
	((status == 0))
	[[ $(wc -l <<<"$output") == 1 ]]
	[[ $output == *"prog=python3 event=config problem="*": nothing is recorded: the file "*EACCES* ]]
	trace --log=off -o "$T/out" -- "${become[@]}" "$PYTHON" -c "$PAIR"
	[[ $status == 0 && -z $output ]]
	# Nothing else is logged: what happens to peers is in the recording.
	trace -o "$T/out" -- "$PYTHON" -c 'import socket, struct
s = socket.create_server(("127.0.0.1", 0))
c = socket.create_connection(s.getsockname()); a, _ = s.accept()
a.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); a.close()
try: c.recv(1)
except OSError: pass'
	echo "$output"
	[[ $status == 0 && -z $output ]]
	grep -q 'verdict.*cause=reset' "$T/out"
}
