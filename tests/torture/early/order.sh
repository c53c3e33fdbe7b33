#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A preloaded library whose constructors, destructors and IFUNC resolver do I/O, before the shim in
# the list and after it; symbols bound at once or late.
# uses: early/lib early/late early/lookup
lib=$CASES/early/lib.so
for bind in '' 1; do
	[[ -z $bind ]] || export LD_BIND_NOW=1
	for list in "$lib:@" "@:$lib" "@"; do
		preload "$list" "$CASES/early/late" main
		echo "status $?"
		preload "$list" "$CASES/early/lookup" next | grep -v '^view'
		preload "$list" /bin/true
		echo "status $?"
	done
done
