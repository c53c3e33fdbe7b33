#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# What a program passes is read only where the kernel has read it too.

bats_require_minimum_version 1.5.0
load helpers

@test "recording: a call that fails in the kernel's stead reads nothing that was passed" {
	cat >"$T/dead.py" <<-'END'
		import ctypes, os, socket, struct, sys
		libc = ctypes.CDLL(None, use_errno=True)
		listener = socket.create_server(("127.0.0.1", 0))
		a = socket.create_connection(listener.getsockname())
		b, _ = listener.accept()
		b.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
		b.close()
		try:
		    a.recv(1)
		except ConnectionResetError:
		    pass
		nowhere = ctypes.c_void_p(16)
		for name in "recvmsg sendmsg".split():
		    print(name, getattr(libc, name)(a.fileno(), nowhere, 0))
		print("readv", libc.readv(a.fileno(), nowhere, 2))
	END
	export PEERLESS_ON_DEATH=error PEERLESS_TRACE=$T/rec
	shimmed "$PYTHON" "$T/dead.py"
	((status == 0))
	[[ $output == *"recvmsg -1"*"sendmsg -1"*"readv -1"* ]]
	"$PEERLESS" show -e trace=readv "$T/rec" | grep -q ' = -1 ECONNRESET'
}
