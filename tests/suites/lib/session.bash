# SPDX-License-Identifier: MIT
# A session: real programs talking to each other, as a script sessions/NAME.bash of functions and
# checks.  bash session.bash FILE runs it in the current folder; under the library, bash and all
# its helpers are under it too.  Each check prints PASS or FAIL and its name.
# All names are exported, so that a check's function runs in a bash of its own, with a time limit.
set -a

# retry CMD…: until it succeeds, for some 20 seconds.
retry() {
	local i
	for ((i = 0; i < 200; i++)); do
		"$@" && return 0
		sleep 0.1
	done
	return 1
}

# run_check CMD…: sets status; what it said is shown if that is not the one wanted.
run_check() {
	status=0
	timeout -k 2 60 bash -c 'set -eo pipefail; "$@"' check "$@" >check.out 2>&1 </dev/null ||
		status=$?
}

# told NAME WANT
told() {
	echo "$SECONDS s: $1" >&2
	if ((status == $2)); then
		echo "PASS $1"
	else
		echo "FAIL $1"
		{ echo "$1: status $status, not $2:"; tail -n 20 check.out; } >&2
	fi
}

# check NAME CMD…: it succeeds.
check() {
	local name=$1 status
	shift
	run_check "$@"
	told "$name" 0
}

# ends STATUS NAME CMD…: it ends with that status.
ends() {
	local want=$1 name=$2 status
	shift 2
	run_check "$@"
	told "$name" "$want"
}

# start NAME CMD…: in the background, what it says in NAME.out.  It ends with the session.
start() {
	local name=$1
	shift
	"$@" </dev/null >"$name.out" 2>&1 &
}

listens() {
	[[ -n $(ss -Hltn "sport = :$1") ]]
}

# serving PORT: waits until something listens there.
serving() {
	retry listens "$1" || echo "nothing listens on port $1" >&2
}

# Files to send about: 5 MB and 100 kB that do not compress, and a line.
make_files() {
	mkdir -p www
	head -c 5000000 /dev/urandom >www/big
	head -c 100000 www/big >www/mid
	echo hello >www/index.html
}

# same FILE: is it www/big?
same() {
	cmp "$1" "$W/www/big"
}

# gets ARG…: what curl gets is www/big.
gets() {
	curl -sfk "$@" -o got
	same got
}

# no_errors ARG…: ApacheBench, all of whose requests succeed.
no_errors() {
	ab -q "$@" >ab.txt
	grep -E 'Failed requests: +0$' ab.txt
	! grep 'Non-2xx' ab.txt
}

# status_is CODE URL
status_is() {
	[[ $(curl -s -o /dev/null -w '%{http_code}' "$2") == "$1" ]]
}

# A key and a certificate of it, k.pem and c.pem, and both in kc.pem.
make_certificate() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 30 \
		-subj /CN=localhost >/dev/null 2>&1
	cat k.pem c.pem >kc.pem
}

# A web server on port 8080 that serves www/.
web_server() {
	cat >web.conf <<END
daemon off; error_log $W/web.err; pid $W/web.pid; user root;
events { worker_connections 256; }
http {
	access_log off; client_body_temp_path $W/t1; proxy_temp_path $W/t2;
	fastcgi_temp_path $W/t3; uwsgi_temp_path $W/t4; scgi_temp_path $W/t5;
	server { listen 127.0.0.1:8080; root $W/www; sendfile on; }
}
END
	start web nginx -p "$W" -c "$W/web.conf"
	serving 8080
}

W=$PWD
# shellcheck source=/dev/null
source "$1"
tail -n 20 ./*.out >&2
