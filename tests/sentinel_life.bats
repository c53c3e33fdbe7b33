#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# `peerless run --sentinel`: CMD is as without, the sentinel is none of its children, and is gone
# when CMD and what it started are gone.  What the sentinel does is tested elsewhere.

bats_require_minimum_version 1.5.0
load helpers

# sentinels OF: the process ids of those that watch process OF; its number is their last argument.
sentinels() {
	pgrep -f "^peerless watch --started-by-run=[^ ]* $1\$"
}

no_sentinel() {
	! sentinels "$1"
}

# Ended: process 1 reaps it, sooner or later.
gone() {
	[[ $(ps -o stat= -p "$1") == @(|Z*) ]]
}

leads() {
	[[ $(readlink "$1") == "$2" ]]
}

# Daemons are not of the groups that stop_all ends.
teardown() {
	cat "$T"/*.pid 2>/dev/null | xargs -r kill
	stop_all
}

odd=() # what `peerless run` is started by

# guarded NAME CMD…: starts it with a sentinel, whose number is in $sentinel.
guarded() {
	local name=$1
	shift
	start "$name" "${odd[@]}" "$PEERLESS" run --sentinel --log="file:$LOG" -- "$@"
	retry 100 0.05 sentinels "${PID[$name]}" >/dev/null
	sentinel=$(sentinels "${PID[$name]}")
	retry 100 0.05 began "$name"
}

# Has CMD replaced `peerless run`?
began() {
	[[ $(tr '\0' ' ' <"/proc/${PID[$1]}/cmdline") != *" run --sentinel "* ]]
}

# Everything of CMD's that a sentinel could have changed, but for its number.
portrait() {
	cat >"$T/portrait.py" <<-'END'
		import os, resource
		def link(fd):
		    try: return os.readlink(f"/proc/self/fd/{fd}")
		    except OSError: return None
		fds = {fd: link(fd) for fd in sorted(map(int, os.listdir("/proc/self/fd")))}
		fds = {fd: to for fd, to in fds.items() if to}
		try: child = os.waitpid(-1, os.WNOHANG | 0x40000000) # __WALL
		except ChildProcessError: child = "none"
		own = os.getpid()
		me = lambda n: "own" if n == own else n
		out = [("fds", fds), ("child", child), ("cwd", os.getcwd()),
		       ("session", me(os.getsid(0))), ("group", me(os.getpgid(0))), ("umask", os.umask(0)),
		       ("terminal", 0 in fds and os.isatty(0) and me(os.tcgetpgrp(0))),
		       ("limits", [resource.getrlimit(n) for n in range(16)]),
		       ("score", open("/proc/self/oom_score_adj").read().strip())]
		out += [("signals", line.strip()) for line in open("/proc/self/status")
		        if line.startswith(("SigP", "SigB", "SigI", "SigC", "Shd"))]
		out += [("env", v) for v in sorted(f"{k}={v}" for k, v in os.environ.items()) if v[0] != "_"]
		with open(os.environ["PORTRAIT"], "w") as to:
		    for name, value in out:
		        if not str(value).startswith(("PORTRAIT=", "PEERLESS_SENTINEL=")):
		            print(name, value, file=to)
	END
}

# same_portrait CMD…: CMD… runs `peerless run` with what is appended to it; alike with a sentinel?
same_portrait() {
	PORTRAIT=$T/without "$@" "$PEERLESS" run -- "$PYTHON" "$T/portrait.py"
	PORTRAIT=$T/with "$@" "$PEERLESS" run --sentinel -- "$PYTHON" "$T/portrait.py"
	grep -q '^child none' "$T/with"
	diff "$T/without" "$T/with"
}

# The shell that script(1) starts, $SHELL or else sh, makes way for CMD: dash would stay its parent.
on_terminal() {
	script -qec "exec $(printf '%q ' "$@")" /dev/null
}

closed() {
	"$@" <&- >&- 2>&-
}

@test "sentinel: CMD has no child to wait for, and its signals, descriptors, session and limits" {
	portrait
	same_portrait env
	same_portrait env --block-signal=CHLD --ignore-signal=INT
	same_portrait env --ignore-signal=CHLD --block-signal=PIPE
	same_portrait setsid
	same_portrait closed
	exec 7>"$T/open"
	same_portrait nice
	exec 7>&-
	same_portrait on_terminal
}

@test "sentinel: CMD has our process id and its own exit status and signals" {
	guarded a bash -c 'trap "exit 42" USR1; echo "me $$"; while :; do sleep 0.05; done'
	retry 100 0.05 says a "me ${PID[a]}"
	kill -USR1 "${PID[a]}"
	finish a
	((status == 42))
	run bash -c '"$0" run --sentinel -- sh -c "kill -TERM \$\$"' "$PEERLESS"
	((status == 128 + 15))
	run "$PEERLESS" run --sentinel -- sh -c 'cat; exit 3' <<<"standard input"
	((status == 3))
	[[ $output == "standard input" ]]
}

@test "sentinel: it is nobody's but its own: session, folder, descriptors, signals, environment" {
	exec 7>"$T/open"
	# Even where what starts us is another sentinel's program.
	odd=(env --block-signal=USR1 --ignore-signal=USR2 PEERLESS_SENTINEL=0123)
	mkfifo "$T/a.in"
	guarded a env --default-signal=INT sleep 60
	exec 7>&-
	local proc=/proc/$sentinel
	[[ $(readlink "$proc/cwd") == / && $(<"$proc/comm") == peerless ]]
	[[ $(ps -o sid=,pgid=,tty= -p "$sentinel" | xargs) == "$sentinel $sentinel ?" ]]
	[[ $(ps -o ppid= -p "$sentinel" | xargs) != "${PID[a]}" ]]
	# SIGPIPE, once it is ready: its stderr may end.
	retry 100 0.05 grep -q 'SigIgn:\s0*1000$' "$proc/status"
	local blocked
	blocked=$(sed -n 's/^SigBlk:\s*/0x/p' "$proc/status")
	((!(blocked & 1 << 9))) # SIGUSR1
	retry 50 0.05 leads "$proc/fd/2" /dev/null # LOG is a file
	[[ $(readlink "$proc"/fd/{0,1} | sort -u) == /dev/null ]]
	run readlink "$proc"/fd/*
	[[ $output != *"$T"* && $output != *pipe:* ]]
	run grep -z -e ^LD_PRELOAD= -e ^PEERLESS_SENTINEL= "$proc/environ"
	((status == 1))
	# The terminal's signals go to a process group, which is not ours.
	kill -INT -- "-${PID[a]}"
	finish a
	((status == 128 + 2))
	retry 40 0.05 gone "$sentinel"
}

@test "sentinel: ends with CMD, also where CMD is killed" {
	guarded exits bash -c 'until [[ -e $0 ]]; do sleep 0.05; done' "$T/end"
	local first=$sentinel
	guarded killed sleep 60
	kill -0 "$first"
	touch "$T/end"
	finish exits
	retry 20 0.05 gone "$first"
	kill -0 "$sentinel"
	kill -KILL "${PID[killed]}"
	retry 20 0.05 gone "$sentinel"
	finish killed || true
	((status == 128 + 9))
}

@test "sentinel: lives for as long as a child or a daemon of CMD does" {
	# Twice: the daemon is there before CMD ends, or comes with its end.
	local pause sleepers=()
	for pause in 0 1; do
		start "d$pause" "$PEERLESS" run --sentinel --log="file:$LOG" -- bash -c '
			(setsid sleep 60 </dev/null >/dev/null 2>&1 & echo "$!" >"$1")
			exec sleep "$0"' "$pause" "$T/daemon$pause"
		sleepers[pause]=${PID[d$pause]}
	done
	for pause in 0 1; do
		finish "d$pause"
		retry 40 0.05 test -s "$T/daemon$pause"
		sentinel=$(sentinels "${sleepers[pause]}")
		kill -0 "$sentinel"
		# It has had the time to look, and to look again.
		retry 40 0.05 looked "$sentinel" "$(<"$T/daemon$pause")"
		kill -0 "$sentinel"
		kill -KILL "$(<"$T/daemon$pause")"
		retry 20 0.05 gone "$sentinel"
	done
}

# looked SENTINEL PROCESS: does it hold a pidfd of that process?
looked() {
	grep -qsx "Pid:[[:space:]]*$2" "/proc/$1/fdinfo"/*
}

# followed NAME...: each of these has left a daemon, and its sentinel holds that until it ends.
followed() {
	local name run
	for name; do
		run=${PID[$name]}
		finish "$name"
		((status == 0))
		retry 100 0.05 test -s "$T/$name.pid"
		retry 100 0.05 sentinels "$run" >/dev/null
		sentinel=$(sentinels "$run")
		retry 40 0.05 looked "$sentinel" "$(<"$T/$name.pid")" || { echo "$name is not followed"; return 1; }
		kill "$(<"$T/$name.pid")"
		retry 40 0.05 gone "$sentinel"
		rm -f "$T/$name.pid"
	done
}

@test "sentinel: follows nginx as a daemon, in each of 20 starts" {
	local i
	PATH=$PATH:/usr/sbin command -v nginx >/dev/null || skip "nginx is not installed"
	for i in {1..20}; do
		echo "pid $T/$i.pid; error_log $T/error; events {}" >"$T/$i.conf"
		PATH=$PATH:/usr/sbin start "$i" "$PEERLESS" run --sentinel -- nginx -c "$T/$i.conf"
	done
	followed {1..20}
}

@test "sentinel: follows what has overwritten its whole environment, and what that executes" {
	local i titled forbid
	titled=$(victim titled)
	forbid=$(victim forbid) # in a container's filter, too
	for i in {1..5}; do
		start "title$i" "$PEERLESS" run --sentinel -- "$titled" "$T/title$i.pid"
		start "exec$i" "$PEERLESS" run --sentinel -- "$titled" "$T/exec$i.pid" sleep 60
		start "filter$i" "$PEERLESS" run --sentinel -- "$forbid" kill getsockopt "$titled" "$T/filter$i.pid"
	done
	followed {title,exec,filter}{1..5}
}

@test "sentinel: its own end is nothing to CMD" {
	guarded a "$PYTHON" -c 'import time; open("'"$T/up"'", "w"); time.sleep(1); print("done")'
	retry 100 0.05 test -e "$T/up"
	kill -KILL "$sentinel"
	retry 20 0.05 gone "$sentinel"
	finish a
	((status == 0))
	[[ $output == "done" ]]
}

@test "sentinel: where CMD cannot be executed none is left, and none starts for a mistake" {
	cp /bin/true "$T/busy"
	exec 7>>"$T/busy" # ETXTBSY, which only execve(2) tells
	start busy "$PEERLESS" run --sentinel -- "$T/busy"
	local pid=${PID[busy]}
	finish busy
	exec 7>&-
	((status == 126))
	[[ $output == *"Text file busy"* ]]
	retry 20 0.05 no_sentinel "$pid"

	local mistake
	for mistake in --detect-within=5 --sentinell --sentinel=yes; do
		run "$PEERLESS" run --sentinel "$mistake" -- touch "$T/started"
		((status == 2))
		[[ $output == "peerless: $mistake"* || $output == *"${mistake%=*}:"* ]]
	done
	run -127 "$PEERLESS" run --sentinel --require -- "$T/missing"
	run "$PEERLESS" watch --started-by-run=x 1
	((status == 2))
	[[ ! -e $T/started ]]
}

@test "sentinel: where it cannot work, CMD is not started" {
	local limit reasons='' close='exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-'
	# Too few descriptors: for CMD's process first, then for the sentinel alone.
	for limit in {4..40}; do
		run bash -c "$close"'; ulimit -n "$0"; exec "$@"' "$limit" \
			"$PEERLESS" run --sentinel -- touch "$T/started"
		((status != 0)) || break
		((status == 125))
		[[ ! -e $T/started ]]
		reasons+=$output$'\n'
	done
	[[ -e $T/started ]]
	rm "$T/started"
	echo "$reasons"
	[[ $reasons == *"Too many open files"*"peerless: --sentinel: it did not start, so nothing was started"* ]]
	run "$PEERLESS" run --sentinel --disable=1 -- touch "$T/started"
	((status == 0))
	[[ $output == *"warning: DISABLE=1: there is no sentinel"* && -e $T/started ]]
}

@test "sentinel: a hundred starts leave no process" {
	local i
	for i in {1..100}; do
		"$PEERLESS" run --sentinel --log="file:$LOG" -- true 3>&- &
		echo $! >>"$T/pids"
		wait $!
	done
	while read -r i; do
		retry 40 0.05 no_sentinel "$i"
	done <"$T/pids"
}
