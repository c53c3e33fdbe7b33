#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Programs under an auditing library, as of prelink checkers and tracers.
# uses: early/audit early/late early/plugin early/lib early/bound_lazy early/lookup
export LD_AUDIT=$CASES/early/audit.so
under "$CASES/early/late" exit
echo "status $?"
under "$CASES/early/bound_lazy" | grep -v '^view: LD_AUDIT'
under "$CASES/early/plugin" local | grep -v '^view: LD_AUDIT'
under "$CASES/early/lookup" address | grep -v '^view: LD_AUDIT'
