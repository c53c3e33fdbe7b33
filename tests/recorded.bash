# SPDX-License-Identifier: MIT
# shellcheck disable=SC2034,SC2154 # bats and other files use what is set here, and set the rest
# For the tests of what is recorded: programs that run traced, what the kernel and strace see of the
# same run, and questions about a recording.

# The kernel's own account: a line for each TCP socket of this network as it is destroyed.
watch_kernel() {
	start kernel stdbuf -oL ss -E -tineO
	sees() {
		"$PYTHON" -c 'import socket
a = socket.create_server(("127.0.0.1", 0)); b = socket.create_connection(a.getsockname())'
		grep -q bytes_acked "$T/kernel.out"
	}
	retry 50 0.1 sees
}

# traced NAME CMD…: in the background; recorded in $T/rec, and seen by strace in $T/strace.
traced() {
	local name=$1
	shift
	start "$name" env --default-signal=PIPE PEERLESS_LOG="file:$LOG" \
		strace -f -yy -qq -o "$T/strace" \
		-e trace=%network,read,write,readv,writev,sendfile,splice \
		"$BUILD/peerless" run --trace="$T/rec" -- "$@"
}

# ended NAME: waits for it; it must succeed.
ended() {
	finish "$1"
	((status == 0)) || { echo "$1: status $status: $output"; return 1; }
}

# agreed MINIMUM [OPTION…]: recording, kernel and strace have the same bytes of each connection, and
# there are at least so many; nothing is lost.  The kernel tells of an end a moment later.
agreed() {
	local minimum=$1
	shift
	show_json || return 1
	same() {
		"$PYTHON" "$PEERS/ledger.py" "$@" "$T/json" "$T/strace" "$T/kernel.out" >"$T/ledger"
	}
	retry 20 0.2 same "$@" || { tail -n 20 "$T/ledger"; return 1; }
	tail -n 1 "$T/ledger"
	(($(tail -n 1 "$T/ledger" | cut -d' ' -f1) >= minimum)) || return 1
	(($(asked '.event == "lost"') == 0))
}

# show_json: the recording into $T/json, every line of which must be JSON.
show_json() {
	"$BUILD/peerless" show -F json "$T/rec" >"$T/json" || return 1
	jq -e . "$T/json" >/dev/null
}

# asked FILTER: how many events of $T/json pass a jq filter.
asked() {
	jq -c "select($1)" "$T/json" | wc -l
}

# total FILTER: the sum of its numbers.
total() {
	jq "$1 // 0" "$T/json" | awk '{ n += $1 } END { print n + 0 }'
}

# serves PORT: does anybody listen there?
serves() {
	(: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# in_net FUNCTION: in a network of its own.
in_net() {
	need_net
	net_start "$1" "$@"
	net_finish "$1"
}

http_server() {
	head -c 3000000 /dev/urandom >"$T/file"
	start http "$PYTHON" -m http.server --bind 127.0.0.1 --directory "$T" 8080
	retry 100 0.05 serves 8080
}

# The peer of hammered: it counts what comes.
serials() {
	start serials "$PYTHON" "$PEERS/serials.py" serve
	retry 100 0.05 says serials "port "
	PORT=$(sed -n 's/^port //p' "$T/serials.out")
}

# hammered NAME [TRACE-OPTION…] -- THREADS CALLS [PROCESSES]: tests/victims/hammer in the background,
# recorded in $T/rec with all of its payload.
hammered() {
	local name=$1 options=()
	shift
	while [[ $1 != -- ]]; do
		options+=("PEERLESS_TRACE_$1")
		shift
	done
	rm -f "$T/rec"
	start "$name" env LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" PEERLESS_TRACE="$T/rec" \
		PEERLESS_TRACE_PAYLOAD=16 "${options[@]}" \
		"$BUILD/victims/hammer" "$2" "$3" "$PORT" "${@:4}"
}

# Has the peer seen the end of every connection, those too that nothing came by?
quiet() {
	[[ -z $(ss -tnH "sport = :$PORT") ]]
}
