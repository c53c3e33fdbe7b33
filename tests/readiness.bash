# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Deaths that a program learns of by waiting: for tests/readiness*.bats, which have loaded helpers.

calls() {
	rm -f "$LOG"
	shimmed "$(victim calls)" "$@"
	echo "calls $*: $status $output"
	cat "$LOG" 2>/dev/null || true
}

# told WORD…: one death, with these words, and no failed connect.
told() {
	[[ $(log_count event=connect-failed) == 0 && $(log_count event=peer-dead) == 1 &&
		$(log_count event=peer-dead "$@") == 1 ]] || { echo "not one peer-dead with: $*"; false; }
}

untold() {
	[[ $(log_count event=peer-dead) == 0 && $(log_count event=connect-failed) == 0 ]]
}

# lacks FILE TEXT
lacks() {
	! grep -F -- "$2" "$1"
}

# No errno: the program did not read it.
without_errno() {
	lacks "$LOG" " errno="
}

# Of a python program: s, connected to c; reset() ends it from c's side; wait() until poll() says so.
pair='
import os, select, socket, struct, sys
l = socket.create_server(("127.0.0.1", 0))
s = socket.create_connection(l.getsockname())
c = l.accept()[0]
def reset():
    c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.close()
def wait():
    p = select.poll()
    p.register(s, 0)
    return p.poll()[0][1]
'
