#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# peerless run with bad usage and bad options: it says what, where and what would be right, and fails
# before anything starts.

bats_require_minimum_version 1.5.0
load helpers
load command

@test "usage: no command, an unknown one, an unknown flag, a flag without a value" {
	run "$PEERLESS"
	refused 2 Usage
	run "$PEERLESS" chekc
	refused 2 "chekc: no such command" "the nearest is check"
	run_peerless
	refused 2 "no command to run"
	run_peerless --keep-alive=off -- touch "$T/started"
	refused 2 "--keep-alive=off: no such option" "the nearest is --keepalive"
	run_peerless --requir -- touch "$T/started"
	refused 2 "the nearest is --require"
	run_peerless --detect-within 5s -- touch "$T/started"
	refused 2 "--detect-within: has no value" "90s, 2m or 1h"
	run_peerless -x -- touch "$T/started"
	refused 2 "-x: no such option"
}

@test "usage: help and version" {
	run "$PEERLESS" --version
	((status == 0))
	[[ $output =~ ^peerless\ [0-9]+\.[0-9]+ ]]
	run "$PEERLESS" --help
	((status == 0))
	[[ $output == *"run "*"check "*"options "* ]]
	run "$PEERLESS" help run
	((status == 0))
	[[ $output == *"--require"*"--detect-within="*"--disable="* ]]
	run "$PEERLESS" run --help
	((status == 0))
	[[ $output == *"--require"* ]]
	run "$PEERLESS" help nothing
	((status == 2))
}

@test "usage: output that cannot be written is no success" {
	run sh -c '"$0" options >/dev/full' "$PEERLESS"
	((status == 125))
}

@test "bad input: a flag's value" {
	run_peerless --detect-within=5 -- touch "$T/started"
	refused 2 --detect-within '"5"' unit 5s
	run_peerless --detect-within=abc -- touch "$T/started"
	refused 2 --detect-within '"abc"' 90s
	run_peerless --detect-within=1s -- touch "$T/started"
	refused 2 --detect-within '"1s"' "2s to 18h"
	run_peerless --on-death=exit:300 -- touch "$T/started"
	refused 2 --on-death '"exit:300"' "0 to 255"
	run_peerless --sigpipe=never -- touch "$T/started"
	refused 2 --sigpipe '"never"' "auto, safe or off"
	run_peerless --sockopts=TCP_NODLAY=1 -- touch "$T/started"
	refused 2 --sockopts TCP_NODLAY
	run_peerless --log=file:relative -- touch "$T/started"
	refused 2 --log '"file:relative"' absolute
}

@test "bad input: a variable" {
	PEERLESS_RECV_TIMEOUT=30 run_peerless -- touch "$T/started"
	refused 2 PEERLESS_RECV_TIMEOUT '"30"' unit
	PEERLESS_DETECT_WITHIN=1000h run_peerless -- touch "$T/started"
	refused 2 PEERLESS_DETECT_WITHIN '"1000h"' "2s to 18h"
	PEERLESS_DETECT_WITHN=5s run_peerless -- touch "$T/started"
	refused 2 PEERLESS_DETECT_WITHN "PEERLESS_DETECT_WITHIN"
}

