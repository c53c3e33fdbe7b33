# SPDX-License-Identifier: MIT
# -F pcapng: tshark dissects what programs said, and finds nothing wrong with the packets.
load helpers

# Dialogues by hand (tests/unit/pcapng_dialogues.h), one file each.
setup_file() {
	make -s -C "$ROOT" BUILD="$BUILD" "$BUILD/unit/test_print_pcapng" >&2
	"$BUILD/unit/test_print_pcapng" "$BATS_FILE_TMPDIR"
}

# shark FILE OPTION…: its own words, on standard error, must be none.
shark() {
	local file=$1
	shift
	tshark -2 -n -o ip.check_checksum:TRUE -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE \
		-r "$file" "$@" 2>"$T/shark" || { cat "$T/shark"; return 1; }
	grep -v 'Running as user "root"' "$T/shark" >&2 && return 1
	return 0
}

# which FILE FILTER: the packets that are so, with what tshark remarks.
which() {
	shark "$1" -Y "$2" -T fields -e frame.number -e frame.protocols -e frame.comment \
		-e _ws.expert.message
}

count() {
	which "$@" | wc -l
}

# has N FILE FILTER: so many packets are so.
has() {
	local found
	found=$(count "$2" "$3")
	[[ $found == "$1" ]] || { echo "$2: $found, not $1: $3"; shark "$2"; return 1; }
}

# sound FILE…: every checksum is verified and right but where bytes are absent, nothing is
# malformed, missing, repeated or out of order, and time never goes back.
sound() {
	local file bad='_ws.malformed || tcp.analysis.flags || tcp.segment.error || frame.time_delta < 0' p
	bad+=' || tcp.port == 0 || udp.port == 0'
	for p in ip tcp udp; do
		bad+=" || $p.checksum.status == \"Bad\""
		bad+=" || ($p.checksum.status != \"Good\" && frame.cap_len == frame.len)"
	done
	for file; do
		(($(count "$file" frame) > 0)) || { echo "$file is empty"; return 1; }
		which "$file" "$bad" >"$T/bad"
		[[ ! -s $T/bad ]] || { echo "$file:"; cat "$T/bad"; shark "$file"; return 1; }
	done
}

