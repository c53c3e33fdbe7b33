# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# Whom the matrix compares.  arm_NAME puts into $front what stands before the program; it may use
# T (the bound in ms), dir (for files of the run's own), program, role and needs (scenarios).

# What DETECT_WITHIN makes of T: DESIGN.md 7.
derived_idle() {
	echo $((T / 4000 > 1 ? T / 4000 : 1))
}

derived_interval() {
	echo $((T / 16000 > 1 ? T / 16000 : 1))
}

derived_count() {
	echo $(((T / 1000 - $(derived_idle)) / $(derived_interval)))
}

arm_bare() {
	front=()
}

arm_libkeepalive() {
	front=(env LD_PRELOAD=/usr/lib/libkeepalive.so KEEPIDLE="$(derived_idle)"
		KEEPINTVL="$(derived_interval)" KEEPCNT="$(derived_count)")
}

arm_user-timeout() {
	front=(env LD_PRELOAD="$BUILD/matrix/user_timeout.so" USER_TIMEOUT_MS="$T")
}

arm_peerless() {
	options
	front=("$BUILD/peerless" run "${option[@]}" --)
}

arm_sentinel() {
	options
	silence
	front=("$BUILD/peerless" run --sentinel "${option[@]}" --)
}

# The program is bare; watch comes when it is connected, or connecting.
arm_watch() {
	front=()
}

options() {
	local more
	read -ra more <<<"${MATRIX_OPTIONS:-}"
	option=(--detect-within="$((T / 1000))s" --log="file:$dir/log" "${more[@]}")
	# It sets keepalive of its own, 15/5/3; this is how one asks for less all the same.
	[[ $program != redis-cli ]] || option+=(--override=force)
}

silence() {
	[[ $needs != silence ]] || option+=(--silence="$((T / 1000))s")
}

# attach PID: watch beside a program that runs, and where that has a connection, until it is armed.
attach() {
	[[ $arm == watch ]] || return 0
	options
	silence
	"$BUILD/peerless" watch "${option[@]}" "$1" </dev/null >"$dir/watch" 2>&1 &
	[[ $role == connect ]] || retry 100 0.05 grep -qs event=armed "$dir/log"
}
