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
