#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# `peerless watch PID`: what it prints, and where it cannot.
load helpers
load watching

# A connection of a program that runs, in ${PID[v]}.
connected() {
	peer p drain
	program v "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	retry 100 0.05 says v "connect ret=0"
}

@test "watch: --once and --json, and an output or a log that takes nothing" {
	connected
	run "$PEERLESS" watch --once "${PID[v]}"
	((status == 0))
	[[ $output == *"1 connection of 1 process"* && $output == *"127.0.0.1:$PORT "*"calls[${PID[v]}] 3 "*ESTABLISHED* ]]
	# To look is not to arm.
	[[ $(ss -Htno "dport = $PORT") != *timer* ]]
	run row "${PID[v]}" 'map([.pid == '"${PID[v]}"', .prog, .fd, .state, .armed, .preloaded]) == [[true, "calls", 3, "ESTABLISHED", null, false]]'
	[[ $output == true ]]
	local option
	for option in --once "--once --json" --json; do
		run bash -c '"$0" watch $1 "$2" >/dev/full' "$PEERLESS" "$option" "${PID[v]}"
		((status == 125))
		run bash -c '"$0" watch $1 "$2" >&-' "$PEERLESS" "$option" "${PID[v]}"
		((status == 125))
	done
	# A reader that has enough.
	run bash -c '"$0" watch --json "$1" | head -c 1' "$PEERLESS" "${PID[v]}"
	[[ $output == "{" ]]
	running v
}

@test "watch: a log that nobody reads or nobody can write stops nothing" {
	local name
	connected
	# stderr is a pipe that is full: what it does, it does all the same.
	mkfifo "$T/full"
	exec 8<>"$T/full"
	dd if=/dev/zero of="$T/full" oflag=nonblock bs=4096 count=100 2>/dev/null || true
	start full bash -c 'exec "$0" watch "$1" 2>&8' "$PEERLESS" "${PID[v]}"
	retry 60 0.05 armed_on "$PORT" 60
	kill -INT "${PID[full]}"
	finish full
	exec 8>&-
	((status == 0))
	local within=40
	# And lines of JSON that nobody takes: what is dead is ended, and so are we.
	start stays sleep 100
	program lost "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	retry 100 0.05 says lost "connect ret=0"
	exec 8<>"$T/full"
	dd if=/dev/zero of="$T/full" oflag=nonblock bs=4096 count=100 2>/dev/null || true
	start full bash -c 'exec "$0" watch --json --silence=2s "$1" "$2" >&8' "$PEERLESS" "${PID[lost]}" "${PID[stays]}"
	finish lost
	[[ $output == *"errno=$ENDED"* ]]
	kill -INT "${PID[full]}"
	finish full
	((status == 0))
	exec 8>&-
	for name in /dev/full "$T"; do
		start bad "$PEERLESS" watch "--log=file:$name" --override=force --detect-within="${within}s" "${PID[v]}"
		retry 60 0.05 armed_on "$PORT" $((within / 2))
		kill -INT "${PID[bad]}"
		finish bad
		((status == 0))
		[[ $name == /dev/full || $output == *"LOG: $T cannot be written"* ]]
		((within /= 2))
	done
	running v
}

# armed_on PORT SECONDS: keepalive runs on the connection to it, and probes within so many.
armed_on() {
	local left
	left=$(ss -Htno "dport = $1" | sed -n 's/.*timer:(keepalive,\([^,]*\),.*/\1/p')
	case $left in
	*min*) left=60 ;; # and more
	*.*ms) left=${left%%.*} ;; # so ss writes seconds with a part
	*ms) left=0 ;;
	*sec) left=${left%sec} ;;
	*) return 1 ;;
	esac
	((left <= $2))
}

@test "watch: on a terminal a table, the lines of the log below, and the terminal as it was after" {
	connected
	program lost "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	retry 100 0.05 says lost "connect ret=0"
	start stays sleep 100
	cat >"$T/session" <<-END
		stty rows 30 cols 400
		stty -g
		sh -c 'echo \$\$ >$T/pid; exec $PEERLESS watch --silence=2s ${PID[v]} ${PID[lost]} ${PID[stays]}'
		echo status=\$?
		stty -g
	END
	start tty script -qfec "sh $T/session" "$T/typescript"
	retry 100 0.05 grep -qF "127.0.0.1:$PORT " "$T/typescript"
	finish lost
	[[ $output == *"errno=$ENDED"* ]]
	retry 100 0.05 grep -q "event=condemned .*cause=silent.*[^[:print:]]\[K" "$T/typescript"
	kill -INT "$(<"$T/pid")"
	finish tty
	cat -v "$T/typescript" | tail -n 20
	grep -q "status=0" "$T/typescript"
	# The same settings before and after, and the screen, the cursor and its wrapping are given back.
	[[ $(grep -cE '^[0-9a-f:]{50,}' "$T/typescript") == 2 ]]
	[[ $(grep -oE '^[0-9a-f:]{50,}' "$T/typescript" | sort -u | wc -l) == 1 ]]
	grep -qF $'\e[?25h\e[?7h\e[?1049l' "$T/typescript"
}
