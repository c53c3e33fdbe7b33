# SPDX-License-Identifier: MIT
# RECV_TIMEOUT and SEND_TIMEOUT: one blocking call ends in ETIMEDOUT in time, and nothing of what
# SO_RCVTIMEO breaks is broken (KERNEL.md 8).
load helpers

# ms OP: how long that op took, of the last run.
ms() {
	value ms "$(grep "^$1 " <<<"$output" | tail -n 1)"
}

@test "deadline: every blocking receive ends in ETIMEDOUT, not before its time" {
	peer p drain
	start control "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	local op
	for op in recv read readv recvfrom recvmsg recvall; do
		PEERLESS_RECV_TIMEOUT=600ms shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" "$op"
		[[ $status == 0 && $output == *"$op ret=-1 errno=ETIMEDOUT"* ]]
		between 590 "$(ms "$op")" 3000
	done
	log_has cause=recv-timeout method=deadline errno=ETIMEDOUT
	running control
}

@test "deadline: UNIX stream sockets too" {
	peer p --unix "$T/socket" drain
	PEERLESS_RECV_TIMEOUT=600ms shimmed "$(victim calls)" "connect=unix,$T/socket" recv
	[[ $output == *"recv ret=-1 errno=ETIMEDOUT"* ]]
	between 590 "$(ms recv)" 3000
}

@test "deadline: every blocking send ends in ETIMEDOUT" {
	peer p idle
	start control "$(victim calls)" "connect=127.0.0.1,$PORT" fill write=1000
	local op
	for op in write send; do
		PEERLESS_SEND_TIMEOUT=600ms shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" fill \
			"$op=1000"
		[[ $status == 0 && $output == *"$op ret=-1 errno=ETIMEDOUT"* ]]
		between 590 "$(ms "$op")" 3000
	done
	log_has cause=send-timeout method=deadline errno=ETIMEDOUT
	running control
	! says control "write ret"
}

@test "deadline: a send that got part of its bytes out returns short" {
	peer p idle
	# More than both buffers take: part of it leaves, then nothing moves.
	PEERLESS_SEND_TIMEOUT=600ms PEERLESS_SOCKOPTS=SO_SNDBUF=64K shimmed "$(victim calls)" \
		"connect=127.0.0.1,$PORT" write=1048576 write=1048576 write=1048576 write=1048576 \
		write=1048576 write=1048576 write=1048576 write=1048576
	[[ $status == 0 ]]
	local short
	short=$(sed -n 's/^write ret=\([0-9]*\) .*/\1/p' <<<"$output" | grep -vx 1048576 | head -n 1)
	[[ -n $short ]] && ((short > 0 && short < 1048576))
	[[ $output == *"write ret=-1 errno=ETIMEDOUT"* ]]
}

@test "deadline: data that comes in time is delivered" {
	# Sent at once, and while the call waits; errno is as the program left it.
	local pause op
	for pause in 0 0.4; do
		peer "p$pause" --pause "$pause" say hello
		for op in recv read recvmsg recvall=5; do
			PEERLESS_RECV_TIMEOUT=30s shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" "$op"
			[[ $output == *"${op%=5} ret=5 errno=0"* ]] || { echo "$output"; false; }
		done
	done
	[[ ! -s $LOG ]]
}

@test "deadline: MSG_WAITALL returns what has come" {
	peer p say hello
	PEERLESS_RECV_TIMEOUT=600ms shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" recvall=10 \
		recvall=10
	[[ $output == *"recvall ret=5 errno=0"*"recvall ret=-1 errno=ETIMEDOUT"* ]]
}

@test "deadline: calls that do not block are left alone" {
	peer p drain
	PEERLESS_RECV_TIMEOUT=5s PEERLESS_SEND_TIMEOUT=5s shimmed "$(victim calls)" socket=nonblock \
		"connect=127.0.0.1,$PORT" sleep=100 recv read block=1 dontwait block=0 recv
	[[ $output == *"recv ret=-1 errno=EAGAIN"*"read ret=-1 errno=EAGAIN"* ]]
	[[ $output == *"dontwait ret=-1 errno=EAGAIN"*"recv ret=-1 errno=EAGAIN"* ]]
	local op
	for op in recv read dontwait; do
		between 0 "$(ms "$op")" 2000
	done
	[[ $(log_count cause=recv-timeout) == 0 ]]
}

