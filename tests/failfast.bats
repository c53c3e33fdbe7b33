# SPDX-License-Identifier: MIT
# What follows a death: each ON_DEATH action, on a real reset, and once (DESIGN.md 10).
load helpers

# die_with ACTION OP…: a program whose peer resets after five bytes, and what it does after that.
die_with() {
	peer p reset 5
	PEERLESS_ON_DEATH=$1 shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" write=5 "${@:2}"
	echo "$1: $status $output"
	cat "$LOG" 2>/dev/null || true
	stop p
}

@test "fail-fast: log, the default, changes no result" {
	die_with log recv recv close
	[[ $status == 0 ]]
	[[ $output == *"recv ret=-1 errno=ECONNRESET"*"recv ret=0 errno=0"*"close ret=0"* ]]
	log_has event=peer-dead cause=reset action=log
}

@test "fail-fast: error makes every later call fail with the cause" {
	die_with error recv recv read write send recvmsg close
	[[ $status == 0 ]]
	[[ $(grep -c "ret=-1 errno=ECONNRESET" <<<"$output") == 6 ]]
	[[ $output == *"close ret=0 errno=0"* ]]
	[[ $(log_count event=peer-dead action=error) == 1 ]]
}

@test "fail-fast: error, where something that we do not see has had the errno" {
	local fork
	# In the process that called connect(), and in a child that goes on with it.
	for fork in sleep fork; do
		peer p reset 1
		PEERLESS_ON_DEATH=error shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" $fork block=0 \
			dontwait write dead unseenread read write
		echo "$output"
		[[ $status == 0 && $output == *"unseenread ret=-104"* ]]
		[[ $output == *"read ret=-1 errno=ECONNRESET"*"write ret=-1 errno=ECONNRESET"* ]]
		log_has event=peer-dead cause=reset action=error
		stop p
		rm "$LOG"
	done
}

@test "fail-fast: error leaves a call the cancellation point that it is" {
	local op way
	for op in recv write sendfile; do
		peer p reset
		bare env --ignore-signal=PIPE "$(victim cancelled)" "127.0.0.1,$PORT" $op
		way=$output
		[[ $way == "$([[ $op == sendfile ]] && echo returned || echo cancelled)" ]]
		PEERLESS_ON_DEATH=error shimmed env --ignore-signal=PIPE "$(victim cancelled)" \
			"127.0.0.1,$PORT" $op
		[[ $status == 0 && $output == "$way" ]] || { echo "$op: $output"; false; }
		log_has event=peer-dead action=error
		stop p
	done
}

@test "fail-fast: error is that connection's own: the next on its number is fresh" {
	peer good say hello
	local good=$PORT
	die_with error recv recv close "connect=127.0.0.1,$good" recv write
	[[ $output == *"close ret=0"*"connect ret=0"*"recv ret=5"*"write ret=1"* ]]
}

@test "fail-fast: shutdown wakes a thread that is stuck in another call" {
	# The peer sends no more, and reads nothing; that it is alive keeps the sender waiting.
	peer p half
	start control "$(victim waiters)" "127.0.0.1,$PORT"
	retry 100 0.05 says control "reader=0"
	PEERLESS_ON_DEATH=shutdown PEERLESS_ON_DEATH_ALSO=closed \
		shimmed "$(victim waiters)" "127.0.0.1,$PORT"
	# Whichever thread gets to say so first.
	[[ $status == 0 && $output == *reader=0* && $output == *"sender=-1 errno="* ]]
	log_has cause=closed action=shutdown
	# The control is stuck to this moment.
	running control
	! says control sender
}

@test "fail-fast: shutdown after a deadline of ours" {
	peer p idle
	start control env "$(victim waiters)" "127.0.0.1,$PORT"
	PEERLESS_ON_DEATH=shutdown PEERLESS_RECV_TIMEOUT=1s shimmed "$(victim waiters)" "127.0.0.1,$PORT"
	[[ $status == 0 && $output == *"reader=-1 errno=ETIMEDOUT"* && $output == *"sender=-1 errno="* ]]
	log_has cause=recv-timeout action=shutdown
	running control
}

