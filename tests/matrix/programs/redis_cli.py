#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""redis-cli as a client of the matrix (wrapped.py), against a redis-server (servers).

It sets keepalive itself (15/5/3): with OVERRIDE=app that stays.  With commands from stdin it looks
at its connection only while it waits for an answer, and connects anew after a reset or an end of
stream, without a word: an error is told.  --pipe, which floods, tells nothing ("end -")."""
import wrapped

PING = b"PING\r\n"


def parts(host, port):
    cli = ["redis-cli", "-h", host, "-p", port]
    subscribe = wrapped.Part([*cli, "SUBSCRIBE", "x"], ready="subscribe")
    ping = wrapped.Part(cli, feed=PING)
    return {
        "idle": subscribe,
        "reader": subscribe,
        "inflight": ping,
        "heartbeat": ping,
        "request": ping._replace(answer="PONG"),
        "bulk": wrapped.Part([*cli, "--pipe"], feed=PING, flood=True),
    }


wrapped.main(parts, ["Server closed the connection", "Unexpected end of file"])
