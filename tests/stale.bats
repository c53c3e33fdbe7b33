# SPDX-License-Identifier: MIT
# Numbers that changed hands where no library can see it: what the new owner does is none of the
# connection's story, and what the connection went through is none of the new owner's.
load helpers

# unjudged OP…: as without us, and nobody has died, whatever an end of stream or an error would cost.
unjudged() {
	local also
	for also in none closed; do
		PEERLESS_ON_DEATH=exit:9 PEERLESS_ON_DEATH_ALSO=$also as_bare "$(victim calls)" "$@" ||
			return 1
		[[ $status == 0 && $(log_count event=peer-dead) == 0 ]] || { cat "$LOG"; return 1; }
	done
}

# The control: on the connection itself, the same calls do have that consequence.
acted() {
	PEERLESS_ON_DEATH=exit:9 PEERLESS_ON_DEATH_ALSO=closed shimmed "$(victim calls)" "$@"
	[[ $status == 9 && $(log_count event=peer-dead action=exit) == 1 ]] ||
		{ echo "$*: $status $output"; return 1; }
	rm -f "$LOG"
}

@test "stale: the error of a datagram socket that took the number is nobody's death" {
	acted pair write reset dontwait
	unjudged pair write become=udp write poll dontwait
	[[ $output == *"dontwait ret=-1 errno=ECONNREFUSED"* ]]
}

@test "stale: the end of a file that took the number is no end of stream" {
	acted pair write end recv
	unjudged pair write become=end-of-file read readv read
	[[ $output == *"read ret=0"* ]]
	unjudged pair freopen read
	[[ $output == *"freopen ret=0"*"read ret=4096"* ]]
}

@test "stale: after ON_DEATH=error, the file that took the number is read" {
	export PEERLESS_ON_DEATH=error
	shimmed "$(victim calls)" pair reset read read write
	[[ $(grep -c "ret=-1 errno=ECONNRESET" <<<"$output") == 3 ]]
	local how
	for how in freopen become=file; do
		rm -f "$LOG"
		as_bare "$(victim calls)" pair reset read "$how" read readv read
		[[ $status == 0 && $(grep -c "ret=4096" <<<"$output") == 3 ]]
		log_has event=peer-dead cause=reset action=error
	done
}
