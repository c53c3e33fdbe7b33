#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# What becomes of chunks that nobody gives back: their owner was killed, or gets no other one.

bats_require_minimum_version 1.5.0
load helpers

# traffic ARG…: runs the victim with the recording $T/rec of 1M.
traffic() {
	PEERLESS_TRACE=$T/rec PEERLESS_TRACE_SIZE=1M shimmed "$(victim traffic)" "$@"
	((status == 0))
}

# counted EVENTS: as many are shown or counted as lost; $shown.
counted() {
	local lost
	timeout -k 5 60 "$PEERLESS" show -F json -o "$T/json" "$T/rec"
	shown=$(grep -c '"event":"call"' "$T/json" || true)
	lost=$(jq -s 'map(select(.event == "lost").lost) | add // 0' "$T/json")
	echo "$shown shown, $lost lost"
	((shown + lost == $1))
}

# As threads leave chunks that are killed in a record, or while they take one, and a reboot ago.
all_killed() {
	"$PYTHON" - "$T/rec" <<-'END'
		import struct, sys
		file = open(sys.argv[1], "r+b")
		stories, chunks = struct.unpack_from("<II", file.read(4096), 16)
		for i in range(chunks):
		    at = 4096 + stories * 128 + i * 65536
		    file.seek(at)
		    turn, = struct.unpack("<Q", file.read(8))
		    file.seek(at)
		    file.write(struct.pack("<QI", turn | 1 << 56, 0xfffffff0))
		    file.seek(at + 104)
		    file.write(struct.pack("<QI", turn | 1 << 56, 0xfffffff0))
	END
}

@test "recording: chunks of threads that were killed in a record are used again" {
	traffic 1 20000
	all_killed
	traffic 1 400
	counted $((40001 + 801))
	((shown >= 801))
	(($(grep -c "\"call\":\"socketpair\"" "$T/json") == 1)) # the later one
}

@test "recording: what was recorded stays, however much more there is no room for" {
	local before
	export PEERLESS_TRACE_FULL=stop
	traffic 1 20000
	counted 40001
	before=$shown
	rm "$T/rec"
	traffic 1 400000
	counted 800001
	((shown == before))
}
