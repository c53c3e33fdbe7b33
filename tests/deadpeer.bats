# SPDX-License-Identifier: MIT
# A peer that is really gone: its packets are dropped in a network of the test's own.  Each case
# has its control: the same program without the library still waits.  The slow cases of a test run
# side by side.
load helpers

setup() {
	need_net
}

# fault_begins CMD…: breaks the network and remembers when.
fault_begins() {
	"$@"
	fault_at=$(now_ms)
}

# ended NAME: waits for it and says how long after the fault it ended.
ended() {
	finish "$1"
	echo "$output"
	echo "took=$(($(now_ms) - fault_at))"
}

took() {
	between "$1" "$(value took "$output")" "$2"
}

# died WORD…: one peer-dead line, with these words.
died() {
	[[ $(log_count event=peer-dead) == 1 ]] && (($(log_count event=peer-dead "$@") == 1)) ||
		{ echo "not one peer-dead line with $*"; false; }
}

idle() {
	there_peer p --host "$1" drain
	start control "$(victim calls)" "connect=$1,$PORT" recv
	PEERLESS_DETECT_WITHIN=5s start_shimmed v "$(victim calls)" "connect=$1,$PORT" recv recv write
	retry 100 0.05 says v "connect ret=0"
	retry 100 0.05 says control "connect ret=0"
	fault_begins peer_drop
	ended v
	running control
}

accepted_idle() {
	PEERLESS_DETECT_WITHIN=5s start_shimmed v "$PYTHON" -c '
import socket
l = socket.create_server(("10.77.0.1", 0))
print("port", l.getsockname()[1], flush=True)
s, _ = l.accept()
print("accepted", flush=True)
try:
    s.recv(1)
except OSError as e:
    print("errno=%d" % e.errno)'
	retry 100 0.05 says v "port "
	start c nsenter --net="$there_ns" -- "$(victim calls)" \
		"connect=10.77.0.1,$(sed -n 's/^port //p' "$T/v.out")" recv
	retry 100 0.05 says v accepted
	fault_begins peer_drop
	ended v
}

# What is in flight when the path breaks; the first line the victim reads says when to write.
in_flight() {
	there_peer p drain
	mkfifo "$T/v.in" "$T/control.in"
	start control "$(victim calls)" "connect=10.77.0.2,$PORT" wait write=100 recv
	PEERLESS_DETECT_WITHIN=5s start_shimmed v "$(victim calls)" \
		"connect=10.77.0.2,$PORT" wait write=100 recv recv
	retry 100 0.05 says v "connect ret=0"
	retry 100 0.05 says control "connect ret=0"
	fault_begins "$@"
	echo >"$T/control.in"
	echo >"$T/v.in"
	ended v
	running control
}

in_flight_old() {
	there_peer p drain
	mkfifo "$T/v.in"
	need_lib
	start v "$(victim old_kernel)" env --default-signal=PIPE LD_PRELOAD="$LIB" \
		PEERLESS_LOG="file:$LOG" PEERLESS_DETECT_WITHIN=5s "$(victim calls)" \
		"connect=10.77.0.2,$PORT" wait write=100 recv recv
	retry 100 0.05 says v "connect ret=0"
	fault_begins peer_drop
	echo >"$T/v.in"
	ended v
}

bulk() {
	there_peer p drain
	start control "$(victim calls)" "connect=10.77.0.2,$PORT" bulk
	PEERLESS_DETECT_WITHIN=5s start_shimmed v "$(victim calls)" "connect=10.77.0.2,$PORT" bulk
	retry 100 0.05 says v "connect ret=0"
	retry 100 0.05 says control "connect ret=0"
	fault_begins peer_drop
	ended v
	running control
}

# dropped_connect OPTION OP…: connecting to where no packet arrives.
dropped_connect() {
	peer_drop
	start control "$(victim calls)" connect=10.77.0.2,9
	fault_begins true
	start_shimmed v env "$1" "$(victim calls)" "${@:2}"
	ended v
	running control
}

