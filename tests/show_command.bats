#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# peerless show: of a recording that is finished, cut off or still being written, and of what is
# none.

bats_require_minimum_version 1.5.0
load helpers
load command

show() {
	run ${CODE:+-$CODE} timeout -k 5 60 "$PEERLESS" show "$@"
}

# record FILE [ROUNDS]: the recording of a program that moves 3 bytes so often.
record() {
	preloaded PEERLESS_TRACE="$1" PEERLESS_TRACE_SIZE=4M "$PYTHON" -c '
import socket, sys
a, b = socket.socketpair()
for i in range(int(sys.argv[1])):
    a.send(b"abc")
    b.recv(9)' "${2:-1}"
}

@test "show: a recording, on stdout or in a file" {
	record "$T/rec" 3
	show "$T/rec"
	((status == 0))
	(($(grep -c 'send(' <<<"$output") == 3))
	local text=$output
	show -o "$T/out" -- "$T/rec"
	((status == 0))
	[[ -z $output && $(cat "$T/out") == "$text" ]]
	show "$T/rec" -e send
	[[ $output != *'recv('* ]]
}

@test "show: the same from trace and from the recording that it kept" {
	run timeout 60 "$PEERLESS" trace -F json -o "$T/live" -k "$T/rec" -- "$PYTHON" -c '
import os, socket, threading
a, b = socket.socketpair(type=socket.SOCK_DGRAM)
def work():
    for i in range(300):
        a.send(b"abc"); b.recv(9)
threads = [threading.Thread(target=work) for i in range(3)]
[t.start() for t in threads]
if os.fork() == 0:
    work(); os._exit(0)
os.wait()
[t.join() for t in threads]'
	((status == 0))
	show -F json "$T/rec"
	(($(grep -c '"call":"send"' "$T/live") == 1200))
	diff "$T/live" <(echo "$output")
	grep -q '"event":"process".*exit' "$T/live"
}

@test "show: what is no recording is refused" {
	refuses() {
		show "$1"
		refused 2 "$1" "$2"
	}
	refuses "$T/nothing" "No such file"
	refuses "$T" "no regular file"
	: >"$T/empty"
	refuses "$T/empty" recording
	echo text >"$T/text"
	refuses "$T/text" recording
	head -c 100000 /dev/urandom >"$T/random"
	refuses "$T/random" recording
	mkfifo "$T/fifo"
	refuses "$T/fifo" "no regular file"
	refuses /dev/null "no regular file"
	record "$T/rec"
	head -c 100 "$T/rec" >"$T/stump"
	refuses "$T/stump" recording
	printf '\377' | dd of="$T/rec" bs=1 seek=8 conv=notrunc status=none
	refuses "$T/rec" version
}

@test "show: of a recording that is cut off what there is, and that something is missing" {
	record "$T/rec" 40
	# In the middle of the first chunk: 4096 bytes of header, and 128 a story.
	local stories
	stories=$(od -An -tu4 -j 16 -N 4 "$T/rec")
	truncate -s $((4096 + stories * 128 + 2048)) "$T/rec"
	show "$T/rec"
	echo "$output"
	((status == 0))
	[[ $output == *'send('* && $output == *"peerless: $T/rec: "* ]]
	(($(grep -c 'send(' <<<"$output") < 40))
}

@test "show: bad options are refused, with what would be right" {
	record "$T/rec"
	refuses() {
		local want=$1
		shift
		show "$@" "$T/rec"
		refused 2 "$want"
	}
	refuses "-F pcap: no such format; the nearest is pcapng" -F pcap
	refuses "one format at a time" -c -F text
	refuses "-s -1: is no size" -s -1
	refuses "--folow: no such option; the nearest is --follow" --folow
	refuses "-k: no such option" -k
	refuses "show takes one FILE" "$T/rec"
	refuses "-o $T/rec: is the recording itself" -o "$T/rec"
	show
	refused 2 "no recording to show"
	show "$T/rec"
	[[ $output == *'send('* ]] # it was not overwritten
}

@test "show: output that cannot be written is a failure, a closed pipe is none of ours" {
	record "$T/rec" 2000
	[[ -w /dev/full ]] || skip "no /dev/full"
	run bash -c '"$0" show "$1" >/dev/full' "$PEERLESS" "$T/rec"
	refused 125 "stdout: No space left on device"
	run bash -c '"$0" show "$1" >&-' "$PEERLESS" "$T/rec"
	refused 125 "stdout: is not open for writing"
	show -o "$T/no/out" "$T/rec"
	refused 125 "$T/no/out: No such file"
	run bash -o pipefail -c '"$0" show "$1" | head -n 1' "$PEERLESS" "$T/rec"
	echo "$status $output"
	((status == 141 && ${#lines[@]} == 1))
}

@test "show --fields: the members of a JSON line" {
	show --fields
	((status == 0))
	[[ $output == *ts*event*pid* ]]
}

@test "show --follow: goes on while the writer does, and ends with it" {
	cat >"$T/writer.py" <<-'END'
		import socket, sys
		a, b = socket.socketpair()
		a.send(b"one")
		print("ready", flush=True)
		sys.stdin.readline()
		b.recv(9)
		sys.stdin.readline()
	END
	mkfifo "$T/writer.in"
	PEERLESS_TRACE=$T/rec start_shimmed writer "$PYTHON" "$T/writer.py"
	retry 200 0.05 says writer ready
	start reader "$PEERLESS" show --follow "$T/rec"
	start sum env --default-signal=INT "$PEERLESS" show --follow -c "$T/rec"
	retry 100 0.05 says reader 'send('
	run ! says reader 'recv('
	echo >"$T/writer.in"
	retry 100 0.05 says reader 'recv('
	running reader
	running sum
	# Whoever has seen enough says so, and gets the sum.
	kill -INT "${PID[sum]}"
	finish sum
	echo "$output"
	((status == 0))
	[[ $output == *socketpair* ]]
	running writer
	echo >"$T/writer.in"
	finish writer
	finish reader
	echo "$output"
	((status == 0))
}
