# SPDX-License-Identifier: MIT
# Redis: benchmarks over TCP and a UNIX socket, with I/O threads; publish and subscribe, a save in
# a forked child, a replica, a blocking pop that times out, a client that is killed.

asks() {
	redis-cli -p 6379 "$@"
}

benchmark() {
	redis-benchmark -c 20 -q "$@" >benchmark.txt
	! grep -i error benchmark.txt
	grep 'requests per second' benchmark.txt
}

large_value() {
	asks -x set big <www/big
	asks get big | head -c 5000000 >got
	same got
}

hears() {
	timeout 20 redis-cli -p 6379 subscribe channel >heard.txt &
	local listener=$!
	retry published
	retry grep -q news heard.txt
	kill $listener
}

published() {
	[[ $(asks publish channel news) == 1 ]]
}

saved() {
	asks info persistence | tr -d '\r' | grep -qx "$1"
}

saves() {
	asks bgsave | grep started
	retry saved rdb_bgsave_in_progress:0
	saved rdb_last_bgsave_status:ok
}

replicated() {
	[[ $(redis-cli -p 6380 get key) == "$1" ]]
}

replicates() {
	asks set key "$1"
	retry replicated "$1"
}

pops_nothing() {
	[[ -z $(asks blpop none 0.3) ]]
}

killed() {
	mkfifo commands
	redis-cli -p 6379 <commands >client.txt &
	exec 3>commands
	echo "client id" >&3
	retry grep -q . client.txt
	[[ $(asks client kill id "$(cat client.txt)") == 1 ]]
}

make_files
start server redis-server --port 6379 --bind 127.0.0.1 --save '' --dir "$W" --io-threads 2 \
	--repl-diskless-sync-delay 0 --unixsocket "$W/redis.sock"
serving 6379
check "benchmark" benchmark -p 6379 -n 2000 -t get,set,lpush,mset
check "benchmark of a UNIX socket, pipelined" benchmark -s redis.sock -n 20000 -P 8 -t get,set
check "a large value there and back" large_value
check "publish and subscribe" hears
check "save in the background" saves
check "a blocking pop times out" pops_nothing
check "a client is killed" killed
start replica redis-server --port 6380 --bind 127.0.0.1 --save '' --dir "$W" \
	--replicaof 127.0.0.1 6379
serving 6380
check "a replica follows" replicates first
asks client kill type replica >&2
check "a replica comes back" replicates second
ends 1 "a refused connection" redis-cli -p 1 ping
