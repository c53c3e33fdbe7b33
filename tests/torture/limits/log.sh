#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A log that cannot be written, or only slowly: nothing waits for it, nothing fails, no signal comes.
# needs: net
# uses: limits/dies
set -u

# dies LOG [REDIRECTION…]: the program, its log there.
dies() {
	say=$1
	PEERLESS_LOG=$1 PEERLESS_LOG_LEVEL=conn under timeout 20 "$CASES/limits/dies" "${@:2}"
	echo "${say//$PWD/.}: $?"
}

mkdir full read_only folder gone
mount -t tmpfs -o size=4k none full
dd if=/dev/zero of=full/zeroes bs=4k count=2 2>/dev/null
mount -t tmpfs -o ro none read_only
mkfifo nobody slow
touch file closed
ln -s loop loop
rmdir gone

for path in full/log full/zeroes read_only/log folder gone/log gone nobody file/log loop closed; do
	dies "file:$PWD/$path" 2>&1
done
dies "file:$PWD/$(printf 'x%.0s' {1..250})" 2>&1
for path in /dev/full /dev/null /proc/self/mem /proc/version /dev/tty; do
	dies "file:$path" 2>&1
done
# A reader that reads nothing: what fits goes in.
exec 5<>slow
dies "file:$PWD/slow" 2>&1
dd if=/dev/zero bs=64k count=64 2>/dev/null >&5 &
filler=$!
while [[ $(awk '/^State/ { print $2 }' /proc/$filler/status) != S ]]; do sleep 0.01; done
dies "file:$PWD/slow" 2>&1
# The like as standard error, which also may be closed, full or without a reader.
dies stderr quiet 2>&5
dies stderr quiet 2>&-
dies stderr quiet 2>/dev/full
dies stderr quiet 2>full/zeroes
dies stderr quiet 2> >(:)
kill $filler
wait $filler 2>/dev/null
exec 5>&-
umount full read_only
rm -f nobody slow
