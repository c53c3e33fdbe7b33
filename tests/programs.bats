# SPDX-License-Identifier: MIT
# Real, unmodified programs: with default settings each of their TCP sockets has 60/5/3, option by
# option where they set none themselves; OVERRIDE=force gives 60/5/3 to all.
load helpers

# options NAME PORT: what the started program's sockets at that port have, from outside.
options() {
	"$PYTHON" "$PEERS/sockopts.py" "${PID[$1]}" "$2"
}

# every NAME PORT STATE IDLE INTVL CNT: is there such a socket, and none without keepalive?
every() {
	local seen
	seen=$(options "$1" "$2" 2>/dev/null) || return 1
	grep -q "state=$3 keepalive=1 idle=$4 intvl=$5 cnt=$6 " <<<"$seen" &&
		! grep "state=$3 " <<<"$seen" | grep -qv "keepalive=1 idle=$4 intvl=$5 cnt=$6 "
}

expect() {
	retry 60 0.1 every "$@" || { options "$1" "$2"; cat "$T/$1.out" "$T/$1.err"; return 1; }
}

# has_timer PORT: does the kernel itself show a keepalive timer?
has_timer() {
	ss -tnoH state established "( sport = :$1 or dport = :$1 )" | grep -q 'timer:(keepalive,'
}

# client IDLE INTVL CNT BARE CMD…: a client that talks to a server that says nothing.  BARE is
# what it has without the library; the next three what it has with it.
client() {
	local idle=$1 intvl=$2 cnt=$3
	shift 3
	start_shimmed client "$@"
	expect client "$PORT" established "$idle" "$intvl" "$cnt"
	has_timer "$PORT"
	stop client
	PEERLESS_OVERRIDE=force start_shimmed client "$@"
	expect client "$PORT" established 60 5 3
	stop client
}

# bare_has WORDS CMD…: the control: without the library it is like this.
bare_has() {
	local words=$1
	shift
	start control "$@"
	found() { options control "$PORT" 2>/dev/null | grep -q "state=established $words "; }
	retry 60 0.1 found || { options control "$PORT"; return 1; }
	stop control
}

free_port() {
	"$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

setup() {
	[[ $(cat /proc/sys/net/ipv4/tcp_keepalive_time) == 7200 ]] || skip "tcp_keepalive_time is not 7200"
}

@test "programs: curl keeps its own idle and interval, and gets the count" {
	need curl
	peer p drain
	bare_has "keepalive=1 idle=60 intvl=60 cnt=9" curl -s "http://127.0.0.1:$PORT/"
	client 60 60 3 curl -s "http://127.0.0.1:$PORT/"
}

@test "programs: wget" {
	need wget
	peer p drain
	bare_has "keepalive=0 idle=7200 intvl=75 cnt=9" wget -qO- "http://127.0.0.1:$PORT/"
	client 60 5 3 wget -qO- "http://127.0.0.1:$PORT/"
}

@test "programs: redis-cli keeps its own times" {
	need redis-cli
	peer p drain
	bare_has "keepalive=1 idle=15 intvl=5 cnt=3" redis-cli -p "$PORT" ping
	client 15 5 3 redis-cli -p "$PORT" ping
}

@test "programs: python3, with http.client" {
	peer p drain
	local code="import http.client as h; h.HTTPConnection('127.0.0.1', $PORT).request('GET', '/')"
	code+="; import time; time.sleep(60)"
	# A name for the connection, or it is collected.
	code=${code/h.HTTP/c = h.HTTP}
	code=${code/).request/); c.request}
	bare_has "keepalive=0 idle=7200 intvl=75 cnt=9" "$PYTHON" -c "$code"
	client 60 5 3 "$PYTHON" -c "$code"
}

@test "programs: socat" {
	need socat
	peer p drain
	bare_has "keepalive=0 idle=7200 intvl=75 cnt=9" socat -u "TCP:127.0.0.1:$PORT" -
	client 60 5 3 socat -u "TCP:127.0.0.1:$PORT" -
	client 60 5 3 socat -u "TCP:127.0.0.1:$PORT,connect-timeout=5" -
}

@test "programs: java, where there is one" {
	command -v javac >/dev/null || { echo "# no java here: not tried" >&3; return 0; }
	cat >"$T/Hang.java" <<-'END'
		public class Hang {
			public static void main(String[] a) throws Exception {
				new java.net.Socket("127.0.0.1", Integer.parseInt(a[0])).getInputStream().read();
			}
		}
	END
	javac -d "$T" "$T/Hang.java"
	peer p drain
	bare_has "keepalive=0 idle=7200 intvl=75 cnt=9" java -cp "$T" Hang "$PORT"
	client 60 5 3 java -cp "$T" Hang "$PORT"
}

@test "programs: ssh sets SO_KEEPALIVE only, and gets the times" {
	need ssh
	peer p drain
	bare_has "keepalive=1 idle=7200 intvl=75 cnt=9" ssh -F none -p "$PORT" 127.0.0.1
	client 60 5 3 ssh -F none -p "$PORT" 127.0.0.1
}

