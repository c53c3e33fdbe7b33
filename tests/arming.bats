# SPDX-License-Identifier: MIT
# Which sockets get which options, by every way a program comes by a socket (DESIGN.md 7).
load helpers

# armed OUTPUT-LINE-PREFIX: is that socket armed with 60/5/3?
armed() {
	[[ $output == *"$1: keepalive=1 idle=60 intvl=5 cnt=3 "* ]] || { echo "$output"; false; }
}

untouched() {
	[[ $output == *"$1: keepalive=0 idle=7200 intvl=75 cnt=9 user_timeout=0 "* ]] ||
		{ echo "$output"; false; }
}

setup() {
	# The numbers that the bare controls show are the kernel's defaults.
	[[ $(cat /proc/sys/net/ipv4/tcp_keepalive_time) == 7200 ]] || skip "tcp_keepalive_time is not 7200"
}

new_kernel() {
	[[ $("$(victim sockets)" listen) != *rto_max=-1* ]]
}

each_way() {
	local how
	for how in accept accept4 scm syscall dup dupfd; do
		bare "$(victim sockets)" "$how"
		untouched "$how"
		shimmed "$(victim sockets)" "$how"
		[[ $status == 0 ]]
		armed "$how"
		[[ $output != *lost* ]]
	done
}

@test "arming: accept, accept4, SCM_RIGHTS, syscall() and copies get 60/5/3" {
	each_way
}

@test "arming: a listener has it all but the connect deadline, so accepted sockets inherit it" {
	bare "$(victim sockets)" listen
	untouched listen
	shimmed "$(victim sockets)" listen
	armed listen
	[[ $output == *user_timeout=0* || $output == *user_timeout=75000* ]]
}

@test "arming: connect, blocking and not, over IPv4 and IPv6" {
	local host
	for host in 127.0.0.1 ::1; do
		peer "p$host" --host "$host" drain
		shimmed "$(victim calls)" "connect=$host,$PORT" sockopts
		armed sockopts
		shimmed "$(victim calls)" socket="$([[ $host == ::1 ]] && echo inet6),nonblock,cloexec" \
			"connect=$host,$PORT" poll=out sockopts
		[[ $output == *"connect ret=-1 errno=EINPROGRESS"* ]]
		armed sockopts
	done
}

@test "arming: the connect deadline is gone from the socket once it is connected" {
	new_kernel || skip "kernel without TCP_RTO_MAX_MS: the data-phase value is not 0"
	peer p drain
	PEERLESS_CONNECT_TIMEOUT=9s shimmed "$(victim calls)" socket= "connect=127.0.0.1,$PORT" sockopts
	[[ $output == *user_timeout=0* ]]
	# Not blocking: completed at the first poll, or the first I/O.
	PEERLESS_CONNECT_TIMEOUT=9s shimmed "$(victim calls)" socket=nonblock \
		"connect=127.0.0.1,$PORT" sleep=100 write sockopts
	[[ $output == *user_timeout=0* ]]
	PEERLESS_CONNECT_TIMEOUT=9s PEERLESS_USER_TIMEOUT=44s shimmed "$(victim calls)" \
		socket=nonblock "connect=127.0.0.1,$PORT" sleep=100 dontwait sockopts
	[[ $output == *user_timeout=44000* ]]
}

@test "arming: while connecting, the deadline is on the socket" {
	# A full accept queue never answers: the socket stays in SYN_SENT, and is looked at there.
	shimmed "$PYTHON" - <<-'END'
		import socket, sys
		l = socket.socket()
		l.bind(("127.0.0.1", 0))
		l.listen(0)
		some = [socket.socket() for _ in range(4)]
		for s in some:
		    s.setblocking(False)
		    s.connect_ex(l.getsockname())
		print("user_timeout=%d" % some[-1].getsockopt(socket.IPPROTO_TCP, 18))
	END
	[[ $status == 0 && $output == *user_timeout=75000* ]]
}

@test "arming: the program's own TCP_USER_TIMEOUT is back after connect" {
	peer p drain
	PEERLESS_CONNECT_TIMEOUT=9s shimmed "$(victim calls)" socket= usertimeout=12345 \
		"connect=127.0.0.1,$PORT" sockopts
	[[ $output == *user_timeout=12345* ]]
	shimmed "$(victim calls)" socket=nonblock usertimeout=12345 \
		"connect=127.0.0.1,$PORT" poll=out write sockopts
	[[ $output == *user_timeout=12345* ]]
}

@test "arming: what the program set itself stays, option by option" {
	peer p drain
	shimmed "$(victim calls)" socket= idle=333 "connect=127.0.0.1,$PORT" sockopts
	[[ $output == *"keepalive=1 idle=333 intvl=5 cnt=3 "* ]]
	shimmed "$(victim calls)" socket= keepalive=1 "connect=127.0.0.1,$PORT" sockopts
	armed sockopts
	# Also when it sets it later, and when it says no.
	shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" idle=333 write sockopts
	[[ $output == *"keepalive=1 idle=333 intvl=5 cnt=3 "* ]]
	shimmed "$(victim calls)" socket= keepalive=0 "connect=127.0.0.1,$PORT" sockopts
	[[ $output == *"keepalive=0 "* ]]
	shimmed "$(victim sockets)" accept-own
	[[ $output == *"keepalive=1 idle=333 intvl=5 cnt=3 "* ]]
}

