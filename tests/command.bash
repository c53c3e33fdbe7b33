# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# For the tests of the peerless command: running it, and what its output must say.

run_peerless() {
	run ${CODE:+-$CODE} timeout -k 5 30 "$PEERLESS" run "$@"
}

# refused STATUS WORD… : it said all the words, and CMD was not started.
refused() {
	local want=$1 word
	shift
	echo "status $status: $output"
	((status == want)) || return 1
	for word; do
		[[ $output == *"$word"* ]] || { echo "it does not say: $word"; return 1; }
	done
	[[ ! -e $T/started ]] || { echo "the program was started"; return 1; }
}

# A copy of command and library in FOLDER, below a folder that every user can enter.
copy_to() {
	mkdir -p "$1"
	cp "$PEERLESS" "$LIB" "$1"
}

check() {
	run ${CODE:+-$CODE} timeout -k 5 30 "$PEERLESS" check "$@"
}

# shows WORD…: the last output has all these, in any order.
shows() {
	local word
	for word; do
		[[ $output == *"$word"* ]] || { echo "$output"; echo "it does not show: $word"; return 1; }
	done
}
