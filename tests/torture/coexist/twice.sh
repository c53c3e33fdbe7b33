#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A second copy of the library, another file, in either order: as one, and what it does it does once.
# variants: first last
# uses: coexist/session
set -u

list=@
if [[ -n $SHIM ]]; then
	mkdir second
	cp "$SHIM" second/
	list=$PWD/second/${SHIM##*/}
	if [[ $1 == first ]]; then list+=:@; else list=@:$list; fi
fi
# expect WHAT FOUND: what only peerless does; bare and other libraries do as if.
expect() {
	[[ $SHIM == *libpeerless* ]] || set -- "$1" "$1"
	echo "wanted: $1, found: $2"
}

: >log
PEERLESS_LOG=file:$PWD/log preload "$list" "$CASES/coexist/session"
echo "status: $?"
expect "1 death" "$(grep -c event=peer-dead log) death"
# shellcheck disable=SC2016 # for the inner shell
preload "$list" bash -c 'yes | head -1; echo "${PIPESTATUS[@]}"'
export PEERLESS_CHILDREN=strip
expect "0 variables" "$(preload "$list" bash -c "env" | grep -cE 'PEERLESS|LD_PRELOAD') variables"
