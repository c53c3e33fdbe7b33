#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What else ld.so and malloc can be told by variables, or as a command, with us preloaded.
# variants: bindnow bindnot weak debug audit profile tls rseq hwcaps check perturb guarded command
# uses: coexist/session coexist/audit
set -u

program=("$CASES/coexist/session")
list=@
case $1 in
bindnow) export LD_BIND_NOW=1 ;;
bindnot) export LD_BIND_NOT=1 ;;
weak) export LD_DYNAMIC_WEAK=1 ;;
debug) export LD_DEBUG=all LD_DEBUG_OUTPUT=$PWD/trace ;;
audit) export LD_AUDIT=$CASES/coexist/audit.so ;;
profile) export LD_PROFILE=${SHIM##*/} LD_PROFILE_OUTPUT=$PWD ;;
tls) export GLIBC_TUNABLES=glibc.rtld.optional_static_tls=0 ;;
rseq) export GLIBC_TUNABLES=glibc.pthread.rseq=0:glibc.pthread.mutex_spin_count=0 ;;
hwcaps) export GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX,-SSE4_2:glibc.cpu.x86_shstk=on ;;
check)
	list=$(lib libc_malloc_debug.so.0):@
	export GLIBC_TUNABLES=glibc.malloc.check=3 MALLOC_CHECK_=3
	;;
perturb) export MALLOC_PERTURB_=165 MALLOC_ARENA_MAX=1 ;;
guarded) export MALLOC_TOP_PAD_=0 MALLOC_MMAP_THRESHOLD_=1 ;;
command)
	program=(/lib64/ld-linux-x86-64.so.2 --inhibit-cache ${SHIM:+--preload "$SHIM"} "${program[@]}")
	list=
	;;
esac
preload "$list" "${program[@]}" noview
echo "status: $?"
