#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2317 # bats sets status and output; helpers call the functions
# Calls that fail before there is a socket, or for want of one, are recorded with their errno too.

bats_require_minimum_version 1.5.0
load helpers
load recorded

# recorded CODE: a Python program that is recorded, with sub(CALL…), which swallows its error.
recorded() {
	preloaded PEERLESS_TRACE="$T/rec" "$PYTHON" -c "
import ctypes, os, resource, socket, sys
def sub(f, *args):
    try: return f(*args)
    except OSError: pass
$1" "$T"
	show_json
}

# failed CALL ERRNO: how many such calls failed so, none of which has a connection.
failed() {
	asked ".call == \"$1\" and .errno == \"$2\" and .ret == -1 and .conn == null"
}

@test "failed: socket and socketpair, without a free descriptor or the family" {
	recorded '
sub(socket.socket, 45, socket.SOCK_STREAM)
s = socket.socket()
resource.setrlimit(resource.RLIMIT_NOFILE, (s.fileno() + 1,) * 2)
sub(socket.socket); sub(socket.socketpair)'
	(($(failed socket EAFNOSUPPORT) == 1))
	(($(failed socket EMFILE) == 1))
	(($(failed socketpair EMFILE) == 1))
	(($(asked '.call == "socket" and .ret == -1 and .domain == "AF_INET" and .fd == null') == 1))
	run "$PEERLESS" show "$T/rec"
	[[ $output == *"socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC) = -1 EMFILE ("* ]]
}

# Python's own closes and writes beside them: what is no call on sockets alone stays unrecorded.
@test "failed: calls on sockets alone, on what is none or is closed" {
	recorded '
libc = ctypes.CDLL(None)
def each(fd):
    buffer = ctypes.create_string_buffer(512)
    libc.connect(fd, buffer, 16); libc.listen(fd, 1); libc.shutdown(fd, 1)
    libc.accept(fd, None, None); libc.accept4(fd, None, None, 0)
    libc.getsockopt(fd, 1, 2, buffer, buffer); libc.setsockopt(fd, 1, 2, buffer, 4)
    for i in range(2): # what was found out by the first is known to the second
        libc.recv(fd, buffer, 1, 0); libc.send(fd, buffer, 1, 0)
        libc.recvfrom(fd, buffer, 1, 0, None, None); libc.sendto(fd, buffer, 1, 0, None, 0)
        libc.recvmsg(fd, buffer, 0); libc.sendmsg(fd, buffer, 0)
        libc.recvmmsg(fd, buffer, 1, 0, None); libc.sendmmsg(fd, buffer, 1, 0)
    libc.read(fd, None, 1); libc.write(fd, None, 1); libc.dup2(fd, -1)
file = os.open("/dev/null", os.O_RDWR)
each(file)
os.close(file)
each(file)
libc.read(file, buffer := ctypes.create_string_buffer(8), 1); libc.close(file)'
	local call error
	for error in ENOTSOCK EBADF; do
		for call in connect listen shutdown accept accept4 getsockopt setsockopt; do
			(($(failed "$call" "$error") == 1)) || { echo "$call $error"; return 1; }
		done
		for call in recv send recvfrom sendto recvmsg sendmsg recvmmsg sendmmsg; do
			(($(failed "$call" "$error") == 2)) || { echo "$call $error"; return 1; }
		done
	done
	(($(asked '.event == "call"') == 2 * (7 + 16)))
}
