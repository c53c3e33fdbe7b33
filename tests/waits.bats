# SPDX-License-Identifier: MIT
# The wait family in recordings: who waited, for what, how long, and for how many in vain.
load helpers

# What a recording says of waits, as tests/victims/waits.c prints it.
waits_of() {
	"$PEERLESS" show -F json "$1" |
		jq -r 'select(.event == "call" and (.call | test("poll|select")))
			| [.call, .fd // -1, .asked, .timeout_ms, .ret, .errno // "-"] | join(" ")'
}

@test "waits: each is recorded with its descriptor, number, timeout and result" {
	PEERLESS_TRACE=$T/recording shimmed "$(victim waits)"
	((status == 0))
	diff <(echo "$output") <(waits_of "$T/recording")
}

@test "waits: one that ends by its timeout is recorded as that long" {
	PEERLESS_TRACE=$T/recording shimmed "$(victim waits)"
	((status == 0))
	"$PEERLESS" show -F json "$T/recording" >"$T/json"
	# More than one such, and one of 20 ms.
	jq -e -s '[.[] | select(.event == "call" and .ret == 0 and .timeout_ms > 0)]
		| length >= 3 and all(.[]; .dur_ns >= (.timeout_ms - 1) * 1000000)
		and any(.[]; .timeout_ms == 20 and .dur_ns < 10000000000)' "$T/json"
}

@test "waits: a fork child is told as such, and its parent" {
	PEERLESS_TRACE=$T/recording shimmed "$(victim waits)"
	((status == 0))
	"$PEERLESS" show -F json "$T/recording" >"$T/json"
	jq -e -s 'map(select(.event == "call").pid) as $pids
		| any(.[]; .kind == "fork" and .pid == $pids[-1] and .ppid == $pids[0])' "$T/json"
}
