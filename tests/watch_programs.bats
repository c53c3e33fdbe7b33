#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# `peerless watch` arms what runs already: daemons of Debian, programs without libc, each connection
# by its rule, new ones and children too; what a program chose itself stays.
bats_require_minimum_version 1.5.0
load helpers
load watching

# free_port: one that nobody listens at, now.
free_port() {
	"$PYTHON" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

listens() {
	[[ -n $(ss -Hltn "sport = $1") ]]
}

# held PORT: a client that connects to a server at PORT, says hello and keeps the connection.
held() {
	start "$1" "$(victim calls)" "connect=127.0.0.1,$2" text="$3" recv=1 recvall=1000000
	retry 100 0.05 says "$1" "recv ret=1"
}

# timers PORT: how many established connections of the server at PORT have a keepalive timer on.
timers() {
	ss -Htno state established "sport = $1" | grep -c 'timer:(keepalive,'
}

has_timers() {
	(($(timers "$1") >= $2))
}

# armed_from_outside NAME PORT HELLO: the server NAME, which has begun already, and its clients.
armed_from_outside() {
	local name=$1 port=$2
	held "before_$name" "$port" "$3"
	(($(timers "$port") == 0)) || { echo "$name has keepalive of its own"; return 1; }
	LOG=$T/$name.log watch "w_$name" --detect-within=40s "${PID[$name]}"
	retry 60 0.05 has_timers "$port" 1
	LOGFILE=$T/$name.log log_has event=armed
	held "after_$name" "$port" "$3"
	retry 80 0.05 has_timers "$port" 2
	running "$name"
	running "before_$name"
	running "after_$name"
}

@test "watch: nginx, memcached and redis, started before, are armed without a restart" {
	PATH=$PATH:/usr/sbin
	need nginx memcached redis-server
	local port=()
	for ((i = 0; i < 3; i++)); do port+=("$(free_port)"); done
	mkdir "$T/nginx"
	cat >"$T/nginx.conf" <<-END
		daemon off; worker_processes 2; pid $T/nginx/pid; error_log $T/nginx/error;
		events { worker_connections 64; }
		http { access_log off; keepalive_timeout 600s; client_body_temp_path $T/nginx/b;
			proxy_temp_path $T/nginx/p; fastcgi_temp_path $T/nginx/f; uwsgi_temp_path $T/nginx/u;
			scgi_temp_path $T/nginx/s;
			server { listen 127.0.0.1:${port[0]}; location / { return 200 "hello"; } } }
	END
	start nginx nginx -c "$T/nginx.conf"
	start memcached memcached -l 127.0.0.1 -p "${port[1]}" -U 0 -u "$(id -un)"
	start redis redis-server --bind 127.0.0.1 --port "${port[2]}" --save '' --tcp-keepalive 0
	for ((i = 0; i < 3; i++)); do
		retry 100 0.05 listens "${port[i]}"
	done
	# A worker holds the connections, and the master is watched.
	armed_from_outside nginx "${port[0]}" $'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
	armed_from_outside redis "${port[2]}" $'PING\r\n'
	# It has keepalive of its own on, with the kernel's times: only these are ours.
	held before_memcached "${port[1]}" $'version\r\n'
	[[ $(ss -Htno "sport = ${port[1]}") == *"(keepalive,1"[12]*min* ]]
	LOG=$T/memcached.log watch w_memcached --detect-within=40s "${PID[memcached]}"
	retry 60 0.05 soon "${port[1]}" 20
}

soon() {
	[[ $(ss -Htno state established "sport = $1") =~ keepalive,([0-9]+)(sec|\.[0-9]+ms) ]] &&
		((BASH_REMATCH[1] <= $2))
}

# sockopts_after NAME OPTION… -- OP…: in $output, the options on the socket of a program that did
# OP… to it, once a watch has armed it.
sockopts_after() {
	local name=$1 option=()
	shift
	while [[ $1 != -- ]]; do
		option+=("$1")
		shift
	done
	shift
	mkfifo "$T/$name.in"
	program "$name" "$(victim "${victim:-calls}")" "$@" wait sockopts
	retry 100 0.05 says "$name" "connect ret=0"
	LOG=$T/$name.log watch "w_$name" "${option[@]}" "${PID[$name]}"
	LOGFILE=$T/$name.log retry 60 0.05 log_has event=armed
	echo >"$T/$name.in"
	finish "$name"
	output=$(grep ^sockopts: <<<"$output")
	echo "$name: $output"
}

# library WITHIN: keepalive as our library sets it: "idle=5 intvl=1 cnt=15".
library() {
	need_lib
	LD_PRELOAD=$LIB PEERLESS_LOG=off PEERLESS_DETECT_WITHIN=$1 "$(victim calls)" \
		"connect=127.0.0.1,$PORT" sockopts | sed -n 's/.*\(idle=.* cnt=[0-9]*\).*/\1/p'
}

# As the log writes it.
in_log() {
	sed 's,idle=\(.*\) intvl=\(.*\) cnt=\(.*\),\1s/\2s/\3,' <<<"$1"
}

@test "watch: what the program set itself stays, unless OVERRIDE=force; rules hold" {
	local connect chosen
	peer p drain
	connect=connect=127.0.0.1,$PORT chosen=(keepalive=1 idle=33 usertimeout=7777)
	sockopts_after all --detect-within=20s -- "$connect"
	[[ $output == *"keepalive=1 $(library 20s) user_timeout=0 "* ]]
	sockopts_after chosen --detect-within=20s --user-timeout=5s -- "$connect" "${chosen[@]}"
	[[ $output == *"keepalive=1 idle=33 $(library 20s | cut -d' ' -f2-) user_timeout=7777 "* ]]
	sockopts_after force --detect-within=20s --user-timeout=5s --override=force -- "$connect" "${chosen[@]}"
	[[ $output == *"keepalive=1 $(library 20s) user_timeout=5000 "* ]]
	sockopts_after peer --rules="[peer 127.0.0.0/8:$PORT] detect-within=60s; [peer *:$((PORT + 1))] detect-within=10s" \
		-- "$connect"
	[[ $output == *"keepalive=1 $(library 60s) user_timeout=0 "* ]]
	victim=calls_static sockopts_after static --detect-within=20s --sockopts=TCP_NODELAY=1 -- "$connect"
	[[ $output == *"keepalive=1 $(library 20s) user_timeout=0 "*"nodelay=1"* ]]

	# By the port that a server listens at.
	LOG=$T/listen.log watch w_listen --rules="[listen $PORT] detect-within=80s" "${PID[p]}"
	start client "$(victim calls)" "$connect" recv
	LOGFILE=$T/listen.log retry 80 0.05 log_has event=armed "keepalive=$(in_log "$(library 80s)")"
}

@test "watch: a program without libc and a static one are ended as any other" {
	peer p echo
	start raw "$(victim raw)" "$PORT"
	retry 100 0.05 says raw connected
	start static "$(victim calls_static)" "connect=127.0.0.1,$PORT" recv
	retry 100 0.05 says static "connect ret=0"
	watch w --silence=2s --detect-within=10s "${PID[raw]}" "${PID[static]}"
	retry 60 0.05 has_armed 2
	[[ $(ss -Htno "dport = $PORT" | grep -c 'timer:(keepalive,') == 2 ]]
	finish raw
	# It does not wait in a read: of connect(AF_UNSPEC) that one gets ECONNRESET.
	[[ $ENDED.$status == @(ECONNABORTED.103|EPIPE.104) ]]
	finish static
	[[ $output == *"recv ret=-1 errno=$ENDED"* ]]
	finish w
	((status == 0))
}

has_armed() {
	(($(log_count event=armed) >= $1))
}

@test "watch: DISABLE, ONLY and EXCEPT spare a program" {
	local option name
	peer p drain
	start calls "$(victim calls)" "connect=127.0.0.1,$PORT" recv
	start python3 "$PYTHON" -c "
import socket, time
s = socket.create_connection(('127.0.0.1', $PORT)); print('connect ret=0', flush=True); time.sleep(60)"
	for name in calls python3; do
		retry 100 0.05 says "$name" "connect ret=0"
	done
	for option in --only=calls --except=py*; do
		LOG=$T/$option.log watch "w$option" "$option" --override=force --silence=60s "${PID[calls]}" "${PID[python3]}"
		LOGFILE=$T/$option.log retry 60 0.05 log_has event=armed prog=calls
		[[ $(LOGFILE=$T/$option.log log_count event=armed) == 1 ]]
	done
	# Longer than what the kernel keeps of a name, and a script's own.
	cp "$(victim calls)" "$T/legacy-billing-daemon"
	printf '#!%s\n%s\n' "$PYTHON" "exec(open('$T/script.py').read())" >"$T/legacy-billing-script"
	printf 'import socket, time\ns = socket.create_connection(("127.0.0.1", %d))\n%s\n' "$PORT" \
		'print("connect ret=0", flush=True); time.sleep(60)' >"$T/script.py"
	chmod +x "$T/legacy-billing-script"
	start daemon "$T/legacy-billing-daemon" "connect=127.0.0.1,$PORT" recv
	start script "$T/legacy-billing-script"
	for name in daemon script; do
		retry 100 0.05 says "$name" "connect ret=0"
		LOG=$T/$name.log watch "w$name" "--only=legacy-billing-$name" --silence=60s \
			"${PID[daemon]}" "${PID[script]}"
		LOGFILE=$T/$name.log retry 60 0.05 log_has event=armed "pid=${PID[$name]}"
		[[ $(LOGFILE=$T/$name.log log_count event=armed) == 1 ]]
	done
	start none "$PEERLESS" watch --disable=1 --override=force --json "${PID[calls]}" "${PID[python3]}"
	retry 60 0.05 says none '"prog":"python3"'
	kill -INT "${PID[none]}"
	finish none
	[[ $output != *event=armed* ]]
}

@test "watch: in a preloaded program nothing is set twice, and what its library chose stays" {
	local name
	peer p drain
	mkfifo "$T/same.in" "$T/other.in"
	for name in same other; do
		preload=20s program $name "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts wait sockopts
		program bare_$name "$(victim calls)" "connect=127.0.0.1,$PORT" recv
		retry 100 0.05 says $name "connect ret=0"
		retry 100 0.05 says bare_$name "connect ret=0"
		LOG=$T/$name.log watch w_$name --json --detect-within="$([[ $name == same ]] && echo 20s || echo 8s)" \
			"${PID[$name]}" "${PID[bare_$name]}"
	done
	for name in same other; do
		LOGFILE=$T/$name.log retry 60 0.05 log_has event=armed "pid=${PID[bare_$name]}"
		# Who has chosen 20 s is not armed for 8.
		retry 60 0.05 grep -q "\"pid\":${PID[$name]},.*\"armed\":$([[ $name == same ]] && echo true || echo false),\"preloaded\":true" \
			"$T/w_$name.out"
		[[ $("$PEERLESS" watch --once --json "${PID[$name]}") != *'"armed"'* ]]
		[[ $(LOGFILE=$T/$name.log log_count event=armed) == 1 ]]
		echo >"$T/$name.in"
		finish $name
		[[ $(grep -c "keepalive=1 $(library 20s) " <<<"$output") == 2 ]]
	done
}

@test "watch: new connections and children are found; with --no-follow no child" {
	local name
	peer p drain
	for name in follow alone; do
		start "$name" "$PYTHON" -c '
import os, socket, sys, time
to = ("127.0.0.1", int(sys.argv[1]))
first = socket.create_connection(to)
print("ready", flush=True)
while not os.path.exists(sys.argv[2]): time.sleep(0.05)
second = socket.create_connection(to)
if os.fork() == 0:
    third = socket.create_connection(to)
print("more", second.getsockname()[1], flush=True)
time.sleep(60)' "$PORT" "$T/go"
		retry 100 0.05 says "$name" ready
		LOG=$T/$name.log watch "w_$name" \
			"$([[ $name == follow ]] && echo --log-level=conn || echo --no-follow)" "${PID[$name]}"
		LOGFILE=$T/$name.log retry 60 0.05 log_has event=armed
	done
	touch "$T/go"
	LOGFILE=$T/follow.log retry 80 0.05 eval 'has_armed 3'
	LOGFILE=$T/alone.log retry 80 0.05 eval 'has_armed 2'
	# It has had as long as the other.
	[[ $(LOGFILE=$T/alone.log log_count event=armed) == 2 ]]
	[[ $(grep -c "pid=${PID[follow]} .*event=armed" "$T/follow.log") == 2 ]]
	[[ $(grep -c "pid=${PID[alone]} .*event=armed" "$T/alone.log") == 2 ]]
}
