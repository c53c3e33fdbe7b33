#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016,SC2154 # for a shell inside; bats sets status, output and stderr
# peerless run --trace, and peerless check of it: a recording is there before the program starts.

bats_require_minimum_version 1.5.0
load helpers
load command
load trace

@test "run --trace: the recording is there before the program starts, and is gone on with" {
	run_peerless --trace="$T/rec" -- stat -c '%a %h' "$T/rec"
	((status == 0))
	[[ $output == "600 1" ]]
	run_peerless --trace="$T/rec" -- "$PYTHON" -c "$PAIR"
	run_peerless --trace="$T/rec" -- "$PYTHON" -c "$PAIR"
	run "$PEERLESS" show "$T/rec"
	(($(grep -c 'send(' <<<"$output") == 2))
	run_peerless --trace="$T/%c.%p" -- "$PYTHON" -c "$PAIR"
	((status == 0))
	(($(find "$T" -name '*.[0-9]*' | wc -l) == 1))
	run "$PEERLESS" show "$T/${PYTHON##*/}".*
	[[ $output == *'send('* ]]
}

@test "run --trace: what is no recording, or cannot be one, is refused and untouched" {
	echo mine >"$T/file"
	ln -s "$T/rec" "$T/link"
	refuses() {
		run_peerless --trace="$2" "${@:3}" -- touch "$T/started"
		refused "$1" "TRACE=$2"
	}
	refuses 125 "$T/file"
	[[ $output == *"no recording"* && $(cat "$T/file") == mine ]]
	refuses 125 "$T/link"
	[[ $output == *"symbolic link"* && ! -e $T/rec ]]
	refuses 125 "$T/no/such/rec"
	[[ $output == *"No such file"* ]]
	refuses 125 "$T/no/such/%p"
	run bash -c 'ulimit -f 1000; exec "$@"' limit "$PEERLESS" run --trace="$T/big" -- touch "$T/started"
	refused 125 "TRACE=$T/big" EFBIG
	[[ ! -e $T/big && -z $(find "$T" -name '*.new.*') ]]
	run_peerless --trace=relative -- touch "$T/started"
	refused 2 relative /absolute/path
	run_peerless --trace="$T/%x" -- touch "$T/started"
	refused 2 %x %p
}

@test "run --trace: a recording keeps its bounds, and who asks for others by flag is told" {
	refuses() {
		run_peerless --trace="$T/rec" "$1" -- touch "$T/started"
		refused 2 "TRACE=$T/rec: is a recording with $2: remove it, " "leave out ${1%=*};"
	}
	run_peerless --trace="$T/rec" --trace-size=2M -- true
	refuses --trace-payload=100 "TRACE_PAYLOAD=0, not 100"
	refuses --trace-size=64M "TRACE_SIZE=2M, not 64M"
	refuses --trace-full=stop "TRACE_FULL=overwrite, not stop"
	check --trace="$T/rec" --trace-size=1M -- true
	shows "warning: TRACE=$T/rec: is a recording with TRACE_SIZE=2M, not 1M"
	# What is as it is, is no mistake, nor what was set for every recording.
	PEERLESS_TRACE_FULL=stop run_peerless --trace="$T/rec" --trace-size=2M --trace-payload=0 -- true
	((status == 0)) && [[ -z $output ]]
	run_peerless --trace="$T/odd" --trace-size=1234567 --trace-payload=7 --trace-full=stop -- true
	run_peerless --trace="$T/odd" --trace-size=1234567 --trace-payload=7 --trace-full=stop -- true
	((status == 0)) && [[ -z $output ]]
}

@test "check: a recording that could not be made is a warning" {
	check --trace="$T/no/such/rec" -- true
	shows "warning: TRACE=$T/no/such/rec: " "nothing will be recorded"
	check --trace="$T/rec" -- true
	[[ $output != *warning* && ! -e $T/rec ]]
	echo mine >"$T/file"
	check --trace="$T/file"
	shows "warning: TRACE=$T/file: " "no recording"
}
