# SPDX-License-Identifier: MIT
# What every .bats file loads.  Each test has its own folder $T and its own log $LOG; what it
# starts with `start` ends with it, by process group.  Nothing here waits longer than it must.

ROOT=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd)
BUILD=${BUILD:-$ROOT/build}
LIB=$BUILD/libpeerless.so
PEERLESS=$BUILD/peerless
PYTHON=/usr/bin/python3
PEERS=$ROOT/tests/peers
NET=$ROOT/tests/net
T=${BATS_TEST_TMPDIR:-${T:-/tmp}}
LOG=$T/log
declare -gA PID
# What is started gets a group of its own, so that it ends with all it started; but in a network,
# where all of it is one group (net_start).
session=(setsid)

# Nobody's PEERLESS_ settings but the test's own.  Unbuffered, Python writes a line in pieces, between
# which another process' lines may come.
unset "${!PEERLESS_@}" LD_PRELOAD PYTHONUNBUFFERED

teardown() {
	stop_all
}

# retry TIMES DELAY CMD…: until CMD succeeds.  Only what the last try says is shown.
retry() {
	local times=$1 delay=$2 i
	shift 2
	for ((i = 1; i < times; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep "$delay"
	done
	"$@" && return 0
	echo "retry: gave up after $times times: $*" >&2
	return 1
}

# victim NAME: path of the built program (or NAME.so), built when its source is newer.
victim() {
	"$ROOT/tests/victims/build" "$1" && echo "$BUILD/victims/$1"
}

# preloaded CMD…: with the library and a log of the test's own.  SIGPIPE as a login shell has it.
preloaded() {
	env --default-signal=PIPE LD_PRELOAD="$LIB" PEERLESS_LOG="${PEERLESS_LOG:-file:$LOG}" "$@"
}

plain() {
	env --default-signal=PIPE "$@"
}

# The dynamic linker only grumbles about a library that is not there: the tests must not.
need_lib() {
	[[ -r $LIB ]] || { echo "no $LIB: run make"; return 1; }
}

# shimmed CMD… and bare CMD…: run it with and without the library, into $status and $output.
shimmed() {
	need_lib || return 1
	run timeout -k 5 "${LIMIT:-60}" \
		env --default-signal=PIPE LD_PRELOAD="$LIB" PEERLESS_LOG="${PEERLESS_LOG:-file:$LOG}" "$@"
}

bare() {
	run timeout -k 5 "${LIMIT:-60}" env --default-signal=PIPE "$@"
}

# as_bare CMD…: ends and prints as it does without the library, but for how long it took.
as_bare() {
	bare "$@"
	local status_bare=$status output_bare
	output_bare=$(sed 's/ ms=[0-9]*$//' <<<"$output")
	shimmed "$@"
	[[ $status == "$status_bare" && $(sed 's/ ms=[0-9]*$//' <<<"$output") == "$output_bare" ]] ||
		{ echo "$*: bare $status_bare $output_bare; with us $status $output"; return 1; }
}

# start NAME CMD…: in the background; ${PID[NAME]}, $T/NAME.out, $T/NAME.err; stdin is $T/NAME.in
# if that exists (a FIFO), else empty.
start() {
	local name=$1 in=/dev/null
	shift
	[[ -e $T/$name.in ]] && in=$T/$name.in
	# Made here, so that a look at them cannot come before the child has.
	: >"$T/$name.out" 2>"$T/$name.err"
	"${session[@]}" "$@" <>"$in" >"$T/$name.out" 2>"$T/$name.err" 3>&- &
	PID[$name]=$!
}

start_shimmed() {
	local name=$1
	shift
	need_lib || return 1
	start "$name" env --default-signal=PIPE LD_PRELOAD="$LIB" \
		PEERLESS_LOG="${PEERLESS_LOG:-file:$LOG}" "$@"
}

# finish NAME: waits for it; $status and $output as run would set them.
finish() {
	status=0
	wait "${PID[$1]}" || status=$?
	unset "PID[$1]"
	output=$(cat "$T/$1.out" "$T/$1.err")
}

signal() {
	kill "-$1" -- "-$2" 2>/dev/null || kill "-$1" "$2" 2>/dev/null || true
}

stop() {
	signal TERM "${PID[$1]}"
	wait "${PID[$1]}" 2>/dev/null || true
	unset "PID[$1]"
}

stop_all() {
	local name
	for name in "${!PID[@]}"; do
		signal KILL "${PID[$name]}"
		wait "${PID[$name]}" 2>/dev/null || true
	done
	return 0
}

# says NAME TEXT: has a started program printed a line that holds TEXT?
says() {
	grep -qF -- "$2" "$T/$1.out" "$T/$1.err"
}

# peer NAME [OPTION…] BEHAVIOUR…: a server of tests/peers/peer.py; its port is in $PORT.
peer() {
	local name=$1
	shift
	start "$name" "$PYTHON" "$PEERS/peer.py" "$@"
	retry 100 0.05 says "$name" "port " || { cat "$T/$name.err"; return 1; }
	PORT=$(sed -n 's/^port //p' "$T/$name.out")
}

# log_has WORD…: is there a log line that has all these words (key=value)?
log_has() {
	(($(log_count "$@") > 0)) || { echo "no line with: $*; the log:"; cat "$LOG" 2>/dev/null; false; }
}

# log_count WORD…: how many lines have all these words.
log_count() {
	[[ -e ${LOGFILE:-$LOG} ]] || { echo 0; return; }
	awk 'BEGIN { n = ARGC - 2; for (i = 1; i <= n; i++) { want[i] = ARGV[i]; ARGV[i] = "" } }
		{ line = " " $0 " "; hit = 1
		  for (i = 1; i <= n; i++) if (!index(line, " " want[i] " ")) hit = 0
		  hits += hit }
		END { print hits + 0 }' "$@" "${LOGFILE:-$LOG}"
}

# value KEY TEXT: what KEY=… is in TEXT; of several, the first.
value() {
	grep -oE "(^|[[:space:]])$1=[^[:space:]]*" <<<"$2" | head -n 1 | sed 's/^[^=]*=//'
}

# between LOW VALUE HIGH
between() {
	(($2 >= $1 && $2 <= $3)) || { echo "$2 is not within $1..$3"; false; }
}

# can_net: may we make network namespaces?  Else the test says why not.
need_net() {
	"$NET" true 2>/dev/null || skip "no network namespaces for this user on this host"
}

need() {
	local cmd
	for cmd; do
		command -v "$cmd" >/dev/null || skip "$cmd is not installed"
	done
}

need_root() {
	[[ $(id -u) == 0 ]] || skip "needs root: $1"
}

# net_start NAME FUNCTION ARG…: runs a function of the test file in a network of its own, in the
# background and so beside others.  There, $T is a folder of its own.
net_start() {
	local name=$1
	shift
	mkdir -p "$T/$name.d"
	{
		declare -f
		declare -p ROOT BUILD LIB PYTHON PEERS NET
	} >"$T/$name.d/script"
	start "$name" "$NET" bash -c 'set -euo pipefail
		folder=$1 name=$2; shift 2
		source "$folder/$name.d/script"
		T=$folder/$name.d LOG=$T/log session=(); declare -A PID=()
		trap stop_all EXIT
		"$@"' net "$T" "$name" "$@"
}

# net_finish NAME: waits for it; $output is what it printed, $LOGFILE its log.  It must succeed.
net_finish() {
	finish "$1"
	LOGFILE=$T/$1.d/log
	echo "== $1: $output"
	cat "$LOGFILE" 2>/dev/null || true
	((status == 0))
}

# there_peer NAME [OPTION…] BEHAVIOUR: in a network, a server at the peer.
there_peer() {
	local name=$1
	shift
	start "$name" nsenter --net="$there_ns" -- "$PYTHON" "$PEERS/peer.py" --host 10.77.0.2 "$@"
	retry 100 0.05 says "$name" "port "
	PORT=$(sed -n 's/^port //p' "$T/$name.out")
}

running() {
	kill -0 "${PID[$1]}" 2>/dev/null
}

now_ms() {
	date +%s%3N
}

# sshd_files PORT: in $T, what an sshd of a test's own needs, and a key that opens it.
sshd_files() {
	ssh-keygen -q -t ed25519 -N '' -f "$T/hostkey"
	ssh-keygen -q -t ed25519 -N '' -f "$T/key"
	cp "$T/key.pub" "$T/authorized"
	cat >"$T/sshd_config" <<-END
		Port $1
		ListenAddress 127.0.0.1
		HostKey $T/hostkey
		PidFile none
		AuthorizedKeysFile $T/authorized
		PermitRootLogin yes
		StrictModes no
		UsePAM no
		PasswordAuthentication no
		KbdInteractiveAuthentication no
	END
}
