#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154,SC2317 # bats sets status and output; networks call the functions
# peerless run --trace: well-known programs, each in a network of its own.  Of the same run, the
# recording, the kernel (TCP_INFO of each socket as it ends) and strace must count the same bytes
# for each connection; nothing is lost.

bats_require_minimum_version 1.5.0
load helpers
load recorded

setup() {
	# For programs that run as somebody else; $T is its maker's only.
	PUBLIC=$(mktemp -d)
	chmod 755 "$PUBLIC"
	export PUBLIC
}

teardown() {
	stop_all
	rm -rf "$PUBLIC"
}

curls() {
	watch_kernel
	http_server
	traced prog curl -s -o "$T/1" "http://127.0.0.1:8080/file" -o "$T/2" "http://127.0.0.1:8080/file"
	ended prog
	cmp "$T/file" "$T/2"
	agreed 2
	(($(total 'select(.call == "recv" or .call == "read") | .bytes') > 6000000))
}

@test "traced: curl" {
	need strace curl
	in_net curls
}

asyncio() {
	watch_kernel
	cat >"$T/echo.py" <<-'END'
		import asyncio
		async def serve(reader, writer):
		    while data := await reader.read(4096):
		        writer.write(data)
		        await writer.drain()
		    writer.close()
		async def client(port, n):
		    reader, writer = await asyncio.open_connection("127.0.0.1", port)
		    for i in range(30):
		        writer.write(bytes(100 * n + i))
		        await reader.readexactly(100 * n + i)
		    writer.close()
		    await writer.wait_closed()
		async def main():
		    server = await asyncio.start_server(serve, "127.0.0.1", 0)
		    port = server.sockets[0].getsockname()[1]
		    await asyncio.gather(*(client(port, n) for n in range(10)))
		asyncio.run(main())
	END
	traced prog "$PYTHON" "$T/echo.py"
	ended prog
	agreed 20
}

@test "traced: python3 asyncio, both ends of ten connections" {
	need strace
	in_net asyncio
}

node_http() {
	watch_kernel
	cat >"$T/http.js" <<-'END'
		const http = require("http");
		const body = Buffer.alloc(200000, "x");
		let left = 20;
		const server = http.createServer((q, a) => { q.resume(); q.on("end", () => a.end(body)); });
		server.listen(0, "127.0.0.1", () => {
			const port = server.address().port;
			const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
			for (let i = 0; i < 20; i++) {
				const q = http.request({ port, host: "127.0.0.1", agent, method: "POST" }, (a) => {
					a.resume();
					a.on("end", () => { if (!--left) { agent.destroy(); server.close(); } });
				});
				q.end(Buffer.alloc(5000 * i));
			}
		});
	END
	traced prog node "$T/http.js"
	ended prog
	agreed 8
}

@test "traced: node, server and client" {
	need strace node
	in_net node_http
}

ssh_session() {
	local sshd=/usr/sbin/sshd
	watch_kernel
	mkdir -p /run/sshd
	sshd_files 2222
	start sshd "$sshd" -D -e -f "$T/sshd_config"
	retry 100 0.05 serves 2222
	traced prog ssh -F none -i "$T/key" -p 2222 -o StrictHostKeyChecking=no -o BatchMode=yes \
		-o UserKnownHostsFile=/dev/null "$(id -un)@127.0.0.1" 'head -c 500000 /dev/zero'
	ended prog
	(($(stat -c %s "$T/prog.out") == 500000))
	agreed 1
}

@test "traced: ssh" {
	need strace ssh ssh-keygen
	need_root "sshd lets others log in as themselves only"
	in_net ssh_session
}

# unprivileged CMD…: postgres and its kind do not run as root.  Where we are root only in a network
# of an ordinary user's (tests/net), there is nobody else to become: it runs under another number.
unprivileged() {
	if setpriv --reuid=65534 --regid=65534 --clear-groups true 2>/dev/null; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		unshare --user --map-user=65534 --map-group=65534 -- "$@"
	fi
}

