# SPDX-License-Identifier: MIT
# curl: downloads in parallel, with a slow reader, resumed, over IPv6 and TLS; uploads, with
# Expect too; its exit status for each way to fail.

url=http://127.0.0.1:8080

parallel() {
	curl -sfZ "$url/mid#[1-8]" -o 'mid.#1'
	local i
	for i in {1..8}; do
		cmp www/mid "mid.$i"
	done
}

resumes() {
	head -c 2000000 www/big >got.part
	curl -sf -C - "$url/big" -o got.part
	same got.part
}

# Also for the program to be seen at work.
slowly() {
	gets --limit-rate 4M "$url/big"
}

uploads() {
	curl -sfk -T www/big "$@"
	same put/uploaded
}

many() {
	curl -sf "$url/index.html?[1-200]" -o 'many.#1' --no-keepalive -H 'Connection: close'
	[[ $(cat many.* | sort | uniq -c) == *"200 hello" ]]
}

settings() {
	cat <<END
daemon off; error_log $W/error.log; pid $W/nginx.pid; user root;
events { worker_connections 256; }
http {
	access_log off; client_body_temp_path $W/t1; proxy_temp_path $W/t2;
	fastcgi_temp_path $W/t3; uwsgi_temp_path $W/t4; scgi_temp_path $W/t5;
	client_max_body_size 10m;
	server {
		listen 127.0.0.1:8080; listen [::1]:8080; root $W/www;
		listen 127.0.0.1:8443 ssl http2;
		ssl_certificate $W/c.pem; ssl_certificate_key $W/k.pem;
		location /put/ { root $W; dav_methods PUT; create_full_put_path on; }
	}
}
END
}

make_files
make_certificate
settings >nginx.conf
start server nginx -p "$W" -c "$W/nginx.conf"
serving 8443
# Accepts, and says nothing.
start mute socat TCP-LISTEN:8001,bind=127.0.0.1,fork,reuseaddr EXEC:'sleep 60'
# Promises more than it sends.
printf 'HTTP/1.0 200 OK\r\nContent-Length: 100\r\n\r\nshort' >short.http
start short socat TCP-LISTEN:8002,bind=127.0.0.1,fork,reuseaddr \
	SYSTEM:'read request; cat short.http'
serving 8001
serving 8002
check "a download" gets "$url/big"
check "IPv6" gets -g 'http://[::1]:8080/big'
check "TLS, HTTP/1.1" gets --http1.1 https://127.0.0.1:8443/big
check "TLS, HTTP/2" gets https://127.0.0.1:8443/big
check "in parallel" parallel
check "a slow reader" slowly
check "resumed" resumes
check "many connections" many
check "an upload" uploads "$url/put/uploaded"
check "an upload that waits to be asked" uploads -H 'Expect: 100-continue' "$url/put/uploaded"
check "an upload with TLS" uploads https://127.0.0.1:8443/put/uploaded
ends 6 "a name that does not resolve" curl -s http://name.invalid/
ends 7 "a refused connection" curl -s http://127.0.0.1:1/
ends 18 "a short answer" curl -s http://127.0.0.1:8002/ -o short
ends 22 "not found" curl -sf "$url/none"
ends 28 "a mute server" curl -s -m 1 http://127.0.0.1:8001/
ends 35 "TLS to a server without" curl -sk https://127.0.0.1:8080/