slow_reader() {
	there_peer p slow 20000
	need_lib
	start v "$@" env --default-signal=PIPE LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" \
		"$SETTING" "$(victim calls)" "connect=10.77.0.2,$PORT" bulk
	fault_begins true
	retry 600 0.1 gone v || true
	running v && echo "lives" || ended v
}

gone() {
	! running "$1"
}

@test "dead peer: an idle blocked recv ends by DETECT_WITHIN, over IPv4 and IPv6, accepted too" {
	net_start v4 idle 10.77.0.2
	net_start v6 idle fd77::2
	net_start accepted accepted_idle
	local name
	for name in v4 v6; do
		net_finish "$name"
		[[ $output == *"recv ret=-1 errno=ETIMEDOUT"* ]]
		took 2500 7000
		died cause=timeout method=keepalive errno=ETIMEDOUT unacked=0 action=log
	done
	net_finish accepted
	[[ $output == *errno=110* ]]
	took 2500 7000
	died cause=timeout method=keepalive
}

@test "dead peer: connect to a dropped address ends at CONNECT_TIMEOUT, blocking and not" {
	local name nb=(socket=nonblock connect=10.77.0.2,9 poll=out soerror)
	net_start blocking3 dropped_connect PEERLESS_CONNECT_TIMEOUT=3s connect=10.77.0.2,9
	net_start blocking5 dropped_connect PEERLESS_DETECT_WITHIN=5s connect=10.77.0.2,9
	net_start blocking12 dropped_connect PEERLESS_CONNECT_TIMEOUT=12s connect=10.77.0.2,9
	net_start inet6 dropped_connect PEERLESS_CONNECT_TIMEOUT=3s connect=fd77::2,9
	net_start other3 dropped_connect PEERLESS_CONNECT_TIMEOUT=3s "${nb[@]}"
	net_start other5 dropped_connect PEERLESS_DETECT_WITHIN=5s "${nb[@]}"
	for name in blocking3 inet6 blocking5 blocking12 other3 other5; do
		net_finish "$name"
		case $name in
		*12) took 11000 14200 ;;
		*5) took 4700 6500 ;;
		*) took 2800 4300 ;;
		esac
		if [[ $name == other* ]]; then
			[[ $output == *"soerror ret=-1 errno=ETIMEDOUT"* ]]
			died cause=connect-timeout errno=ETIMEDOUT
		else
			[[ $output == *"connect ret=-1 errno=ETIMEDOUT"* ]]
			died cause=connect-timeout method=connect errno=ETIMEDOUT
		fi
	done
}

@test "dead peer: data in flight, bounds of the derivation; and a slow reader lives" {
	net_start inflight in_flight peer_drop
	net_start bulk bulk
	SETTING=PEERLESS_DETECT_WITHIN=5s net_start old in_flight_old
	export SETTING=PEERLESS_DETECT_WITHIN=15s
	net_start slow slow_reader
	net_start slow_old slow_reader "$(victim old_kernel)"
	SETTING=PEERLESS_USER_TIMEOUT=3s net_start hasty slow_reader
	local name
	for name in inflight bulk; do
		net_finish "$name"
		# 16 s, and 1 s: DESIGN.md 7.
		took 8000 17000
		died cause=timeout errno=ETIMEDOUT
		[[ $output == *"ret=-1 errno=ETIMEDOUT"* ]]
		if [[ $name == inflight ]]; then
			died method=retransmission unacked=100
		else
			# As the packets happened to be lost: before a closed window, or not.
			[[ $(value method "$(<"$LOGFILE")") =~ ^(retransmission|window-probe)$ ]]
		fi
	done
	net_finish old
	took 25000 34000
	died cause=timeout method=retransmission
	# The control of the two that follow: a short TCP_USER_TIMEOUT does kill such a reader.
	net_finish hasty
	took 2000 15000
	died cause=timeout
	for name in slow slow_old; do
		net_finish "$name"
		[[ $output == lives* ]]
		[[ $(log_count event=peer-dead) == 0 ]]
	done
}

