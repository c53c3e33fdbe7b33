# SPDX-License-Identifier: MIT
# What every case of tests/torture that is a script has (by BASH_ENV).  The script itself runs bare;
# $SHIM is the library to run programs under, or empty in the bare run, and PEERLESS_… its options.
# $CASES has what was built: $CASES/semantics/peek.  What is printed must be the same in each run.
# See case.h for the comments that the runner reads.
unset BASH_ENV
export -n SHIM # programs do not see it

# under CMD…: with the shim, if this run is to have it.
under() {
	preload @ "$@"
}

# preload LIST CMD…: with these libraries, in this order; @ is the shim, if this run is to have it.
preload() {
	local list=${1//@/"$SHIM"}
	shift
	while [[ $list == *::* ]]; do list=${list//::/:}; done
	list=${list#:} list=${list%:}
	LD_PRELOAD=$list "$@"
}

# lib NAME: the full path of a shared library as ldconfig or Debian's packages know it.
lib() {
	local found
	found=$(PATH=$PATH:/usr/sbin ldconfig -p | awk -v name="$1" '$1 == name { print $NF; exit }')
	[[ -n $found ]] || found=$(find /usr/lib/x86_64-linux-gnu /usr/lib/gcc -name "$1" -print -quit)
	[[ -n $found ]] || { echo "no $1"; exit 99; }
	echo "$found"
}
