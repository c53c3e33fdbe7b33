#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A short session of real programs and interpreters: what they say and how they end is as ever.
# variants: foreign python perl node bash curl redis ncat java
# needs: python3 perl node curl redis-server redis-cli ncat javac
set -u

here=${BASH_SOURCE[0]%/*}/programs
# A job is a subshell that waits for the program.
# shellcheck disable=SC2154
trap 'for job in $(jobs -p); do pkill -P "$job"; done' EXIT
# free_port: of 127.0.0.1, until somebody else takes it.
free_port() {
	python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
# until CMD…: it succeeds, within 20 s.
until_ok() {
	local i
	for ((i = 0; i < 400; i++)); do
		"$@" >/dev/null 2>&1 && return
		sleep 0.05
	done
	echo "never: $*"
	exit 99
}

case $1 in
foreign | python) under python3 "$here/$1.py" ;;
perl) under perl "$here/session.pl" ;;
node) under node "$here/session.js" ;;
java) javac -d . "$here/Session.java" && under java -Xshare:auto -cp . Session ;;
bash) under bash "$here/session.bash" ;;
curl)
	port=$(free_port)
	mkdir www && head -c 300000 /dev/zero >www/zeros
	under python3 -m http.server -d www -b 127.0.0.1 "$port" >/dev/null 2>&1 &
	until_ok curl -s "127.0.0.1:$port/"
	under curl -s "127.0.0.1:$port/zeros" | cksum
	under curl -sS --limit-rate 100M "127.0.0.1:$port/none" -o /dev/null -w '%{http_code} %{num_connects}\n'
	under curl -s "127.0.0.1:$port/zeros" | head -c 10 | wc -c
	under curl -s "127.0.0.1:1/" || echo "refused: $?"
	;;
redis)
	port=$(free_port)
	under redis-server --port "$port" --bind 127.0.0.1 --save '' >/dev/null 2>&1 &
	until_ok redis-cli -p "$port" ping
	cli() { under redis-cli -p "$port" "$@"; }
	cli set key value
	cli get key
	cli eval 'return #redis.call("keys", "*")' 0
	seq 5000 | sed 's/.*/INCR n/' | cli | tail -1
	seq 1000 | sed 's/.*/SET k& &/' | under redis-cli -p "$port" --pipe 2>&1 | tail -1
	cli client kill type normal skipme no
	cli dbsize
	cli shutdown nosave
	wait "$!"
	echo "status: $?"
	;;
ncat)
	port=$(free_port)
	send() { seq 20000 | under ncat "$@"; }
	under ncat -l 127.0.0.1 "$port" >got &
	until_ok send 127.0.0.1 "$port"
	wait "$!"
	cksum <got
	under ncat -U "$PWD/unix" -l >got &
	until_ok send -U "$PWD/unix"
	wait "$!"
	cksum <got
	;;
esac