@test "programs: a login through sshd, sandbox and all, and its sockets" {
	need ssh ssh-keygen
	local sshd port
	sshd=$(PATH=$PATH:/usr/sbin command -v sshd) || skip "sshd is not installed"
	if [[ $(id -u) == 0 ]]; then
		mkdir -p /run/sshd
	fi
	port=$(free_port)
	sshd_files "$port"
	PORT=$port
	start_shimmed sshd "$sshd" -D -e -f "$T/sshd_config"
	expect sshd "$port" listen 60 5 3
	start_shimmed ssh ssh -F none -i "$T/key" -p "$port" -o StrictHostKeyChecking=no -o BatchMode=yes \
		-o UserKnownHostsFile=/dev/null "$(id -un)@127.0.0.1" 'echo logged-in; exec sleep 60'
	settled() { says ssh logged-in || says sshd "account is locked"; }
	retry 100 0.1 settled || { cat "$T"/ssh*.err; false; }
	says ssh logged-in || skip "sshd lets nobody log in as $(id -un): the account is locked"
	expect ssh "$port" established 60 5 3
	# The session's own process is a child of the listener.
	local pid
	for pid in $(pgrep -P "${PID[sshd]}"); do
		"$PYTHON" "$PEERS/sockopts.py" "$pid" "$port"
	done >"$T/children"
	grep -q "state=established keepalive=1 idle=60 intvl=5 cnt=3 " "$T/children"
	! grep state=established "$T/children" | grep -qv "keepalive=1 idle=60 intvl=5 cnt=3 "
}

@test "programs: redis-server keeps its own times on accepted sockets" {
	need redis-server redis-cli
	PORT=$(free_port)
	up() { [[ $(redis-cli -p "$PORT" ping 2>/dev/null) == PONG ]]; }
	local mode
	for mode in app force; do
		PEERLESS_OVERRIDE=$mode start_shimmed server redis-server --port "$PORT" --save '' --dir "$T" \
			--bind 127.0.0.1
		retry 60 0.1 up
		start holder redis-cli -p "$PORT" subscribe x
		if [[ $mode == app ]]; then
			expect server "$PORT" established 300 100 3
		else
			expect server "$PORT" established 60 5 3
		fi
		stop holder
		stop server
	done
	# And without keepalive of its own: ours.
	start_shimmed server redis-server --port "$PORT" --save '' --dir "$T" --bind 127.0.0.1 \
		--tcp-keepalive 0
	retry 60 0.1 up
	start holder redis-cli -p "$PORT" subscribe x
	expect server "$PORT" established 60 5 3
}

@test "programs: nginx, in every worker" {
	local nginx
	nginx=$(PATH=$PATH:/usr/sbin command -v nginx) || skip "nginx is not installed"
	PORT=$(free_port)
	cat >"$T/nginx.conf" <<-END
		pid $T/nginx.pid;
		error_log $T/error.log;
		worker_processes 2;
		events { worker_connections 64; }
		http {
			access_log off;
			client_body_temp_path $T; proxy_temp_path $T; fastcgi_temp_path $T;
			uwsgi_temp_path $T; scgi_temp_path $T;
			server { listen 127.0.0.1:$PORT; return 200 "hello\n"; }
		}
	END
	serves() { [[ $(curl -s "http://127.0.0.1:$PORT/") == hello ]]; }
	worker_holds() {
		local pid
		for pid in $(pgrep -P "${PID[nginx]}"); do
			"$PYTHON" "$PEERS/sockopts.py" "$pid" "$PORT"
		done | grep -q "state=established $1 "
	}
	start nginx "$nginx" -c "$T/nginx.conf" -g 'daemon off;'
	retry 60 0.1 serves
	start holder socat -u "TCP:127.0.0.1:$PORT" -
	retry 60 0.1 worker_holds "keepalive=0 idle=7200 intvl=75 cnt=9"
	stop holder
	stop nginx
	start_shimmed nginx "$nginx" -c "$T/nginx.conf" -g 'daemon off;'
	retry 60 0.1 serves
	start holder socat -u "TCP:127.0.0.1:$PORT" -
	retry 60 0.1 worker_holds "keepalive=1 idle=60 intvl=5 cnt=3"
}

@test "programs: servers in python and socat arm what they accept" {
	PORT=$(free_port)
	start_shimmed server "$PYTHON" -m http.server --bind 127.0.0.1 "$PORT"
	expect server "$PORT" listen 60 5 3
	start holder socat -u "TCP:127.0.0.1:$PORT" -
	expect server "$PORT" established 60 5 3
	stop server
	stop holder
	PORT=$(free_port)
	start_shimmed server socat -u "TCP-LISTEN:$PORT,bind=127.0.0.1" -
	expect server "$PORT" listen 60 5 3
	start holder socat -u -,ignoreeof "TCP:127.0.0.1:$PORT"
	expect server "$PORT" established 60 5 3
}

@test "programs: a socket-activated server, on a listener it did not make" {
	PORT=$(free_port)
	cat >"$T/activated.py" <<-'END'
		import os, socket
		assert os.environ["LISTEN_FDS"] == "1"
		listener = socket.socket(fileno=3)
		kept = []
		while True:
		    kept.append(listener.accept())
	END
	need_lib
	start server "$PYTHON" "$PEERS/inherit.py" "listen:$PORT" 3 "$PYTHON" "$T/activated.py"
	start holder socat -u "TCP:127.0.0.1:$PORT,retry=20,interval=0.1" -
	held() { options server "$PORT" 2>/dev/null | grep -q "state=established keepalive=0 "; }
	retry 60 0.1 held
	stop server
	stop holder
	PORT=$(free_port)
	start server "$PYTHON" "$PEERS/inherit.py" "listen:$PORT" 3 env LD_PRELOAD="$LIB" \
		PEERLESS_LOG="file:$LOG" "$PYTHON" "$T/activated.py"
	start holder socat -u "TCP:127.0.0.1:$PORT,retry=20,interval=0.1" -
	expect server "$PORT" established 60 5 3
	expect server "$PORT" listen 60 5 3
	# A later one inherits.
	start holder2 socat -u "TCP:127.0.0.1:$PORT" -
	two() { [[ $(options server "$PORT" | grep -c "state=established keepalive=1 idle=60") == 2 ]]; }
	retry 60 0.1 two
}
