#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ssh as a client of the matrix (wrapped.py), against an sshd (servers) whose key is in
$MATRIX_SSH_KEY.  TCPKeepAlive is yes, as it is unless told otherwise; ServerAlive is off likewise."""
import getpass
import os

import wrapped


def parts(host, port):
    ssh = ["ssh", "-F", "none", "-i", os.environ.get("MATRIX_SSH_KEY", "MATRIX_SSH_KEY is not set")]
    for option in (
        "StrictHostKeyChecking=no",
        "BatchMode=yes",
        "UserKnownHostsFile=/dev/null",
        "LogLevel=INFO",
    ):
        ssh += ["-o", option]
    ssh += ["-p", port, f"{getpass.getuser()}@{host}"]
    sleep = wrapped.Part([*ssh, "echo ready; exec sleep 1000"], ready="ready")
    cat = wrapped.Part([*ssh, "echo ready; exec cat >/dev/null"], ready="ready")
    return {
        "idle": sleep,
        "reader": sleep,
        "inflight": cat._replace(feed=bytes(100)),
        "heartbeat": cat._replace(feed=bytes(10)),
        "bulk": cat._replace(feed=bytes(65), flood=True),
        "request": wrapped.Part(
            [*ssh, "echo ready; exec cat"], ready="ready", feed=b"123456789\n", answer="123456789"
        ),
    }


wrapped.main(parts, ["closed by remote host", "closed."])
