#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Under gdb: breakpoints on a wrapped call are met, calls by hand work, then it runs to its end.
# uses: coexist/session
# needs: gdb
set -u

# shellcheck disable=SC2016 # gdb's own $
gdb -nx -batch -ex 'set startup-with-shell off' -ex 'set debuginfod enabled off' \
	-ex 'set disable-randomization off' -ex 'set breakpoint pending on' \
	${SHIM:+-ex "set environment LD_PRELOAD $SHIM"} \
	-ex 'break recv' -ex 'run noview' -ex 'echo stopped: ' -ex 'output (long)$pc != 0' \
	-ex 'delete' -ex 'call (int)socket(1, 1, 0)' -ex 'call (long)write(1, "called\n", 7)' \
	-ex 'call (long)send(9999, "x", 1, 0)' -ex 'call (int)close(9999)' \
	-ex 'handle SIGPIPE nostop noprint pass' -ex 'catch syscall recvfrom' -ex continue -ex delete \
	-ex 'tbreak fork' -ex continue -ex 'finish' -ex continue "$CASES/coexist/session" >out 2>&1
grep -E '^(stopped|called|\$|[a-z_]+\(.* = |[a-zA-Z].*: [0-9]+)|exited with' out |
	sed -E 's/process [0-9]+/process/; /^Temporary breakpoint|^Run till exit/d'
