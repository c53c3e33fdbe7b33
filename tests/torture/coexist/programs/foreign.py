# SPDX-License-Identifier: MIT
# libc opened again by ctypes: the names that it finds in the program, and those of libc alone.
import ctypes, socket

for libc in ctypes.CDLL(None, use_errno=True), ctypes.CDLL("libc.so.6", use_errno=True):
    a, b = socket.socketpair()
    buf = ctypes.create_string_buffer(8)
    print(libc.write(a.fileno(), b"hello", 5), libc.read(b.fileno(), buf, 8), buf.value)
    print(libc.send(a.fileno(), b"hello", 5, 0), libc.recv(b.fileno(), buf, 8, 0), buf.value)
    print(libc.recv(9999, buf, 8, 0), ctypes.get_errno())
    pair = (ctypes.c_int * 2)()
    print(libc.socketpair(1, 1, 0, pair), libc.close(pair[0]))
    print(libc.recv(pair[1], buf, 8, 0), libc.send(pair[1], b"x", 1, 0x4000), ctypes.get_errno())
    print(libc.close(pair[1]), libc.close(pair[1]), ctypes.get_errno())
    a.close(), b.close()
