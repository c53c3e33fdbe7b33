# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# What one call costs, without the start and end of the program: the difference of two runs of
# tests/bench/rounds.c, one of COUNT rounds and one of twice as many.  For tests/cost.bats and
# tests/bench/run; both have set ROOT, BUILD and LIB.

# The program, built when its source is newer.
rounds_build() {
	local src=$ROOT/tests/bench/rounds.c
	ROUNDS=$BUILD/rounds
	[[ $ROUNDS -nt $src ]] && return
	mkdir -p "$BUILD"
	"${CC:-gcc}" -O1 -g -std=gnu11 -D_GNU_SOURCE -Wall -o "$ROUNDS.$$" "$src" &&
		mv "$ROUNDS.$$" "$ROUNDS"
}

# variable_of bare|shimmed: what the environment of the program under test gets.
variable_of() {
	case $1 in
	bare) echo NOTHING=0 ;;
	shimmed) echo LD_PRELOAD="$LIB" ;;
	esac
}

# instructions bare|shimmed CALL KIND COUNT: user instructions of the whole run.  With OUT=FILE a
# profile for callgrind_annotate.
instructions() {
	local said
	said=$(env "$(variable_of "$1")" valgrind --tool=callgrind \
		--callgrind-out-file="${OUT:-/dev/null}" "$ROUNDS" "${@:2}" 2>&1) ||
		{ echo "$said" >&2; return 1; }
	sed -n 's/^.*Collected : //p' <<<"$said"
}

# system_calls bare|shimmed CALL KIND COUNT: of the program itself, not of its other end.
system_calls() {
	local sum
	sum=$(mktemp "${TMPDIR:-/tmp}/strace.XXXXXX")
	strace -E "$(variable_of "$1")" -c -U name,calls -o "$sum" "$ROUNDS" "${@:2}" >/dev/null &&
		awk '$1 == "total" { print $2 }' "$sum"
	rm -f "$sum"
}

# of_rounds COUNTER VARIANT CALL KIND COUNT: what COUNT rounds add to COUNTER.
of_rounds() {
	local one two
	one=$("$1" "$2" "$3" "$4" "$5") && two=$("$1" "$2" "$3" "$4" $((2 * $5))) &&
		[[ $one && $two ]] && echo $((two - one))
}

# instructions_added CALL KIND: by the library, to one call, to the nearest whole one.
instructions_added() {
	local count=2000 bare shimmed
	bare=$(of_rounds instructions bare "$@" "$count") &&
		shimmed=$(of_rounds instructions shimmed "$@" "$count") &&
		echo $(((shimmed - bare + count / 2) / count))
}
