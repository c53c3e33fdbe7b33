# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# The matrix of make matrix, in small: at 5 seconds, one run each, and only what tells most.  And
# that it can fail.
load helpers

setup() {
	need_net
	# A cell makes more than a network.
	"$NET" unshare --pid --fork --kill-child --mount-proc -- true || skip "no process namespaces"
}

# results LINE…: the table of such a file; fields are divided by blanks here.
table() {
	printf '%s\n' "$@" | tr ' ' '\t' >"$T/results"
	run "$ROOT/tests/matrix/table" "$T/results"
}

@test "matrix: the dead are found by the bound and the living live, without and with the sentinel" {
	need_lib
	run "$ROOT/tests/matrix/run" -t 5 -j 32 -a "peerless sentinel" -o "$T/kept" \
		idle in-flight bulk late-heartbeat connect-nonblocking own-route-gone zero-window \
		peer-stopped reader-20-kb/s half-closed-reads outage-in-flight own-process-stopped \
		slow-answer
	echo "$output"
	cat "$T/kept"
	((status == 0))
	[[ $output == *"| idle "*"| 1/1 "*"| 1/1 "* ]]
	[[ $output == *"| peer-stopped "*"| missed "*"| 1/1 "* ]]
	[[ $output == *"| reader-20-kb/s "*"| 0 false "*"| 0 false "* ]]
	(($(wc -l <"$T/kept") == 26))
}

@test "matrix: the shortest bounds, and an outage of half of them" {
	need_lib
	run "$ROOT/tests/matrix/run" -t "2 3" -n 2 -j 32 -a "peerless sentinel" -o "$T/kept" \
		idle outage-idle outage-in-flight
	echo "$output"
	((status == 0))
	[[ $(grep -c $'^idle\t.*\tfound' "$T/kept") == 8 && $(grep -c $'^outage.*\tlives' "$T/kept") == 16 ]]
}

@test "matrix: bare, the same run finds nobody" {
	run "$ROOT/tests/matrix/run" -t 2 -a bare -p blocking -o "$T/kept" idle in-flight
	echo "$output"
	((status == 0))
	[[ $output == *"| idle "*"| missed "* && $output == *"| in-flight "*"| missed "* ]]
	sed -i 's/\tbare\t/\tpeerless\t/' "$T/kept"
	run "$ROOT/tests/matrix/table" "$T/kept"
	((status == 1))
	[[ $output == *"idle, 2 s, peerless: found in 0 of 1 runs"* ]]
	# Which nobody owes, without a sentinel.
	[[ $output != *"in-flight, 2 s, peerless"* ]]
}

@test "matrix: its table says what is wrong" {
	table "idle 5000 bare 1 poll missed - -" "idle 5000 peerless 1 poll found 5123 end" \
		"idle 5000 peerless 2 poll found 4000 end"
	((status == 0))
	[[ $output == *"| missed "*"| 2/2 5.1 s"* ]]
	local arm
	for arm in peerless sentinel watch; do
		table "outage-idle 5000 $arm 1 ssh false 7000 end" "outage-idle 5000 $arm 2 poll lives - -"
		((status == 1))
		[[ $output == *"| 1 false "*"outage-idle, 5 s, $arm: a live connection was ended:  (ssh"* ]]
		table "idle 5000 $arm 1 poll error - late"
		((status == 1))
		[[ $output == *"idle, 5 s, $arm: 1 of 1 not measured"* ]]
		table "idle 5000 $arm 1 poll eof 5000 eof"
		((status == 1))
		[[ $output == *"1 as EOF"*"idle, 5 s, $arm: found in 0 of 1"* ]]
	done
	table "in-flight 20000 peerless 1 poll missed - -"
	((status == 1))
	table "outage-idle 5000 libkeepalive 1 ssh false 7000 end"
	((status == 0))
}

@test "matrix: what it does not know is refused before anything starts" {
	run "$ROOT/tests/matrix/run" idel
	[[ $status == 2 && $output == *'no scenario "idel"; there are: idle '* ]]
	run "$ROOT/tests/matrix/run" -a peerles
	[[ $status == 2 && $output == *'no arm "peerles"'* ]]
	run "$ROOT/tests/matrix/run" -t 1
	[[ $status == 2 && $output == *"-t 1: whole seconds, 2 or more"* ]]
}