pgbenches() {
	local bin
	bin=$(dirname "$(find /usr/lib/postgresql -name initdb | tail -n 1)")
	watch_kernel
	chown 65534:65534 "$PUBLIC" 2>/dev/null || true
	cd /
	unprivileged "$bin/initdb" -D "$PUBLIC/data" -A trust -U bench -N >"$T/initdb"
	start pg bash -c "$(declare -f unprivileged); unprivileged \"\$@\"" pg "$bin/postgres" \
		-D "$PUBLIC/data" -h 127.0.0.1 -p 5433 -k "$PUBLIC" -F
	up() { "$bin/pg_isready" -q -h 127.0.0.1 -p 5433; }
	retry 100 0.1 up
	export PGHOST=127.0.0.1 PGPORT=5433 PGUSER=bench PGDATABASE=postgres PGSSLMODE=disable \
		PGGSSENCMODE=disable
	"$bin/pgbench" -q -i -s 1 >"$T/init" 2>&1
	traced prog "$bin/pgbench" -n -c 4 -j 2 -t 40
	ended prog
	agreed 4
}

@test "traced: pgbench, two threads and four connections" {
	need strace setpriv pgbench
	in_net pgbenches
}

redis_up() {
	[[ $(redis-cli -p 6399 ping 2>/dev/null) == PONG ]]
}

redis_client() {
	watch_kernel
	start server redis-server --port 6399 --bind 127.0.0.1 --save '' --dir "$T"
	retry 100 0.05 redis_up
	traced prog redis-benchmark -p 6399 -n 2000 -c 10 -t set,get,lrange_300 -q
	ended prog
	agreed 30
}

@test "traced: redis-benchmark" {
	need strace redis-server
	in_net redis_client
}

redis_traced() {
	watch_kernel
	traced server redis-server --port 6399 --bind 127.0.0.1 --save '' --dir "$T"
	retry 100 0.05 redis_up
	redis-benchmark -p 6399 -n 2000 -c 10 -t set,get,lrange_300 -q -P 4 >/dev/null
	redis-cli -p 6399 shutdown nosave
	ended server
	agreed 30
}

@test "traced: redis-server" {
	need strace redis-server
	in_net redis_traced
}

nginx_traced() {
	local nginx=/usr/sbin/nginx
	head -c 100000 /dev/urandom >"$PUBLIC/file"
	cat >"$T/nginx.conf" <<-END
		pid $T/nginx.pid;
		error_log $T/error.log;
		worker_processes 2;
		events { worker_connections 64; }
		http {
			access_log off; sendfile on;
			client_body_temp_path $T; proxy_temp_path $T; fastcgi_temp_path $T;
			uwsgi_temp_path $T; scgi_temp_path $T;
			server { listen 127.0.0.1:8081; root $PUBLIC; location /hello { return 200 "hello\n"; } }
		}
	END
	watch_kernel
	traced nginx "$nginx" -c "$T/nginx.conf" -g 'daemon off;'
	retry 100 0.05 serves 8081
	wrk -t 2 -c 8 -d 1 http://127.0.0.1:8081/hello >"$T/wrk"
	wrk -t 2 -c 8 -d 1 http://127.0.0.1:8081/file >>"$T/wrk"
	"$nginx" -c "$T/nginx.conf" -s quit
	ended nginx
	# wrk ends with requests on their way, so an answer may have been cut short.
	agreed 16 --unread
	(($(asked '.call == "sendfile" and .bytes > 0') > 0))
	(($(jq -r 'select(.event == "call").pid' "$T/json" | sort -u | wc -l) >= 2))
}

# Its workers change to a user, which root in an ordinary user's network may not.
@test "traced: nginx with wrk, two workers" {
	need_root "nginx becomes another user"
	need strace wrk
	PATH=$PATH:/usr/sbin need nginx
	in_net nginx_traced
}
