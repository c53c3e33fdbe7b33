#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# The formats that say where the time went, of real programs: summary and chrome.  To the letter:
# tests/unit/test_summary.c, test_chrome.c, test_tally*.c.

bats_require_minimum_version 1.5.0
load helpers

# record FILE CODE [ARG…]: the recording of a Python program.
record() {
	local file=$1
	shift
	preloaded PEERLESS_TRACE="$file" PEERLESS_TRACE_SIZE="${SIZE:-4M}" "$PYTHON" -c "$@"
}

# show FORMAT FILE [OPTION…]
show() {
	run -0 timeout -k 5 60 "$PEERLESS" show -F "$@"
}

# cell N: that cell, counted from 1, of the row on stdin, in microseconds where it is a time.
cell() {
	awk -v n="$1" '{
		text = substr($0, 29 + 9 * (n - 1), 9)
		split(text, part, " ")
		unit["ns"] = 0.001; unit["us"] = 1; unit["ms"] = 1000; unit["s"] = 1000000
		print part[2] in unit ? int(part[1] * unit[part[2]]) : part[1] part[2] }'
}

# rows TEXT: the lines of $output that begin so.
rows() {
	grep -- "^$1" <<<"$output"
}

CLIENT='
import socket, sys, time
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.recv(99)
time.sleep(0.3)
s.send(b"x" * 1000)
s.close()'

@test "summary: it tells whose turn it was" {
	peer server --pause 0.4 say hello
	record "$T/rec" "$CLIENT" "$PORT"
	show summary "$T/rec"
	local row connecting program waiting sending
	row=$(rows "-> 127.0.0.1:$PORT  " | head -n 1)
	connecting=$(cell 2 <<<"$row") program=$(cell 3 <<<"$row")
	waiting=$(cell 4 <<<"$row") sending=$(cell 5 <<<"$row")
	between 390000 "$waiting" 60000000
	between 300000 "$program" 60000000
	((connecting + sending < waiting + program))
	[[ $(cell 6 <<<"$row") == 5B && $(cell 7 <<<"$row") == 1.00kB ]]
	# The row below: first byte, silence, and the end.
	row=$(rows '   python3\[')
	between 390000 "$(cell 1 <<<"$row")" 60000000
	between 390000 "$(cell 2 <<<"$row")" 60000000
	[[ $row == *"  closed by us" ]]
	[[ $(rows 'waiting for the peer') == *"  -> 127.0.0.1:$PORT" ]]
}

@test "summary: the same whether a program blocks or waits by poll" {
	peer server --pause 0.4 say hello
	record "$T/rec" '
import selectors, socket, sys, time
s = socket.socket()
s.setblocking(False)
s.connect_ex(("127.0.0.1", int(sys.argv[1])))
p = selectors.DefaultSelector()
p.register(s, selectors.EVENT_WRITE)
p.select()
assert not s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
p.modify(s, selectors.EVENT_READ)
try:
    s.recv(99)
except BlockingIOError:
    p.select()
s.recv(99)
time.sleep(0.3)
s.send(b"x" * 1000)
s.close()' "$PORT"
	show summary "$T/rec"
	local row
	row=$(rows "-> 127.0.0.1:$PORT  " | head -n 1)
	between 380000 "$(cell 4 <<<"$row")" 60000000
	between 300000 "$(cell 3 <<<"$row")" 60000000
	between 380000 "$(rows 'python3\[' | head -n 1 | cell 7)" 60000000
}

