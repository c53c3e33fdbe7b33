# SPDX-License-Identifier: MIT
# What is a death, and what only looks like one: results told apart (DESIGN.md 9).
load helpers

# Under an action that would end the program, it ends as without us.
no_death() {
	local also
	for also in none closed; do
		PEERLESS_ON_DEATH=exit:9 PEERLESS_ON_DEATH_ALSO=$also as_bare "$@" || return 1
	done
	[[ $(log_count event=peer-dead) == 0 ]] || { cat "$LOG"; return 1; }
}

@test "verdicts: a writev of nothing on a dead socket leaves its error to the next read" {
	as_bare "$(victim calls)" pair reset writev0=1 read read
	[[ $output == *"writev0 ret=0 errno=0"*"read ret=-1 errno=ECONNRESET"*"read ret=0"* ]]
	[[ $(log_count event=peer-dead cause=reset) == 1 ]]
	as_bare "$(victim calls)" pair reset writev0=3 write
	[[ $output == *"write ret=-1 errno=ECONNRESET"* ]]
}

@test "verdicts: any number of writevs of nothing does" {
	as_bare "$(victim calls)" pair reset writev0=1 writev0=4 writev0=0 writev0=1 read read
	[[ $output == *"read ret=-1 errno=ECONNRESET"*"read ret=0"* ]]
	[[ $(log_count event=peer-dead) == 1 ]]
}

@test "verdicts: a write after its own shutdown is no death, by the first call or a child's" {
	peer p drain
	local preload
	for preload in "" "LD_PRELOAD=$LIB"; do
		run "$PYTHON" "$PEERS/inherit.py" connect "127.0.0.1:$PORT" 5 env --default-signal=PIPE \
			PEERLESS_ON_DEATH=exit:9 PEERLESS_LOG="file:$LOG" ${preload:+"$preload"} \
			"$(victim calls)" use=5 shutdown=w write
		[[ $status == $([[ $preload ]] && echo 0 || echo 141) ]]
	done
	[[ $output == *"write ret=-1 errno=EPIPE"* && $(log_count event=peer-dead) == 0 ]]
	# In a fork child; and by a fork child, before its parent writes.
	export PEERLESS_ON_DEATH=exit:9
	shimmed "$(victim calls)" pair fork shutdown=w write
	[[ $status == 0 && $output == *"write ret=-1 errno=EPIPE"* ]]
	shimmed "$(victim calls)" pair write fork=shutdown=w write
	[[ $status == 0 && $output == *"write ret=-1 errno=EPIPE"* ]]
	shimmed "$(victim calls)" pair shutdown=w write
	[[ $status == 0 && $output == *"write ret=-1 errno=EPIPE"* ]]
	[[ $(log_count event=peer-dead) == 0 && $(log_count event=sigpipe-averted) == 4 ]]
	# Another's doing is one.
	shimmed "$(victim calls)" pair end text=x dead write
	[[ $status == 9 ]]
	log_has event=peer-dead cause=broken-pipe
}

@test "verdicts: a connection that was reset before a fork child first used it has died" {
	as_bare "$(victim calls)" accepted reset fork read read
	[[ $output == *"read ret=-1 errno=ECONNRESET"* ]]
	[[ $(log_count event=peer-dead) == 1 ]]
	log_has event=peer-dead cause=reset errno=ECONNRESET action=log
	PEERLESS_ON_DEATH=exit:9 shimmed "$(victim calls)" accepted reset fork=read
	[[ $status == 0 && $output == *"fork ret=$((9 << 8)) "* ]]
}

@test "verdicts: a notification from the error queue is no end of stream" {
	bare "$(victim calls)" pair zerocopy
	[[ $output == *"zerocopy ret=5"* ]] || skip "kernel without MSG_ZEROCOPY"
	no_death "$(victim calls)" pair zerocopy errqueue write
	[[ $output == *"errqueue ret=0"*"write ret=1"* ]]
}

@test "verdicts: a stdio client that a dead peer would kill has both lines: save and death" {
	bare "$(victim calls)" pair end stdio dead stdio
	[[ $status == 141 && $output == *"stdio ret=0"* ]]
	shimmed "$(victim calls)" pair end stdio dead stdio stdio close
	[[ $status == 0 && $output == *"stdio ret=-1 errno=EPIPE"*"close ret=0"* ]]
	[[ $(log_count event=peer-dead) == 1 && $(log_count event=sigpipe-averted) == 1 ]]
	log_has event=peer-dead cause=broken-pipe errno=EPIPE action=log
	PEERLESS_ON_DEATH=exit:9 shimmed "$(victim calls)" pair end stdio dead stdio
	[[ $status == 9 ]]
}

