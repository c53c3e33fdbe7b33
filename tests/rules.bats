# SPDX-License-Identifier: MIT
# [peer], [listen] and [program] sections, from a file and from PEERLESS_RULES (DESIGN.md 6).
load helpers

idle_of() {
	value idle "$(grep '^sockopts:\|^accept' <<<"$output")"
}

@test "rules: a [peer] section holds for its network and ports only, IPv4 and IPv6" {
	peer four drain
	local four=$PORT
	peer six --host ::1 drain
	local six=$PORT
	cat >"$T/conf" <<-END
		# comment
		[default]
		keepalive = 99s/5s/3

		[peer 127.0.0.0/8:$four]
		keepalive = 11s/1s/1

		[peer [::1]/128:$six-$((six + 1))]
		keepalive = 22s/2s/2
	END
	export PEERLESS_CONFIG=$T/conf
	shimmed "$(victim calls)" "connect=127.0.0.1,$four" sockopts
	[[ $output == *"idle=11 intvl=1 cnt=1 "* ]]
	shimmed "$(victim calls)" "connect=::1,$six" sockopts
	[[ $output == *"idle=22 intvl=2 cnt=2 "* ]]
	peer other drain
	shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $output == *"idle=99 intvl=5 cnt=3 "* ]]
	[[ ! -s $LOG ]]
}

@test "rules: the first match wins, and rules win over the environment" {
	peer p drain
	cat >"$T/conf" <<-END
		[peer 127.0.0.0/8]
		keepalive = 11s/1s/1
		[peer 127.0.0.1:$PORT]
		keepalive = 22s/2s/2
	END
	PEERLESS_CONFIG=$T/conf PEERLESS_KEEPALIVE=33s/3s/3 shimmed "$(victim calls)" \
		"connect=127.0.0.1,$PORT" sockopts
	[[ $(idle_of) == 11 ]]
}

@test "rules: PEERLESS_RULES holds the same in one line, and comes before the file's" {
	peer p drain
	cat >"$T/conf" <<-END
		[peer *:$PORT]
		keepalive = 11s/1s/1
	END
	PEERLESS_CONFIG=$T/conf shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $(idle_of) == 11 ]]
	PEERLESS_CONFIG=$T/conf PEERLESS_RULES="[peer 127.0.0.1:$PORT] keepalive=44s/4s/4; on-death=error" \
		shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $(idle_of) == 44 ]]
	PEERLESS_RULES="[peer 10.0.0.0/8:5432] keepalive=55s/5s/5 [peer *:$PORT] keepalive=66s/6s/6" \
		shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $(idle_of) == 66 ]]
}

@test "rules: a [listen] section holds for what that port accepts, not for what connects to it" {
	local code='
import socket, sys
l = socket.create_server(("127.0.0.1", int(sys.argv[1])))
c = socket.create_connection(l.getsockname())
s, _ = l.accept()
for name, sock in ("listener", l), ("accepted", s), ("client", c):
    print(name, sock.getsockopt(6, 4))'
	local port
	port=$("$PYTHON" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
	PEERLESS_RULES="[listen $port] keepalive=77s/7s/7" shimmed "$PYTHON" -c "$code" "$port"
	[[ $output == $'listener 77\naccepted 77\nclient 60' ]]
	PEERLESS_RULES="[listen $((port + 1))-$((port + 2))] keepalive=77s/7s/7" \
		shimmed "$PYTHON" -c "$code" "$port"
	[[ $output == $'listener 60\naccepted 60\nclient 60' ]]
	PEERLESS_RULES="[peer *] keepalive=77s/7s/7" shimmed "$PYTHON" -c "$code" "$port"
	[[ $output == $'listener 60\naccepted 60\nclient 77' ]]
}

@test "rules: a [listen] section holds on a listener that was inherited" {
	need_lib
	run timeout 30 "$PYTHON" "$PEERS/inherit.py" listen 3 env LD_PRELOAD="$LIB" \
		PEERLESS_RULES="[listen 1] keepalive=99s/9s/9 [listen 2-65535] keepalive=77s/7s/7" \
		"$(victim sockets)" inherited-listener 3
	[[ $output == *"keepalive=1 idle=77 intvl=7 cnt=7 "* ]]
}

@test "rules: a [program] section holds for programs of that name" {
	peer p drain
	cat >"$T/conf" <<-END
		[default]
		keepalive = 11s/1s/1
		[program nothing*]
		keepalive = 22s/2s/2
		[program call?]
		keepalive = 33s/3s/3
		[program *]
		keepalive = 44s/4s/4
	END
	export PEERLESS_CONFIG=$T/conf
	shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $(idle_of) == 33 ]]
	shimmed "$(victim sockets)" accept
	[[ $(idle_of) == 44 ]]
	# The environment comes after the file.
	PEERLESS_KEEPALIVE=55s/5s/5 shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts
	[[ $(idle_of) == 55 ]]
}

@test "rules: a rule changes the action for its peer alone" {
	peer one reset 1
	local one=$PORT
	peer two reset 1
	export PEERLESS_RULES="[peer 127.0.0.1:$one] on-death=exit:5"
	shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" write recv
	[[ $status == 0 ]]
	shimmed "$(victim calls)" "connect=127.0.0.1,$one" write recv
	[[ $status == 5 ]]
}

@test "rules: a rule's RECV_TIMEOUT holds for its peer alone" {
	peer one drain
	local one=$PORT
	peer two say hello
	PEERLESS_RULES="[peer 127.0.0.1:$one] recv-timeout=500ms" shimmed "$(victim calls)" \
		"connect=127.0.0.1,$one" recv close "connect=127.0.0.1,$PORT" recv
	[[ $output == *"recv ret=-1 errno=ETIMEDOUT"*"recv ret=5"* ]]
}

@test "rules: an IPv4-mapped peer is an IPv4 peer" {
	peer p drain
	PEERLESS_RULES="[peer 127.0.0.0/8:$PORT] keepalive=12s/1s/1" shimmed "$(victim calls)" \
		"connect=::ffff:127.0.0.1,$PORT" sockopts
	[[ $(idle_of) == 12 ]]
}
