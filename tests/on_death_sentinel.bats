# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034,SC2154,SC2317 # bats sets status and output
# The sentinel ends a connection whose peer is stopped (SILENCE): all that wait for it wake, at once
# and with an error: blocked calls, event loops, a pool of threads; preloaded, and not, and static.
load helpers
load watching
load on_death

actions() {
	echo log error shutdown exit:9 abort signal:USR1
}

setup_file() {
	local victims=$BATS_TEST_DIRNAME/victims
	"$victims/build" pool
	"${CC:-gcc}" -static -O1 -std=gnu11 -D_GNU_SOURCE -Wall -pthread -o "$BATS_FILE_TMPDIR/static" \
		"$victims/pool.c"
	ulimit -c 0
}

# hung: a peer that will be stopped; its port is $PORT.
hung() {
	declare -gA WATCHED=()
	peer p drain
}

# begin NAME CMD…: a program that is to be watched.
begin() {
	start "$1" bash -c 'privileged "$@"' - env --default-signal=PIPE "${@:2}"
	WATCHED[$1]=${PID[$1]}
}

# begin_preloaded ACTION NAME CMD…: as NAME.ACTION, with a log of its own.
begin_preloaded() {
	local name=$2.${1%:*}
	need_lib
	begin "$name" "LD_PRELOAD=$LIB" "PEERLESS_LOG=file:$T/$name.log" "PEERLESS_ON_DEATH=$1" "${@:3}"
}

threads() {
	echo recv recv read peek poll select epoll
}

# sentinel NAME ON_DEATH PROGRAM…: watches these from now on; its log is $T/NAME.log.
sentinel() {
	local name pids=()
	for name in "${@:3}"; do
		pids+=("${PID[$name]}")
	done
	LOG=$T/$1.log watch "$1" --silence=2s --on-death="$2" "${pids[@]}"
}

# In ms, from the sentinel's line on each of these programs to each wake in it.
wakes() {
	local log=$T/$1.log name line at
	for name in "${@:2}"; do
		line=$(grep event=condemned "$log" | grep " pid=${WATCHED[$name]} ")
		line=$(date -d "$(value ts "$line")" +%s%3N)
		sed -n 's/.* at=//p' "$T/$name.out" | while read -r at; do
			echo $((at - line))
		done
	done
}

# at_once SENTINEL PROGRAM…: each wakes within 100 ms of the line on it; a machine that is busy may
# hold up a few.
at_once() {
	local all
	all=$(wakes "$@" | sort -n)
	awk '{ t[NR] = $1 } END { exit !(NR && t[int(NR * 0.8) + 1] <= 100 && t[NR] <= 1000) }' <<<"$all" ||
		{ echo "$1: ms to each wake: ${all//$'\n'/ }"; false; }
}

# silent_death NAME WORD…: the program's own log has one death, with these words.
silent_death() {
	LOGFILE=$T/$1.log
	log_has event=peer-dead cause=silent method=silence errno=ETIMEDOUT "${@:2}"
	[[ $(log_count event=peer-dead) == 1 ]]
}

@test "sentinel: preloaded, each action: ETIMEDOUT to every waiter, and what the action says" {
	local action name names=()
	hung
	for action in $(actions); do
		# shellcheck disable=SC2046
		begin_preloaded "$action" threads "$BUILD/victims/pool" "127.0.0.1,$PORT" $(threads)
		begin_preloaded "$action" asyncio "$PYTHON" -c "$(loops)" 127.0.0.1 "$PORT"
		names+=("threads.${action%:*}" "asyncio.${action%:*}")
	done
	retry 300 0.1 settled 12
	kill -STOP "${PID[p]}"
	sentinel w log "${names[@]}"
	for action in log error shutdown; do
		# shellcheck disable=SC2046
		failing "threads.$action" ETIMEDOUT $(threads)
		ended "asyncio.$action" 0
		[[ $output == *"read=ETIMEDOUT closed=ETIMEDOUT signals=0"* ]]
	done
	for name in threads asyncio; do
		ended "$name.exit" 9
		[[ $output != *=0* && $output != *over* ]]
		ended "$name.abort" 134
		[[ $output != *=0* && $output != *over* ]]
	done
	ended threads.signal 138
	ended asyncio.signal 0
	[[ $output == *"read=ETIMEDOUT closed=ETIMEDOUT signals=1"* ]]
	for action in $(actions); do
		for name in threads asyncio; do
			silent_death "$name.${action%:*}" "action=${action%:*}"
		done
	done
	finish w
	((status == 0))
	at_once w {threads,asyncio}.{log,error,shutdown}
	[[ $(LOGFILE=$T/w.log log_count event=condemned cause=silent) == 12 ]]
}

