# SPDX-License-Identifier: MIT
# What the library adds to a call: nothing for the kernel to do, a few instructions of its own; and
# what an event takes in a recording.  Counts only: nothing here depends on speed.
load helpers
load bench/measure

setup() {
	need_lib
	rounds_build
}

# no_call_added KIND CALL…: N more rounds are N more system calls, bare and in each of $VARIANTS
# (shimmed); N is $COUNT (100).
no_call_added() {
	local kind=$1 call variant more count=${COUNT:-100}
	shift
	for call; do
		for variant in bare ${VARIANTS:-shimmed}; do
			more=$(of_rounds system_calls "$variant" "$call" "$kind" "$count")
			[[ $more == "$count" ]] || {
				echo "$call on $kind, $variant: $more system calls in $count rounds"
				return 1
			}
		done
	done
}

# at_most LIMIT shimmed|traced KIND CALL…: so many instructions are added to each; the figures are
# shown.
at_most() {
	local limit=$1 variant=$2 kind=$3 call added worst=0 figures=
	shift 3
	for call; do
		added=$(instructions_added "$variant" "$call" "$kind")
		figures+=" $call +$added"
		((added > worst)) && worst=$added
	done
	echo "# instructions added on $kind, $variant:$figures (limit $limit)" | tee /dev/fd/3
	((worst <= limit))
}
@test "cost: no system call is added to a call on a file or pipe" {
	no_call_added file read readv write writev
	no_call_added pipe read readv write writev
}

@test "cost: no system call is added to a call on a TCP or UNIX socket" {
	local kind
	for kind in tcp unix; do
		no_call_added "$kind" read readv recv recvfrom recvmsg
		no_call_added "$kind" write writev send sendto sendmsg
	done
}

@test "cost: at most 15 instructions are added to read and write on a file" {
	at_most 15 shimmed file read write
}

@test "cost: at most 45 instructions are added to read, write, recv and send on a TCP socket" {
	at_most 45 shimmed tcp read write recv send
}

@test "cost: at most 45 instructions are added to read, write, recv and send on a UNIX socket" {
	at_most 45 shimmed unix read write recv send
}

# valgrind 3.19 does not know epoll_pwait2(2)
waits=(poll ppoll select pselect epoll_wait epoll_pwait)

@test "cost: no system call is added to a wait" {
	no_call_added tcp "${waits[@]}" poll64 epoll_pwait2
}

# What poll() and epoll_wait() said is looked through: policy/readiness.h.
@test "cost: at most 10 to 25 instructions are added to a wait, and 5 for each further descriptor" {
	at_most 10 shimmed tcp select pselect
	at_most 17 shimmed tcp poll
	at_most 25 shimmed tcp ppoll epoll_wait epoll_pwait
	at_most 350 shimmed tcp poll64
}

# So many rounds that the recording's chunks do not suffice without another.
@test "cost: recorded, no system call is added to a call on a TCP or UNIX socket" {
	local kind VARIANTS=traced COUNT=1500
	for kind in tcp unix; do
		no_call_added "$kind" read readv recv recvfrom recvmsg
		no_call_added "$kind" write writev send sendto sendmsg
	done
	no_call_added tcp "${waits[@]}" epoll_pwait2
}

# The figures are without the clock's own instructions (measure.bash).
@test "cost: recorded, at most 120 instructions are added to read, write, recv, send on a TCP socket" {
	at_most 120 traced tcp read write recv send
}

@test "cost: recorded, at most 120 instructions are added to read, write, recv, send on a UNIX socket" {
	at_most 120 traced unix read write recv send
}

@test "cost: recorded, at most 230 instructions are added to a wait" {
	at_most 230 traced tcp "${waits[@]}"
}

# Of programs that have had many descriptors, and where many connections die at once.
@test "cost: what a death costs does not grow with the descriptors" {
	local at ops=() i
	local -A took
	need valgrind
	for ((i = 0; i < 20; i++)); do
		ops+=(accepted reset read close)
	done
	for at in 100 900; do
		PEERLESS_LOG=file:$LOG PEERLESS_ON_DEATH=error LD_PRELOAD=$LIB valgrind --tool=callgrind \
			--callgrind-out-file=/dev/null "$(victim calls)" pair high=$at "${ops[@]}" \
			>"$T/out" 2>"$T/err"
		[[ $(log_count event=peer-dead action=error) == 20 ]]
		rm "$LOG"
		took[$at]=$(sed -n 's/^.*Collected : //p' "$T/err")
	done
	i=$(((took[900] - took[100]) / 20))
	echo "# instructions that 800 descriptors add to a death: $i (limit 100)" | tee /dev/fd/3
	((took[100] > 0 && i <= 100))
}

# What a connection is told of once, when it begins and ends, is not any call's.
@test "cost: recorded, at most 4 system calls are added to a connection" {
	local count=100 hardened traced
	hardened=$(of_rounds system_calls shimmed connect tcp "$count")
	traced=$(of_rounds system_calls traced connect tcp "$count")
	echo "# system calls in $count connections: $hardened, recorded $traced" | tee /dev/fd/3
	((hardened > 0 && traced <= hardened + 4 * count))
}

# Each question makes the kernel go by every TCP socket of the machine.
@test "cost: a look of the sentinel is one question to the kernel, for IPv4 and IPv6" {
	need strace
	peer p drain
	start v "$(victim calls)" "connect=127.0.0.1,$PORT" sleep=5000
	retry 100 0.05 says v "connect ret=0"
	strace -qq -e trace=sendto -o "$T/calls" "$PEERLESS" watch --once --json "${PID[v]}"
	# Whose the sockets are is found between the first and the second.
	[[ $(grep -c TCPDIAG_GETSOCK "$T/calls") == 2 && $(wc -l <"$T/calls") == 2 ]] || { cat "$T/calls"; false; }
}

@test "cost: a recording takes at most 64 bytes an event, stories and heads of chunks too" {
	local pipeline events bytes
	need redis-server redis-benchmark redis-cli
	for pipeline in 1 16; do
		PORT=$((20000 + RANDOM % 10000))
		start redis "$PEERLESS" run --trace="$T/$pipeline.rec" -- redis-server --port "$PORT" \
			--bind 127.0.0.1 --save '' --dir "$T"
		retry 100 0.05 says redis "Ready to accept"
		redis-benchmark -p "$PORT" -t get,set -d 64 -n 20000 -P "$pipeline" -q
		redis-cli -p "$PORT" shutdown nosave
		finish redis
		events=$("$PEERLESS" show -F json "$T/$pipeline.rec" | wc -l)
		bytes=$(used bytes "$T/$pipeline.rec")
		echo "# -P $pipeline: $bytes bytes for $events events" | tee /dev/fd/3
		# Two calls and more for every request, or every pipeline of them.
		((events >= 2 * 2 * 20000 / pipeline && bytes <= 64 * events))
	done
}
