# SPDX-License-Identifier: MIT
# connect() on a socket that has a past: another attempt, another peer, a listen() that failed.
load helpers

# lines N WORD…: exactly N lines of the log have these words.
lines() {
	[[ $(log_count "${@:2}") == "$1" ]] || { echo "not $1 times ${*:2}:"; cat "$LOG"; return 1; }
}

@test "connect: each attempt that reached out and failed is one line, none is an abort" {
	peer p drain
	as_bare "$(victim calls)" socket= connect=127.0.0.1,1 connect=127.0.0.1,1 \
		"connect=127.0.0.1,$PORT" write
	[[ $output == *"write ret=1"* ]]
	lines 2 event=connect-failed cause=refused
	lines 2 event=connect-failed
	rm "$LOG"
	# Told by SO_ERROR; the next connect() only says that there was an earlier one.
	as_bare "$(victim calls)" socket=nonblock connect=127.0.0.1,1 poll=out soerror soerror \
		"connect=127.0.0.1,$PORT" "connect=127.0.0.1,$PORT" poll=out "connect=127.0.0.1,$PORT" write
	[[ $output == *"soerror ret=-1 errno=ECONNREFUSED"*errno=ECONNABORTED*"write ret=1"* ]]
	lines 1 event=connect-failed cause=refused
	lines 0 cause=aborted
	lines 1 prog=calls
}

@test "connect: a socket whose first attempt failed is armed for the second" {
	peer p drain
	shimmed "$(victim calls)" socket=nonblock connect=127.0.0.1,1 poll=out soerror \
		"connect=127.0.0.1,$PORT" "connect=127.0.0.1,$PORT" poll=out write sockopts
	[[ $output == *"keepalive=1 idle=60 intvl=5 cnt=3 "* ]]
	[[ $output != *user_timeout=75000* ]]
}

@test "connect: after AF_UNSPEC the socket has another peer, with its rule, and may die again" {
	PEERLESS_RULES="[peer 127.0.0.2] keepalive=42s/7s/9" shimmed "$(victim calls)" \
		pair sockopts reset read unspec server=127.0.0.2 reach accept sockopts reset read close
	[[ $status == 0 && $(grep -c "read ret=-1 errno=ECONNRESET" <<<"$output") == 2 ]]
	[[ $output == *"keepalive=1 idle=60 intvl=5 cnt=3 "*"keepalive=1 idle=42 intvl=7 cnt=9 "* ]]
	lines 2 event=peer-dead cause=reset
	[[ $(grep -c 'peer=127\.0\.0\.1:' "$LOG") == 1 && $(grep -c 'peer=127\.0\.0\.2:' "$LOG") == 1 ]]
	rm "$LOG"
	# Each is a connection of its own at level conn, too.
	PEERLESS_LOG_LEVEL=conn shimmed "$(victim calls)" \
		pair unspec server=127.0.0.2 block=0 reach poll=out soerror accept write close
	[[ $output == *"reach ret=-1 errno=EINPROGRESS"*"write ret=1"* ]]
	local host
	for host in 1 2; do
		[[ $(grep -c "event=open how=connect .*peer=127\.0\.0\.$host:" "$LOG") == 1 ]]
		[[ $(grep -c "event=close .*peer=127\.0\.0\.$host:" "$LOG") == 1 ]]
	done
}

@test "connect: after AF_UNSPEC or a failed listen() the deadline is on the socket while it waits" {
	local past
	for past in "pair reset read unspec" "pair unspec" listenfails listenfails=syscall; do
		# shellcheck disable=SC2086
		shimmed "$(victim calls)" $past full block=0 reach sockopts
		[[ $output == *"reach ret=-1 errno=EINPROGRESS"*"keepalive=1 "*"user_timeout=75000 "* ]] ||
			{ echo "$past: $output"; false; }
		# shellcheck disable=SC2086
		PEERLESS_CONNECT_TIMEOUT=1s LIMIT=20 shimmed "$(victim calls)" $past full reach
		[[ $status == 0 && $output == *"reach ret=-1 errno=ETIMEDOUT"* ]]
		lines 1 event=peer-dead cause=connect-timeout
		rm "$LOG"
	done
}

@test "connect: a handshake that comes with the first byte keeps the deadline until it is over" {
	LIMIT=5 bare "$(victim calls)" full fastopen reach write
	[[ $status == 124 && $output != *write* ]]
	PEERLESS_CONNECT_TIMEOUT=2s shimmed "$(victim calls)" full fastopen reach sockopts write
	[[ $output == *"reach ret=0"*user_timeout=2000*"write ret=-1 errno=ETIMEDOUT"* ]]
	lines 1 event=peer-dead cause=connect-timeout method=connect
	PEERLESS_CONNECT_TIMEOUT=2s shimmed "$(victim calls)" server=127.0.0.1 fastopen reach sockopts \
		write sockopts
	[[ $output == *"user_timeout=2000 "*"write ret=1"*"keepalive=1 "* ]]
	[[ $(grep -c user_timeout=2000 <<<"$output") == 1 ]]
}

@test "connect: with OVERRIDE=force, what the program sets while connecting is ours afterwards" {
	local override
	for override in app force; do
		PEERLESS_OVERRIDE=$override shimmed "$(victim calls)" server=127.0.0.1 socket=nonblock reach \
			idle=600 usertimeout=5000 poll=out soerror accept write sockopts
		[[ $output == *"idle ret=0"*"write ret=1"* ]]
		if [[ $override == app ]]; then
			[[ $output == *"keepalive=1 idle=600 intvl=5 cnt=3 user_timeout=5000 "* ]]
		else
			[[ $output == *"keepalive=1 idle=60 intvl=5 cnt=3 "* && $output != *user_timeout=5000* ]]
		fi
	done
}
