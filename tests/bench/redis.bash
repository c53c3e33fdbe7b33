# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# redis-server as each of the variants (variants.bash), asked by redis-benchmark, which is bare.

declare -A server=() port=()

# start_server VARIANT: on a port of its own, ${port[VARIANT]}.
start_server() {
	local i
	as "$1"
	port[$1]=$((20000 + RANDOM % 10000))
	"${front[@]}" redis-server --bind 127.0.0.1 --port "${port[$1]}" --save '' \
		--appendonly no --dir "$T" >"$T/redis.log" 2>&1 &
	server[$1]=$!
	for ((i = 0; i < 100; i++)); do
		redis-cli -p "${port[$1]}" ping >/dev/null 2>&1 && return
		sleep 0.05
	done
	cat "$T/redis.log" >&2
	return 1
}

stop_servers() {
	local variant
	for variant in "${!server[@]}"; do
		redis-cli -p "${port[$variant]}" shutdown nosave >/dev/null 2>&1 ||
			kill "${server[$variant]}"
		wait "${server[$variant]}" 2>/dev/null || true
		unset "server[$variant]"
	done
}

# ask ROUND VARIANT PIPELINE REQUESTS: GET and SET; a fifth of them where it is slow, which is still
# so many that the start of redis-benchmark is nothing beside them.
ask() {
	local test rps rest
	"${cpu_other[@]}" redis-benchmark -p "${port[$2]}" -t get,set -d 64 -P "$3" \
		-n $(($(share "$2") > 1 ? $4 / 5 : $4)) --csv 2>/dev/null >"$T/csv"
	while IFS=, read -r test rps rest; do
		[[ $test == '"test"' ]] && continue
		record "redis ${test//\"/} -P $3" "$1" "$2" "${rps//\"/}"
	done <"$T/csv"
}

# redis ROUND: new servers in each, so that one's luck with memory does not last; in it, slices of a
# fraction of a second by turns.
redis() {
	local variant slice slices=3
	by_turns "$1"
	for variant in "${turn[@]}"; do
		start_server "$variant"
		ask 0 "$variant" 16 20000
	done
	for ((slice = ($1 - 1) * slices + 1; slice <= $1 * slices; slice++)); do
		for variant in "${turn[@]}"; do
			ask "$slice" "$variant" 1 15000
		done
		for variant in "${turn[@]}"; do
			ask "$slice" "$variant" 16 160000
		done
		turn=("${turn[@]:1}" "${turn[0]}")
	done
	stop_servers
}
