#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Programs built with a sanitizer run, find their faults, and no others, as without us.
# variants: asan asan_first asan_last asan_third clang_asan tsan clang_tsan ubsan lsan
# uses: coexist/asan coexist/tsan coexist/ubsan coexist/lsan
# needs: clang
set -u

list=@ program=$CASES/coexist/${1%_*}
case $1 in
asan_first) list=$(lib libasan.so.8):@ ;;
asan_last) list=@:$(lib libasan.so.8) ;;
asan_third) list=$(lib libeatmydata.so):@ ;; # that one ASan refuses
clang_*)
	here=${BASH_SOURCE[0]%/*} program=$PWD/${1#clang_}
	clang -g -D_GNU_SOURCE -pthread -I"$here/.." -I"$here/../../victims" -o "$program" \
		"$(sed -n "s/.*cflags: //p" "$here/${1#clang_}.c")" "$here/${1#clang_}.c" "$here/../view.c" || exit 99
	;;
esac

for fault in none leak recv read send write race shift; do
	echo "$fault:"
	preload "$list" "$program" "$fault" >out 2>&1
	echo "status: $?"
	# Without pids and addresses, and without the stacks: we may be on them; nor the name of the
	# call, as a write that is safe from SIGPIPE is a send.
	grep -E '^[a-z]+\(|^(==[0-9]+==|SUMMARY|WARNING)|runtime error|does not come first' out |
		sed -E 's/^==[0-9]+==//; s/0x[0-9a-f]+/ADDRESS/g; s/(pid|tid)[= ][0-9]+/PID/g; s/BuildId: [0-9a-f]*//
			s/^(SUMMARY: .*) .*:[0-9]+ in __interceptor_.*/\1/'
done