@test "dead peer: ICMP unreachable, by connect and with data in flight" {
	unreachable() {
		fault_begins peer_icmp "$1"
		PEERLESS_DETECT_WITHIN=5s start_shimmed v "$(victim calls)" connect=10.77.0.2,9
		ended v
	}
	local kind name
	for kind in host-unreachable net-unreachable admin-prohibited; do
		net_start "c-$kind" unreachable "$kind"
		net_start "d-$kind" in_flight peer_icmp "$kind"
	done
	net_start d-port in_flight peer_icmp port-unreachable
	for kind in host-unreachable net-unreachable admin-prohibited; do
		net_finish "c-$kind"
		took 0 7000
		[[ $output == *"connect ret=-1 errno=E"*UNREACH* ]]
		log_has event=connect-failed cause=unreachable method=connect
		[[ $(log_count event=peer-dead) == 0 ]]
		net_finish "d-$kind"
		took 0 18000
		[[ $output == *"recv ret=-1 errno=E"*UNREACH* ]]
		died cause=unreachable method=retransmission
	done
	net_finish d-port
	[[ $output == *"recv ret=-1 errno=ECONNREFUSED"* ]]
	died cause=unreachable method=retransmission
}

@test "dead peer: a reset by the network on the first probe" {
	reset_idle() {
		there_peer p drain
		PEERLESS_DETECT_WITHIN=5s start_shimmed v "$(victim calls)" "connect=10.77.0.2,$PORT" recv
		retry 100 0.05 says v "connect ret=0"
		fault_begins peer_reset
		ended v
	}
	net_start reset reset_idle
	net_finish reset
	[[ $output == *"recv ret=-1 errno=ECONNRESET"* ]]
	took 0 4000
	died cause=reset errno=ECONNRESET
}

@test "dead peer: a peer's reset is one death, whatever is called after it" {
	local op
	for op in recv read readv recvfrom recvmsg recvall; do
		rm -f "$LOG"
		peer "p$op" reset 5
		bare "$(victim calls)" "connect=127.0.0.1,$PORT" write=5 "$op"
		local without=$(grep "^$op" <<<"$output")
		shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" write=5 "$op" "$op" write write close
		[[ ${without% ms=*} == "$op ret=-1 errno=ECONNRESET" ]]
		[[ $status == 0 && $output == *"${without% ms=*}"* ]]
		[[ $(log_count event=peer-dead) == 1 ]]
		log_has event=peer-dead cause=reset errno=ECONNRESET "peer=127.0.0.1:$PORT" action=log
	done
}

@test "dead peer: a reset that a write meets first" {
	peer p reset 5
	mkfifo "$T/v.in"
	start_shimmed v "$(victim calls)" "connect=127.0.0.1,$PORT" write=5 wait write write
	retry 100 0.05 says p "received 5"
	echo >"$T/v.in"
	finish v
	[[ $status == 0 && $output == *"write ret=-1 errno=ECONNRESET"* ]]
	[[ $(log_count event=peer-dead) == 1 ]]
	log_has event=peer-dead cause=reset
}

@test "dead peer: an end of stream is none, unless ON_DEATH_ALSO=closed" {
	peer p close
	shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" recv recv close
	[[ $output == *"recv ret=0 errno=0"* ]]
	[[ $(log_count event=peer-dead) == 0 ]]
	PEERLESS_ON_DEATH_ALSO=closed shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" recv recv close
	[[ $output == *"recv ret=0 errno=0"* ]]
	[[ $(log_count cause=closed) == 1 ]]
	log_has cause=closed method=eof
}

@test "dead peer: a refused connect is a failed connect, not a death" {
	PEERLESS_ON_DEATH=exit:9 shimmed "$(victim calls)" connect=127.0.0.1,1
	[[ $status == 0 && $output == *"connect ret=-1 errno=ECONNREFUSED"* ]]
	log_has event=connect-failed cause=refused errno=ECONNREFUSED peer=127.0.0.1:1
	[[ $(log_count event=peer-dead) == 0 ]]
}
