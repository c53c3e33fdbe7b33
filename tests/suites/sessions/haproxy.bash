# SPDX-License-Identifier: MIT
# HAProxy, two threads, master and worker: HTTP, TLS, a backup for a server that is down, TCP
# mode, its statistics socket, and a reload.

settings() {
	cat <<END
global
	nbthread 2
	stats socket $W/stats.sock
defaults
	mode http
	timeout connect 2s
	timeout client 20s
	timeout server 20s
frontend web
	bind 127.0.0.1:8500
	bind 127.0.0.1:8543 ssl crt $W/kc.pem
	default_backend servers
backend servers
	server down 127.0.0.1:1 check inter 200ms
	server up 127.0.0.1:8080 check inter 200ms
listen raw
	mode tcp
	bind 127.0.0.1:8501
	server up 127.0.0.1:8080
listen dead
	bind 127.0.0.1:8502
	server down 127.0.0.1:1
END
}

# state SERVER WORD
state() {
	echo "show stat" | socat -t5 - UNIX-CONNECT:stats.sock |
		awk -F, -v server="$1" -v word="$2" \
			'$1 == "servers" && $2 == server { hit = $18 ~ "^" word } END { exit !hit }'
}

worker() {
	pgrep -P "$(cat haproxy.pid)" | tail -n 1
}

replaced() {
	[[ -n $(worker) && $(worker) != "$1" ]]
}

reloads() {
	local before
	before=$(worker)
	kill -USR2 "$(cat haproxy.pid)"
	retry replaced "$before"
	gets http://127.0.0.1:8500/big
}

make_files
make_certificate
web_server
settings >haproxy.cfg
start haproxy haproxy -f haproxy.cfg -W -p haproxy.pid
serving 8500
check "a server is up" retry state up UP
check "a server is down" retry state down DOWN
check "HTTP" gets http://127.0.0.1:8500/big
check "TLS" gets https://127.0.0.1:8543/big
check "TCP" gets http://127.0.0.1:8501/big
check "no server" status_is 503 http://127.0.0.1:8502/
check "many connections" no_errors -n 1000 -c 10 http://127.0.0.1:8500/index.html
check "many kept connections" no_errors -k -n 2000 -c 10 http://127.0.0.1:8500/index.html
check "a reload" reloads
