# SPDX-License-Identifier: MIT
# The matrix's clients do and say what client.h promises, before any verdict rests on them.
load ../../helpers

own=(blocking poll epoll asyncio node java)

setup_file() {
	"$BATS_TEST_DIRNAME/build"
}

# client NAME PROGRAM PORT ROLE: started, with a FIFO as its stdin.
client() {
	mkfifo "$T/$1.in"
	start "$1" "$BUILD/matrix/$2" 127.0.0.1 "$3" "$4"
}

line_to() {
	echo >"$T/$1.in"
}

lines_of() {
	cat "$T/$1.out"
}

# last NAME WORD…: it ends by itself, and this is all it said.
last() {
	local name=$1
	shift
	wait "${PID[$name]}" || { echo "$name ended with $?"; return 1; }
	unset "PID[$name]"
	[[ $(paste -sd' ' "$T/$name.out") == $* ]] ||
		{ echo "$name said: $(paste -sd' ' "$T/$name.out"); not: $*"; cat "$T/$name.err"; return 1; }
}

# all SUFFIX TEXT: have all our own clients, with this suffix, said it?
all() {
	local p
	for p in "${own[@]}"; do
		grep -qx "$2" "$T/$p$1.out" || return 1
	done
}

# The kernel ends the connections of the server at PORT by a reset: SOCK_DESTROY.
reset_at() {
	ss -K state established sport = ":$1" >/dev/null
}

free_port() {
	"$PYTHON" -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])'
}

@test "matrix programs: ready, then a reset or an end of stream, in each role that reads" {
	local p role
	for role in idle inflight heartbeat reader bulk request; do
		peer "$role" drain
		for p in "${own[@]}"; do
			client "$p.$role" "$p" "$PORT" "$role"
		done
	done
	for role in idle inflight heartbeat reader bulk request; do
		retry 200 0.1 all ".$role" ready
	done
	kill -USR1 "${PID[idle]}" "${PID[inflight]}" "${PID[bulk]}"
	kill -USR2 "${PID[heartbeat]}" "${PID[reader]}" "${PID[request]}"
	for p in "${own[@]}"; do
		for role in idle inflight; do
			last "$p.$role" "ready end ECONNRESET *"
		done
		for role in heartbeat reader request; do
			last "$p.$role" "ready eof"
		done
	done
	# Who floods, and has not begun, waits for a line where it blocks.
	for p in blocking java; do
		running "$p.bulk"
		line_to "$p.bulk"
	done
	for p in "${own[@]}"; do
		last "$p.bulk" "ready end ECONNRESET *"
	done
}

@test "matrix programs: what a line writes, and what it does not" {
	local p
	peer drain drain
	local drain=$PORT
	peer echo echo
	for p in "${own[@]}"; do
		client "$p.inflight" "$p" "$drain" inflight
		client "$p.heartbeat" "$p" "$drain" heartbeat
		client "$p.idle" "$p" "$drain" idle
		client "$p.request" "$p" "$PORT" request
	done
	local role i
	for role in inflight heartbeat idle request; do
		retry 200 0.1 all ".$role" ready
		for i in 1 2; do
			for p in "${own[@]}"; do
				line_to "$p.$role"
			done
			[[ $role != request ]] || retry 100 0.1 answers "$i"
		done
	done
	settled() {
		local unread
		# Two lines each: all of it is at the peer.
		unread=$(ss -tnHi state established sport = ":$drain" | grep -oE 'bytes_received:[0-9]+' | sort | uniq -c | paste -sd' ')
		[[ $unread == *" 6 bytes_received:20 "*" 6 bytes_received:200"* ]]
	}
	retry 100 0.1 settled || { ss -tni; false; }
	kill -USR2 "${PID[drain]}"
	stop echo
	for p in "${own[@]}"; do
		for role in inflight heartbeat idle; do
			last "$p.$role" ready eof
		done
		last "$p.request" ready answer answer "e*"
	done
	[[ $(grep -c "received 200" "$T/drain.out") == 6 && $(grep -c "received 20$" "$T/drain.out") == 6 ]]
	[[ $(grep -c "received 0$" "$T/drain.out") == 6 ]]
}