@test "bad input: every complaint is told, not only the first" {
	PEERLESS_RECV_TIMEOUT=30 run_peerless --detect-within=5 -- touch "$T/started"
	refused 2 PEERLESS_RECV_TIMEOUT --detect-within
	((${#lines[@]} == 2))
}

@test "bad input: a rule that cannot match" {
	local rule
	for rule in 'peer 10.0.0.0/33:80' 'peer 10.0.0.0/8:80-70' 'peer 10.0.0.0/8:70000' \
		'peer 300.0.0.1:80' 'listen abc' 'peer'; do
		run_peerless --rules="[$rule] detect-within=5s" -- touch "$T/started"
		refused 2 --rules "[$rule]" write
		PEERLESS_RULES="[$rule] detect-within=5s" run_peerless -- touch "$T/started"
		refused 2 PEERLESS_RULES "[$rule]" write
	done
	run_peerless --rules='[peer *:80] detect-within=5' -- touch "$T/started"
	refused 2 --rules '[peer *:80]' detect-within '"5"' unit
	run_peerless --rules='[peer *:80] log=off' -- touch "$T/started"
	refused 2 --rules '[peer *:80]' log
}

@test "bad input: a config file names its line" {
	printf '[default]\n\ndetect-within = 5\n' >"$T/conf"
	run_peerless --config="$T/conf" -- touch "$T/started"
	refused 2 "$T/conf:3" detect-within '"5"' unit
	printf '[default]\nno-such-option = 5\n' >"$T/conf"
	PEERLESS_CONFIG=$T/conf run_peerless -- touch "$T/started"
	refused 2 "$T/conf:2" no-such-option "peerless options"
	printf '[peer 10.0.0.0/33:1]\nkeepalive = off\n' >"$T/conf"
	PEERLESS_CONFIG=$T/conf run_peerless -- touch "$T/started"
	refused 2 "$T/conf:1" "10.0.0.0/33" write
}

@test "bad input: a config file that is missing, a directory, a FIFO or 1 GB of zeroes" {
	mkfifo "$T/fifo"
	truncate -s 1G "$T/huge"
	head -c 5000 /dev/zero >"$T/zeroes"
	local file
	for file in missing . fifo huge zeroes; do
		run_peerless --config="$T/$file" -- touch "$T/started"
		refused 2 --config "$T/$file"
		PEERLESS_CONFIG=$T/$file run_peerless -- touch "$T/started"
		refused 2 PEERLESS_CONFIG "$T/$file"
	done
}

@test "bad input: a config file that may not be read" {
	local folder command
	folder=$(mktemp -d)
	copy_to "$folder"
	chmod 755 "$folder"
	install -m 000 /dev/null "$folder/conf"
	command=("$folder/peerless" run --config="$folder/conf" -- touch "$folder/started")
	[[ $(id -u) != 0 ]] ||
		command=(setpriv --reuid=65534 --regid=65534 --clear-groups "${command[@]}")
	run "${command[@]}"
	[[ ! -e $folder/started ]]
	rm -rf "$folder"
	refused 2 --config "$folder/conf" read
}

@test "bad input: a config file that everyone may write, while we are root" {
	need_root "only root refuses such a file"
	printf '[default]\nlog = off\n' >"$T/conf"
	chmod 666 "$T/conf"
	run_peerless --config="$T/conf" -- touch "$T/started"
	refused 2 --config "$T/conf" "writable by everyone"
	chmod 644 "$T/conf"
	run_peerless --config="$T/conf" -- touch "$T/started"
	((status == 0))
	[[ -e $T/started ]]
}

@test "bad input: a log that cannot be written is said, and the program runs" {
	local where
	mkfifo "$T/fifo"
	for where in "$T/missing/log" "$T/fifo" "$T"; do
		run_peerless "--log=file:$where" -- sh -c 'exit 3'
		((status == 3))
		[[ $output == *"warning: LOG: $where "*"lines will be lost" ]] || { echo "$output"; false; }
		run timeout 30 "$PEERLESS" check "--log=file:$where" true
		[[ $output == *"warning: LOG: $where "* ]]
	done
	run_peerless "--log=file:$T/log" -- true
	[[ -z $output && ! -e $T/log ]]
}

@test "bad input: what is like no name gets no name proposed" {
	run_peerless --frobnicate=1 -- true
	refused 2 "--frobnicate" "peerless options"
	PEERLESS_FROBNICATE=1 run_peerless -- true
	refused 2 "PEERLESS_FROBNICATE" "peerless options"
	run_peerless --sockopts=XYZZY=1 -- true
	refused 2 "XYZZY" "socket(7)"
	run_peerless --detect-withn=5s -- true
	refused 2 "the nearest is --detect-within"
	run timeout 30 "$PEERLESS" check true --explain=127.0.0.1:80
	((status == 2))
	[[ $output == *"options before it"* ]]
}
