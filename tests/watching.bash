# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What the tests of `peerless watch` share.  Two variables of the environment, so that a network of
# a test's own (net_start) has them too: preload=1, the program is preloaded; capless=1, the program
# and the watch have no capability, as an ordinary user.

# What a call gets, of a program without the library, that waits on a connection which is ended: by
# SOCK_DESTROY, or where that is not permitted by connect(AF_UNSPEC).
# shellcheck disable=SC2034 # for the tests
[[ $(id -u) == 0 ]] && ENDED=ECONNABORTED || ENDED=EPIPE

# privileged CMD…: or not.
privileged() {
	if [[ -n ${capless:-} ]]; then
		exec setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all "$@"
	fi
	exec "$@"
}
export -f privileged

# watch NAME ARG…: `peerless watch` in the background; its log is $LOG.
watch() {
	local name=$1
	shift
	start "$name" bash -c 'privileged "$@"' - "$BUILD/peerless" watch "--log=file:$LOG" "$@"
}

# program NAME CMD…: what is watched.
program() {
	local name=$1 env=(env --default-signal=PIPE)
	shift
	if [[ -n ${preload:-} ]]; then
		need_lib || return 1
		env+=("LD_PRELOAD=$LIB" "PEERLESS_LOG=file:$LOG" "PEERLESS_DETECT_WITHIN=${preload}")
	fi
	start "$name" bash -c 'privileged "$@"' - "${env[@]}" "$@"
}

# died_of WORD…: one death, with these words; nobody else's.
condemned() {
	[[ $(log_count event=condemned) == 1 ]] && (($(log_count event=condemned "$@") == 1)) ||
		{ echo "not one condemned line with $*"; false; }
}

took() {
	between "$1" "$(value took "$output")" "$2"
}

# watched_until SETTING NAME FAULT…: a watch on program NAME, a fault, and NAME's end after it.
watched_until() {
	watch w "$1" "${PID[$2]}"
	[[ -n ${preload:-} ]] || retry 100 0.05 log_has event=armed
	local at
	at=$(now_ms)
	"${@:3}"
	finish "$2"
	echo "$output"
	echo "took=$(($(now_ms) - at))"
	finish w
	((status == 0))
}

# row PID FILTER: what jq makes of its connections.
row() {
	"$BUILD/peerless" watch --once --json "$1" | jq -s "$2"
}

wrote() {
	(($(grep -c "^write ret=1" "$T/$1.out") >= $2))
}
