# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034,SC2154,SC2317 # bats sets status and output; networks call the functions
# What each ON_DEATH action does to those that wait: blocked calls, event loops, a pool of threads
# on one connection, and a program that never looks at an error (DESIGN.md 10).  The victims of a
# test all run at once; tests/failfast.bats has the actions one by one.
load helpers
load on_death

actions() {
	echo log error shutdown exit:9 abort signal:USR1
}

setup_file() {
	"${BATS_TEST_DIRNAME}/victims/build" pool calls
}

# with ACTION NAME CMD…: starts it as NAME.ACTION, with a log of its own.
with() {
	local name=$2.${1%:*}
	PEERLESS_ON_DEATH=$1 PEERLESS_LOG=file:$T/$name.log start_shimmed "$name" "${@:3}"
}

# waiting ACTION HOST PORT: one blocked call, an epoll loop, threads on one connection, asyncio.
waiting() {
	local pool=$BUILD/victims/pool at=$2,$3
	with "$1" blocked "$pool" "$at" recv
	with "$1" loop "$pool" "$at" epoll
	with "$1" threads "$pool" "$at" recv recv read peek poll select epoll
	with "$1" asyncio "$PYTHON" -c "$(loops)" "$2" "$3"
}

# told NAME WORD…: one death, with these words.
told() {
	LOGFILE=$T/$1.log
	log_has event=peer-dead "${@:2}"
	[[ $(log_count event=peer-dead) == 1 ]]
}

# judged ACTION ERRNO WORD…: what has become of waiting() is as the action says.
judged() {
	local action=$1 errno=$2 name
	case $action in
	log)
		ended blocked.log 0
		[[ $output == *"recv woke=$errno"* ]]
		ended loop.log 0
		[[ $output == *"recv=$errno"* ]]
		# The kernel gives its error to one of them, and that stays so.
		ended threads.log 0
		[[ $(grep -c woke= "$T/threads.log.out") == 7 && $output == *=$errno* ]]
		ended asyncio.log 0
		[[ $output == *"read=$errno closed=$errno signals=0"* ]]
		;;
	error | shutdown)
		failing "blocked.$action" "$errno" recv
		failing "loop.$action" "$errno" epoll
		failing "threads.$action" "$errno" recv recv read peek poll select epoll
		ended "asyncio.$action" 0
		[[ $output == *"read=$errno closed=$errno signals=0"* ]]
		;;
	exit:9 | abort)
		for name in blocked loop threads asyncio; do
			ended "$name.${action%:*}" "$([[ $action == abort ]] && echo 134 || echo 9)"
			# Nobody has seen an end of stream meanwhile.
			[[ $output != *=0* && $output != *over* && $output != *closed=* ]]
		done
		;;
	signal:USR1)
		for name in blocked loop threads; do
			ended "$name.signal" 138
		done
		ended asyncio.signal 0
		[[ $output == *"read=$errno closed=$errno signals=1"* ]]
		;;
	esac
	for name in blocked loop threads asyncio; do
		told "$name.${action%:*}" "errno=$errno" "action=${action%:*}" "${@:3}"
	done
}

@test "on death: a reset, on a blocked recv, an epoll loop, a pool of threads and asyncio" {
	ulimit -c 0
	local action
	peer p idle
	for action in $(actions); do
		waiting "$action" 127.0.0.1 "$PORT"
	done
	retry 300 0.1 settled 24
	[[ $(grep -c accepted "$T/p.out") == 24 ]]
	kill -USR1 "${PID[p]}"
	for action in $(actions); do
		judged "$action" ECONNRESET cause=reset
	done
}

