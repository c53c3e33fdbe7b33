# SPDX-License-Identifier: MIT
# Processes that the program makes: fork and vfork children, and what exec hands down (CHILDREN).
load helpers

EXECS=(execve execv execvp execvpe execl execle execlp fexecve execveat posix_spawn posix_spawnp)
OURS='^(PEERLESS_|LD_PRELOAD=)'

# From a shell that has just these, and the library.
spawner() {
	need_lib || return 1
	run env -i PATH="$PATH" LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" "${SETTING:-A=1}" \
		"$(victim spawner)" "$@"
}

# given NAME=VALUE: was that in the environment of what was started?
given() {
	grep -qxF -- "$1" <<<"$output" || { echo "$status, no $1; but:"; grep -E "$OURS" <<<"$output"; false; }
}

not_given() {
	! grep -- "^$1" <<<"$output"
}

@test "children: a fork child is armed though its first act is a vfork child's, as in Python" {
	local first
	for first in sigdfl dontwait read become=file; do
		shimmed "$(victim calls)" pair end fork "vfork=$first" pair sockopts
		[[ $status == 0 && $output == *"vfork ret=0"*"keepalive=1 idle=60 intvl=5 cnt=3 "* ]] ||
			{ echo "$first: $status $output"; false; }
	done
	shimmed "$PYTHON" -c '
import os, signal, socket, subprocess
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
l = socket.create_server(("127.0.0.1", 0))
if os.fork() == 0:
    subprocess.run(["true"])
    s = socket.create_connection(l.getsockname())
    print("keepalive", s.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE), flush=True)
    os._exit(0)
os.wait()'
	[[ $status == 0 && $output == "keepalive 1" ]]
}

@test "children: an error that a vfork child reads is not its parent's: its own death is told" {
	shimmed "$(victim calls)" pair reset vfork=read write write
	[[ $status == 0 && $output == *"read ret=-1 errno=ECONNRESET"*"write ret=-1 errno=EPIPE"* ]]
	[[ $(log_count event=peer-dead) == 1 ]]
	log_has event=peer-dead cause=broken-pipe
	[[ $(log_count event=sigpipe-averted) == 1 ]]
	rm "$LOG"
	# With an action, which a child must not take for its parent.
	PEERLESS_ON_DEATH=exit:9 shimmed "$(victim calls)" pair reset vfork=read sigdfl
	[[ $status == 0 && $output == *"vfork ret=0"*"sigdfl ret=0"* && ! -e $LOG ]]
}

@test "children: force carries us through every call that starts a program, from vfork too" {
	local how where
	for how in "${EXECS[@]}"; do
		for where in "" vfork; do
			# shellcheck disable=SC2086
			run env -i "$(victim spawner)" "$how" clear $where
			[[ $status == 0 && -z $output ]] || { echo "bare $how: $status $output"; false; }
			# shellcheck disable=SC2086
			SETTING=PEERLESS_CHILDREN=force spawner "$how" clear $where
			[[ $status == 0 ]] || { echo "$how: $status $output"; false; }
			given "LD_PRELOAD=$LIB"
			given "PEERLESS_LOG=file:$LOG"
			given PEERLESS_CHILDREN=force
			not_given PATH=
			# And what is there already, once.
			# shellcheck disable=SC2086
			SETTING=PEERLESS_CHILDREN=force spawner "$how" keep $where
			given "LD_PRELOAD=$LIB"
			[[ $(grep -c '^PEERLESS_LOG=' <<<"$output") == 1 ]]
			given "PATH=$PATH"
		done
	done
	# That is what force is for.
	SETTING=PEERLESS_CHILDREN=inherit spawner execve clear
	[[ $status == 0 && -z $output ]]
}

@test "children: force joins a preload that the program chose itself" {
	local other
	other=$(victim plugin.so)
	need_lib
	PEERLESS_CHILDREN=force shimmed env -u PEERLESS_LOG LD_PRELOAD="$other" env
	given "LD_PRELOAD=$other:$LIB"
	given "PEERLESS_LOG=file:$LOG"
}

@test "children: strip gives them nothing of ours, and leaves other preloads" {
	local other how list
	other=$(victim plugin.so)
	for how in "${EXECS[@]}"; do
		SETTING=PEERLESS_CHILDREN=inherit spawner "$how"
		given "LD_PRELOAD=$LIB"
		given "PEERLESS_LOG=file:$LOG"
		SETTING=PEERLESS_CHILDREN=strip spawner "$how"
		[[ $status == 0 && $output == "PATH=$PATH" ]] || { echo "$how: $status $output"; false; }
	done
	for list in "$other:$LIB" "$LIB:$other" "$LIB $other"; do
		run env PEERLESS_CHILDREN=strip PEERLESS_LOG="file:$LOG" LD_PRELOAD="$list" \
			"$(victim spawner)" execve
		[[ $status == 0 ]]
		given "LD_PRELOAD=$other"
		not_given PEERLESS_
	done
	# The program itself is covered.
	PEERLESS_CHILDREN=strip shimmed "$(victim calls)" pair sockopts
	[[ $output == *"keepalive=1 idle=60 "* ]]
}
