#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2317 # bats sets status and output; networks call the functions
# What counts as traffic: every way to move bytes, counted as the kernel and strace count them;
# what is only looked at is not.  Datagrams and UNIX sockets, with their addresses and names.

bats_require_minimum_version 1.5.0
load helpers
load recorded

# bytes CALL: what the recording has of it, one line a call.
bytes() {
	jq -c "select(.call == \"$1\").bytes" "$T/json" | paste -sd' '
}

ways() {
	watch_kernel
	head -c 70000 /dev/urandom >"$T/file"
	traced prog "$BUILD/victims/ways" "$T/file"
	ended prog
	# Both ends, so all that went out came in.
	agreed 2
	[[ $(bytes send) == 1 && $(bytes write) == 2 && $(bytes sendto) == 4 ]]
	[[ $(bytes writev) == 8 && $(bytes sendmsg) == 16 && $(bytes sendmmsg) == 96 ]]
	[[ $(bytes sendfile) == 70000 && $(bytes splice) == 5 ]]
	[[ $(bytes recv) == "0 1 5" && $(bytes read) == "2" && $(bytes recvfrom) == "0 4" ]]
	[[ $(bytes readv) == 8 && $(bytes recvmsg) == "0 16 "* && $(bytes recvmmsg) == 96 ]]
	# As it was asked: a look at the next byte returned something, and moved nothing.
	(($(asked '(.flags // "") | contains("MSG_PEEK")') == 3))
	(($(asked '((.flags // "") | contains("MSG_PEEK")) and .ret > 0') == 3))
}

@test "kinds: every way to send and receive on a TCP connection, and to peek" {
	need strace
	victim ways
	in_net ways
}

@test "kinds: splice, to a socket and from one" {
	preloaded PEERLESS_TRACE="$T/rec" "$PYTHON" -c '
import os, socket
a, b = socket.socketpair()
r, w = os.pipe()
os.write(w, b"moved")
os.splice(r, a.fileno(), 5)
os.splice(b.fileno(), w, 3)'
	run "$PEERLESS" show "$T/rec"
	echo "$output"
	grep -qE 'splice\(…, [0-9]+, 5, 0\) = 5' <<<"$output"
	grep -qE 'splice\([0-9]+, …, 3, 0\) = 3' <<<"$output"
	show_json
	[[ $(bytes splice) == "5 3" ]]
	[[ $(jq -r 'select(.call == "splice").direction' "$T/json" | xargs) == "out in" ]]
}

@test "kinds: UDP, with the address of each datagram" {
	preloaded PEERLESS_TRACE="$T/rec" "$PYTHON" -c '
import socket
a = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); a.bind(("127.0.0.1", 0))
b = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); b.bind(("127.0.0.1", 0))
b.sendto(b"query", a.getsockname())
data, peer = a.recvfrom(512)
a.sendto(data * 2, peer)
b.connect(a.getsockname())
b.recv(512); b.send(b"")
print(a.getsockname()[1], b.getsockname()[1])' >"$T/ports"
	local a b
	read -r a b <"$T/ports"
	show_json
	(($(asked ".call == \"sendto\" and .bytes == 5 and .peer == \"127.0.0.1:$a\"") == 1))
	(($(asked ".call == \"recvfrom\" and .bytes == 5 and .peer == \"127.0.0.1:$b\"") == 1))
	(($(asked ".call == \"sendto\" and .bytes == 10 and .peer == \"127.0.0.1:$b\"") == 1))
	(($(asked ".call == \"recv\" and .bytes == 10") == 1))
	(($(asked '.call == "send" and .ret == 0 and .bytes == 0') == 1))
	(($(asked ".event == \"open\" and .socket == \"udp\"") >= 2))
}

@test "kinds: UNIX sockets by name, path, abstract and none" {
	preloaded PEERLESS_TRACE="$T/rec" "$PYTHON" -c '
import socket, sys
for name in (sys.argv[1], "\0peerless-" + sys.argv[2]):
    server = socket.socket(socket.AF_UNIX); server.bind(name); server.listen()
    client = socket.socket(socket.AF_UNIX); client.connect(name)
    near, _ = server.accept()
    client.sendall(b"request"); near.recv(99); near.sendall(b"ok"); client.recv(99)
    for s in (server, client, near): s.close()
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
a.send(b"datagram"); b.recv(99)' "$T/socket" "$$"
	show_json
	local name
	for name in "$T/socket" "@peerless-$$"; do
		(($(asked ".event == \"open\" and .socket == \"unix\" and .how == \"connect\" and
			.peer == \"unix:$name\"") == 1))
		(($(asked ".event == \"open\" and .socket == \"unix\" and .how == \"accept\"") == 2))
		(($(asked ".call == \"send\" and .bytes == 7 and .peer == \"unix:$name\"") +
			$(asked ".call == \"sendall\"") == 1))
	done
	(($(asked '.socket == "unix-dgram" and .how == "socketpair"') == 2))
	(($(asked '.call == "send" and .bytes == 8') == 1))
	# What was closed was closed, each once.
	(($(asked '.event == "close"') == 6))
}
