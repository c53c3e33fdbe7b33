# SPDX-License-Identifier: MIT
# What is written, where, and that nothing about it can hurt the program (DESIGN.md 11).
load helpers

# harm CMD…: with a death to be logged, the program runs on as without us.
unharmed() {
	peer p reset 1
	run timeout -k 5 20 env --default-signal=PIPE LD_PRELOAD="$LIB" "$@" \
		"$(victim calls)" "connect=127.0.0.1,$PORT" write recv close
	stop p
	[[ $status == 0 && $output == *"recv ret=-1 errno=ECONNRESET"*"close ret=0"* ]] ||
		{ echo "$*: $status $output"; return 1; }
}

@test "log: a death is one line of logfmt with its evidence" {
	need_lib
	unharmed PEERLESS_LOG="file:$LOG"
	[[ $(wc -l <"$LOG") == 1 ]]
	local line
	line=$(<"$LOG")
	[[ $line =~ ^peerless:\ ts=20[0-9-]+T[0-9:]+\.[0-9]{6}Z\ pid=[0-9]+\ prog=calls\ event=peer-dead\  ]]
	local key
	for key in cause method errno fd local peer age idle unacked rtt action; do
		[[ $line == *" $key="* ]] || { echo "no $key: $line"; false; }
	done
	[[ $line == *" peer=127.0.0.1:$PORT "* && $line == *" local=127.0.0.1:"* ]]
	# Every word is a pair, and no key comes twice.
	[[ -z $(tr ' ' '\n' <<<"${line#peerless: }" | grep -vE '^[a-z_]+=[^ ]+$') ]]
	[[ -z $(grep -oE ' [a-z_]+=' <<<" ${line#peerless: }" | sort | uniq -d) ]]
}

@test "log: JSON lines are JSON, with numbers as numbers" {
	need jq
	need_lib
	unharmed PEERLESS_LOG="file:$LOG" PEERLESS_LOG_FORMAT=json PEERLESS_LOG_LEVEL=conn
	[[ $(wc -l <"$LOG") == 3 ]]
	jq -e . "$LOG" >/dev/null
	jq -e --arg peer "127.0.0.1:$PORT" -s '.[] | select(.event == "peer-dead")
		| .cause == "reset" and .errno == "ECONNRESET" and .peer == $peer and .prog == "calls"
		and (.pid | type) == "number" and (.fd | type) == "number"
		and (.age_ms | type) == "number" and (.unacked | type) == "number"
		and (.ts | test("^20.*Z$"))' "$LOG"
	jq -e -s 'map(.event) == ["open", "peer-dead", "close"]' "$LOG"
	PEERLESS_LOG_FORMAT=json PEERLESS_LOG="file:$T/other" PEERLESS_DETECT_WITHIN=$'5"\n\x01\xff' \
		shimmed "$(victim sockets)" accept
	[[ $status == 0 && -s $T/other ]]
	jq -e . "$T/other"
}

@test "log: level conn has a line at open and one at close: bytes, duration, who closed first" {
	peer p echo
	PEERLESS_LOG_LEVEL=conn shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" write=1000 \
		recvall=1000 write=500 recvall=500 sleep=300 close
	[[ $(wc -l <"$LOG") == 2 ]]
	log_has event=open "peer=127.0.0.1:$PORT" how=connect
	log_has event=close "peer=127.0.0.1:$PORT" in=1500 out=1500 closed_by=us
	[[ $(value duration "$(<"$LOG")") =~ ^(0\.[3-9]|[1-9][0-9]*\.[0-9])s$ ]]
	rm "$LOG"
	peer q close 10
	PEERLESS_LOG_LEVEL=conn shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" write=10 recv close
	log_has event=close in=0 out=10 closed_by=peer
	rm "$LOG"
	# A peer that says goodbye without our reading it.
	peer r close
	mkfifo "$T/v.in"
	PEERLESS_LOG_LEVEL=conn start_shimmed v "$(victim calls)" "connect=127.0.0.1,$PORT" wait close
	retry 100 0.05 says r received
	echo >"$T/v.in"
	finish v
	log_has event=close closed_by=peer
	rm "$LOG"
	peer s --unix "$T/socket" echo
	PEERLESS_LOG_LEVEL=conn shimmed "$(victim calls)" "connect=unix,$T/socket" write=100 \
		recvall=100 close
	log_has event=close in=100 out=100
	(($(log_count closed_by=us) == 0)) # what the peer did before nobody has seen
}

