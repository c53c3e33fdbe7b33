# SPDX-License-Identifier: MIT
# peerless watch on a terminal, which it shares with a shell: Ctrl-Z, fg, Ctrl-C.
load helpers

# on_terminal HOW SCRIPT: SCRIPT talks by until(TEXT) and press(KEYS) to a `peerless watch` that is a
# job of a shell's, or the terminal's only program.  What came to the terminal stands in $output.
on_terminal() {
	cat >"$T/terminal.py" <<-'END'
		import os, pty, signal, sys
		how, script, *command = sys.argv[1:]
		signal.alarm(30)
		pid, terminal = pty.fork()
		if not pid:
		    os.environ["TERM"] = "xterm"
		    def foreground(group):
		        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
		        os.tcsetpgrp(0, group)
		        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
		    job = os.fork() if how == "job" else 0
		    if not job:
		        if how == "job": os.setpgid(0, 0)
		        foreground(os.getpgrp())
		        os.execv(command[0], command)
		    status = os.waitpid(job, os.WUNTRACED)[1]
		    foreground(os.getpgrp())
		    print("job has", "stopped" if os.WIFSTOPPED(status) else "ended", flush=True)
		    os.read(0, 100)
		    foreground(job)
		    os.kill(job, signal.SIGCONT)
		    print("job has ended:", os.waitpid(job, 0)[1], flush=True)
		    os._exit(0)
		seen = b""
		def until(text):
		    global seen
		    while text not in seen:
		        seen += os.read(terminal, 4096)
		        print(seen, flush=True)
		    seen = seen.split(text, 1)[1]
		def press(keys): os.write(terminal, keys)
		TAKEN, GIVEN_BACK = b"\x1b[?1049h", b"\x1b[?1049l"
		exec(script)
	END
	run "$PYTHON" "$T/terminal.py" "$@" "$PEERLESS" watch --log="file:$LOG" "${PID[a]}"
	((status == 0)) || { echo "$output"; return 1; }
}

@test "terminal: Ctrl-Z gives it back before it stops, and is drawn again when it goes on" {
	start a sleep 60
	on_terminal job '
until(TAKEN); until(b"No TCP connection")
press(b"\x1a"); until(GIVEN_BACK); until(b"job has stopped")
press(b"fg\n"); until(TAKEN); until(b"No TCP connection")
press(b"\x03"); until(GIVEN_BACK); until(b"job has ended: 0")'
}

@test "terminal: where there is no shell that could continue it, Ctrl-Z does not stop it" {
	start a sleep 60
	on_terminal alone '
until(TAKEN); until(b"No TCP connection")
press(b"\x1a"); until(GIVEN_BACK); until(TAKEN); until(b"No TCP connection")
press(b"\x03"); until(GIVEN_BACK)'
}