@test "fail-fast: exit, exit:7 end the program after the line" {
	die_with exit:7 recv recv
	[[ $status == 7 && $output != *"recv ret"* ]]
	log_has event=peer-dead cause=reset action=exit status=7
	die_with exit:0 recv recv
	[[ $status == 0 && $output != *"recv ret"* ]]
	die_with exit recv recv
	[[ $status != 0 && $status -lt 126 && $output != *"recv ret"* ]]
}

@test "fail-fast: abort ends it by SIGABRT, past its own handler" {
	ulimit -c 0
	die_with abort recv recv
	[[ $status == 134 && $output != *"recv ret"* ]]
	log_has event=peer-dead cause=reset action=abort
	peer p reset 1
	PEERLESS_ON_DEATH=abort shimmed "$PYTHON" -c '
import signal, socket, sys
signal.signal(signal.SIGABRT, lambda *_: sys.exit(0))
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.send(b"x")
s.recv(1)' "$PORT"
	[[ $status == 134 ]]
}

@test "fail-fast: signal:TERM reaches the program's own handler, once per death" {
	die_with signal:TERM recv recv
	[[ $status == 143 ]]
	log_has event=peer-dead cause=reset action=signal
	peer p reset 1
	PEERLESS_ON_DEATH=signal:USR1 shimmed "$PYTHON" -c '
import signal, socket, sys
hits = []
signal.signal(signal.SIGUSR1, lambda *_: hits.append(1))
def die():
    s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
    s.send(b"x")
    for call in (lambda: s.recv(1), lambda: s.recv(1), lambda: s.send(b"x"), lambda: s.recv(1)):
        try:
            call()
        except OSError:
            pass
die()
print("first", len(hits))
die()
print("second", len(hits))' "$PORT"
	[[ $output == $'first 1\nsecond 2' ]]
}

@test "fail-fast: a connect that times out is a death, one that is refused is none" {
	need_net
	dropped() {
		peer_drop
		PEERLESS_ON_DEATH=exit:7 PEERLESS_CONNECT_TIMEOUT=1s start_shimmed v \
			"$(victim calls)" connect=10.77.0.2,9 sleep=1
		finish v
		echo "status=$status"
	}
	net_start case dropped
	PEERLESS_ON_DEATH=exit:7 shimmed "$(victim calls)" connect=127.0.0.1,1
	[[ $status == 0 ]]
	net_finish case
	[[ $output == *status=7* ]]
	log_has event=peer-dead cause=connect-timeout action=exit status=7
}

@test "fail-fast: a server's accepted connection dies like any other" {
	start_server() {
		PEERLESS_ON_DEATH=exit:9 start_shimmed server "$PYTHON" -c '
import socket
l = socket.create_server(("127.0.0.1", 0))
print("port", l.getsockname()[1], flush=True)
while True:
    s, _ = l.accept()
    try:
        s.recv(1)
    except OSError as e:
        print("survived", e.errno)'
	}
	start_server
	retry 100 0.05 says server "port "
	"$PYTHON" -c '
import socket, struct, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
s.close()' "$(sed -n 's/^port //p' "$T/server.out")"
	finish server
	[[ $status == 9 ]]
	log_has event=peer-dead cause=reset action=exit status=9
}

@test "fail-fast: an end of stream acts only with ON_DEATH_ALSO=closed" {
	peer p close
	PEERLESS_ON_DEATH=exit:7 shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	[[ $status == 0 && $output == *"recv ret=0"* ]]
	PEERLESS_ON_DEATH=exit:7 PEERLESS_ON_DEATH_ALSO=closed \
		shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	[[ $status == 7 ]]
}
