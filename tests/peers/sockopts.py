#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""sockopts.py PID [PORT]: the options of a running program's TCP sockets, from outside, one a line:
"fd=5 state=established keepalive=1 idle=60 intvl=5 cnt=3 user_timeout=0 local=… peer=…".
With PORT, only those whose local or remote port it is.  Needs what ptrace needs: one's own
process, or root."""
import ctypes
import os
import socket
import sys

STATES = {1: "established", 2: "syn-sent", 8: "close-wait", 10: "listen"}
SYS_PIDFD_OPEN, SYS_PIDFD_GETFD = 434, 438
libc = ctypes.CDLL(None, use_errno=True)


def grab(pid, fd):
    pidfd = libc.syscall(SYS_PIDFD_OPEN, pid, 0)
    got = libc.syscall(SYS_PIDFD_GETFD, pidfd, fd, 0)
    error = ctypes.get_errno()
    os.close(pidfd)
    if got < 0:
        raise OSError(error, os.strerror(error))
    return socket.socket(fileno=got)


def name(address):
    return f"{address[0]}:{address[1]}"


def describe(sock):
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 8)
    words = {"state": STATES.get(info[0], info[0])}
    words["keepalive"] = sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    for key, number in (("idle", 4), ("intvl", 5), ("cnt", 6), ("user_timeout", 18)):
        words[key] = sock.getsockopt(socket.IPPROTO_TCP, number)
    words["local"] = name(sock.getsockname())
    try:
        words["peer"] = name(sock.getpeername())
    except OSError:
        pass
    return words


def main():
    pid = int(sys.argv[1])
    port = sys.argv[2] if len(sys.argv) > 2 else None
    for fd in sorted(map(int, os.listdir(f"/proc/{pid}/fd"))):
        try:
            if not os.readlink(f"/proc/{pid}/fd/{fd}").startswith("socket:"):
                continue
            sock = grab(pid, fd)
        except FileNotFoundError:
            continue
        if sock.family in (socket.AF_INET, socket.AF_INET6) and sock.type == socket.SOCK_STREAM:
            words = describe(sock)
            ends = [words["local"], words.get("peer", "")]
            if port is None or any(end.endswith(":" + port) for end in ends):
                print(f"fd={fd}", *(f"{key}={value}" for key, value in words.items()))
        sock.close()


if __name__ == "__main__":
    sys.exit(main())
