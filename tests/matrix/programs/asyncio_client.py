#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A client with an asyncio loop.  What it plays and says: client.h."""
import asyncio
import errno
import os
import sys

LINE_BYTES = {"inflight": 100, "heartbeat": 10, "request": 10}
ROLES = ["idle", "inflight", "bulk", "heartbeat", "connect", "request", "reader", "writer"]


def say(line):
    print(line, flush=True)


def end_of(exc):
    if exc is None:
        return "eof"
    return f"end {errno.errorcode.get(exc.errno, '?')} transport"


class Client(asyncio.Protocol):
    def __init__(self, role):
        self.role = role
        self.loop = asyncio.get_running_loop()
        self.ended = self.loop.create_future()
        self.asked = False
        self.flooding = False
        self.paused = False
        self.count = 0

    def connection_made(self, transport):
        self.transport = transport
        say("connected" if self.role == "connect" else "ready")
        if self.role == "connect":
            os._exit(0)
        if self.role == "writer":
            self.pace()
        try:
            self.loop.add_reader(0, self.lines)
        except PermissionError:
            pass  # a file or /dev/null cannot be waited for: no line comes

    def pace(self):
        if not self.transport.is_closing():
            self.transport.write(bytes(1000))
            self.loop.call_later(0.2, self.pace)

    def flood(self):
        if self.flooding and not self.paused and not self.transport.is_closing():
            self.transport.write(bytes(65536))
            self.loop.call_soon(self.flood)

    def pause_writing(self):
        self.paused = True

    def resume_writing(self):
        self.paused = False
        self.flood()

    def lines(self):
        text = os.read(0, 512)
        if not text:
            self.loop.remove_reader(0)
        count = text.count(b"\n")
        if count and self.role == "bulk" and not self.flooding:
            self.flooding = True
            self.flood()
        elif count and self.role in LINE_BYTES:
            self.asked = self.role == "request"
            self.transport.write(bytes(count * LINE_BYTES[self.role]))

    def data_received(self, data):
        self.count += len(data)
        if self.asked:
            self.asked = False
            say("answer")

    def eof_received(self):
        return self.role == "writer"  # True: goes on writing

    def connection_lost(self, exc):
        if self.role == "reader":
            print(f"read={self.count}", file=sys.stderr, flush=True)
        self.ended.set_result(end_of(exc))


async def main(host, port, role):
    if role == "connect":
        say("ready")
    try:
        _, client = await asyncio.get_running_loop().create_connection(
            lambda: Client(role), host, int(port)
        )
    except OSError as exc:
        say(f"end {errno.errorcode.get(exc.errno, '?')} connect")
        return
    say(await client.ended)


if sys.argv[1:] == ["--roles"]:
    say("\n".join(ROLES))
elif len(sys.argv) != 4 or sys.argv[3] not in ROLES:
    sys.exit(f"usage: {sys.argv[0]} HOST PORT ROLE, a ROLE of --roles")
else:
    asyncio.run(main(*sys.argv[1:]))
