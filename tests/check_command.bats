#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# peerless check: its verdicts against what the loader really does, and the words it has for them.

bats_require_minimum_version 1.5.0
load helpers
load command

# program NAME [CC-OPTION…]: a program that exits 3.
program() {
	local name=$1
	shift
	echo 'int main(void) { return 3; }' >"$T/main.c"
	gcc -o "$T/$name" "$T/main.c" "$@"
}

go_note() {
	cat >"$T/go.s" <<-'END'
		.section .note.go.buildid,"a",@note
		.p2align 2
		.long 4, 4, 4
		.ascii "Go\0\0"
		.ascii "abcd"
		.section .note.GNU-stack,"",@progbits
	END
}

script() {
	printf '%s\n' "$2" >"$T/$1"
	chmod +x "$T/$1"
}

@test "check: a dynamic program is covered" {
	check cat
	((status == 0))
	shows "$(command -v cat)" "ELF 64-bit x86-64, dynamic, loader /lib64/ld-linux-x86-64.so.2" \
		"$LIB" "verdict     covered"
}

@test "check: the loader as a command preloads for the program that it is given" {
	local loader=/lib64/ld-linux-x86-64.so.2
	ln -s "$loader" "$T/ld.so"
	check "$T/ld.so"
	((status == 0))
	run "$PEERLESS" run --require -- "$loader" /usr/bin/grep -c libpeerless.so /proc/self/maps
	((status == 0))
}

@test "check: the calls that it imports, covered or not, come from the file and calls.def" {
	cat >"$T/net.c" <<-'END'
		#include <fcntl.h>
		#include <poll.h>
		#include <sys/uio.h>
		#include <sys/socket.h>
		#include <stdio.h>
		int main(int argc, char **argv)
		{
			char b[4];
			struct iovec v = {b, 4};
			struct pollfd p = {argc, POLLIN, 0};
			(void)argv;
			return (int)recv(argc, b, 4, 0) + accept4(argc, 0, 0, 0) + poll(&p, 1, 0) +
				(int)preadv2(argc, &v, 1, 0, 0) + !fdopen(argc, "r") + fcntl(argc, F_GETFD);
		}
	END
	gcc -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -o "$T/net" "$T/net.c"
	check "$T/net"
	((status == 0))
	grep -qE '^calls .*\<recv\>' <<<"$output"
	grep -qE '^calls .*\<accept4\>' <<<"$output"
	grep -qE '^calls .*\<fcntl64\>' <<<"$output" # an alias there
	grep -qE '^not wrapped preadv64v2 \(' <<<"$output"
	grep -qE '^not wrapped fdopen \(' <<<"$output"
	# poll moves from one list to the other once calls.def has it.
	if grep -q '^CALL(poll,' "$ROOT/shim/calls.def"; then
		grep -qE '^calls .*\<poll\>' <<<"$output"
	else
		grep -qE '^not wrapped poll \(' <<<"$output"
	fi
}

@test "check: a static program" {
	program static -static
	check "$T/static"
	((status == 1))
	shows "not covered" "statically linked" "instead" "ss -tno" strace
	program pie -static-pie
	check "$T/pie"
	((status == 1))
	shows "statically linked" "static, position-independent"
}

@test "check: a Go program, static or with cgo" {
	go_note
	program go -static "$T/go.s"
	check "$T/go"
	((status == 1))
	shows "Go program" "net.Dialer"
	program cgo "$T/go.s"
	strip "$T/cgo"
	check "$T/cgo"
	((status == 1))
	shows "Go program"
}

@test "check: another libc, another machine, another class" {
	program musl -Wl,--dynamic-linker=/lib/ld-musl-x86_64.so.1
	check "$T/musl"
	((status == 1))
	shows "/lib/ld-musl-x86_64.so.1" "glibc"
	program other
	printf '\267' | dd of="$T/other" bs=1 seek=18 conv=notrunc status=none # EM_AARCH64
	check "$T/other"
	((status == 1))
	shows AArch64 "not built for 64-bit x86-64"
	printf '.globl _start\n_start: hlt\n' >"$T/a.s"
	gcc -m32 -nostdlib -static -o "$T/i386" "$T/a.s"
	check "$T/i386"
	((status == 1))
	shows "32-bit i386" "not built for 64-bit x86-64"
}

@test "check: a script is judged by what runs it in the end" {
	program static -static
	script direct "#!$T/static -x"
	check "$T/direct"
	((status == 1))
	shows "run by      $T/static" "statically linked"
	script outer "#!$T/direct"
	check "$T/outer"
	((status == 1))
	shows "run by      $T/direct" "run by      $T/static"
	script env "#!/usr/bin/env static"
	PATH=$T:$PATH check "$T/env"
	((status == 1))
	shows "run by      /usr/bin/env" "run by      $T/static"
	script split "#!/usr/bin/env -S A=1 static -x"
	PATH=$T:$PATH check "$T/split"
	((status == 1))
	shows "run by      $T/static"
	script scrub "#!/usr/bin/env -S -i cat"
	check "$T/scrub"
	((status == 1))
	shows "env -i"
	script sh "#!/bin/sh"
	check "$T/sh"
	((status == 0))
	script plain "echo no interpreter"
	check "$T/plain"
	((status == 0))
	shows "run by      /bin/sh"
}