# answered PROGRAM N
answered() {
	[[ $(grep -cx answer "$T/$1.request.out") == "$2" ]]
}

# answers N: has each asking client said so many?
answers() {
	local p
	for p in "${own[@]}"; do
		answered "$p" "$1" || return 1
	done
}

@test "matrix programs: a flood, a writer to a half-closed peer, and a connect" {
	local p
	peer flood drain
	local flood=$PORT
	peer half half
	for p in "${own[@]}"; do
		client "$p.bulk" "$p" "$flood" bulk
		client "$p.writer" "$p" "$PORT" writer
		client "$p.connect" "$p" "$PORT" connect
		client "$p.refused" "$p" 1 connect
	done
	for p in "${own[@]}"; do
		last "$p.connect" ready connected
		last "$p.refused" ready "end ECONNREFUSED *"
	done
	retry 200 0.1 all .bulk ready
	for p in "${own[@]}"; do
		line_to "$p.bulk"
	done
	wrote() {
		local port=$1 least=$2
		[[ $(ss -tnHi state connected sport = ":$port" | grep -oE 'bytes_received:[0-9]+' |
			awk -F: -v least="$least" '$2 >= least' | wc -l) == 6 ]]
	}
	retry 200 0.1 wrote "$flood" 1000000
	# The half-closed peer's end of stream is not the writer's.
	retry 200 0.1 wrote "$PORT" 3000
	kill -USR1 "${PID[flood]}" "${PID[half]}"
	for p in "${own[@]}"; do
		last "$p.bulk" "ready end E* *"
	done
	# A reset after an end of stream is EPIPE at once: to C, SIGPIPE.
	for p in asyncio node java; do
		last "$p.writer" "ready end EPIPE *"
	done
	for p in blocking poll epoll; do
		finish "$p.writer"
		[[ $status == 141 && $output == ready ]]
	done
}

# redis-cli and ssh, against servers of their own.
with_servers() {
	redis=$(free_port)
	sshd=$(free_port)
	start redis "$BATS_TEST_DIRNAME/servers" redis 127.0.0.1 "$redis" "$T/redis.d"
	start sshd "$BATS_TEST_DIRNAME/servers" sshd 127.0.0.1 "$sshd" "$T/sshd.d"
	export MATRIX_SSH_KEY=$T/sshd.d/key
	listening() {
		[[ $(ss -tnlH "sport = :$redis or sport = :$sshd" | wc -l) == 2 ]]
	}
	retry 100 0.1 listening
}

@test "matrix programs: redis-cli and ssh, against servers" {
	need_root "SOCK_DESTROY"
	need redis-server redis-cli ssh ssh-keygen
	with_servers
	local role p
	for role in idle inflight request heartbeat bulk; do
		client "ssh.$role" ssh "$sshd" "$role"
		client "redis-cli.$role" redis-cli "$redis" "$role"
	done
	ready() {
		[[ $(grep -lx ready "$T"/{ssh,redis-cli}.*.out | wc -l) == 10 ]]
	}
	retry 200 0.1 ready
	for p in ssh redis-cli; do
		line_to "$p.request"
		retry 100 0.1 says "$p.request" answer
		line_to "$p.request"
		retry 100 0.1 answered "$p" 2
		for role in inflight heartbeat bulk; do
			line_to "$p.$role"
		done
	done
	redis-cli -p "$redis" client kill type pubsub
	last redis-cli.idle ready eof
	client redis-cli.reader redis-cli "$redis" reader
	retry 100 0.1 says redis-cli.reader ready
	reset_at "$redis"
	last redis-cli.reader ready end ECONNRESET redis-cli
	reset_at "$sshd"
	last redis-cli.bulk ready end - redis-cli
	for role in idle inflight heartbeat bulk request; do
		last "ssh.$role" "ready *end E* ssh"
	done
}
