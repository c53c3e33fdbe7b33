# SPDX-License-Identifier: MIT
# seccomp filters: those of a container or a service manager, there before the program, and the
# program's own; what they forbid is no call of ours, and what is no filter changes nothing.
# The like of sshd's is in harmless.bats, R9.
load helpers

# under ACTION CALL CMD…: with the library, under a filter that was there before.
under() {
	need_lib || return 1
	run timeout -k 5 60 "$(victim forbid)" "$1" "$2" env --default-signal=PIPE \
		LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" "${@:3}"
}

@test "filters: where getsockopt is forbidden, a program whose stdout is a socket runs" {
	need_lib
	local action code='
import os, socket, subprocess, sys
a, b = socket.socketpair()
r = subprocess.run(sys.argv[1:], stdout=b).returncode
b.close()
print("status", r, a.recv(100))'
	# The filter is there, and kills.
	run "$(victim forbid)" kill getsockopt "$(victim sockets)" unix
	[[ $status == 159 ]]
	for action in kill eperm; do
		run "$PYTHON" -c "$code" "$(victim forbid)" "$action" getsockopt \
			env LD_PRELOAD="$LIB" PEERLESS_LOG="file:$LOG" /bin/echo hello
		[[ $output == "status 0 b'hello\\n'" ]] || { echo "$action: $output"; false; }
	done
	[[ ! -s $LOG ]]
}

@test "filters: where process_vm_readv is forbidden, a program that connects is armed" {
	peer p reset 1
	local action
	for action in kill eperm; do
		rm -f "$LOG"
		under "$action" process_vm_readv "$(victim calls)" "connect=127.0.0.1,$PORT" sockopts write \
			recv
		[[ $status == 0 && $output == *"keepalive=1 idle=60 intvl=5 cnt=3 "* ]] ||
			{ echo "$action: $status $output"; false; }
		log_has event=peer-dead cause=reset "peer=127.0.0.1:$PORT"
	done
}

@test "filters: after the program's own, a sendmsg that connects is that call and no other" {
	as_bare "$(victim sandboxed)" fastopen
	[[ $status == 0 && $output == alive ]]
}

@test "filters: a filter that the kernel refuses is none: the library stays active" {
	local how
	for how in tsync probe probe-syscall; do
		bare "$(victim filter_fails)" "$how"
		[[ $status == 0 && $output == "$how="*"keepalive=0 "* ]]
		local said=${output%%$'\n'*}
		[[ $said == "tsync=thread errno=0" || $said == "$how=-1 errno=EFAULT" ]]
		shimmed "$(victim filter_fails)" "$how"
		[[ $status == 0 && $output == "$said"$'\n'*"keepalive=1 idle=60 intvl=5 cnt=3 "* ]] ||
			{ echo "$how: $status $output"; false; }
	done
}
