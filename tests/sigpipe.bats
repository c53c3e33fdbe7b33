# SPDX-License-Identifier: MIT
# A write to a dead peer does not kill; everything else about SIGPIPE is as it was (DESIGN.md 8).
load helpers

BY_CALL=(write writev send sendto sendmsg sendmmsg)
BY_HANDLER=(sendfile splice fflush dprintf syscall instruction)

# saved HOW KIND [DISPOSITION]: killed without us, EPIPE with us, and the program sees SIG_DFL.
saved() {
	bare "$(victim sigpipe_writer)" "$1" "${3:-dfl}" "$2"
	[[ $status == 141 ]] || { echo "bare $*: $status $output"; return 1; }
	shimmed "$(victim sigpipe_writer)" "$1" "${3:-dfl}" "$2"
	[[ $status == 0 && $output == "ret=-1 errno=EPIPE handled=0 pending=-1 disposition=dfl"* ]] ||
		{ echo "$*: $status $output"; return 1; }
}

# same HOW DISPOSITION KIND: with and without us it ends the same way and prints the same.
same() {
	bare "$(victim sigpipe_writer)" "$@"
	local status_bare=$status output_bare=$output
	shimmed "$(victim sigpipe_writer)" "$@"
	[[ $status == "$status_bare" && $output == "$output_bare" ]] ||
		{ echo "$*: bare $status_bare $output_bare; with us $status $output"; return 1; }
}

@test "sigpipe: write, writev and the send family fail with EPIPE instead of killing" {
	local how kind
	for how in "${BY_CALL[@]}"; do
		for kind in tcp unix; do
			saved "$how" "$kind"
		done
	done
}

@test "sigpipe: sendfile, splice, stdio, dprintf and raw system calls too" {
	local how kind
	for how in "${BY_HANDLER[@]}"; do
		for kind in tcp unix; do
			saved "$how" "$kind"
		done
	done
}

@test "sigpipe: a save is logged, once per connection" {
	saved write tcp
	log_has event=sigpipe-averted
	[[ $(log_count event=sigpipe-averted) == 1 ]]
	rm "$LOG"
	peer p reset 1
	shimmed "$(victim calls)" "connect=127.0.0.1,$PORT" write recv write write write write
	[[ $status == 0 ]]
	[[ $(log_count event=sigpipe-averted) == 1 ]]
	[[ $(log_count event=peer-dead) == 1 ]]
	rm "$LOG"
	saved dprintf tcp
	[[ $(log_count event=sigpipe-averted) == 1 ]]
}

@test "sigpipe: a program that handles or ignores it gets exactly what it had" {
	local how disposition kind
	for how in "${BY_CALL[@]}" "${BY_HANDLER[@]}"; do
		for disposition in own ign late; do
			for kind in tcp unix; do
				same "$how" "$disposition" "$kind"
			done
		done
	done
}

@test "sigpipe: a program that goes back to the default is safe again" {
	local how
	for how in write send dprintf instruction; do
		saved "$how" tcp back
	done
}

@test "sigpipe: a program that blocks it lives, and sees its own mask" {
	local how
	for how in write sendmsg dprintf instruction; do
		bare "$(victim sigpipe_writer)" "$how" blocked tcp
		[[ $output == "ret=-1 errno=EPIPE handled=0 pending=1 disposition=dfl" ]]
		shimmed "$(victim sigpipe_writer)" "$how" blocked tcp
		[[ $status == 0 && $output == "ret=-1 errno=EPIPE handled=0 pending="?" disposition=dfl" ]]
	done
}

@test "sigpipe: pipes keep theirs, also in a program that has sockets" {
	local how kind disposition
	for how in write writev splice fflush dprintf syscall instruction sendfile; do
		for kind in pipe mixed; do
			bare "$(victim sigpipe_writer)" "$how" dfl "$kind"
			[[ $status == 141 ]]
			for disposition in dfl ign own back; do
				same "$how" "$disposition" "$kind"
			done
		done
	done
	shimmed bash -c 'yes | head -n 1; echo "${PIPESTATUS[*]}"'
	[[ $output == $'y\n141 0' ]]
}

@test "sigpipe: one sent by another process kills as before, even inside recv" {
	peer p drain
	local run
	for run in start start_shimmed; do
		"$run" v env --default-signal=PIPE "$(victim calls)" "connect=127.0.0.1,$PORT" recv
		retry 100 0.05 says v "connect ret=0"
		kill -PIPE "${PID[v]}"
		finish v
		[[ $status == 141 ]] || { echo "$run: $status"; false; }
	done
}

@test "sigpipe: one that no write to a socket raised kills as before" {
	local how
	for how in splice tee kill; do
		bare "$(victim sigpipe_elsewhere)" "$how"
		[[ $status == 141 ]] || { echo "bare $how: $status"; false; }
		shimmed "$(victim sigpipe_elsewhere)" "$how"
		[[ $status == 141 ]] || { echo "$how: $status $output"; false; }
	done
	[[ ! -s $LOG ]]
}

@test "sigpipe: SIGPIPE=off leaves it all alone; safe saves programs with a handler too" {
	local how
	for how in write dprintf; do
		PEERLESS_SIGPIPE=off shimmed "$(victim sigpipe_writer)" "$how" dfl tcp
		[[ $status == 141 ]]
	done
	for how in write writev send sendmsg; do
		PEERLESS_SIGPIPE=safe shimmed "$(victim sigpipe_writer)" "$how" own tcp
		[[ $output == "ret=-1 errno=EPIPE handled=0 pending=-1 disposition=own" ]]
	done
}

@test "sigpipe: what exec starts has the default disposition, not a handler or a mask of ours" {
	shimmed "$PYTHON" -c '
import os, signal, socket
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
a, b = socket.socketpair()
a.send(b"x")
os.execlp("env", "env", "-u", "LD_PRELOAD", "grep", "-E", "^Sig(Blk|Ign|Cgt)", "/proc/self/status")'
	[[ $status == 0 ]]
	local mask
	while read -r _ mask; do
		((16#$mask >> 12 & 1)) && { echo "$output"; false; }
	done <<<"$output"
	true
}
