# SPDX-License-Identifier: MIT
"""Makes a real program speak as a client of the matrix does (client.h): what lines on stdin mean to
it, and what its own words mean.  Its errno is what its message holds of it, else "-"; in place of
the call stands the program's name."""
import collections
import errno
import os
import signal
import subprocess
import sys
import threading
import time

# What is run for a role.  ready: the line of its output that says that it is connected, or None:
# asked of the kernel; feed: written to its stdin for each line of ours; flood: without end;
# answer: what its answers hold.
Part = collections.namedtuple("Part", "argv ready feed flood answer", defaults=(None, b"", False, None))

ERRNOS = {os.strerror(number): name for number, name in errno.errorcode.items()}
ERRNOS["recv timeout"] = "ETIMEDOUT"  # so says hiredis
ERRNOS["Connection reset by "] = "ECONNRESET"  # so says ssh, with an address behind it


def say(line):
    print(line, flush=True)


def established(pid):
    """Has it a connection?"""
    inodes = set()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            inodes.add(os.readlink(f"/proc/{pid}/fd/{fd}"))
        except OSError:
            pass
    for table in ("tcp", "tcp6"):
        with open(f"/proc/{pid}/net/{table}") as lines:
            for line in lines:
                word = line.split()
                if word[3] == "01" and f"socket:[{word[9]}]" in inodes:
                    return True
    return False


def feed_lines(part, to):
    """Our stdin, to the end; the program's own stays open after that."""
    try:
        while text := os.read(0, 512):
            for _ in range(text.count(b"\n")):
                os.write(to, part.feed)
                while part.flood:
                    os.write(to, part.feed * 1000)
    except OSError:
        pass  # it has ended, and says why


def last_word(name, words, closed):
    """closed: what it says of an orderly end."""
    text = "\n".join(words)
    for message, number in ERRNOS.items():
        if message in text:
            return f"end {number} {name}"
    if any(word in text for word in closed):
        return "eof"
    return f"end - {name}"


def wait_connected(child):
    while child.poll() is None and not established(child.pid):
        time.sleep(0.05)
    if child.poll() is None:
        say("ready")


def play(part, closed):
    child = subprocess.Popen(
        part.argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    # Who stops us means it.
    signal.signal(signal.SIGTERM, lambda *_: (child.kill(), os._exit(143)))
    if part.ready is None:
        wait_connected(child)
    threading.Thread(
        target=feed_lines, args=(part, child.stdin.fileno()), daemon=True
    ).start()
    words = []
    for line in child.stdout:
        line = line.decode(errors="replace").strip()
        if line == part.ready:
            say("ready")
        elif part.answer and part.answer in line:
            say("answer")
        else:
            words = [*words[-9:], line]
    print(*words, sep="\n", file=sys.stderr, flush=True)
    child.wait()
    say(last_word(os.path.basename(part.argv[0]), words, closed))


def main(parts, closed):
    """parts: a function of (host, port) that gives the Part of each role."""
    roles = parts("", "")
    if sys.argv[1:] == ["--roles"]:
        say("\n".join(roles))
    elif len(sys.argv) != 4 or sys.argv[3] not in roles:
        sys.exit(f"usage: {sys.argv[0]} HOST PORT ROLE, a ROLE of --roles")
    else:
        play(parts(*sys.argv[1:3])[sys.argv[3]], closed)
