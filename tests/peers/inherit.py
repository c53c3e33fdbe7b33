#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Starts a program with a socket that it did not make, as inetd and systemd do.

inherit.py connect HOST:PORT FD CMD…   CMD has a connection as descriptor FD, or as FD,FD
inherit.py listen FD CMD…              ... a listener; a client connects and waits for its end.
                                       LISTEN_FDS and LISTEN_PID are set.
inherit.py listen:PORT FD CMD…         ... on this port, and no client
"""
import os
import socket
import sys


def place(sock, number):
    """The socket as that descriptor, inheritable, and no copy of it."""
    old = sock.detach()
    if old != number:
        os.dup2(old, number)
        os.close(old)
    os.set_inheritable(number, True)


def main():
    how, args = sys.argv[1], sys.argv[2:]
    if how == "connect":
        host, port = args.pop(0).rsplit(":", 1)
        sock = socket.create_connection((host, int(port)))
    else:
        sock = socket.socket()
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", int(how.partition(":")[2] or 0)))
        sock.listen(8)
    name = sock.getsockname()
    numbers = [int(number) for number in args.pop(0).split(",")]
    place(sock, numbers[0])
    for number in numbers[1:]:
        os.dup2(numbers[0], number)
    if how == "listen":
        if os.fork() == 0:
            client = socket.create_connection(name)
            client.recv(1)
            os._exit(0)
    os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
    os.execvp(args[0], args)


if __name__ == "__main__":
    sys.exit(main())
