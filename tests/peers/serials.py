#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""serials.py serve: reads what tests/victims/hammer.c sends.  Says `port N`, `begin` at a connection's
first bytes, and at its end `end NAME BYTES`.
serials.py check [--wrapped] JSON ENDS: `peerless show -F json` of a hammer that was killed, and what
`serve` said.  Of each connection, what was recorded is what it sent, without a gap, from the first
on, or --wrapped from somewhere on, to the last but one at least: the call that was under way when
death came may be absent.  Prints what is wrong, and last "N connections, N sent, N recorded"."""
import base64
import collections
import json
import selectors
import socket
import sys

SIZE = 16  # bytes a message: name, colon, serial number


def say(text):
    sys.stdout.seek(0, 2)  # tests cut it off
    print(text, flush=True)


def serve():
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    say(f"port {listener.getsockname()[1]}")
    poll = selectors.DefaultSelector()
    poll.register(listener, selectors.EVENT_READ)
    counts, names = collections.Counter(), {}
    while True:
        for key, _ in poll.select():
            if key.fileobj is listener:
                poll.register(listener.accept()[0], selectors.EVENT_READ)
                continue
            data = key.fileobj.recv(1 << 20)
            if data and key.fd not in names:
                names[key.fd] = data[:4].decode()
                say("begin")
            counts[key.fd] += len(data)
            if not data:
                poll.unregister(key.fileobj)
                if key.fd in names:
                    say(f"end {names.pop(key.fd)} {counts.pop(key.fd)}")
                key.fileobj.close()


def streams(name):
    """{name: bytes} as recorded; a connection of which nothing was is absent."""
    got = collections.defaultdict(bytearray)
    with open(name, encoding="utf-8") as lines:
        for line in lines:
            e = json.loads(line)
            if "payload" in e:
                got[e["conn"]] += base64.b64decode(e["payload"])
    return {bytes(data[:4]).decode(): bytes(data) for data in got.values()}


def without_old(got):
    """A chunk that a signal handler took while its thread was taking one is the newer of the two and
    has the older records: at the far end a few may outlive those that followed them."""
    serial = [int(got[i + 5:i + SIZE]) for i in range(0, len(got) - SIZE + 1, SIZE)]
    for i in range(min(8, len(serial) - 1), 0, -1):
        if serial[i] > serial[i - 1] + 1:
            return got[i * SIZE:]
    return got


def wrong(name, sent, got, wrapped):
    """What is wrong with it, or ""."""
    if wrapped:
        got = without_old(got)
    first = int(got[5:SIZE]) if got else 0
    if first and not wrapped:
        return f"begins at {first}"
    count = (len(got) + SIZE - 1) // SIZE
    want = b"".join(b"%s:%011d" % (name.encode(), first + i) for i in range(count))
    if got != want[:len(got)]:
        at = next(i for i in range(len(got)) if got[i] != want[i]) // SIZE * SIZE
        return f"has {got[at:at + SIZE]} for {want[at:at + SIZE]}"
    end = first * SIZE + len(got)
    if got and not sent - SIZE <= end <= sent:
        return f"ends at {end} of {sent} bytes"
    if not got and sent > SIZE and not wrapped:
        return f"has nothing of {sent} bytes"
    return ""


def check(wrapped, name, said):
    with open(said, encoding="utf-8") as lines:
        words = [line.split() for line in lines if line.startswith("end")]
    sent = {name: int(count) for _, name, count in words}
    got = streams(name)
    bad = [f"{name}: never sent" for name in got if name not in sent]
    for name, count in sorted(sent.items()):
        why = wrong(name, count, got.get(name, b""), wrapped)
        bad += [f"{name}: {why}"] if why else []
    print(*bad, sep="\n")
    print(f"{len(words)} connections, {sum(sent.values()) // SIZE} sent,"
          f" {sum(map(len, got.values())) // SIZE} recorded")
    return 1 if bad else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    sys.exit(check("--wrapped" in sys.argv, *sys.argv[-2:]))