@test "on death: a peer that vanished, on the same" {
	need_net
	vanished() {
		ulimit -c 0
		local action dead_at log
		export PEERLESS_DETECT_WITHIN=$1
		there_peer p idle
		for action in $(actions); do
			waiting "$action" 10.77.0.2 "$PORT"
		done
		retry 300 0.1 settled 24
		peer_drop
		echo "dropped $(now_ms)"
		for action in $(actions); do
			judged "$action" ETIMEDOUT cause=timeout method=keepalive
		done
		for log in "$T"/*.log; do
			dead_at=$(value ts "$(grep event=peer-dead "$log")")
			echo "dead $(date -d "$dead_at" +%s%3N)"
		done
	}
	local bound dropped dead_at
	net_start two vanished 2s
	net_start five vanished 5s
	for bound in two:2 five:5; do
		net_finish "${bound%:*}"
		dropped=$(sed -n 's/^dropped //p' <<<"$output")
		[[ $(grep -c ^dead <<<"$output") == 24 ]]
		# By the bound, a fifth and a second; and no earlier than the last probe may be sent.
		while read -r dead_at; do
			between 500 $((dead_at - dropped)) $((${bound#*:} * 1200 + 1000))
		done < <(sed -n 's/^dead //p' <<<"$output")
	done
}

@test "on death: a program that ignores every error ends by exit, abort or signal, and by nothing else" {
	ulimit -c 0
	local action
	peer p idle
	start control env --default-signal=PIPE "$BUILD/victims/pool" "127.0.0.1,$PORT" heedless
	for action in $(actions); do
		with "$action" heedless "$BUILD/victims/pool" "127.0.0.1,$PORT" heedless
	done
	retry 300 0.1 settled 7
	kill -USR1 "${PID[p]}"
	ended control 141
	ended heedless.exit 9
	ended heedless.abort 134
	ended heedless.signal 138
	# With log EPIPE follows, as without us.  With error and shutdown each call fails at once with
	# the cause; that is all that can be done for it.
	retry 300 0.1 says heedless.log "failed=100 errno=EPIPE"
	retry 300 0.1 says heedless.error "failed=100 errno=ECONNRESET"
	retry 300 0.1 says heedless.shutdown "failed=100 errno=ECONNRESET"
	for action in $(actions); do
		told "heedless.${action%:*}" cause=reset "action=${action%:*}"
		case $action in log | error | shutdown) running "heedless.$action" ;; esac
	done
}

@test "on death: a thread that is stuck in send ends too" {
	local action
	peer p idle
	for action in error shutdown exit:9; do
		with "$action" both "$BUILD/victims/pool" "127.0.0.1,$PORT" send recv epoll
	done
	retry 300 0.1 settled 3
	kill -USR1 "${PID[p]}"
	for action in error shutdown; do
		ended "both.$action" 0
		# What it had handed over of its last block is told first.
		grep -qxE "send woke=(ECONNRESET|EPIPE|short) recv=ECONNRESET send=ECONNRESET at=[0-9]+" "$T/both.$action.out"
		grep -qxE "recv woke=ECONNRESET recv=ECONNRESET send=ECONNRESET at=[0-9]+" "$T/both.$action.out"
		grep -qxE "epoll woke=(ERR|IN) recv=ECONNRESET send=ECONNRESET at=[0-9]+" "$T/both.$action.out"
	done
	ended both.exit 9
}

@test "on death: after a deadline of ours shutdown wakes all that wait, error nobody" {
	local action
	peer p idle
	export PEERLESS_RECV_TIMEOUT=1s
	for action in error shutdown; do
		with "$action" deadline "$BUILD/victims/pool" "127.0.0.1,$PORT" recv poll select epoll
	done
	failing deadline.shutdown ETIMEDOUT recv poll select epoll
	retry 300 0.1 says deadline.error "recv woke=ETIMEDOUT recv=ETIMEDOUT send=ETIMEDOUT"
	# As long as the other took, and longer.
	running deadline.error
	[[ $(grep -c woke= "$T/deadline.error.out") == 1 ]]
}

@test "on death: an end of stream stays one, though a reset waits behind it" {
	local action
	peer p close
	for action in $(actions); do
		PEERLESS_ON_DEATH=$action as_bare "$(victim calls)" "connect=127.0.0.1,$PORT" \
			poll=in write=1 recv recv close
		[[ $output == *"write ret=1"*"recv ret=0"*"recv ret=0"* ]]
	done
}
