#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2317 # bats sets status and output; helpers call the functions
# recvmmsg() and sendmmsg() whose bytes are kept: a record a message, and yet one call.

bats_require_minimum_version 1.5.0
load helpers
load recorded

# four PAYLOAD: four datagrams at once, the second without a byte, and the last 0.3 s later.
four() {
	victim messages
	PEERLESS_TRACE="$T/rec" PEERLESS_TRACE_PAYLOAD=$1 LIMIT=20 \
		shimmed "$BUILD/victims/messages"
	((status == 0))
	show_json
}

@test "messages: kept with their bytes they are one call, that took its time once" {
	four 16
	(($(asked '.call == "recvmmsg"') == 4 && $(asked '.call == "sendmmsg"') == 3))
	(($(asked '.call == "recvmmsg" and .dur_ns > 250000000') == 1))
	(($(asked '.call == "recvmmsg" and .dur_ns == 0 and .ret == 1 and .flags == null') == 3))
	[[ $(jq -r 'select(.call == "recvmmsg") | .ts' "$T/json" | sort -u | wc -l) == 1 ]]
	[[ $(jq -r 'select(.call == "recvmmsg") | (.payload // "") | @base64d' "$T/json" | xargs) == \
		"one three four" ]]
	run "$PEERLESS" show -c "$T/rec"
	echo "$output"
	# Of calls: how many, and their bytes; of the process: its four calls, and their time.
	grep -qE '^recvmmsg .* % +1 +0 +0 .* 12 B$' <<<"$output"
	grep -qE '^sendmmsg .* % +1 +0 +0 .* 8 B$' <<<"$output"
	grep -qE '^messages\[[0-9]*\] .* ms +4 +0 +12 B +12 B +4.. ms ' <<<"$output"
	(($("$PEERLESS" show -e slower=100ms "$T/rec" | grep -c recvmmsg) == 1))
	[[ $("$PEERLESS" show -F chrome "$T/rec" |
		jq '[.[] | select(.name == "recvmmsg" and .dur > 0)] | length') == 1 ]]
}

@test "messages: one without a byte is an empty text" {
	four 16
	run "$PEERLESS" show -s 16 -e recvmmsg,sendmmsg "$T/rec"
	echo "$output"
	(($(grep -c 'mmsg([0-9]*, "", 0 bytes, 0) = 1 ' <<<"$output") == 2))
	[[ $output == *'recvmmsg('*', "four", 4 bytes, 0) = 1 '* && $output != *…* ]]
}

@test "messages: without their bytes they are one record" {
	four 0
	(($(asked '.call == "recvmmsg" and .ret == 4 and .bytes == 12') == 1))
	(($(asked '.call == "sendmmsg" and .ret == 3 and .bytes == 8') == 1))
}