@test "arming: OVERRIDE=force wins over the program, before and after" {
	peer p drain
	PEERLESS_OVERRIDE=force shimmed "$(victim calls)" socket= idle=333 \
		"connect=127.0.0.1,$PORT" sockopts idle=444 sockopts keepalive=0 sockopts
	[[ $status == 0 ]]
	[[ $(grep -c "keepalive=1 idle=60 intvl=5 cnt=3" <<<"$output") == 3 ]]
	# As far as the program can tell its calls worked.
	[[ $(grep -c "^idle ret=0 errno=0" <<<"$output") == 2 ]]
	PEERLESS_OVERRIDE=force shimmed "$(victim sockets)" accept-own
	armed accept-own
}

@test "arming: an inherited connection is armed at its first use, by any number" {
	peer p drain
	start_inheriting() {
		"$PYTHON" "$PEERS/inherit.py" connect "127.0.0.1:$PORT" "$1" "${@:2}"
	}
	local fd
	for fd in 0 3 500; do
		run start_inheriting "$fd" "$(victim sockets)" inherited "$fd"
		untouched inherited
		run start_inheriting "$fd" env LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" \
			"$(victim sockets)" inherited "$fd"
		armed inherited
	done
}

@test "arming: sockets accepted on an inherited listener are armed, and so is the listener" {
	# R2: what libkeepalive and libdontdie miss.
	local fd
	for fd in 0 3; do
		run "$PYTHON" "$PEERS/inherit.py" listen "$fd" "$(victim sockets)" inherited-listener "$fd"
		untouched inherited-listener
		run "$PYTHON" "$PEERS/inherit.py" listen "$fd" env LD_PRELOAD="$LIB" \
			PEERLESS_LOG="file:$LOG" "$(victim sockets)" inherited-listener "$fd"
		armed inherited-listener
	done
}

@test "arming: KEEPALIVE in its own words, and off" {
	peer p drain
	PEERLESS_KEEPALIVE=42s/7s/9 shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $output == *"keepalive=1 idle=42 intvl=7 cnt=9 "* ]]
	PEERLESS_KEEPALIVE=off shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $output == *"keepalive=0 "* ]]
}

@test "arming: DETECT_WITHIN is the one dial" {
	peer p drain
	PEERLESS_DETECT_WITHIN=20s shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $output == *"keepalive=1 idle=5 intvl=1 cnt=15 "* ]]
	if new_kernel; then
		# 1333, as far as the kernel's clock tick lets it.
		between 1320 "$(value rto_max "$output")" 1340
		[[ $output == *user_timeout=0* ]]
	else
		[[ $output == *"user_timeout=30000 "* ]]
	fi
}

@test "arming: without TCP_RTO_MAX_MS, TCP_USER_TIMEOUT takes its place; raising it is said once" {
	peer p drain
	new_kernel && {
		bare "$(victim old_kernel)" "$(victim calls)" socket= sockopts
		[[ $output == *rto_max=-1* ]]
	}
	bare "$(victim old_kernel)" env --default-signal=PIPE LD_PRELOAD="$LIB" \
		PEERLESS_LOG="file:$LOG" PEERLESS_DETECT_WITHIN=5s "$(victim calls)" \
		"connect=127.0.0.1,$PORT" sockopts close "connect=127.0.0.1,$PORT" sockopts
	[[ $status == 0 && $(grep -c "keepalive=1 .*user_timeout=30000" <<<"$output") == 2 ]]
	[[ $(grep -c . "$LOG") == 1 ]]
	log_has event=user-timeout-raised asked=5.0s set=30.0s

	# Nothing was raised here, so nothing is said.
	rm "$LOG"
	bare "$(victim old_kernel)" env LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" \
		PEERLESS_DETECT_WITHIN=40s "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $output == *user_timeout=40000* ]]
	[[ ! -s $LOG ]]
}

@test "arming: SOCKOPTS sets any option by its name" {
	peer p drain
	bare "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $output == *nodelay=0* && $output == *tos=0* ]]
	PEERLESS_SOCKOPTS=TCP_NODELAY=1,SO_SNDBUF=64K,IP_TOS=0x10 shimmed "$(victim calls)" \
		"connect=127.0.0.1,$PORT" sockopts
	[[ $output == *nodelay=1* && $output == *sndbuf=131072* && $output == *tos=16* ]]
	# The program's own choice stays.
	PEERLESS_SOCKOPTS=TCP_NODELAY=1 shimmed "$(victim calls)" socket= nodelay=0 \
		"connect=127.0.0.1,$PORT" sockopts
	[[ $output == *nodelay=0* ]]
	PEERLESS_SOCKOPTS=TCP_NODELAY=1 shimmed "$(victim sockets)" accept
	[[ $output == *nodelay=1* ]]
}

@test "arming: MPTCP is armed like TCP" {
	[[ $(cat /proc/sys/net/mptcp/enabled 2>/dev/null) == 1 ]] || skip "no MPTCP in this kernel"
	peer p drain
	shimmed "$PYTHON" - "$PORT" <<-'END'
		import socket, sys
		s = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)
		s.connect(("127.0.0.1", int(sys.argv[1])))
		print(s.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), s.getsockopt(6, 4))
	END
	[[ $output == "1 60" ]]
}

@test "arming: DISABLE, ONLY and EXCEPT leave a program alone" {
	local how
	for how in PEERLESS_DISABLE=1 PEERLESS_ONLY=nginx,redis* PEERLESS_EXCEPT=sock*; do
		run env LD_PRELOAD="$LIB" "$how" "$(victim sockets)" accept
		untouched accept
	done
	run env LD_PRELOAD="$LIB" PEERLESS_ONLY=nginx,sock* "$(victim sockets)" accept
	armed accept
}