# A connection that is established, gets 5 bytes and is reset, all before it is looked at.
came_and_went='
import socket, struct, sys, time
l = socket.create_server(("127.0.0.1", 0))
c = socket.socket()
c.setblocking(False)
c.connect_ex(l.getsockname())
s, _ = l.accept()
s.send(b"12345")
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
s.close()
time.sleep(0.1)
if sys.argv[1] == "ask":
    print("error", c.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR))
for _ in 1, 2:
    try: print(len(c.recv(9)))
    except OSError as e: print(e.errno)
c.close()'

@test "verdicts: a connection that came and went before its first look is a death, not a failed connect" {
	local how
	for how in ask read; do
		rm -f "$LOG"
		as_bare "$PYTHON" -c "$came_and_went" "$how"
		log_has event=peer-dead cause=reset
		[[ $(wc -l <"$LOG") == 1 ]] || { cat "$LOG"; false; }
	done
}

@test "verdicts: what a reset connection had received is what the close line says" {
	PEERLESS_LOG_LEVEL=conn shimmed "$PYTHON" -c "$came_and_went" read
	log_has event=close in=5 out=0 closed_by=peer
}

@test "verdicts: ON_DEATH=error is over when the same socket is connected again" {
	PEERLESS_ON_DEATH=error PEERLESS_CONNECT_TIMEOUT=500ms shimmed "$PYTHON" -c '
import socket, time
l = socket.socket()
l.bind(("127.0.0.1", 0))
l.listen(0)
first = socket.create_connection(l.getsockname())  # the queue is full now
c = socket.socket()
d = c.dup()
try: c.connect(l.getsockname())
except OSError as e: print(e.errno)
l.accept()[0]
c.connect(l.getsockname())
s, _ = l.accept()
s.send(b"12345")
print(c.send(b"1"), d.send(b"2"), len(d.recv(5)))'
	[[ $output == $'110\n1 1 5' ]] || { echo "$output"; cat "$LOG"; false; }
	log_has event=peer-dead cause=connect-timeout action=error
}

# inherits FD,FD OP…: a program that has inherited a connection so, whose peer resets after a byte.
inherits() {
	peer p reset 1
	run "$PYTHON" "$PEERS/inherit.py" connect "127.0.0.1:$PORT" "$1" env --default-signal=PIPE \
		LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" PEERLESS_LOG_LEVEL=conn "$(victim calls)" "${@:2}"
	echo "$output"
	cat "$LOG"
	[[ $status == 0 ]]
	stop p
}

@test "verdicts: a connection that is found by several numbers dies once" {
	inherits 5,6 use=5 write dead read use=6 write read use=5 close use=6 close
	[[ $(log_count event=open) == 1 && $(log_count event=peer-dead cause=reset) == 1 ]]
	[[ $(log_count event=peer-dead) == 1 && $(log_count event=close) == 1 ]]
	# Each of them fails from then on.
	rm "$LOG"
	PEERLESS_ON_DEATH=error inherits 5,6 use=5 dontwait use=6 write dead read use=5 read write
	[[ $(grep -c "ret=-1 errno=ECONNRESET" <<<"$output") == 3 ]]
	[[ $(log_count event=peer-dead) == 1 ]]
	# One of the numbers is another file's by then.
	rm "$LOG"
	PEERLESS_ON_DEATH=error inherits 5,6 use=5 dontwait become=file use=6 write dead read read \
		use=5 read
	[[ $(grep -c "ret=-1 errno=ECONNRESET" <<<"$output") == 2 && $output == *"read ret=4096"* ]]
	[[ $(log_count event=peer-dead cause=reset fd=6) == 1 ]]
	rm "$LOG"
	# A number above those that are looked at is another's: told twice, but no worse.
	inherits 5,70 use=5 write dead read use=70 write
	[[ $(log_count event=peer-dead cause=reset) == 1 ]]
}

@test "verdicts: a connection that a program sends to itself dies once" {
	shimmed "$PYTHON" -c '
import array, os, socket, struct
l = socket.create_server(("127.0.0.1", 0))
s = socket.create_connection(l.getsockname())
c = l.accept()[0]
a, b = socket.socketpair()
socket.send_fds(a, [b"x"], [s.fileno()])
t = socket.socket(fileno=socket.recv_fds(b, 1, 1)[1][0])
t.setblocking(False)
try: t.recv(1)
except BlockingIOError: pass
c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
c.close()
for call in (lambda: s.recv(1), lambda: t.send(b"x")):
    try: call()
    except OSError as e: print(e.errno)'
	[[ $output == $'104\n32' ]]
	[[ $(log_count event=peer-dead) == 1 ]]
	log_has event=peer-dead cause=reset
}
