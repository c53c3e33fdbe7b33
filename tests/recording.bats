#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# Recordings that did not end well: the program was killed, the file was cut off or damaged, there
# was not room for all.  What is there is shown, and what is not is said, to the event.

bats_require_minimum_version 1.5.0
load helpers

# traffic NAME SIZE ARG…: runs the victim with a recording $T/NAME.rec of this size.
traffic() {
	local name=$1 size=$2
	shift 2
	PEERLESS_TRACE=$T/$name.rec PEERLESS_TRACE_SIZE=$size shimmed "$(victim traffic)" "$@"
	((status == 0))
}

# shown FILE: how many sends and receives are in these JSON lines; lost FILE: how many events are
# said to be lost.
shown() {
	grep -cE '"call":"(send|recv)"' "$1" || true
}

lost() {
	jq -s 'map(select(.event == "lost").lost) | add // 0' "$1"
}

show() {
	timeout -k 5 60 "$PEERLESS" show "$@"
}

# What was done, sorted.  Where a call is missing, connections may come in another order, and a
# close is told when the recording says so, not when its call ended.
deeds() {
	grep -v '"event":"lost"' "$1" | sed -E 's/"(ts|conn)":[^,]*,//g' | sort
}

# What a thread did is there, but perhaps for the call that it was in.
all_there() {
	local tid done_calls there
	while read -r tid done_calls; do
		((tid)) || continue
		there=$(grep -cE "\"tid\":$tid,.*\"call\":\"(send|recv)\"" "$2" || true)
		echo "thread $tid: $done_calls calls done, $there recorded"
		((there >= done_calls && there <= done_calls + 1)) || return 1
	done < <(od -A n -v -t u8 -w16 "$1")
}

@test "recording: killed in mid-traffic, it has every call that returned" {
	local i
	for ((i = 0; i < 100; i++)); do
		rm -f "$T/rec" "$T/counts"
		PEERLESS_TRACE=$T/rec start_shimmed killed "$(victim traffic)" 3 0 "$T/counts"
		retry 200 0.01 test -s "$T/counts"
		sleep "0.00$((i % 10))" # another moment each time
		kill -KILL "${PID[killed]}"
		wait "${PID[killed]}" || true
		[[ -e $T/rec ]] || { echo "killed before it began"; continue; }
		show -F json -o "$T/json" "$T/rec" 2>"$T/said" || { cat "$T/said"; return 1; }
		cat "$T/said"
		[[ ! -s $T/said ]]
		all_there "$T/counts" "$T/json"
		(($(shown "$T/json") == 0)) || touch "$T/some"
	done
	[[ -e $T/some ]]
}

@test "recording: cut off anywhere, what is there is shown, and it says that something is missing" {
	traffic whole 2M 3 3000
	show -F json -o "$T/whole" "$T/whole.rec"
	local size step at lines last=0
	size=$(stat -c %s "$T/whole.rec")
	step=$((size / 23))
	for ((at = 5000; at < size; at += step)); do
		cp "$T/whole.rec" "$T/cut.rec"
		truncate -s "$at" "$T/cut.rec"
		show -F json -o "$T/cut" "$T/cut.rec" 2>"$T/said"
		lines=$(deeds "$T/cut" | wc -l)
		echo "$at of $size: $lines lines; $(cat "$T/said")"
		[[ -z $(comm -23 <(deeds "$T/cut") <(deeds "$T/whole")) ]]
		((lines >= last))
		last=$lines
		((lines == $(wc -l <"$T/whole"))) || grep -q 'ends .* early' "$T/said"
	done
	((last > 0))
}

@test "recording: damaged anywhere, no format of show crashes, hangs or says nothing" {
	traffic whole 1M 3 500
	local seed format code
	for ((seed = 1; seed <= 40; seed++)); do
		"$PYTHON" - "$T/whole.rec" "$T/bad.rec" "$seed" <<-'END'
			import random, sys
			data = bytearray(open(sys.argv[1], "rb").read())
			random.seed(int(sys.argv[3]))
			used = [i for i in range(0, len(data), 8) if any(data[i:i + 8])]
			for at in random.sample(used, 200):
			    data[at + random.randrange(8)] = random.randrange(256)
			data[:12] = b"PEERLESS\1\0\0\0"
			open(sys.argv[2], "wb").write(data)
		END
		for format in text json summary chrome pcapng; do
			code=0
			show -F "$format" "$T/bad.rec" >"$T/out" 2>"$T/said" || code=$?
			echo "$seed $format: $code, $(wc -c <"$T/out") bytes, $(head -n 1 "$T/said")"
			((code == 0 || code == 2))
			((code == 0)) || [[ -s $T/said ]]
		done
		[[ ! -s $T/said ]] || touch "$T/some"
	done
	[[ -e $T/some ]]
}

@test "recording: what was overwritten is counted to the event" {
	traffic small 1M 1 40000
	show -F json -o "$T/json" "$T/small.rec"
	local shown lost
	shown=$(grep -c '"event":"call"' "$T/json")
	lost=$(lost "$T/json")
	echo "$shown shown, $lost lost"
	((lost > 0))
	((shown + lost == 80001)) # and socketpair()
	[[ $(head -n 1 "$T/json") == *'"event":"lost"'* ]]
}

@test "recording: what there was no room for is counted to the event" {
	PEERLESS_TRACE_FULL=stop traffic small 1M 2 20000
	show -F json -o "$T/json" "$T/small.rec"
	local shown lost
	shown=$(grep -c '"event":"call"' "$T/json")
	lost=$(lost "$T/json")
	echo "$shown shown, $lost lost"
	((lost > 0))
	((shown + lost == 80002))
	[[ $(tail -n 1 "$T/json") == *'"event":"lost"'* ]]
}

# It reads a part, sleeps while several laps are written, and goes on.
@test "recording: a follower that is too slow counts what it missed, and only that" {
	PEERLESS_TRACE=$T/live.rec PEERLESS_TRACE_SIZE=1M start_shimmed writer sleep 1000
	retry 100 0.05 test -e "$T/live.rec"
	start reader "$PEERLESS" show --follow -F json -o "$T/json" "$T/live.rec"
	traffic live 1M 1 400
	retry 100 0.05 grep -q '"call":"recv"' "$T/json"
	kill -STOP "${PID[reader]}"
	traffic live 1M 1 40000
	kill -CONT "${PID[reader]}"
	stop writer
	finish reader
	echo "$output"
	local shown lost
	shown=$(grep -c '"event":"call"' "$T/json")
	lost=$(lost "$T/json")
	echo "$shown shown, $lost lost"
	((lost > 0))
	((shown + lost == 802 + 80000))
}
