# SPDX-License-Identifier: MIT
# A death that a program learns of by waiting.  Where it asks for the error, that call tells, and how
# it was met first; where it just closes, the close does (DESIGN.md 9).
load helpers
load readiness

@test "readiness: a program that polls, is told ERR and closes" {
	local wait
	for wait in poll ppoll polls=2 polls=64; do
		calls accepted reset "$wait" close
		[[ $status == 0 && $output == *"close ret=0 errno=0"* ]]
		told cause=reset method=poll action=log
		without_errno
	done
}

@test "readiness: the same by epoll, level and edge" {
	local wait
	for wait in epoll epoll=et epoll=pwait epoll=pwait2,et; do
		calls accepted reset "$wait" close
		[[ $status == 0 && $output == *"close ret=0 errno=0"* ]]
		told cause=reset method=epoll action=log
		without_errno
	done
}

@test "readiness: the same where calls are recorded, and in the recording" {
	local wait method
	for wait in poll polls=3 epoll epoll=pwait epoll=pwait2; do
		rm -f "$T/recording"
		PEERLESS_TRACE=$T/recording calls accepted reset "$wait" close
		method=${wait%%[s=]*}
		told cause=reset method="$method"
		"$PEERLESS" show -F json "$T/recording" |
			jq -e -s --arg m "$method" 'map(select(.event == "verdict")) | length == 1 and
				.[0].method == $m and .[0].errno == null and .[0].cause == "reset"'
	done
	rm -f "$T/recording"
	PEERLESS_TRACE=$T/recording calls accepted reset poll read close
	"$PEERLESS" show -F json "$T/recording" |
		jq -e -s 'map(select(.event == "verdict")) | length == 1 and .[0].via == "poll"'
}

@test "readiness: whatever call closes it, if it is the last descriptor" {
	local way
	for way in closerange closefrom fclose dup2 dup3; do
		calls accepted reset poll "$way"
		told cause=reset method=poll
	done
	calls accepted reset poll dup close
	untold
	shimmed "$PYTHON" -c "$pair"'
reset()
d = s.dup()
wait()
s.close()
print(os.path.exists(os.environ["PEERLESS_LOG"][5:]))
d.close()'
	[[ $output == False ]]
	told method=poll
}

@test "readiness: the call that asks for the error tells, with its errno and via=poll" {
	calls accepted reset poll read close
	[[ $output == *"read ret=-1 errno=ECONNRESET"* ]]
	told cause=reset method=result via=poll errno=ECONNRESET
	calls accepted reset poll soerror close
	[[ $output == *"soerror ret=-1 errno=ECONNRESET"* ]]
	told cause=reset method=so-error via=poll errno=ECONNRESET
	calls accepted reset epoll write close
	told cause=reset method=result errno=ECONNRESET
	# The control: without a wait.
	calls accepted reset read close
	told cause=reset method=result errno=ECONNRESET
	lacks "$LOG" via=
	# select() says no more than "readable".
	calls accepted reset select close
	untold
}

@test "readiness: a UNIX peer that ends with unread data" {
	calls unixpair write=5 end poll close
	told cause=reset method=poll
	calls unixpair write=5 end epoll close
	told cause=reset method=epoll
	# The control: nothing unread, so that it is an orderly end.
	calls unixpair end poll close
	untold
}

@test "readiness: a connect that is refused, not blocking, and never asked about" {
	local wait
	export PEERLESS_ON_DEATH=exit:9
	for wait in poll=out epoll epoll=et; do
		calls socket=nonblock connect=127.0.0.1,1 "$wait" close
		((status == 0))
		[[ $(log_count event=peer-dead) == 0 && $(log_count event=connect-failed) == 1 ]]
		log_has event=connect-failed cause=refused method=connect "via=${wait%%=*}" peer=127.0.0.1:1
		without_errno
	done
	# What its own shutdown() ends has not failed.
	calls full socket=nonblock reach shutdown=b poll close
	((status == 0))
	untold
}

