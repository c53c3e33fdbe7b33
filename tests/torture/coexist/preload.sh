#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Other preloaded libraries, before us and behind: the program is as it is with them alone.
# variants: first_jemalloc first_tcmalloc first_faketime first_eatmydata first_torsocks first_keepalive first_wrapper first_active first_fakeroot first_noop last_jemalloc last_tcmalloc last_faketime last_eatmydata last_torsocks last_keepalive last_wrapper last_active last_fakeroot last_noop
# uses: coexist/session
set -u

case ${1#*_} in
jemalloc) name=libjemalloc.so.2 ;;
tcmalloc) name=libtcmalloc_minimal.so.4 ;;
faketime)
	name=libfaketime.so.1
	export FAKETIME="@2001-02-03 04:05:06" FAKETIME_NO_CACHE=1
	;;
eatmydata) name=libeatmydata.so ;;
torsocks)
	name=libtorsocks.so
	export TORSOCKS_CONF_FILE=$PWD/torsocks.conf
	printf 'AllowInbound 1\nAllowOutboundLocalhost 1\n' >"$TORSOCKS_CONF_FILE"
	;;
keepalive) name=libkeepalive.so.0 ;;
wrapper) name=libsocket_wrapper.so ;;
active)
	name=libsocket_wrapper.so
	export SOCKET_WRAPPER_DIR=$PWD/sockets
	mkdir "$SOCKET_WRAPPER_DIR"
	;;
noop) name=libsocket_wrapper_noop.so ;;
fakeroot) name=libfakeroot-0.so ;;
esac
other=$(lib "$name") || { echo "$other"; exit 99; }

if [[ $1 == first_* ]]; then list=$other:@; else list=@:$other; fi
# Threads of these allocators make their mappings when they like.
preload "$list" "$CASES/coexist/session" ${other:+noview}
echo "status: $?"
preload "$list" grep -c "${other##*/}" /proc/self/maps | sed 's/^[1-9].*/it is there/'
