#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A server for tests, well-behaved or not.  Says `port N` once it listens, `accepted` and
`received N` (bytes, at a connection's end) after that.  One thread.  SIGUSR1: reset every
connection; SIGUSR2: close every connection in an orderly way; they stay listening.

peer.py [--host H] [--port P] [--unix PATH] [--rcvbuf N] [--save FILE] [--pause S] BEHAVIOUR [ARG]
  drain         reads everything
  idle          never reads
  echo          sends back what comes
  slow RATE     reads RATE bytes a second
  say TEXT      sends TEXT at once, or after --pause SECONDS, then drains
  reset [N]     resets after N bytes have come (0: at once)
  close [N]     closes after N bytes have come (0: at once)
  chat          sends a byte ten times a second, and drains
  half          says at once that it will send no more, then never reads
"""
import argparse
import os
import selectors
import signal
import socket
import struct
import sys
import time


def say(text):
    """From a signal handler too, where print() may be under way already."""
    os.write(1, (str(text) + "\n").encode())


class Connection:
    def __init__(self, sock):
        self.sock = sock
        self.count = 0


class Peer:
    def __init__(self, args):
        self.args = args
        self.behaviour = args.behaviour
        self.number = int(args.arg) if args.arg.isdigit() else 0
        self.connections = {}
        self.poll = selectors.DefaultSelector()
        self.listener = self.listen()

    def listen(self):
        args = self.args
        if args.unix:
            sock = socket.socket(socket.AF_UNIX)
            sock.bind(args.unix)
            name = args.unix
        else:
            family = socket.AF_INET6 if ":" in args.host else socket.AF_INET
            sock = socket.socket(family)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if args.rcvbuf:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, args.rcvbuf)
            sock.bind((args.host, args.port))
            name = sock.getsockname()[1]
        sock.listen(64)
        self.poll.register(sock, selectors.EVENT_READ)
        say(f"port {name}")
        return sock

    def end(self, conn, reset=False):
        if reset:
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if conn.sock in self.poll.get_map():
            self.poll.unregister(conn.sock)
        self.connections.pop(conn.sock, None)
        conn.sock.close()
        say(f"received {conn.count}")

    def end_all(self, reset):
        for conn in list(self.connections.values()):
            self.end(conn, reset)

    def accept(self):
        sock, _ = self.listener.accept()
        conn = Connection(sock)
        self.connections[sock] = conn
        say("accepted")
        if self.behaviour == "say":
            time.sleep(self.args.pause)
            sock.sendall(self.args.arg.encode())
        if self.behaviour == "half":
            sock.shutdown(socket.SHUT_WR)
        if self.behaviour in ("reset", "close") and self.number == 0:
            self.end(conn, self.behaviour == "reset")
        elif self.behaviour not in ("idle", "half", "slow"):
            self.poll.register(sock, selectors.EVENT_READ)

    def read(self, conn, size):
        try:
            data = conn.sock.recv(size, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return
        except ConnectionError as error:
            say(f"error {error.errno}")
            data = b""
        if not data:
            self.end(conn)
            return
        conn.count += len(data)
        if self.args.save:
            with open(self.args.save, "ab") as out:
                out.write(data)
        if self.behaviour == "echo":
            conn.sock.sendall(data)
        if self.behaviour in ("reset", "close") and conn.count >= self.number:
            self.end(conn, self.behaviour == "reset")

    def chat(self, conn):
        try:
            conn.sock.send(b".", socket.MSG_DONTWAIT)
        except BlockingIOError:
            pass
        except ConnectionError:
            self.end(conn)

    def tick(self):
        for conn in list(self.connections.values()):
            if self.behaviour == "chat":
                self.chat(conn)
            else:
                self.read(conn, max(1, self.number // 10))

    def run(self):
        ticks = self.behaviour in ("slow", "chat")
        next_tick = time.monotonic()
        while True:
            for key, _ in self.poll.select(0.1 if ticks else None):
                if key.fileobj is self.listener:
                    self.accept()
                elif key.fileobj in self.connections:
                    self.read(self.connections[key.fileobj], 65536)
            if ticks and time.monotonic() >= next_tick:
                next_tick += 0.1
                self.tick()


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--unix")
    parser.add_argument("--rcvbuf", type=int)
    parser.add_argument("--save")
    parser.add_argument("--pause", type=float, default=0)
    parser.add_argument("behaviour")
    parser.add_argument("arg", nargs="?", default="")
    peer = Peer(parser.parse_args())
    signal.signal(signal.SIGUSR1, lambda *_: peer.end_all(True))
    signal.signal(signal.SIGUSR2, lambda *_: peer.end_all(False))
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    peer.run()


if __name__ == "__main__":
    sys.exit(main())