@test "readiness: ON_DEATH follows at the close" {
	PEERLESS_ON_DEATH=exit:7 calls accepted reset poll close write
	[[ $status == 7 && $output != *"close ret"* ]]
	told action=exit status=7
	PEERLESS_ON_DEATH=signal:TERM calls accepted reset epoll close
	((status == 143))
	told action=signal
	PEERLESS_ON_DEATH=error calls accepted reset epoll close pair write close
	[[ $status == 0 && $output == *"close ret=0 errno=0"*"write ret=1"* ]]
	told action=error
}

@test "readiness: LOG_LEVEL=conn has open, death and close in their order" {
	PEERLESS_LOG_LEVEL=conn calls pair text=12345 reset poll close
	[[ $(sed 's/.*event=\([^ ]*\).*/\1/' "$LOG" | tail -n 2) == $'peer-dead\nclose' ]]
	[[ $(log_count event=close out=5 in=0 closed_by=peer) == 1 ]]
	# A connection that came up, and went, before anybody looked: it opened.
	PEERLESS_LOG_LEVEL=conn calls server=127.0.0.1 socket=nonblock reach accept reset poll=out close
	[[ $(grep -o 'event=[^ ]* \(how=connect\)\?' "$LOG" | grep -A 9 how=connect) == *peer-dead* ]]
	told cause=reset method=poll
}

@test "readiness: no system call is added where no error was ever reported" {
	need strace
	strace -f -E LD_PRELOAD="$LIB" -E PEERLESS_LOG="file:$LOG" -e trace=poll -o "$T/quiet" \
		"$(victim calls)" pair reset close unixpair end close pair dup2
	lacks "$T/quiet" "poll("
	# The control: where one was.
	strace -f -E LD_PRELOAD="$LIB" -E PEERLESS_LOG="file:$LOG" -e trace=poll -o "$T/noted" \
		"$(victim calls)" pair watch close pair reset epoll close pair close
	[[ $(grep -c 'poll(' "$T/noted") == 1 ]]
}

# closes WAIT SETTING FAULT…: connected, then the fault; the program waits and closes.
closes() {
	local wait=$1 setting=$2
	shift 2
	there_peer p drain
	mkfifo "$T/v.in"
	start_shimmed v env "$setting" "$(victim calls)" "connect=10.77.0.2,$PORT" wait \
		${WRITE:+"$WRITE"} "$wait" close
	retry 100 0.05 says v "connect ret=0"
	"$@"
	echo >"$T/v.in"
	finish v
	echo "$output"
}

# connects SETTING FAULT…: to where the fault is.
connects() {
	local setting=$1
	shift
	"$@"
	start_shimmed v env "$setting" "$(victim calls)" socket=nonblock connect=10.77.0.2,9 epoll close
	finish v
	echo "$output"
}

drop_then_reset() {
	peer_drop
	sleep 3
	peer_reset
}

@test "readiness: which timer it was, or a reset, is told from the evidence" {
	need_net
	export WRITE=
	net_start idle closes poll PEERLESS_DETECT_WITHIN=5s peer_drop
	net_start reset closes epoll PEERLESS_KEEPALIVE=1s/1s/3 peer_reset
	net_start amid closes poll PEERLESS_KEEPALIVE=1s/1s/9 drop_then_reset
	WRITE=write=5 net_start flight closes epoll PEERLESS_USER_TIMEOUT=2s peer_drop
	WRITE=write=5 net_start refused closes poll PEERLESS_USER_TIMEOUT=2s peer_reset
	net_start late connects PEERLESS_CONNECT_TIMEOUT=2s peer_drop
	net_start nowhere connects PEERLESS_CONNECT_TIMEOUT=5s peer_icmp host-unreachable
	net_finish idle
	told cause=timeout method=keepalive via=poll unacked=0
	without_errno
	net_finish reset
	told cause=reset method=epoll
	net_finish amid
	told cause=reset method=poll
	net_finish flight
	told cause=timeout method=retransmission via=epoll unacked=5
	without_errno
	net_finish refused
	told cause=reset method=poll
	net_finish late
	told cause=connect-timeout method=connect via=epoll
	net_finish nowhere
	log_has event=connect-failed cause=unreachable method=connect via=epoll
	[[ $(log_count event=peer-dead) == 0 ]]
}