@test "deadline: SO_RCVTIMEO is not what does it" {
	peer p drain
	PEERLESS_RECV_TIMEOUT=600ms shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts recv \
		sockopts
	[[ $output == *rcvtimeo=0*rcvtimeo=0* && $output != *rcvtimeo=[1-9]* ]]
}

@test "deadline: a handler with SA_RESTART does not end the call, one without gives EINTR" {
	peer p drain
	bare "$(victim calls)" "connect=127.0.0.1,$PORT" alarm=200 recv
	[[ $output == *"recv ret=-1 errno=EINTR"* ]]
	PEERLESS_RECV_TIMEOUT=900ms shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" \
		alarm=200,restart recv
	[[ $output == *"recv ret=-1 errno=ETIMEDOUT"* ]]
	between 890 "$(ms recv)" 3500
	PEERLESS_RECV_TIMEOUT=5s shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" alarm=200 recv
	[[ $output == *"recv ret=-1 errno=EINTR"* ]]
	between 190 "$(ms recv)" 2500
}

@test "deadline: a second receive has its own" {
	peer p drain
	PEERLESS_RECV_TIMEOUT=400ms shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" recv recv
	[[ $(grep -c "recv ret=-1 errno=ETIMEDOUT" <<<"$output") == 2 ]]
	between 390 "$(ms recv)" 3000
}

@test "deadline: SIGSTOP and SIGCONT do not end the call" {
	peer p drain
	PEERLESS_RECV_TIMEOUT=3s start_shimmed v "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	retry 100 0.05 says v "connect ret=0"
	kill -STOP "${PID[v]}"
	stopped() { grep -q '^State:.T' "/proc/${PID[v]}/status"; }
	retry 100 0.05 stopped
	kill -CONT "${PID[v]}"
	finish v
	[[ $output == *"recv ret=-1 errno=ETIMEDOUT"* ]]
}

@test "deadline: a thread blocked with a deadline can be cancelled" {
	peer p drain
	PEERLESS_RECV_TIMEOUT=30s LIMIT=20 shimmed "$(victim cancelled)" "127.0.0.1,$PORT"
	[[ $status == 0 && $output == cancelled ]]
}

# as_bare SECTION: a program at the edges of what a call allows sees what it sees without us.  Both
# deadlines are set, and long enough that no call of its own which waits comes near them.
as_bare() {
	LIMIT=30 bare "$(victim edges)" "$1"
	((status == 0)) && [[ -n $output ]] || { echo "$output"; return 1; }
	echo "$output" >"$T/bare"
	PEERLESS_LOG=file:$LOG PEERLESS_RECV_TIMEOUT=5s PEERLESS_SEND_TIMEOUT=5s LIMIT=60 \
		shimmed "$(victim edges)" "$1"
	diff "$T/bare" <(echo "$output") && ((status == 0))
}

@test "deadline: recvfrom and sendto treat addresses and bad pointers as without" {
	as_bare addresses
}

@test "deadline: a number that became a file behind our back is read and written" {
	as_bare stale
	[[ $(log_count event=peer-dead) == 0 ]]
}

@test "deadline: a send with MSG_FASTOPEN connects" {
	as_bare fastopen
}

@test "deadline: a call that never waits does not wait" {
	as_bare nowait
}

@test "deadline: the program's own SO_RCVTIMEO and SO_SNDTIMEO stay, but for OVERRIDE=force" {
	as_bare own
	[[ $(grep -c EAGAIN "$T/bare") == 12 && $(log_count event=deadline) == 0 ]]
	PEERLESS_OVERRIDE=force PEERLESS_RECV_TIMEOUT=100ms PEERLESS_SEND_TIMEOUT=100ms \
		shimmed "$(victim edges)" own
	[[ $(grep -c ETIMEDOUT <<<"$output") == 12 ]]
}

@test "deadline: limits of lengths and vectors, and MSG_PEEK with MSG_WAITALL, are the kernel's" {
	as_bare limits
}

@test "deadline: an error behind a part is told once, by the next call, and signals nothing before" {
	as_bare parts
	[[ $(log_count event=deadline) == 0 ]]
}
