#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A program that has no standard descriptors, or gives them up, gets sockets of these numbers, and
# no log line goes to them, though the log is to go to standard error.
# variants: started_tcp started_unix gives_up_tcp gives_up_unix
# uses: descriptors/standard
export PEERLESS_LOG=stderr PEERLESS_LOG_LEVEL=conn

kind=${1##*_}
case $1 in
started*) under "$CASES/descriptors/standard" "$kind" 9>&1 <&- >&- 2>&- ;;
*) under "$CASES/descriptors/standard" "$kind" 2>/dev/null ;;
esac
echo "status $?"
