#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2317 # bats sets status and output; helpers call the functions
# UNIX sockets: whose name it is that a recording has of one.

bats_require_minimum_version 1.5.0
load helpers
load recorded

# recorded CODE: a Python program that is recorded, in a folder with a listener and a log's socket.
recorded() {
	(cd "$T" && preloaded PEERLESS_TRACE="$T/rec" "$PYTHON" -c "
import os, socket, subprocess, sys
def unix(name=None, kind=socket.SOCK_STREAM):
    s = socket.socket(socket.AF_UNIX, kind)
    if name: s.bind(name)
    return s
server = unix('server'); server.listen()
log = unix('log', socket.SOCK_DGRAM)
$1")
	show_json
}

# ends CALL BYTES: "local peer" of the calls that moved so many bytes.
ends() {
	jq -r "select(.call == \"$1\" and .bytes == $2) | .local + \" \" + .peer" "$T/json"
}

@test "unix: the peer's name is a connected datagram socket's peer's, not its own" {
	recorded '
s = unix(kind=socket.SOCK_DGRAM); s.connect("log"); s.send(b"message"); log.recv(99)'
	[[ $(ends send 7) == "unix unix:log" && $(ends recv 7) == "unix:log unix" ]]
	(($(asked '.event == "open" and .socket == "unix-dgram" and .peer == "unix:log"') == 1))
}

@test "unix: an inherited client has the server as its peer" {
	recorded '
s = unix(); s.connect("server"); a, _ = server.accept()
subprocess.run([sys.executable, "-c", "import os, sys; os.write(int(sys.argv[1]), b\"child\")",
    str(s.fileno())], pass_fds=[s.fileno()])
a.recv(99)'
	[[ $(ends write 5) == "unix unix:server" && $(ends recv 5) == "unix:server unix" ]]
}

@test "unix: an accepted socket has its client's name as its peer's, if the client has one" {
	recorded '
s = unix("client"); s.connect("server"); a, _ = server.accept()
s.send(b"hi"); a.recv(99)'
	[[ $(ends send 2) == "unix unix:server" && $(ends recv 2) == "unix unix:client" ]]
	run "$PEERLESS" show "$T/rec"
	echo "$output"
	[[ $output == *" unix→unix:client recv("* ]]
}

# filtered EXPRESSION: how many lines of calls that keeps.
filtered() {
	"$PEERLESS" show -e "$1" "$T/rec" | grep -c ' = '
}

@test "unix: a connect() that fails says where it was to go" {
	recorded '
for name in (os.getcwd() + "/gone", "\0gone", "x" * 107):
    try: unix().connect(name)
    except OSError: pass'
	run "$PEERLESS" show -e peer=unix "$T/rec"
	echo "$output"
	[[ $output == *"connect("*", unix:$T/gone) = -1 ENOENT ("* ]]
	[[ $output == *"connect("*", unix:@gone) = -1 ECONNREFUSED ("* ]]
	[[ $output == *"connect("*", unix:$(printf 'x%.0s' {1..107})) = -1 ENOENT ("* ]]
	(($(asked ".call == \"connect\" and .peer == \"unix:$T/gone\" and .errno == \"ENOENT\"") == 1))
	(($(filtered "peer=unix:$T/*") == 1 && $(filtered 'peer=unix') == 3))
	(($(filtered 'peer=unix:/nowhere') == 0))
}

@test "unix: a datagram says where it was sent, whether or not it went, with its bytes and without" {
	local code='
s = unix(kind=socket.SOCK_DGRAM)
for name in ("log", "gone"):
    for send in (lambda: s.sendto(b"message", name), lambda: s.sendmsg([b"notify"], [], 0, name)):
        try: send()
        except OSError: pass
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
try: u.sendto(b"there", ("255.255.255.255", 9))
except OSError: pass'
	local PEERLESS_TRACE_PAYLOAD
	for PEERLESS_TRACE_PAYLOAD in 0 5; do
		export PEERLESS_TRACE_PAYLOAD
		rm -f "$T/rec" "$T/log" "$T/server"
		recorded "$code"
		[[ $(ends sendto 7) == "unix unix:log" && $(ends sendmsg 6) == "unix unix:log" ]]
		(($(asked '.call == "sendto" and .errno == "ENOENT" and .peer == "unix:gone"') == 1))
		(($(asked '.call == "sendmsg" and .errno == "ENOENT" and .peer == "unix:gone"') == 1))
		(($(asked '.call == "sendto" and .ret == -1 and .peer == "255.255.255.255:9"') == 1))
	done
	[[ $(jq -r 'select(.call == "sendto" and .ret == 7).payload | @base64d' "$T/json") == messa ]]
	run "$PEERLESS" show -s 9 "$T/rec"
	echo "$output"
	[[ $output == *'"messa"…, 7, 0, unix:log) = 7 '* ]]
	[[ $output == *'…, 7, 0, unix:gone) = -1 ENOENT '* ]]
}
