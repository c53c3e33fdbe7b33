# SPDX-License-Identifier: MIT
# The list of suites: what each file beside run registers.  A suite is run part by part, by a
# function that gets the part's name and prints "STATUS test" lines; its programs are started with
# `program CMD…`, their output goes to descriptor 2.

declare -a suites_all=() suites_quick=()
declare -A floor=() programs=() runs=() parts_of=() fetched_by=()

# suite NAME FLOOR PROGRAMS FUNCTION PART…: FLOOR is how many tests must pass in each run: no
# more than a few below what was seen.  PROGRAMS are files in whose processes the library must be.
suite() {
	local name=$1
	floor[$name]=$2 programs[$name]=$3 runs[$name]=$4
	shift 4
	parts_of[$name]=$*
	suites_all+=("$name")
}

# quick SUITE…: those that --quick runs.
quick() {
	suites_quick+=("$@")
}

# convert KIND [ARG…]: a test program's own report as "STATUS test" lines.
convert() {
	local kind=$1
	shift
	/usr/bin/python3 "$SUITES/lib/$kind.py" "$@"
}

for file in "$SUITES"/*.bash; do
	# shellcheck source=/dev/null
	source "$file"
done
unset file
