# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What one call costs, without the start and end of the program: the difference of two runs of
# tests/bench/rounds.c, one of COUNT rounds and one of twice as many.  And what an event takes in a
# recording.  For tests/cost.bats and tests/bench/run; both have set ROOT, BUILD and LIB.

# bench_build NAME [OPTION…]: a program of tests/bench, built when its source is newer, or the library, with whose
# headers it may share the format of recordings; the options are cc(1)'s.
bench_build() {
	local out=$BUILD/$1 src=$ROOT/tests/bench/$1.c
	[[ $out -nt $src && $out -nt $LIB ]] && return
	mkdir -p "$BUILD"
	"${CC:-gcc}" -O1 -g -std=gnu11 -D_GNU_SOURCE -I"$ROOT/shim" -Wall -o "$out.$$" "$src" "${@:2}" &&
		mv "$out.$$" "$out"
}

rounds_build() {
	ROUNDS=$BUILD/rounds
	bench_build rounds
}

# used KEY FILE: of a recording, what tests/bench/used.c says: chunks, stories or bytes.
used() {
	bench_build used && "$BUILD/used" "$2" | grep -oP "(?<=$1=)\d+"
}

# environment_of bare|shimmed|traced: into $environment, what the program under test gets; traced
# with a recording of its own.
environment_of() {
	RECORDING=$(mktemp -u "${TMPDIR:-/tmp}/rounds.XXXXXX")
	environment=(NOTHING=0)
	[[ $1 == bare ]] || environment=(LD_PRELOAD="$LIB")
	[[ $1 != traced ]] || environment+=(PEERLESS_TRACE="$RECORDING")
}

# instructions VARIANT CALL KIND COUNT: user instructions of the whole run.  With OUT=FILE a profile
# for callgrind_annotate.  Under valgrind there is no vDSO: of the clock, libc's wrapper is counted
# and the kernel's part of it is not.
instructions() {
	local said failed=0
	environment_of "$1"
	said=$(env "${environment[@]}" valgrind --tool=callgrind \
		--callgrind-out-file="${OUT:-/dev/null}" "$ROUNDS" "${@:2}" 2>&1) || failed=1
	rm -f "$RECORDING"
	((!failed)) || { echo "$said" >&2; return 1; }
	sed -n 's/^.*Collected : //p' <<<"$said"
}

# system_calls VARIANT CALL KIND COUNT: of the program itself, not of its other end.
system_calls() {
	local sum
	sum=$(mktemp "${TMPDIR:-/tmp}/strace.XXXXXX")
	environment_of "$1"
	strace "${environment[@]/#/-E}" -c -U name,calls -o "$sum" "$ROUNDS" "${@:2}" >/dev/null &&
		awk '$1 == "total" { print $2 }' "$sum"
	rm -f "$sum" "$RECORDING"
}

# of_rounds COUNTER VARIANT CALL KIND COUNT: what COUNT rounds add to COUNTER.
of_rounds() {
	local one two
	one=$("$1" "$2" "$3" "$4" "$5") && two=$("$1" "$2" "$3" "$4" $((2 * $5))) &&
		[[ $one && $two ]] && echo $((two - one))
}

# instructions_added shimmed|traced CALL KIND: to one call, to the nearest whole one.
instructions_added() {
	local count=2000 bare with
	bare=$(of_rounds instructions bare "${@:2}" "$count") &&
		with=$(of_rounds instructions "$@" "$count") &&
		echo $(((with - bare + count / 2) / count))
}

# timed_out: how many sockets of this network the kernel has ended because nobody answered.
timed_out() {
	nstat -asz TcpExtTCPAbortOnTimeout | awk 'NR > 1 { print $2 }'
}
