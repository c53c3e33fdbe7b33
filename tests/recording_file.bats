#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2016 # bats sets status and output; for a shell inside
# PEERLESS_TRACE by the library itself: a file that only its owner reads, that follows no link and
# replaces nothing; where there is none to be had, the program runs as ever, and one line says why.

bats_require_minimum_version 1.5.0
load helpers
load recorded

SEND='import socket; a, b = socket.socketpair(); a.send(b"abc"); print("ran")'

# sends FILE: the program, recorded in FILE.
sends() {
	PEERLESS_TRACE=$1 PEERLESS_TRACE_SIZE=2M shimmed "$PYTHON" -c "$SEND"
	[[ $status == 0 && $output == *ran* ]] || { echo "$status $output"; return 1; }
}

# unrecorded WORD: one line says so, with the reason.
unrecorded() {
	cat "$LOG"
	(($(grep -c TRACE "$LOG") == 1)) || return 1
	grep TRACE "$LOG" | grep -qF -- "$1" || return 1
	[[ -z $(find "$T" -name '*.new.*') ]] || return 1
	rm "$LOG"
}

@test "recording: mode 0600, whatever the umask, and gone on with by the next program" {
	local mask
	for mask in 0 022 077 0777; do
		(umask "$mask" && sends "$T/rec$mask")
		[[ $(stat -c '%a %h %s' "$T/rec$mask") == "600 1 "* ]]
	done
	sends "$T/rec0"
	cp "$T/rec0" "$T/rec"
	show_json
	(($(asked '.call == "send"') == 2))
	(($(asked '.kind == "start"') == 2))
	[[ ! -e $LOG ]] || run ! grep TRACE "$LOG"
}

@test "recording: %p is the process, %c the program, %% a %" {
	sends "$T/%c-%p%%.rec"
	[[ $(basename "$T"/*.rec) =~ ^"${PYTHON##*/}"-[0-9]+%\.rec$ ]]
}

@test "recording: a symbolic link is not followed, not even one to nowhere" {
	sends "$T/real"
	local before
	before=$(md5sum <"$T/real")
	ln -s "$T/real" "$T/link"
	sends "$T/link"
	unrecorded "symbolic link"
	[[ $(md5sum <"$T/real") == "$before" && -L $T/link ]]
	ln -s "$T/nowhere" "$T/dangling"
	sends "$T/dangling"
	unrecorded "symbolic link"
	[[ ! -e $T/nowhere ]]
}

@test "recording: what is no recording is left as it is" {
	echo mine >"$T/text"
	: >"$T/empty"
	sends "$T/foreign"
	printf 'NOTOURS!' | dd of="$T/foreign" bs=1 conv=notrunc status=none
	local before
	before=$(md5sum <"$T/foreign")
	sends "$T/foreign"
	unrecorded "no recording of ours"
	[[ $(md5sum <"$T/foreign") == "$before" ]]
	mkfifo "$T/fifo"
	mkdir "$T/folder"
	local name
	for name in text empty fifo folder; do
		sends "$T/$name"
		unrecorded "$T/$name"
	done
	[[ $(cat "$T/text") == mine && ! -s $T/empty && -p $T/fifo && -d $T/folder ]]
	sends /dev/null
	unrecorded "no regular file"
}

@test "recording: of another version, or open to others' writing, is left as it is" {
	sends "$T/rec"
	chmod 622 "$T/rec"
	sends "$T/rec"
	unrecorded "chmod go-w"
	chmod 600 "$T/rec"
	printf '\002' | dd of="$T/rec" bs=1 seek=8 conv=notrunc status=none
	local before
	before=$(md5sum <"$T/rec")
	sends "$T/rec"
	unrecorded "version 2"
	[[ $(md5sum <"$T/rec") == "$before" ]]
}

@test "recording: another user's is refused, by root too" {
	need_root "to have a file of another user's"
	sends "$T/rec"
	chown 65534 "$T/rec"
	local before
	before=$(md5sum <"$T/rec")
	sends "$T/rec"
	unrecorded "another user"
	[[ $(md5sum <"$T/rec") == "$before" ]]
}

# full MEGABYTES CMD…: CMD with $T/disk as small as that.
full() {
	unshare -rm bash -c 'mount -t tmpfs -o size="$1"M none "$2" && shift 2 && "$@"; code=$?
		ls -A "$0"; exit $code' "$T/disk" "$1" "$T/disk" "${@:2}"
}

@test "recording: on a full disk the program runs, and run does not start it" {
	unshare -rm true 2>/dev/null || skip "no mount namespaces for this user on this host"
	mkdir "$T/disk"
	run full 1 env LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" PEERLESS_TRACE="$T/disk/rec" \
		PEERLESS_TRACE_SIZE=2M "$PYTHON" -c "$SEND"
	echo "$output"
	((status == 0))
	[[ $output == ran ]] # and nothing is left there
	unrecorded ENOSPC
	run full 1 "$PEERLESS" run --trace="$T/disk/rec" --trace-size=2M -- touch "$T/started"
	echo "$output"
	((status == 125))
	[[ ! -e $T/started && $output == *ENOSPC*"nothing was started"* ]]
	# And where it fits: all space is there from the beginning.
	run full 4 env LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" PEERLESS_TRACE="$T/disk/rec" \
		PEERLESS_TRACE_SIZE=2M bash -c '
			cat /dev/zero >"$1/filler" 2>/dev/null
			"$2" -c "$3" && "$4" show "$1/rec"' fill "$T/disk" "$PYTHON" "$SEND" "$PEERLESS"
	echo "$output"
	[[ $output == *ran* && $output == *'send('*' = 3'* ]]
}

@test "recording: RLIMIT_FSIZE below its size is no SIGXFSZ" {
	(ulimit -f 1000 && sends "$T/rec")
	unrecorded EFBIG
	[[ ! -e $T/rec ]]
}

@test "recording: a folder that takes no file costs a line, and no more" {
	sends "$T/no/such/rec"
	unrecorded ENOENT
	need_root "to be somebody else"
	mkdir "$T/roots"
	local public
	public=$(mktemp -d)
	chmod 777 "$public"
	cp "$LIB" "$public"
	run setpriv --reuid=65534 --regid=65534 --clear-groups env LD_PRELOAD="$public/${LIB##*/}" \
		PEERLESS_LOG="file:$public/log" PEERLESS_TRACE=/rec "$PYTHON" -c "$SEND"
	mv "$public/log" "$LOG"
	rm -r "$public"
	[[ $output == ran ]]
	unrecorded EACCES
}
