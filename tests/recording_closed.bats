#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2317 # bats sets status and output; helpers call the functions
# Who ended a connection first: said where it is known, and only there.

bats_require_minimum_version 1.5.0
load helpers
load recorded

# recorded CODE: a Python program that is recorded, with both ends of a TCP connection to be had, and
# a way to give one up.
recorded() {
	preloaded PEERLESS_TRACE="$T/rec" PEERLESS_LOG_LEVEL=conn "$PYTHON" -c "
import ctypes, socket
l = socket.create_server(('127.0.0.1', 0))
def ends():
    near = socket.create_connection(l.getsockname())
    far, _ = l.accept()
    near.send(b'abcde'); far.recv(9); far.send(b'xyz'); near.recv(9)
    return near, far
def dissolve(s, length=16): return ctypes.CDLL(None).connect(s.fileno(), bytes(16), length)
$1"
	show_json
}

# sides SOCKET HOW: who closed these, in their order; - where nobody knows.
sides() {
	jq -r --arg socket "$1" --arg how "$2" '
		select(.event == "open" and .socket == $socket and .how == $how).conn' "$T/json" |
		while read -r conn; do
			jq -r "select(.event == \"close\" and .conn == $conn) | .closed_by // \"-\"" "$T/json"
		done | xargs
}

@test "closed: of a UNIX socket only what was seen, a shutdown or an end of stream" {
	recorded '
a, b = socket.socketpair(); a.close(); b.close()
a, b = socket.socketpair(); a.close(); b.recv(1); b.close()
a, b = socket.socketpair(); a.shutdown(socket.SHUT_WR); a.close(); b.close()'
	[[ $(sides unix socketpair) == "- - - peer us -" ]]
	run "$PEERLESS" show -e event=close "$T/rec"
	(($(grep -c closed_by <<<"$output") - $(grep -c state= <<<"$output") == 2))
}

@test "closed: connect() to AF_UNSPEC is an end by us, with what was moved until then" {
	recorded '
near, far = ends(); dissolve(near); near.close()
near, far = ends(); far.close(); dissolve(near); near.close()
near, far = ends(); far.close(); near.recv(1); dissolve(near)
near.connect(l.getsockname()); near.close()'
	[[ $(sides tcp connect) == "us peer peer us" ]] || { sides tcp connect; return 1; }
	(($(asked '.event == "close" and .bytes_out == 5 and .bytes_in == 3 and .rtt_us > 0') == 3))
	LOGFILE=$LOG log_has event=close in=3 out=5 closed_by=us
}

@test "closed: connect() to AF_UNSPEC that fails has ended nothing" {
	recorded '
near, far = ends(); dissolve(near, 1); near.send(b"more"); near.close()'
	[[ $(sides tcp connect) == us ]]
	(($(asked '.event == "close" and .bytes_out == 9') == 1))
}
