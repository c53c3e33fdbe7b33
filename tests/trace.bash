# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034,SC2154 # bats sets status and output; who loads this uses the rest
# For the tests of peerless trace: programs to trace, and somebody at a terminal.

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

state_is() {
	[[ $(ps -o stat= -p "$1") == $2* ]]
}
