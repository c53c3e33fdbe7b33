# SPDX-License-Identifier: MIT
# nginx: sendfile and plain writes, TLS, keepalive both to clients and to its upstream, a rate
# limit, a TCP proxy, a reload and an orderly end.

server_settings() {
	cat <<END
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
daemon off; worker_processes 2; error_log $W/error.log; pid $W/nginx.pid; user root;
events { worker_connections 256; }
http {
	access_log off; client_body_temp_path $W/t1; proxy_temp_path $W/t2;
	fastcgi_temp_path $W/t3; uwsgi_temp_path $W/t4; scgi_temp_path $W/t5;
	upstream kept { server 127.0.0.1:8080; keepalive 4; }
	upstream second { server 127.0.0.1:1; server 127.0.0.1:8080 backup; }
	server {
		listen 127.0.0.1:8080; root $W/www; sendfile on;
		location /plain/ { alias $W/www/; sendfile off; }
		location /slow/ { alias $W/www/; limit_rate 4000k; }
		location /kept/ { proxy_pass http://kept/; proxy_http_version 1.1;
			proxy_set_header Connection ""; }
		location /second/ { proxy_pass http://second/; }
		location /dead/ { proxy_pass http://127.0.0.1:1/; }
	}
	server { listen unix:$W/nginx.sock; root $W/www; }
	server { listen 127.0.0.1:8443 ssl; root $W/www; sendfile on;
		ssl_certificate $W/c.pem; ssl_certificate_key $W/k.pem; }
}
stream { server { listen 127.0.0.1:8090; proxy_pass 127.0.0.1:8080; } }
END
}

# Two requests of one client over one connection.
one_connection() {
	[[ $(curl -s -o /dev/null -o /dev/null -w '%{num_connects} ' \
		http://127.0.0.1:8080/mid http://127.0.0.1:8080/mid) == "1 0 " ]]
}

workers() {
	pgrep -P "$(cat nginx.pid)" | sort | tr '\n' ' '
}

changed() {
	[[ $(workers) != *"$1"* ]]
}

# A transfer that is under way is finished by the old worker.
reloads() {
	local before transfer
	before=$(workers)
	curl -sf http://127.0.0.1:8080/slow/big -o during &
	transfer=$!
	retry test -s during
	kill -HUP "$(cat nginx.pid)"
	retry changed "${before%% *}"
	gets http://127.0.0.1:8080/big
	wait $transfer
	same during
}

gone() {
	[[ ! -e nginx.pid ]]
}

ends_orderly() {
	kill -QUIT "$(cat nginx.pid)"
	retry gone
}

make_files
make_certificate
server_settings >nginx.conf
start nginx nginx -p "$W" -c "$W/nginx.conf"
serving 8090
check "sendfile" gets http://127.0.0.1:8080/big
check "plain writes" gets http://127.0.0.1:8080/plain/big
check "a limited rate" gets http://127.0.0.1:8080/slow/big
check "TLS" gets https://127.0.0.1:8443/big
check "a UNIX socket" gets --unix-socket nginx.sock http://localhost/big
check "a TCP proxy" gets http://127.0.0.1:8090/big
check "an upstream" gets http://127.0.0.1:8080/kept/big
check "an upstream that refuses, and its backup" gets http://127.0.0.1:8080/second/big
check "no upstream" status_is 502 http://127.0.0.1:8080/dead/
check "two requests, one connection" one_connection
check "many connections" no_errors -n 2000 -c 20 http://127.0.0.1:8080/mid
check "many kept connections" no_errors -k -n 2000 -c 20 http://127.0.0.1:8080/index.html
check "many through a kept upstream" no_errors -k -n 1000 -c 10 http://127.0.0.1:8080/kept/index.html
check "many with TLS" no_errors -n 100 -c 10 https://127.0.0.1:8443/index.html
check "wget" wget -q http://127.0.0.1:8080/big -O got.wget
check "what wget got" same got.wget
check "a reload" reloads
check "an orderly end" ends_orderly
