#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A program is watched by a tool: it does as ever, and the tool finds no more and no less.
# variants: memcheck careless helgrind drd callgrind strace seccomp ltrace perf stdbuf fakeroot proot user
# uses: coexist/session coexist/careless
# needs: valgrind strace ltrace perf fakeroot proot unshare
set -u

program=("$CASES/coexist/session" noview)
case $1 in
memcheck) tool=(valgrind -q --leak-check=full --show-leak-kinds=all --track-fds=yes) ;;
careless)
	tool=(valgrind -q --leak-check=full)
	program=("$CASES/coexist/careless")
	export PEERLESS_RECV_TIMEOUT=10s PEERLESS_SEND_TIMEOUT=10s
	;;
helgrind | drd | callgrind) tool=(valgrind -q --tool="$1" --callgrind-out-file=profile) ;;
strace) tool=(strace -f -o trace) ;;
seccomp) tool=(strace -f --seccomp-bpf -e trace=execve -o trace) ;;
ltrace) tool=(ltrace -f -o trace) ;;
perf) tool=(perf stat -o trace) ;;
stdbuf) tool=(stdbuf -oL -eL) ;;
fakeroot) tool=(fakeroot) ;;
proot) tool=(proot -b /:/) ;;
user) tool=(unshare -Ur) ;;
esac

preload @ "${tool[@]}" "${program[@]}" >out 2>&1
echo "status: $?"
# Without pids and addresses, and without stacks: we may be on them.  Nor the size of what a thread
# that still runs has from libc: it grows by 16 bytes with a library that has thread-local storage.
grep -vE '^==[0-9]+== +(at|by) ' out |
	sed -E 's/^(==|--)[0-9]+(==|--)/\1\2/; s/0x[0-9A-Fa-f]+/ADDRESS/g; s/[0-9]+( bytes in 1 blocks are possibly)/N\1/; s/:[0-9]{4,5}\b/:PORT/g'