@test "pcapng: tshark finds nothing wrong with any dialogue" {
	need tshark
	(($(find "$BATS_FILE_TMPDIR" -name '*.pcapng' | wc -l) >= 10))
	sound "$BATS_FILE_TMPDIR"/*.pcapng
}

@test "pcapng: HTTP, RESP and DNS are dissected, over IPv4, IPv6 and UNIX sockets" {
	need tshark
	cd "$BATS_FILE_TMPDIR"
	has 1 http.pcapng 'http.request.uri == "/index.html" && ip'
	has 1 http.pcapng 'http.response.code == 200 && http.file_data contains "hello, peer"'
	has 3 redis.pcapng 'resp && tcp.dstport == 6379 && ipv6'
	has 3 redis.pcapng 'resp && tcp.srcport == 6379'
	has 1 datagrams.pcapng 'dns.qry.name == "example.org"'
	has 1 local.pcapng 'http.request && frame.interface_name == "peerless-unix"'
	has 0 local.pcapng 'frame.interface_name != "peerless-unix"'
	[[ $(shark http.pcapng -z follow,tcp,ascii,0 -q) == *"hello, "*"peer"* ]]
}

@test "pcapng: connections are complete, and the comments tell whose call it was" {
	need tshark
	cd "$BATS_FILE_TMPDIR"
	# 31: SYN, SYN and ACK, ACK, data, FIN.
	has 0 http.pcapng 'tcp.completeness != 31'
	has 0 redis.pcapng 'tcp.completeness != 31'
	has 0 both_ends.pcapng 'tcp.completeness != 31 || tcp.stream != 0'
	has 1 http.pcapng 'frame.comment == "pid 42/42 nginx fd 7 send conn 1"'
	has 1 in_the_middle.pcapng tcp.flags.reset==1
	[[ $(shark http.pcapng -T fields -e frame.time_epoch -c 1) == 1700000000.000001001 ]]
}

@test "pcapng: what was not recorded is a packet cut short, not a fault" {
	need tshark
	cd "$BATS_FILE_TMPDIR"
	has 5 capped.pcapng 'frame.cap_len < frame.len'
	has 0 capped.pcapng 'tcp.len == 65495 && tcp.checksum.status != "Unverified"'
	has 2 capped.pcapng http.request
	has 1 capped.pcapng 'http.response.code == 304'
	has 3 capped.pcapng 'ip.len == 65535'
}

free_port() {
	"$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# record NAME CMD…: its calls, as packets in $T/NAME.pcapng.
record() {
	local name=$1
	shift
	need_lib
	PEERLESS_TRACE="$T/$name.rec" PEERLESS_TRACE_PAYLOAD="${KEEP-32768}" preloaded "$@"
	"$PEERLESS" show -F pcapng -o "$T/$name.pcapng" "$T/$name.rec"
}

# web ADDRESS: serves $T/www; its port is in $PORT.
web() {
	mkdir -p "$T/www"
	seq 5000 >"$T/www/index.html"
	start web "$PYTHON" -u -m http.server --bind "$1" --directory "$T/www" 0
	retry 100 0.05 says web "Serving HTTP"
	PORT=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$T/web.out")
}

# http NAME HOST…: curl's request to each is dissected, with its answer, as curl counts it.
http() {
	local name=$1 size
	shift
	size=$(record "$name" curl -sS --fail "${@/%//index.html}" -o /dev/null -w '%{size_download}\n')
	[[ $size == "$(stat -c %s "$T/www/index.html")" ]]
	cd "$T"
	sound "$name.pcapng"
	has 1 "$name.pcapng" 'http.request.uri == "/index.html"'
	has 1 "$name.pcapng" "http.response.code == 200 && http.content_length == $size"
	has 1 "$name.pcapng" 'http.file_data contains "4999"'
	has 0 "$name.pcapng" "tcp.port == $PORT && tcp.completeness != 31"
	has 1 "$name.pcapng" "http.request && frame.comment contains \" curl fd \""
	[[ $(shark "$name.pcapng" -Y "tcp.srcport == $PORT" -T fields -e tcp.len |
		awk '{ n += $1 } END { print n }') -gt $size ]]
}

@test "pcapng: a real HTTP session over IPv4" {
	need tshark curl
	web 127.0.0.1
	http ip4 "http://127.0.0.1:$PORT"
}

@test "pcapng: a real HTTP session over IPv6" {
	need tshark curl
	web ::1
	http ip6 "http://[::1]:$PORT"
	has 0 ip6.pcapng "tcp.port == $PORT && !ipv6"
}

@test "pcapng: a real redis session, over TCP and a UNIX socket" {
	need tshark redis-server redis-cli
	PORT=$(free_port)
	start redis redis-server --port "$PORT" --save '' --dir "$T" --unixsocket "$T/redis.sock"
	retry 100 0.05 redis-cli -p "$PORT" ping
	record tcp redis-cli -p "$PORT" set greeting hello
	record unix redis-cli -s "$T/redis.sock" get greeting
	cd "$T"
	sound tcp.pcapng unix.pcapng
	has 1 tcp.pcapng 'frame.comment contains "redis-cli fd" && tcp.payload contains "greeting"'
	[[ $(shark tcp.pcapng -d "tcp.port==$PORT,resp" -Y resp | wc -l) == 2 ]]
	has 2 unix.pcapng "tcp.len > 0 && frame.comment contains \"unix:$T/redis.sock\""
	has 0 unix.pcapng 'frame.interface_name == "peerless"'
}

@test "pcapng: where both ends are recorded, each byte is there once" {
	need tshark
	record both "$PYTHON" - <<-'END'
		import socket, threading
		s = socket.create_server(("127.0.0.1", 0))
		def serve():
		    c, _ = s.accept()
		    while data := c.recv(65536):
		        c.sendall(data)
		    c.close()
		t = threading.Thread(target=serve)
		t.start()
		a = socket.create_connection(s.getsockname())
		for i in range(20):
		    a.sendall(b"x" * 1000)
		    left = 1000
		    while left:
		        left -= len(a.recv(left))
		a.shutdown(socket.SHUT_WR)
		assert a.recv(1) == b""
		a.close()
		t.join()
	END
	cd "$T"
	sound both.pcapng
	[[ $(shark both.pcapng -T fields -e tcp.len | awk '{ n += $1 } END { print n }') == 40000 ]]
	has 2 both.pcapng tcp.flags.fin==1
	has 0 both.pcapng 'tcp.stream != 0 || tcp.completeness != 31'
}

@test "pcapng: a filter leaves out packets, not what tshark needs to follow the others" {
	need tshark
	# The same ports again, and an answer to a peer that has closed.
	record rebind "$PYTHON" - <<-'END'
		import socket
		s = socket.create_server(("127.0.0.1", 0))
		port = 0
		for i in range(3):
		    a = socket.socket()
		    a.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		    a.bind(("127.0.0.1", port))
		    a.connect(s.getsockname())
		    port = a.getsockname()[1]
		    b, _ = s.accept()
		    a.send(b"hello"); b.recv(5); b.send(b"answer"); a.recv(6)
		    b.close(); a.recv(1); a.close()
		a = socket.create_connection(s.getsockname())
		b, _ = s.accept()
		a.send(b"bye"); a.close(); b.recv(3); b.send(b"unheard"); b.close()
	END
	cd "$T"
	local filter
	for filter in %out '!event=open' event=call %in '!%close'; do
		"$PEERLESS" show -e "$filter" -F pcapng -o part.pcapng rebind.rec
		echo "-e $filter"
		has 0 part.pcapng 'tcp.analysis.flags && !tcp.analysis.reused_ports || frame.time_delta < 0'
		(($(count part.pcapng 'tcp.len > 0') >= 4))
	done
}

@test "pcapng: a fork server's connection is one, from the parent's accept() to the child's close()" {
	need tshark socat
	PORT=$(free_port)
	need_lib
	PEERLESS_TRACE="$T/fork.rec" PEERLESS_TRACE_PAYLOAD=1000 start_shimmed server \
		socat "TCP-LISTEN:$PORT,bind=127.0.0.1,reuseaddr,fork" PIPE
	ask() { [[ $(socat -t5 - "TCP:127.0.0.1:$PORT" <<<"hello $1" 2>/dev/null) == "hello $1" ]]; }
	retry 100 0.05 ask 1
	ask 2
	stop server
	"$PEERLESS" show -F pcapng "$T/fork.rec" >"$T/fork.pcapng"
	cd "$T"
	has 0 fork.pcapng '_ws.malformed || tcp.analysis.flags || tcp.checksum.status == "Bad"'
	has 2 fork.pcapng "tcp.dstport == $PORT && tcp.flags.syn == 1"
	has 0 fork.pcapng "tcp.port == $PORT && tcp.completeness != 31"
	has 4 fork.pcapng "tcp.port == $PORT && tcp.len == 8"
}

@test "pcapng: without payload there are headers alone, and it says so" {
	need tshark curl
	web 127.0.0.1
	KEEP=0 record none curl -sS --fail -o /dev/null "http://127.0.0.1:$PORT/" 2>"$T/said"
	cat "$T/said"
	[[ $(<"$T/said") == *"peerless: "*"no payload"* ]]
	cd "$T"
	sound none.pcapng
	has 0 none.pcapng 'frame.cap_len > 68'
	[[ $(shark none.pcapng -Y "tcp.srcport == $PORT" -T fields -e tcp.len |
		awk '{ n += $1 } END { print n }') -gt $(stat -c %s www/index.html) ]]
}

@test "pcapng: calls that moved more than was recorded are counted, for this format alone" {
	head -c 40000 /dev/zero >"$T/file"
	record much "$PYTHON" -c 'import os, socket, sys
f, (a, b) = open(sys.argv[1]), socket.socketpair()
for size in 32768, 32769: a.send(b"x" * size); b.recv(size, socket.MSG_WAITALL)
os.sendfile(a.fileno(), f.fileno(), 0, 40000)' "$T/file" 2>"$T/said"
	cat "$T/said"
	[[ $(<"$T/said") == *"-F pcapng: 3 calls in $T/much.rec moved more than was recorded: 32768 bytes "* ]]
	run "$PEERLESS" show "$T/much.rec"
	[[ $status == 0 && $output != *warning* ]]
}

@test "pcapng: peerless trace writes packets, and a FIN where a program ends without close()" {
	need tshark
	peer p echo
	run timeout -k 5 30 "$PEERLESS" trace -s 100 -F pcapng -o "$T/live.pcapng" -- \
		"$PYTHON" -c "import os, socket; s = socket.create_connection(('127.0.0.1', $PORT)); \
			s.sendall(b'abc'); s.recv(3); os._exit(0)"
	[[ $status == 0 && -z $output ]]
	cd "$T"
	sound live.pcapng
	has 2 live.pcapng "tcp.port == $PORT && tcp.payload == \"abc\""
	has 1 live.pcapng "tcp.dstport == $PORT && tcp.flags.fin == 1"
	has 0 live.pcapng "tcp.port == $PORT && tcp.completeness != 31"
}
