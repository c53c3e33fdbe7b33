#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# What happens to a sentinel at the edges: sockets used twice, processes that change their network
# namespace, namespaces that end.  Each of these once went wrong.
load helpers
load watching

# The watch has begun: it takes signals when it has seen to whom it was named.
begun() {
	find "/proc/${PID[w]}/fd" -lname "*signalfd*" 2>/dev/null | grep -q .
}

# twice [USER_TIMEOUT]: a connect() to nowhere is ended; the same socket then reaches somebody who
# says a word, and leaves once the socket's TCP_USER_TIMEOUT is what it was, or after 10 s.
twice() {
	cat >"$T/twice.py" <<-'END'
		import errno, select, socket, sys, time
		UTO = 18
		s, listener = socket.socket(), socket.socket()
		listener.bind(("127.0.0.1", 0))
		listener.listen()
		own = int(sys.argv[1])
		if own: s.setsockopt(socket.IPPROTO_TCP, UTO, own)
		s.setblocking(False)
		print("ready", flush=True)
		input()
		s.connect_ex(("10.77.0.2", 9))
		p = select.poll()
		p.register(s, select.POLLOUT)
		print("first ended=%d" % len(p.poll(30000)), "error=" + errno.errorcode[s.getsockopt(1, socket.SO_ERROR)], flush=True)
		while s.connect_ex(listener.getsockname()) not in (0, errno.EINPROGRESS): pass
		peer, _ = listener.accept()
		s.setblocking(True)
		uto, end = -1, time.time() + 10
		while uto >> 16 and time.time() < end:
		    uto = s.getsockopt(socket.IPPROTO_TCP, UTO)
		    time.sleep(0.05)
		peer.sendall(b"word")
		peer.close()
		print("second uto=%#x" % uto, s.recv(4), s.recv(4), flush=True)
	END
	peer_drop
	mkfifo "$T/v.in"
	program v "$PYTHON" "$T/twice.py" "${1:-0}"
	retry 100 0.05 says v ready
	watch w --detect-within=2s "${PID[v]}"
	retry 100 0.05 begun
	echo >"$T/v.in"
	finish v
	echo "$output"
	finish w
}

# moves: a process with a dead connection here goes where we may not follow.
moves() {
	cat >"$T/moves.py" <<-'END'
		import ctypes, select, socket
		NEWUSER, NEWNET = 0x10000000, 0x40000000
		s = socket.socket()
		s.setblocking(False)
		print("ready", flush=True)
		input()
		s.connect_ex(("10.77.0.2", 9))
		p = select.poll()
		p.register(s, select.POLLOUT)
		p.poll(1000)
		assert not ctypes.CDLL(None).unshare(NEWUSER | NEWNET)
		print("ended=%d" % len(p.poll(30000)), flush=True)
	END
	peer_drop
	mkfifo "$T/v.in"
	capless=1
	export capless
	program v "$PYTHON" "$T/moves.py"
	retry 100 0.05 says v ready
	watch w --detect-within=3s "${PID[v]}"
	retry 100 0.05 begun
	echo >"$T/v.in"
	finish v
	echo "$output"
	finish w
	echo "watch=$status"
}

# holds COUNT: so many network namespaces are kept by the watch.
holds() {
	[[ $(find "/proc/${PID[w]}/fd" -lname 'net:*' | wc -l) == "$1" ]]
}

# passing: of children each with a network of its own, one after the other.
passing() {
	mkfifo "$T/v.in"
	start v bash -c 'unshare -n sleep 600 & echo ready; read -r; kill $!; wait; read -r'
	retry 100 0.05 says v ready
	watch w --detect-within=5s "${PID[v]}"
	retry 100 0.1 holds 1
	echo >"$T/v.in"
	retry 100 0.1 holds 0
	echo >"$T/v.in"
	finish v
	finish w
	echo "watch=$status"
}

@test "sentinel edges: a socket connected anew is a new connection; a namespace left, or ended" {
	need_net
	net_start plain twice
	preload=20s net_start preloaded twice 60000
	preload=20s net_start moves moves
	net_start passing passing

	net_finish plain
	[[ $output == *"first ended=1 error=ECONN"*"second uto=0x0 b'word' b''"* ]]
	net_finish preloaded
	[[ $output == *"first ended=1 error=ETIMEDOUT"*"second uto=0x0 b'word' b''"* ]]
	(($(log_count event=peer-dead) == 1))
	net_finish moves
	[[ $output == *ended=1*watch=0* ]]
	log_has event=condemned ended_by=disconnect
	(($(log_count event=refused what=watch) == 1))
	net_finish passing
	[[ $output == *watch=0* ]]
}

@test "sentinel: who waits for the end of CMD's stderr, as \$(...) does, does not wait for it" {
	# A daemon lives on, and so does the sentinel, but without that stderr.
	local out
	out=$(timeout 20 "$PEERLESS" run --sentinel -- bash -c 'setsid sleep 30 <&- >&- 2>&- & echo $!' 2>&1)
	kill "$out"
	# As long as one has it, it stays.
	peer hung drain
	start says "$PEERLESS" run --sentinel --silence=2s -- bash -c \
		"exec 7<>/dev/tcp/127.0.0.1/$PORT; cat <&7"
	retry 100 0.1 says says event=condemned
	finish says
}
