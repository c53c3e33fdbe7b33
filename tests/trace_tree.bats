#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2317 # bats sets status and output; networks call the functions
# A tree of processes in one recording: each with its parent and its own bytes, however it came.

bats_require_minimum_version 1.5.0
load helpers
load recorded

deeds() {
	jq -c '[.event, .kind, .pid, .ppid, .ts, .call, .fd, .ret, .bytes]' "$1" | sort
}

# forktree [OPTION-OF-STRACE…]
forktree() {
	peer echo --port 8082 echo
	watch_kernel
	# Under `peerless trace`, which sees the program's end.
	start prog strace -f -yy -qq -o "$T/strace" "$@" \
		-e trace=%network,read,write,readv,writev \
		"$BUILD/peerless" trace -F json -o "$T/live" -k "$T/rec" -- \
		"$BUILD/victims/forktree" 200 8082
	ended prog
	agreed 200
	(($(wc -l <"$T/prog.out") == 200))
	# Each has the bytes that it says itself.
	jq -r 'select(.call == "read") | "\(.pid) \(.bytes)"' "$T/json" |
		awk '{ n[$1] += $2 } END { for (pid in n) print pid, n[pid] }' | sort >"$T/seen"
	awk '{ print $2, $4 }' "$T/prog.out" | sort | diff - "$T/seen"
	(($(asked '.kind == "exit" and .status == 0') == 1))
	jq -r "select(.kind == \"exit\").pid" "$T/json" | grep -qx "$(awk '$4 == 10 { print $2 }' "$T/prog.out")"
	# Live, a close that strace holds up is told late: so the same events, but for their order.
	diff <(deeds "$T/live") <(deeds "$T/json")
}

# parents KIND…: those that came so, and their parents, as they say it themselves.
parents() {
	jq -r --arg kinds "$*" 'select(.kind as $k | $kinds | contains($k // "-")) | "\(.pid) \(.ppid)"' \
		"$T/json" | sort >"$T/seen"
	awk '{ print $2, $3 }' "$T/prog.out" | sort >"$T/said"
}

whole_tree() {
	forktree
	parents start fork
	diff "$T/said" "$T/seen"
}

@test "traced: a tree of 200 processes, by fork and by posix_spawn" {
	need strace
	victim forktree
	in_net whole_tree
}

# Under a seccomp filter the kernel is not asked who a program's parent is, nor to tell of forks.
filtered_tree() {
	forktree --seccomp-bpf
	parents fork
	(($(wc -l <"$T/seen") == 100))
	[[ -z $(comm -13 "$T/said" "$T/seen") ]]
}

@test "traced: the same tree under somebody's seccomp filter" {
	need strace
	victim forktree
	in_net filtered_tree
}

script() {
	watch_kernel
	http_server
	cat >"$T/many.sh" <<-'END'
		for i in {1..12}; do
			(curl -s -r "0-$((i * 1000))" http://127.0.0.1:8080/file >"$1.$i") &
			printf 'GET /file HTTP/1.0\r\n\r\n' | socat - TCP:127.0.0.1:8080 | wc -c &
		done
		wait
		exec curl -s -o /dev/null http://127.0.0.1:8080/file
	END
	traced prog bash "$T/many.sh" "$T/got"
	ended prog
	agreed 25
	(($(jq -r 'select(.kind == "start" or .kind == "exec" or .kind == "fork").pid' "$T/json" |
		sort -u | wc -l) >= 49))
	(($(asked '.kind == "exec" and .prog == "curl"') == 13))
}

@test "traced: a shell script and all that it starts" {
	need strace curl socat
	in_net script
}