@test "summary: it counts what the other formats show" {
	record "$T/rec" '
import os, socket, threading
a, b = socket.socketpair()
def work():
    for i in range(500):
        a.send(b"abc"); b.recv(3)
threads = [threading.Thread(target=work) for i in range(3)]
[t.start() for t in threads]
if os.fork() == 0:
    work(); os._exit(0)
[t.join() for t in threads]
os.wait()
a.setblocking(False)
try: a.recv(9)
except BlockingIOError: pass
try: a.sendto(b"abc", "/nowhere")
except OSError: pass'
	show json "$T/rec"
	local json=$output name pid want
	show summary "$T/rec"
	[[ $output == *" 2 processes, $(wc -l <<<"$json") events"* ]]
	for name in send recv sendto; do
		pid=$(jq -r 'select(.call == "'$name'") | .pid' <<<"$json" | head -n 1)
		want=$(jq -sr --arg name "$name" --argjson pid "$pid" '
			map(select(.call == $name and .pid == $pid))
			| [length, (map(select(.errno and .errno != "EAGAIN")) | length),
				(map(select(.errno == "EAGAIN")) | length)] | join(" ")' <<<"$json")
		sed -n "/^python3\[$pid\] .* SHARE /,/^slowest/p" <<<"$output" | grep "^$name " >"$T/row"
		[[ "$(cell 3 <"$T/row") $(cell 4 <"$T/row") $(cell 5 <"$T/row")" == "$want" ]] ||
			{ echo "$name: $want in JSON, but: $(cat "$T/row")"; false; }
	done
}

@test "summary: what failed comes first, and says how" {
	peer server reset 3
	record "$T/rec" '
import socket, sys
port = int(sys.argv[1])
free = socket.socket(); free.bind(("127.0.0.1", 0))
good, reset = [socket.create_connection(("127.0.0.1", port)) for i in range(2)]
try: socket.create_connection(free.getsockname())
except ConnectionRefusedError: pass
reset.send(b"abc")
try: reset.recv(9)
except ConnectionResetError: pass
print("port", free.getsockname()[1])' "$PORT" >"$T/out"
	show summary "$T/rec"
	[[ $output == *$'\n3 connections, 2 failed, '* ]]
	rows "-> 127.0.0.1:$(sed -n 's/^port //p' "$T/out") "
	[[ $(rows '   python3\[' | sed 's/.*  //') == $'reset\nrefused\nclosed'* ||
		$(rows '   python3\[' | sed 's/.*  //') == $'refused\nreset\n'* ]]
	[[ $output == *"! ECONNRESET, by result"* && $output == *"! ECONNREFUSED, by connect"* ]]
}

@test "summary: 100 columns, in plain text, whatever the program is called" {
	local name=$'\e[31m a\nname that is longer than any other "program" has ever had, ever'
	cp "$PYTHON" "$T/$name"
	preloaded PEERLESS_TRACE="$T/rec" PEERLESS_TRACE_SIZE=4M "$T/$name" -c '
import socket, sys
path = "\0\33]0;" + "long" * 25
s = socket.socket(socket.AF_UNIX); s.bind(path); s.listen()
c = socket.socket(socket.AF_UNIX); c.connect(path)
t = socket.socket(socket.AF_INET6); t.bind(("::1", 0)); t.listen()
d = socket.create_connection(t.getsockname()[:2])
c.send(b"abc"); d.send(b"abc")'
	show summary "$T/rec"
	[[ $output == *'2 connections'* && $output == *'[::1]:'* ]]
	awk 'length($0) > 100' <<<"$output" >"$T/wide"
	[[ ! -s $T/wide ]]
	LC_ALL=C awk '/[^ -~]/' <<<"$output" >"$T/strange"
	[[ ! -s $T/strange ]]
}

@test "summary, chrome: their memory does not grow with the recording" {
	# In kB of address space, for what a process had before exec counts as its peak in rusage.
	fits() {
		(ulimit -v "$1" && exec "$PEERLESS" show -F "$2" "$3") >/dev/null 2>&1
	}
	least() {
		local low=1000 high=300000 middle
		while ((high - low > 64)); do
			middle=$(((low + high) / 2))
			if fits "$middle" "$@"; then high=$middle; else low=$middle; fi
		done
		echo "$high"
	}
	local count format
	for count in 500 20000; do
		SIZE=64M record "$T/rec$count" '
import socket, sys
for i in range(int(sys.argv[1])):
    a, b = socket.socketpair()
    a.send(b"abc"); b.recv(9); a.close(); b.close()' "$count"
	done
	for format in summary chrome; do
		fits $(($(least "$format" "$T/rec500") + 1000)) "$format" "$T/rec20000"
	done
	show summary "$T/rec20000"
	[[ $output == *$'\n40000 connections, 0 failed, 0 open; '* ]]
	[[ $output == *$'\n... 39980 more; '* && $(rows 'all ') == *' 60.0 kB  60.0 kB' ]]
}

@test "chrome: what Perfetto asks for, of threads that share a socket and of a process tree" {
	peer server echo
	record "$T/rec" '
import os, socket, sys, threading
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def send():
    for i in range(300): s.sendall(b"abc")
def recv():
    got = 0
    while got < 900: got += len(s.recv(9))
threads = [threading.Thread(target=t) for t in (recv, send)]
[t.start() for t in threads]
[t.join() for t in threads]
if os.fork() == 0: os.execlp("true", "true")
os.wait()' "$PORT"
	show json "$T/rec"
	local calls events
	calls=$(grep -c '"event":"call"' <<<"$output") events=$(wc -l <<<"$output")
	show chrome "$T/rec"
	[[ -z $(jq -cf "$ROOT/tests/chrome.jq" <<<"$output") ]]
	(($(jq '[.[] | select(.ph == "X")] | length' <<<"$output") == calls))
	(($(jq '[.[] | select(.ph != "M")] | length' <<<"$output") == events))
	# The receives, which last, are beside the sends and not under them.
	[[ $(jq -r '.[] | select(.ph == "M") | .args.name' <<<"$output") == *"127.0.0.1:$PORT (fd "*") overlapping 1"* ]]
	[[ $(jq -r '.[] | select(.name == "process_name") | .args.name' <<<"$output" | sort -u) == *true* ]]
}

@test "chrome: the check of it can fail" {
	check() {
		[[ $(jq -nc "[{ph: \"M\", pid: 1, tid: 9, name: \"thread_name\", args: {name: \"a\"}},
			{ph: \"X\", pid: 1, tid: 9, name: \"a\", ts: 1, dur: 4, args: {}},
			{ph: \"X\", pid: 1, tid: 9, name: \"b\", ts: 2, dur: 2, args: {}}] | $1" |
			jq -cf "$ROOT/tests/chrome.jq" | jq -r .rule) == "$2" ]]
	}
	check . ''
	check '.[2].dur = 9' 'lies within the call before it, or behind'
	check '.[2].ts = 5' ''
	check '.[1].tid = 8' 'its track has a name'
	check '.[1].pid = "1"' 'pid and tid are whole numbers'
	check '.[1].dur = null' 'dur is a number'
	check 'del(.[1].args)' 'args is an object'
	check '{}' 'is an array'
}
