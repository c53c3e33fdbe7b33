#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""ledger.py [--unread] [--no-strace] [--absent N] JSON STRACE KERNEL: does everybody count the same bytes?  For
each TCP connection of a traced program, by its two addresses:

JSON    `peerless show -F json`: the sum of its calls' bytes, by its processes together; and what
        the library itself asked of TCP_INFO before the last close
STRACE  `strace -f -yy`: the sum of what the system calls returned, without MSG_PEEK
KERNEL  `ss -E -tineO`: sockets as they are destroyed.  bytes_sent - bytes_retrans is the payload
        that left an end; that of the other end is what came.  bytes_acked counts SYN and FIN too,
        bytes_received FIN.  notsent is what a reset by the peer left behind, and a FIN.

--absent N: the program was killed: of what it sent, N bytes may be absent in all.
--unread: the program need not have read all that came.  Prints what differs, and last
"N connections, N out, N in".  Exits 1 if anything differs."""
import argparse
import collections
import json
import re
import sys

DATA_IN = {"read", "readv", "recvfrom", "recvmsg", "recvmmsg"}
DATA_OUT = {"write", "writev", "sendto", "sendmsg", "sendmmsg", "sendfile", "splice"}  # splice: to a socket only
CALL = re.compile(r"^(\d+) +(\w+)\((.*)$")
RESUMED = re.compile(r"^(\d+) +<\.\.\. (\w+) resumed>(.*)$")
ENDS = re.compile(r"(\d+)<TCP(?:v6)?:\[(.*?)->(.*?)\]>")
ENDED = re.compile(r"(\d+)<TCP(?:v6)?:\[\d+\]>")  # the kernel no longer says whose it was
RESULT = re.compile(r".*\) += (-?\d+)")


def recorded(name):
    """{(local, peer): [out, in]} by the calls, and the same by the library's TCP_INFO."""
    sums, closes, tcp = collections.defaultdict(lambda: [0, 0]), {}, set()
    with open(name, encoding="utf-8") as lines:
        events = [json.loads(line) for line in lines]
    ends = {}
    for e in events:
        if e["event"] == "open" and e["socket"] == "tcp" and "peer" in e:
            ends[e["conn"]] = (e["local"], e["peer"])
            tcp.add(ends[e["conn"]])
    for e in events:
        key = ends.get(e.get("conn"))
        if key and e["event"] == "call" and e.get("bytes"):
            sums[key][e["call"] in DATA_IN | {"recv"}] += e["bytes"]
        if key and e["event"] == "close" and "bytes_in" in e:
            closes[key] = (e["bytes_out"], e["bytes_in"])
    return {key: tuple(sums[key]) for key in tcp}, closes


def straced(name):
    sums, begun, known = collections.defaultdict(lambda: [0, 0]), {}, {}
    with open(name, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            hit = CALL.match(line)
            if line.endswith("<unfinished ...>\n"):
                begun[hit[1]] = (hit[2], hit[3])
                continue
            again = RESUMED.match(line)
            if again:
                call, args = begun.pop(again[1])
                count(sums, call, args + again[3], known, again[1])
            elif hit:
                count(sums, hit[2], hit[3], known, hit[1])
    return {key: tuple(value) for key, value in sums.items()}


def count(sums, call, text, known, pid):
    ends, ended, result = ENDS.search(text), ENDED.search(text), RESULT.match(text)
    if ends:
        known[pid, ends[1]] = ends.group(2, 3)
    key = known.get((pid, (ends or ended or [0, 0])[1]))
    if not key or not result or int(result[1]) <= 0 or "MSG_PEEK" in text:
        return
    if call not in DATA_IN | DATA_OUT:
        return
    n = int(result[1])
    if call.endswith("mmsg"):
        n = sum(map(int, re.findall(r"msg_len=(\d+)", text)[:n]))
    sums[key][call in DATA_IN] += n


def kernel(name):
    """{(local, peer): {field: number}}; of a reused pair of ports, the last."""
    found = {}
    with open(name, encoding="utf-8") as lines:
        for line in lines:
            words = line.split()
            fields = dict(re.findall(r"(bytes_\w+|notsent):(\d+)", line))
            if len(words) > 5 and words[0] != "State":
                found[words[3], words[4]] = {key: int(value) for key, value in fields.items()}
    return found


def payload(end):
    return end.get("bytes_sent", 0) - end.get("bytes_retrans", 0)


def differs(key, got, sums, args):
    """What others say of this connection, where it is not what the recording says."""
    local, peer = sums["kernel"].get(key), sums["kernel"].get(key[::-1])
    if local is None or peer is None:
        return "the kernel has not ended it"
    out, came = payload(local), payload(peer)
    left = local.get("notsent", 0)
    if args.absent and got[0] < out + left <= got[0] + args.absent:
        args.absent -= out + left - got[0]
        got = (out + left, got[1])
    if got[0] not in ({out + left, out + left - 1} if left else {out}) or (got[1] > came if args.unread else got[1] != came):
        return f"the kernel has out={out}+{left} in={came}"
    if not 0 <= local.get("bytes_acked", 0) - out <= 2 and not args.unread:
        return f"bytes_acked is {local.get('bytes_acked', 0)}"
    if not 0 <= local.get("bytes_received", 0) - came <= 1 and not args.unread:
        return f"bytes_received is {local.get('bytes_received', 0)}"
    if not args.no_strace and sums["strace"].get(key, (0, 0)) != got:
        return "strace has out=%d in=%d" % sums["strace"].get(key, (0, 0))
    if not args.unread and sums["closes"].get(key, got) != got:
        return "TCP_INFO at the end had out=%d in=%d" % sums["closes"][key]
    return ""


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--unread", action="store_true")
    parser.add_argument("--no-strace", action="store_true")
    parser.add_argument("--absent", type=int, default=0)
    parser.add_argument("json")
    parser.add_argument("strace")
    parser.add_argument("kernel")
    args = parser.parse_args()
    rec, closes = recorded(args.json)
    sums = {"closes": closes, "kernel": kernel(args.kernel), "strace": {}}
    if not args.no_strace:
        sums["strace"] = straced(args.strace)
    wrong = [f"{key}: in strace only" for key in sums["strace"] if key not in rec]
    for key, got in sorted(rec.items()):
        why = differs(key, got, sums, args)
        if why:
            wrong.append(f"{key[0]}->{key[1]}: recorded out={got[0]} in={got[1]}; {why}")
    print(*wrong, sep="\n")
    print(f"{len(rec)} connections, {sum(v[0] for v in rec.values())} out,"
          f" {sum(v[1] for v in rec.values())} in")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
