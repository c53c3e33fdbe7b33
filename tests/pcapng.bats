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
	local file bad=_ws.malformed
	for p in ip tcp udp; do
		bad+=" || $p.checksum.status == \"Bad\""
	done
	bad+=' || tcp.analysis.flags || tcp.segment.error || tcp.port == 0 || udp.port == 0'
	for file; do
		(($(count "$file" frame) > 0)) || { echo "$file is empty"; return 1; }
		which "$file" "$bad" >"$T/bad"
		[[ ! -s $T/bad ]] || { echo "$file:"; cat "$T/bad"; shark "$file"; return 1; }
		has 0 "$file" 'frame.cap_len == frame.len && (ip.checksum.status != "Good" ||
			tcp.checksum.status != "Good" || udp.checksum.status != "Good")'
		has 0 "$file" 'frame.time_delta < 0'
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
