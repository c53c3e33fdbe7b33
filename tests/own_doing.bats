# SPDX-License-Identifier: MIT
# What a program does to its own socket is no peer's death, though the calls fail or end as if it
# were: nothing is told, and no ON_DEATH action follows.
load helpers

# survives OP…: as without us, whatever an end of stream or an error would cost.
survives() {
	local also
	for also in none closed; do
		PEERLESS_ON_DEATH=exit:9 PEERLESS_ON_DEATH_ALSO=$also as_bare \
			env --ignore-signal=PIPE "$(victim calls)" "$@" || return 1
		[[ $status == 0 && $(log_count event=peer-dead) == 0 ]] || { cat "$LOG"; return 1; }
	done
}

# acts OP…: the control, where the peer has ended it.
acts() {
	PEERLESS_ON_DEATH=exit:9 PEERLESS_ON_DEATH_ALSO=closed shimmed "$(victim calls)" "$@"
	[[ $status == 9 && $(log_count event=peer-dead action=exit) == 1 ]] ||
		{ echo "$*: $status $output"; return 1; }
	rm -f "$LOG"
}

@test "own doing: an end of stream after its own shutdown" {
	local how
	for how in r b; do
		survives pair shutdown=$how recv
		[[ $output == *"recv ret=0"* ]]
		survives pair fork=shutdown=$how recv
	done
	# The peer ends it too, in answer.
	survives pair shutdown=b end recv
	survives unixpair shutdown=b recv
	acts pair end recv
	acts pair shutdown=w end recv
	acts pair shutdown=r end recv
}

@test "own doing: a shutdown during a handshake" {
	local how
	for how in soerror read send "poll soerror" "poll close"; do
		# shellcheck disable=SC2086
		survives full socket=nonblock reach shutdown=b $how
	done
	[[ $(log_count event=connect-failed) == 0 ]]
}

@test "own doing: connect to AF_UNSPEC, and the error that it leaves" {
	survives full socket=nonblock reach unspec soerror
	[[ $output == *"soerror ret=-1 errno=ECONNRESET"* ]]
	survives pair unspec soerror
	survives pair unspec recv send
}

@test "own doing: what another thread's recv wakes with" {
	local what action
	for what in unspec shutdown; do
		for action in exit:9 error; do
			PEERLESS_ON_DEATH=$action PEERLESS_ON_DEATH_ALSO=closed as_bare \
				"$(victim own_doing)" $what
			[[ $status == 0 && $output == *reader=* && $(log_count event=peer-dead) == 0 ]]
		done
	done
}

@test "own doing: calls on a listener" {
	survives server=127.0.0.1 uselistener write send
	[[ $output == *"send ret=-1 errno=EPIPE"* ]]
	survives server=127.0.0.1 uselistener shutdown=r write read
	survives server=127.0.0.1 uselistener shutdown=b write read
}

@test "own doing: the other end of a socketpair is logged, and acted on by nobody" {
	local action ops
	# A worker that ends with unread data, and one that just ends.
	for action in exit:9 error shutdown; do
		for ops in "unixpair write=5 end read read" "unixpair end read write" \
			"unixpair write=5 end poll close"; do
			rm -f "$LOG"
			# shellcheck disable=SC2086
			PEERLESS_ON_DEATH=$action PEERLESS_ON_DEATH_ALSO=closed as_bare \
				env --ignore-signal=PIPE "$(victim calls)" $ops
			((status == 0))
			[[ $(log_count event=peer-dead action=log) == $(log_count event=peer-dead) ]]
			log_has event=peer-dead action=log
		done
	done
	rm "$LOG"
	# The control: a UNIX socket's peer.
	acts unixnamed="$T/socket" write=5 end read
	acts unixnamed="$T/socket" end read
	# In a process that has inherited it.
	PEERLESS_ON_DEATH=exit:9 LIMIT=20 shimmed "$PYTHON" -c '
import os, socket
a, b = socket.socketpair()
if os.fork():
    a.close()
    b.close()
    print(os.wait()[1])
else:
    a.send(b"x")
    b.close()
    try: a.recv(1)
    except OSError as e: print(e.errno, flush=True)'
	[[ $output == $'104\n0' ]]
	log_has event=peer-dead action=log
}

@test "own doing: a shutdown by another process, also once the peer has ended its side" {
	survives pair fork=shutdown=w write
	survives pair fork=shutdown=w end write
	survives accepted fork=shutdown=w end write
	acts pair end text=x dead write
	acts server=127.0.0.1 socket unseenreach accept end text=x dead write
}