# waiters: each wait in a program of its own, dynamic and static.
waiters() {
	local kind program
	for kind in recv read peek poll select epoll; do
		begin "$kind" "$BUILD/victims/pool" "127.0.0.1,$PORT" "$kind"
		begin "static_$kind" "$BATS_FILE_TMPDIR/static" "127.0.0.1,$PORT" "$kind"
	done
	begin asyncio "$PYTHON" -c "$(loops)" 127.0.0.1 "$PORT"
	for kind in threads static; do
		[[ $kind == static ]] && program=$BATS_FILE_TMPDIR/static || program=$BUILD/victims/pool
		# shellcheck disable=SC2046
		begin $kind "$program" "127.0.0.1,$PORT" $(threads)
	done
	retry 300 0.1 settled 15
	kill -STOP "${PID[p]}"
	sentinel w log "${!WATCHED[@]}"
}

# Each waiter woke with an error, and had errors from then on.
no_end_of_stream() {
	local name
	for name in "${!WATCHED[@]}"; do
		ended "$name" 0
		[[ $output != *woke=0* && $output != *recv=0* && $output != *read=0* ]]
		if [[ $name == asyncio ]]; then
			[[ $output == *"read=E"*"closed=E"* ]]
		else
			[[ $output == *woke=*over* ]]
		fi
	done
	[[ $(grep -c woke= "$T/threads.out") == 7 && $(grep -c woke= "$T/static.out") == 7 ]]
	finish w
	at_once w "${!WATCHED[@]}"
}

# SOCK_DESTROY gives its error to one thread, and an end of stream to the others.
@test "sentinel: not preloaded, and static: no waiter sees an end of stream" {
	need_root "SOCK_DESTROY"
	hung
	waiters
	no_end_of_stream
	[[ $(<"$T/asyncio.out") == *"read=ECONNABORTED closed=ECONNABORTED"* ]]
	[[ $(LOGFILE=$T/w.log log_count event=condemned ended_by=sock-destroy) == 1 ]]
	[[ $(LOGFILE=$T/w.log log_count event=condemned ended_by=disconnect) == 14 ]]
}

@test "sentinel: not preloaded, and static, who may not destroy sockets: the same" {
	export capless=1
	hung
	waiters
	no_end_of_stream
	[[ $(LOGFILE=$T/w.log log_count event=condemned ended_by=disconnect) == 15 ]]
}

@test "sentinel: not preloaded, and static: exit, abort and signal" {
	local action kind name status_of
	hung
	declare -A status_of=([exit:9]=143 [abort]=134 [signal:USR1]=138)
	for action in "${!status_of[@]}"; do
		begin "shared.$action" "$BUILD/victims/pool" "127.0.0.1,$PORT" recv poll stay
		begin "static.$action" "$BATS_FILE_TMPDIR/static" "127.0.0.1,$PORT" recv poll stay
		begin "asyncio.$action" "$PYTHON" -c "$(loops)" 127.0.0.1 "$PORT"
	done
	retry 300 0.1 settled 9
	kill -STOP "${PID[p]}"
	for action in "${!status_of[@]}"; do
		sentinel "w.$action" "$action" {shared,static,asyncio}."$action"
	done
	for action in "${!status_of[@]}"; do
		for kind in shared static asyncio; do
			name=$kind.$action
			if [[ $name == asyncio.signal:USR1 ]]; then
				ended "$name" 0
				[[ $output == *"read=E"*"closed=E"*"signals=1"* ]]
			else
				ended "$name" "${status_of[$action]}"
			fi
		done
		finish "w.$action"
		[[ $(LOGFILE=$T/w.$action.log log_count event=condemned "action=${action%:*}") == 3 ]]
	done
}
