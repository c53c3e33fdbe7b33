#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""client.py HOST PORT IDLE/INTERVAL/COUNT RTO_MAX_MS ROLE…: a connection for each ROLE, armed as a
bound asks for (0/0/0: no keepalive; 0: no TCP_RTO_MAX_MS); says "<local port> ROLE" for each, then
"ready", and does what the roles say until it is ended.  Errors end a connection, not the program.

  idle        nothing
  at:MS       one byte, so long after "ready"
  every:MS    one byte, again and again
  bulk        as much as goes
  finish:MS   shutdown(SHUT_WR), so long after "ready", and waits
  unread      never reads what comes (the others do)
"""
import select
import socket
import sys
import time

TCP_RTO_MAX_MS = 44
DATA = b"x" * 65536


def now_ms():
    return time.monotonic() * 1000


class Connection:
    def __init__(self, address, keepalive, rto_max, role):
        self.name, _, argument = role.partition(":")
        self.period = float(argument or 0)
        self.due = None
        self.sock = socket.socket(socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        if rto_max:
            self.sock.setsockopt(socket.IPPROTO_TCP, TCP_RTO_MAX_MS, rto_max)
        if keepalive[0]:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, keepalive[0])
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, keepalive[1])
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, keepalive[2])
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.sock.connect(address)
        self.sock.setblocking(False)
        print(self.sock.getsockname()[1], role, flush=True)

    def begin(self):
        if self.name in ("at", "every", "finish"):
            self.due = now_ms() + self.period

    def act(self):
        self.due = now_ms() + self.period if self.name == "every" else None
        if self.name == "finish":
            self.sock.shutdown(socket.SHUT_WR)
        else:
            self.sock.send(b"x")


def main():
    host, port, keepalive, rto_max = sys.argv[1:5]
    keepalive = [int(x) for x in keepalive.split("/")]
    connections = [Connection((host, int(port)), keepalive, int(rto_max), r) for r in sys.argv[5:]]
    print("ready", flush=True)
    for c in connections:
        c.begin()
    while True:
        due = min((c.due for c in connections if c.due is not None), default=now_ms() + 1000)
        live = {c.sock: c for c in connections}
        readable, writable, _ = select.select(
            [c.sock for c in connections if c.name != "unread"],
            [c.sock for c in connections if c.name == "bulk"],
            [], max(0, due - now_ms()) / 1000)
        failed = set()
        for act, socks in ((lambda s: s.recv(65536), readable), (lambda s: s.send(DATA), writable)):
            for s in socks:
                try:
                    if act(s) == b"":
                        failed.add(s)
                except BlockingIOError:
                    pass
                except OSError as error:
                    print(live[s].name, "error", error.errno, flush=True)
                    failed.add(s)
        for c in connections:
            try:
                if c.due is not None and now_ms() >= c.due and c.sock not in failed:
                    c.act()
            except BlockingIOError:
                pass
            except OSError as error:
                print(c.name, "error", error.errno, flush=True)
                failed.add(c.sock)
        for s in failed:
            s.close()
        connections = [c for c in connections if c.sock not in failed]


if __name__ == "__main__":
    main()
