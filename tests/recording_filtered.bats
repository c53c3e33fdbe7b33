#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# Programs that begin under a filter of system calls are recorded where the file is there already.

bats_require_minimum_version 1.5.0
load helpers

@test "recording: a filtered program's fork child is recorded, and its parent's pid is not asked for" {
	export PEERLESS_TRACE=$T/rec
	shimmed true
	run "$(victim forbidden)" "$(awk '/__NR_getppid/ { print $3 }' \
		<(echo '#include <sys/syscall.h>' | cc -E -dM -))" "$LIB"
	((status == 7))
	"$PEERLESS" show -F json "$T/rec" >"$T/json"
	cat "$T/json"
	local parent
	parent=$(jq -r 'select(.call == "send").pid' "$T/json")
	[[ $(jq -r 'select(.call == "recv").pid' "$T/json") != "$parent" ]]
	[[ $(jq -r 'select(.kind == "fork").ppid' "$T/json") == "$parent" ]]
}
