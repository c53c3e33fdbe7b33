# SPDX-License-Identifier: MIT
# What the library adds to a call: nothing for the kernel to do, a few instructions of its own.
# Counts only: nothing here depends on speed.
load helpers
load bench/measure

setup() {
	need_lib
	rounds_build
}

# no_call_added KIND CALL…: N more rounds are N more system calls, with and without the library.
no_call_added() {
	local kind=$1 call variant more count=100
	shift
	for call; do
		for variant in bare shimmed; do
			more=$(of_rounds system_calls "$variant" "$call" "$kind" "$count")
			[[ $more == "$count" ]] || {
				echo "$call on $kind, $variant: $more system calls in $count rounds"
				return 1
			}
		done
	done
}

# at_most LIMIT KIND CALL…: so many instructions are added to each; the figures are shown.
at_most() {
	local limit=$1 kind=$2 call added worst=0 figures=
	shift 2
	for call; do
		added=$(instructions_added "$call" "$kind")
		figures+=" $call +$added"
		((added > worst)) && worst=$added
	done
	echo "# instructions added on $kind:$figures (limit $limit)" | tee /dev/fd/3
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
	at_most 15 file read write
}

@test "cost: at most 45 instructions are added to read, write, recv and send on a TCP socket" {
	at_most 45 tcp read write recv send
}

@test "cost: at most 45 instructions are added to read, write, recv and send on a UNIX socket" {
	at_most 45 unix read write recv send
}

@test "cost: at most 10 instructions, and no system call, are added to a wait" {
	local waits=(poll ppoll select pselect epoll_wait epoll_pwait)
	no_call_added tcp "${waits[@]}" epoll_pwait2
	at_most 10 tcp "${waits[@]}" # valgrind 3.19 does not know epoll_pwait2(2)
}