@test "log: level conn tells accepted connections, and those of copies once" {
	PEERLESS_LOG_LEVEL=conn shimmed "$(victim sockets)" accept
	log_has event=open how=accept
	log_has event=open how=connect
	rm "$LOG"
	PEERLESS_LOG_LEVEL=conn shimmed "$PYTHON" -c '
import os, socket
l = socket.create_server(("127.0.0.1", 0))
c = socket.create_connection(l.getsockname())
d = os.dup(c.fileno())
c.close()
os.write(d, b"x")
os.close(d)'
	[[ $(log_count event=open how=connect) == 1 && $(log_count event=close) == 1 ]]
	log_has event=close out=1
}

@test "log: level conn counts bytes of UNIX sockets once, and in messages by the byte" {
	peer p --unix "$T/socket" echo
	PEERLESS_LOG_LEVEL=conn shimmed "$(victim calls)" "connect=unix,$T/socket" write=5 peek \
		peek=1 recvall=5 close
	[[ $output == *"peek ret=5"*"peek ret=1"*"recvall ret=5"* ]]
	log_has event=close in=5 out=5
	rm "$LOG"
	PEERLESS_LOG_LEVEL=conn shimmed "$(victim calls)" "connect=unix,$T/socket" sendmmsg=11 \
		recvmmsg=11 close
	[[ $output == *"sendmmsg ret=2"*"recvmmsg ret=1"* ]]
	log_has event=close in=11 out=11
}

@test "log: level death says nothing of connections that live and end well" {
	peer p say hello
	shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" recv close
	[[ $status == 0 && ! -s $LOG ]]
}

@test "log: a file is appended to, and only its owner reads it" {
	need_lib
	umask 0
	unharmed PEERLESS_LOG="file:$LOG"
	[[ $(stat -c %a "$LOG") == 600 ]]
	unharmed PEERLESS_LOG="file:$LOG"
	[[ $(wc -l <"$LOG") == 2 ]]
}

@test "log: to standard error unless told otherwise, and off is off" {
	need_lib
	unharmed PEERLESS_LOG_FORMAT=text
	[[ $output == *"peerless: "*event=peer-dead* ]]
	unharmed PEERLESS_LOG=off
	[[ $output != *peerless:* ]]
}

@test "log: a full disk, a missing folder, a folder, no permission: the program runs on" {
	need_lib
	unharmed PEERLESS_LOG=file:/dev/full
	unharmed PEERLESS_LOG="file:$T/missing/log"
	[[ ! -e $T/missing ]]
	unharmed PEERLESS_LOG="file:$T"
	unharmed PEERLESS_LOG=file:/proc/version
	unharmed PEERLESS_LOG=file:relative/path
	unharmed PEERLESS_LOG=file:
}

@test "log: a FIFO that nobody reads, or nobody empties, blocks nothing" {
	need_lib
	mkfifo "$T/fifo"
	unharmed PEERLESS_LOG="file:$T/fifo"
	# With a reader that does not read, and full.
	start reader sleep 600 <>"$T/fifo"
	exec 8<>"$T/fifo"
	timeout 1 dd if=/dev/zero of="$T/fifo" bs=65536 count=2 2>/dev/null || true
	unharmed PEERLESS_LOG="file:$T/fifo"
	exec 8>&-
}

@test "log: standard error that is a full pipe blocks nothing and kills nothing" {
	peer p reset 1
	need_lib
	mkfifo "$T/pipe"
	exec 8<>"$T/pipe"
	timeout 1 dd if=/dev/zero of="$T/pipe" bs=65536 count=2 2>/dev/null || true
	timeout 20 env LD_PRELOAD="$LIB" "$(victim calls)" "connect=127.0.0.1,$PORT" write recv close \
		2>"$T/pipe" >"$T/out"
	grep -q "close ret=0" "$T/out"
	exec 8>&-
	# A pipe whose reader has gone; SIGPIPE is at its default.
	env --default-signal=PIPE LD_PRELOAD="$LIB" "$(victim calls)" "connect=127.0.0.1,$PORT" write \
		recv close 2> >(exec true) >"$T/out"
	grep -q "close ret=0" "$T/out"
}