@test "check: a damaged file is told, whatever the damage" {
	program good
	local size cut at
	size=$(stat -c %s "$T/good")
	for cut in 5 63 64 100 $((size / 2)); do
		head -c "$cut" "$T/good" >"$T/cut"
		chmod +x "$T/cut"
		check "$T/cut"
		echo "cut to $cut: $status"
		((status == 1))
		shows "no intact ELF"
	done
	# Without the section headers the loader is content, and so are we.
	head -c $((size - 1)) "$T/good" >"$T/cut"
	check "$T/cut"
	((status == 0))
	shows "the file has no section headers"
	run "$T/cut"
	((status == 3))
	for ((at = 4; at < 700; at += 9)); do
		cp "$T/good" "$T/bad"
		printf '\377\377\377\377' | dd of="$T/bad" bs=1 seek=$at conv=notrunc status=none
		check "$T/bad"
		echo "at $at: $status"
		((status == 0 || status == 1))
	done
}

# The verdict against AT_SECURE, which the kernel computes: NAME is run by USER's ids.
agrees() {
	local file=$1 uid=$2 more=${3-} said real
	said=$(setpriv --reuid="$uid" --regid="$uid" --clear-groups $more \
		"$F/peerless" check "$file" | sed -n 's/^verdict *//p')
	real=$(setpriv --reuid="$uid" --regid="$uid" --clear-groups $more "$file")
	echo "$(stat -c '%U %G %A' "$file") $(getcap "$file") by $uid $more: secure=$real: $said"
	case $real in
	0) [[ $said == covered ]] ;;
	1) [[ $said == "not covered: "*"the loader ignores LD_PRELOAD"* ]] ;;
	*) false ;;
	esac
}

@test "check: set-user-ID, set-group-ID and capabilities, as the kernel sees them" {
	need_root "it makes privileged files"
	need setcap getcap
	F=$(mktemp -d)
	chmod 755 "$F"
	cp "$PEERLESS" "$LIB" "$F"
	printf '%s\n' '#include <stdio.h>' '#include <sys/auxv.h>' \
		'int main(void) { return printf("%lu\n", getauxval(AT_SECURE)) < 0; }' >"$F/secure.c"
	gcc -o "$F/secure" "$F/secure.c"
	local mode owner uid n=0
	for owner in 0:0 65534:65534 65533:65533; do
		for mode in 755 4755 2755 2745 6755; do
			install -m "$mode" -o "${owner%:*}" -g "${owner#*:}" "$F/secure" "$F/$mode-$owner"
			for uid in 0 65534; do
				agrees "$F/$mode-$owner" "$uid" || n=$((n + 1))
				agrees "$F/$mode-$owner" "$uid" --no-new-privs || n=$((n + 1))
			done
		done
	done
	for mode in cap_net_raw+ep cap_net_raw+p; do
		cp "$F/secure" "$F/$mode"
		setcap "$mode" "$F/$mode"
		for uid in 0 65534; do
			agrees "$F/$mode" "$uid" || n=$((n + 1))
		done
		agrees "$F/$mode" 65534 --no-new-privs || n=$((n + 1))
	done
	run setpriv --reuid=65534 --regid=65534 --clear-groups \
		"$F/peerless" run --require -- "$F/4755-0:0"
	rm -rf "$F"
	((status == 125))
	shows "set-user-ID"
	((n == 0))
}

@test "check: an ordinary user's view of a set-user-ID program" {
	local su folder command
	su=$(command -v su) || skip "su is not installed"
	[[ -u $su ]] || skip "su is not set-user-ID here"
	folder=$(mktemp -d)
	chmod 755 "$folder"
	cp "$PEERLESS" "$LIB" "$folder"
	command=("$folder/peerless" check "$su")
	[[ $(id -u) != 0 ]] ||
		command=(setpriv --reuid=65534 --regid=65534 --clear-groups "${command[@]}")
	run "${command[@]}"
	rm -rf "$folder"
	((status == 1))
	shows "set-user-ID" "start it as the user that it becomes"
}

@test "check: missing and not executable are 127 and 126" {
	CODE=127 check "$T/nothing"
	shows "$T/nothing"
	check "$T"
	((status == 126))
}

@test "check: a missing library is told, and nothing is covered" {
	cp "$PEERLESS" "$T"
	run "$T/peerless" check cat
	((status == 1))
	shows "$T/libpeerless.so" "not covered: no library to load"
}

@test "check: ONLY, EXCEPT and DISABLE" {
	check --only=nginx cat
	((status == 1))
	shows "ONLY or EXCEPT leaves out cat"
	check --disable=1 cat
	((status == 1))
	shows "DISABLE=1"
	check --only='c?t' cat
	((status == 0))
	# The name is what was executed in the end: for env, what env executes.
	script tool "#!/usr/bin/env cat"
	check --only=cat "$T/tool"
	((status == 0))
	script tool "#!/bin/sh"
	check --only=tool "$T/tool"
	((status == 0))
}
