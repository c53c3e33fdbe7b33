#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""terminal.py [--expect TEXT | --send KEYS]... -- CMD...: somebody at a terminal.

CMD runs as the leader of a session on a pty of its own.  In turn, TEXT is waited for in what comes
after the TEXT before, and KEYS are typed: ^C, ^Z and such, \\n for return.  All that the terminal
shows is printed in the end, and the exit status is CMD's, 128 + N where signal N ended it, or 1
where a TEXT did not come within 20 s."""

import os
import pty
import select
import sys
import time


def split(argv):
    end = argv.index("--")
    return list(zip(argv[:end:2], argv[1:end:2])), argv[end + 1:]


def keys(text):
    out = text.replace("\\n", "\n")
    for control in "CZ\\":
        out = out.replace("^" + control, chr(ord(control) & 31))
    return out.encode()


def until(fd, shown, text):
    """Reads on until what was shown has text in it, or its end with None."""
    end = time.monotonic() + 20
    while text is None or text not in shown:
        if not select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
            return shown, False
        try:
            more = os.read(fd, 65536)
        except OSError:  # EIO: nobody has the other side open any more
            more = b""
        if not more:
            return shown, text is None
        shown += more
        sys.stdout.buffer.write(more)
    return shown.split(text, 1)[1], True


def main():
    steps, command = split(sys.argv[1:])
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    shown, came = b"", True
    for step, text in steps:
        if step == "--send":
            os.write(fd, keys(text))
        else:
            shown, came = until(fd, shown, text.encode())
        if not came:
            print(f"\nterminal.py: did not come: {text}")
            os.close(fd)
            return 1
    until(fd, shown, None)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status if status >= 0 else 128 - status


sys.exit(main())