@test "log: standard error that the program closed or replaced gets nothing of ours" {
	peer p reset 1
	need_lib
	local how
	for how in "os.close(2)" "os.dup2(os.open('$T/mine', os.O_RDWR | os.O_CREAT), 2)" \
		"os.close(2); open('$T/mine', 'w', opener=lambda p, f: os.open(p, f | os.O_CREAT))"; do
		rm -f "$T/mine"
		run env LD_PRELOAD="$LIB" "$PYTHON" -c "
import os, socket
s = socket.create_connection(('127.0.0.1', $PORT))
keep = $([[ $how == *open* && $how == os.close* ]] && echo "[]" || echo "None")
$how
s.send(b'x')
try:
    s.recv(1)
except OSError as e:
    print('errno', e.errno)"
		[[ $status == 0 && $output == "errno 104" ]] || { echo "$how: $output"; false; }
		[[ ! -s $T/mine ]]
	done
}

@test "log: no descriptor is held" {
	peer p reset 1
	local code="
import os, socket
s = socket.create_connection(('127.0.0.1', $PORT))
s.send(b'x')
try:
    s.recv(1)
except OSError:
    pass
print(sorted(os.listdir('/proc/self/fd')))"
	bare "$PYTHON" -c "$code"
	local without=$output
	PEERLESS_LOG_LEVEL=conn shimmed "$PYTHON" -c "$code"
	[[ $output == "$without" ]]
	log_has event=peer-dead
}

@test "log: a name with quotes, spaces and newlines stays one line" {
	local name=$T/$'a "b\nc=d e'
	cp "$(victim sockets)" "$name"
	# env would take this name for an assignment.
	local via=(bash -c 'exec "$0" accept' "$name")
	PEERLESS_LOG_LEVEL=conn shimmed "${via[@]}"
	[[ $status == 0 ]]
	[[ $(wc -l <"$LOG") -ge 2 && $(grep -c '^peerless: ts=' "$LOG") == $(wc -l <"$LOG") ]]
	! grep -q '^c=d' "$LOG"
	rm "$LOG"
	PEERLESS_LOG_FORMAT=json PEERLESS_LOG_LEVEL=conn shimmed "${via[@]}"
	jq -e . "$LOG" >/dev/null
}

@test "log: a flood is cut short, and the count of what is left out is told" {
	shimmed "$PYTHON" -c '
import socket, time
def refused():
    s = socket.socket()
    assert s.connect_ex(("127.0.0.1", 1)) == 111
    s.close()
for _ in range(1000):
    refused()
time.sleep(1.1)
refused()'
	[[ $status == 0 ]]
	local lines left
	lines=$(log_count event=connect-failed)
	left=$(grep -o 'left_out=[0-9]*' "$LOG" | awk -F= '{ n += $2 } END { print n + 0 }')
	echo "$lines lines, $left left out"
	# A second or two of a hundred lines each.
	((left > 0 && lines < 900))
	((lines + left == 1001))
}

@test "log: a bad option costs one line and keeps its default" {
	peer p drain
	local bad
	for bad in DETECT_WITHIN=5 DETECT_WITHIN=1s DETECT_WITHIN=1h30 KEEPALIVE=60/5/3 KEEPALIVE=60s/5s \
		CONNECT_TIMEOUT=-1s RECV_TIMEOUT=soon OVERRIDE=maybe SIGPIPE=yes ON_DEATH=exit:256 \
		ON_DEATH=signal:FOO ON_DEATH_ALSO=open LOG_LEVEL=debug LOG_FORMAT=xml CHILDREN=no \
		SECCOMP=on DISABLE=maybe SOCKOPTS=TCP_NONSENSE=1 SOCKOPTS=TCP_NODELAY \
		RULES='[peer' RULES='[peer 10.0.0.0/33:1] keepalive=off' CONFIG=/nonexistent/file; do
		rm -f "$LOG"
		shimmed env "PEERLESS_$bad" "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
		[[ $status == 0 && $output == *"keepalive=1 idle=60 intvl=5 cnt=3 "* ]] ||
			{ echo "$bad: $status $output"; false; }
		# env itself is preloaded too, with nothing to complain of.
		[[ $(log_count event=config prog=calls) == 1 ]] || { echo "$bad:"; cat "$LOG"; false; }
		grep -qF "${bad%%=*}" "$LOG" || { echo "$bad is not named:"; cat "$LOG"; false; }
	done
}
