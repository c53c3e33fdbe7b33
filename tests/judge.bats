# SPDX-License-Identifier: MIT
# What the judge says of real connections over a really broken path, without a sentinel around it:
# nothing is ended, so each test sees its words alone.  The cases of a test run side by side.
load helpers

setup() {
	need_net
	"$ROOT/tests/judge/build" >/dev/null
}

# judged SETTING…: judges the connections to $PORT.
judged() {
	start judged "$BUILD/judged" "$PORT" "$@"
}

# client KEEPALIVE RTO_MAX ROLE…
client() {
	start client "$PYTHON" "$ROOT/tests/judge/client.py" 10.77.0.2 "$PORT" "$@"
	retry 200 0.05 says client ready
}

# broken CMD…: breaks the path and remembers when.
broken() {
	fault_at=$(now_ms)
	"$@"
}

# wait_ms MS: since the fault.
wait_ms() {
	retry $(($1 / 50 + 100)) 0.05 passed "$1"
}

passed() {
	(($(now_ms) - fault_at >= $1))
}

# said STATE: the judge has said so of some connection.
said() {
	grep -q "^[0-9]* [0-9]* $1 " "$T/judged.out"
}

# found ROLE "CAUSE METHOD" BOUND: dead by that, neither before the bound nor after what is allowed;
# a pattern, where either may be.
found() {
	local port line
	port=$(awk -v role="$1" '$2 == role { print $1 }' "$T/client.out")
	retry $(($3 / 50 + 100)) 0.1 grep -q " $port dead " "$T/judged.out" ||
		{ echo "$1 not found"; return 1; }
	line=$(grep -m 1 " $port dead " "$T/judged.out")
	echo "$1: ${line#* } after $((${line%% *} - fault_at)) ms"
	# shellcheck disable=SC2053 # a pattern
	[[ $line == *" dead "$2 ]]
	between $(($3 - 1000)) $((${line%% *} - fault_at)) $(($3 * 12 / 10 + 1000))
}

# The count of keepalive is large, so that the kernel ends nothing idle before the judge speaks.
dead() {
	local bound=$1
	there_peer p drain
	judged "within=$bound"
	client "${@:2:2}" idle "at:$4" every:70 bulk "finish:$4"
	broken peer_drop
	found "at:$4" "timeout retransmission" "$bound"
	found every:70 "timeout retransmission" "$bound"
	# On a busy machine the reader may just have been behind, its window closed.
	found bulk "@(timeout retransmission|stalled window-probe)" "$bound"
	found "finish:$4" "timeout retransmission" "$bound"
	# Probes are whole seconds apart: too near to what is allowed for 2 s.
	((bound < 5000)) || found idle "timeout keepalive" "$bound"
}

dead_window() {
	there_peer p idle
	judged "within=$1"
	client "${@:2:2}" bulk
	retry 200 0.05 said slow
	broken peer_drop
	found bulk "stalled window-probe" "$1"
}

dead_route() {
	there_peer p drain
	judged "within=$1"
	client "${@:2:2}" "at:$4"
	broken ip route add blackhole 10.77.0.2/32
	found "at:$4" "stalled window-probe" "$1"
}

# Outages of half the bound wherever they fall.
outages() {
	local bound=$1 i roles=()
	for ((i = 1; i <= 30; i++)); do
		roles+=("every:$((bound * i / 20 + i))")
	done
	there_peer "${@:4}"
	judged "within=$bound"
	client "$2" "$3" idle bulk every:50 "${roles[@]}"
	for ((i = 0; i < 3; i++)); do
		broken peer_drop
		wait_ms $((bound / 2 - 100))
		peer_heal
		wait_ms $((bound * (17 + i) / 10))
	done
	said suspect
	running judged
	! grep " dead " "$T/judged.out"
}

lossy() {
	there_peer "${@:2}"
	judged within=5000
	client 2/1/9 1000 idle bulk every:50 every:400 every:1500 every:2100
	broken peer_table "add rule inet fault in meta l4proto tcp numgen random mod 100 < $1 counter drop
		add rule inet fault out meta l4proto tcp numgen random mod 100 < $1 counter drop"
	wait_ms 20000
	there nft list table inet fault | grep "counter packets [1-9]"
	running judged
	! grep " dead " "$T/judged.out"
}

@test "judge: a dead peer is found by the bound, whatever waits for it" {
	net_start t2 dead 2000 1/1/9 1000 900
	net_start t5 dead 5000 2/1/9 1000 1900
	net_start window2 dead_window 2000 1/1/9 1000
	net_start window5 dead_window 5000 2/1/9 1000
	net_start route5 dead_route 5000 2/1/9 1000 1500
	local name
	for name in t2 t5 window2 window5 route5; do
		net_finish "$name"
	done
}

@test "judge: outages of half the bound, loss, closed windows and slow readers are alive" {
	net_start t2 outages 2000 1/1/9 1000 p drain
	net_start t5 outages 5000 2/1/9 1000 p drain
	net_start unarmed outages 5000 0/0/0 0 p drain
	net_start window outages 5000 2/1/9 1000 p idle
	net_start slow outages 5000 2/1/9 1000 p slow 2000
	net_start loss lossy 2 p drain
	local name
	for name in t2 t5 unarmed window slow loss; do
		net_finish "$name"
	done
}

silence() {
	there_peer p "${@:2}"
	judged silence=2000 leak=2000
	fault_at=$(now_ms)
	client 0/0/0 0 "$1"
}

silent() {
	silence every:300 drain
	found every:300 "silent silence" 2000
}

speaking() {
	silence every:300 echo
	wait_ms 4000
	! said dead
}

unread() {
	silence unread say hello
	wait_ms 4000
	! said dead
}

leaked() {
	silence unread half
	retry 100 0.05 said leaked
	! said dead
}

nowhere() {
	peer_drop
	PORT=9
	judged connect=2000
	fault_at=$(now_ms)
	start client "$(victim calls)" connect=10.77.0.2,9
	retry 100 0.05 said connecting
	retry 100 0.05 said dead
	between 1900 "$(($(now_ms) - fault_at))" 3400
	grep " dead connect-timeout connect$" "$T/judged.out"
}

@test "judge: silence, a leaked socket and a connect to nowhere" {
	local name
	for name in silent speaking unread leaked nowhere; do
		net_start "$name" "$name"
	done
	for name in silent speaking unread leaked nowhere; do
		net_finish "$name"
	done
}
