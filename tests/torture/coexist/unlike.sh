#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Programs that we are not made for, started with us in LD_PRELOAD, also as children of one that has
# us: they run as ever.  What the loader says of a library that it cannot use is not ours to stop.
# variants: static static_pie i386 musl setuid setgid
# needs: root musl-gcc
set -u

here=${BASH_SOURCE[0]%/*}
case $1 in
static) gcc -static -o program "$here/plain.c" ;;
static_pie) gcc -static-pie -o program "$here/plain.c" ;;
i386)
	gcc -m32 -ffreestanding -nostdlib -fno-pic -no-pie -o program "$here/plain32.c" \
		-Wl,--dynamic-linker=/lib/ld-linux.so.2 /lib32/libc.so.6
	;;
musl) musl-gcc -o program "$here/plain.c" ;;
setuid) gcc -o program "$here/plain.c" && chown nobody program && chmod u+s program ;;
setgid) gcc -o program "$here/plain.c" && chgrp nogroup program && chmod g+s program ;;
esac || exit 99

run() {
	"$@" 2>&1 | grep -v 'from LD_PRELOAD cannot be preloaded'
	echo "status: ${PIPESTATUS[0]}"
}
run under ./program
run under bash -c './program; echo "$?"'
# The loader found by the path that each kind of program has.
[[ $1 != i386 ]] || run preload "${SHIM:+"${SHIM%/*}/\$LIB/${SHIM##*/}"}" ./program
