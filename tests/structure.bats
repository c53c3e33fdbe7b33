# SPDX-License-Identifier: MIT
# What must stay true of the code and of the library as built, whatever is added.
load helpers

# The functions we replace; with them their other names; and what others ask of us.
calls() { sed -nE 's/^CALL\(([A-Za-z0-9_]*),.*/\1/p' "$ROOT/shim/calls.def"; }
names() { sed -nE 's/^(CALL|ALIAS)\(([A-Za-z0-9_]*),.*/\2/p' "$ROOT/shim/calls.def" | sort; }
hooks() { sed -nE 's/^HOOK\(([A-Za-z0-9_]*)\)$/\1/p' "$ROOT/shim/calls.def"; }

exports() { nm -D --defined-only --format=posix "$LIB" | sed 's/[@ ].*//' | sort; }

# sources DIR… [TEST…]: the files below these folders that find's tests let through.
sources() {
	(cd "$ROOT" && find "$@" -type f)
}

# Names of ours that the library calls or points to.  From one file to another's wrapper that is a
# relocation; within a file gcc makes it one too, and clang a jump to the first instruction.
self_calls() {
	readelf -rW "$LIB" >"$T/relocations"
	objdump -d --no-show-raw-insn "$LIB" >"$T/code"
	grep -q R_X86_64 "$T/relocations"
	grep -q '<recv>:' "$T/code"
	{
		awk '$3 ~ /^R_/ { sub(/@.*/, "", $5); print $5 }' "$T/relocations"
		grep -v '>:$' "$T/code" | grep -oE '<[A-Za-z0-9_]+(@plt)?>' | sed -E 's/^<|(@plt)?>$//g'
	} | sort -u | comm -12 - <(names)
}

# nothing WHAT: standard input must be empty; what is there is shown.
nothing() {
	local found
	found=$(cat)
	[[ -z $found ]] || { echo "$1:"; echo "$found"; return 1; }
}

# quiet_make ARG…: builds into a folder of the test's own; succeeds and says nothing of warnings.
quiet_make() {
	run env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS -u CC -u CFLAGS -u SAN \
		make -C "$ROOT" -j2 BUILD="$T/made" "$@"
	((status == 0)) || { echo "$output"; return 1; }
	grep -i warning <<<"$output" | nothing "make $*"
	[[ -x $T/made/libpeerless.so && -x $T/made/peerless ]]
}

@test "structure: exports are the names in calls.def and nothing else" {
	need_lib
	diff <({ names; hooks; } | sort) <(exports)
}

@test "structure: the library needs libc.so.6 alone" {
	need_lib
	[[ $(readelf -dW "$LIB" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p') == libc.so.6 ]]
}

@test "structure: the library allocates, prints, locks and starts nothing by libc" {
	need_lib
	nm -D --undefined-only --format=posix "$LIB" | sed 's/[@ ].*//' >"$T/imports"
	grep -qx dlsym "$T/imports"
	grep -E '^(malloc|calloc|realloc|free|strdup|.*printf.*|f?put[sc].*|fopen.*|fwrite|fflush|pthread_.*|sem_.*|mtx_.*|thrd_.*|v?syslog|getenv|setenv|putenv|setlocale|s?random|exit|atexit)$' \
		"$T/imports" | grep -vxE 'pthread_(self|getcpuclockid|testcancel)' | # these only ask: sys/tid.c, close()
		nothing "imports"
}

@test "structure: the library never calls nor points to a function that it exports" {
	need_lib
	self_calls >"$T/found"
	nothing "calls itself" <"$T/found"
}

@test "structure: includes point down, entry to policy to runtime to sys" {
	cd "$ROOT"
	awk 'BEGIN { split("sys runtime policy entry", order); for (i in order) height[order[i]] = i }
		match($0, /^[ \t]*#[ \t]*include[ \t]*"/) {
			to = substr($0, RLENGTH + 1); sub(/".*/, "", to)
			split(FILENAME, from, "/"); layer = to; sub(/\/.*/, "", layer)
			if (to ~ /^[a-z_]+\.def$/ || to ~ /^record(_call|_head|_story|_turn)?\.h$/) next
			own = from[2] ~ /^record/ ? height["sys"] : height[from[2]]
			if (from[1] == "shim" && (!height[layer] || height[layer] > own))
				print FILENAME " includes " to
			if (from[1] == "tools" && layer == "entry")
				print FILENAME " includes " to
		}' $(sources shim tools -name '*.[ch]') | nothing "upward"
}

@test "structure: a file has at most 300 lines, a header 80, a function 40" {
	cd "$ROOT"
	{
		# shellcheck disable=SC2046 # no blanks in our names
		wc -l $(find . \( -path ./.git -o -path './build*' \) -prune -o -type f -print) |
			awk '$2 != "total" && $1 > 300 { print $2 ": " $1 " lines" }'
		wc -l $(sources shim tools -name '*.h') |
			awk '$2 != "total" && $1 > 80 { print $2 ": a header of " $1 " lines" }'
		awk '/^\{/ { first = FNR }
			/^\}/ && first {
				if (FNR - first + 1 > 40)
					print FILENAME ":" first ": a function of " FNR - first + 1 " lines"
				first = 0
			}' $(sources shim tools -name '*.[ch]')
	} | nothing "too long"
}

# Another public name for a function that we replace: the same address, or a name built from it.
# Programs can import only what is not GLIBC_PRIVATE.
@test "structure: calls.def has every public name that this libc gives those functions" {
	need_lib
	local libc
	libc=$(ldd "$LIB" | awk '$1 == "libc.so.6" { print $3 }')
	nm -D --defined-only "$libc" | grep -v '@GLIBC_PRIVATE' |
		awk '$2 ~ /[TWi]/ { sub(/@.*/, "", $3); print $1, $3 }' | sort -u >"$T/libc"
	awk 'FILENAME == ARGV[1] { call[$1]; next }
		{ at[$2] = $1; all[$1] = all[$1] " " $2; name[$2] }
		END {
			for (c in call) {
				if (!(c in at)) print c " is not in libc"
				n = split(all[at[c]], same)
				for (i = 1; i <= n; i++) print same[i]
				built = "^(_|__|_IO_|__libc_|__new_|__posix_)?" c "(64)?(_2|_chk|_nocancel)?$"
				for (v in name) if (v ~ built) print v
			}
		}' <(calls) "$T/libc" | sort -u >"$T/found"
	# Else the search itself is broken.
	grep -qx __read "$T/found"
	grep -qx fcntl64 "$T/found"
	grep -qx __recv_chk "$T/found"
	comm -23 "$T/found" <(names) | nothing "not in calls.def"
}

@test "structure: every option of config.def is in README.md and in peerless options" {
	PEERLESS=$PEERLESS "$ROOT/tests/docs" "$ROOT/README.md"
	sed -nE 's/^OPT\([a-z_]*, ([A-Z_]*),.*/\1/p' "$ROOT/shim/config.def" | sort >"$T/options"
	(($(wc -l <"$T/options") >= 20))
	sed -nE 's/^\| `?([A-Z_]+)`? \|.*/\1/p' "$ROOT/README.md" | sort | diff "$T/options" -
	"$PEERLESS" options --json | jq -r '.. | .name? // empty' | sort -u >"$T/json"
	diff "$T/options" "$T/json"
}

@test "structure: every field of fields.def is in tools/fields.md and in peerless show --fields" {
	sed -nE 's/^FIELD\(([a-z_]*),.*/\1/p' "$ROOT/tools/fields.def" | sort >"$T/fields"
	(($(wc -l <"$T/fields") >= 40))
	"$PEERLESS" show --fields | sed -nE 's/^\| `([a-z_]*)` \|.*/\1/p' | sort | diff "$T/fields" -
	grep -qx -- '<!-- fields: generated by make docs -->' "$ROOT/tools/fields.md"
	diff <(PEERLESS=$PEERLESS "$ROOT/tests/docs" --print fields) \
		<(sed -n '/^<!-- fields:/,/^<!-- \/fields/p' "$ROOT/tools/fields.md" | grep '^|')
	# Two cells a row.
	sed -n '/^<!-- fields:/,/^<!-- \/fields/p' "$ROOT/tools/fields.md" | grep '^|' |
		awk 'gsub(/\\\|/, "") >= 0 && gsub(/\|/, "|") != 3' | nothing "rows"
}

@test "structure: gcc builds it without a warning" {
	quiet_make CC=gcc
}

@test "structure: clang builds it without a warning" {
	quiet_make CC=clang
	# What differs from gcc's: calls within a file.
	LIB=$T/made/libpeerless.so
	diff <({ names; hooks; } | sort) <(exports)
	self_calls >"$T/found"
	nothing "calls itself" <"$T/found"
}

@test "structure: with SAN=undefined it builds without a warning and runs" {
	quiet_make SAN=undefined
	LIB=$T/made/libpeerless.so
	shimmed true
	[[ $status == 0 && -z $output ]]
}

@test "structure: clang-format finds nothing to change" {
	cd "$ROOT"
	# shellcheck disable=SC2046
	clang-format --dry-run -Werror $(sources shim tools tests -name '*.[ch]')
}

@test "structure: shellcheck finds nothing in the scripts" {
	cd "$ROOT"
	local scripts
	mapfile -t scripts < <(grep -lE '^#!.*\b(ba)?sh$' -r tests .ci --include='*' | grep -v '\.bats$')
	((${#scripts[@]} >= 5))
	# SC2317: functions that only a caller's script uses.
	shellcheck -x -P SCRIPTDIR -e SC2317 "${scripts[@]}"
	# Libraries: their variables come from, and go to, those who load them.
	shellcheck -S warning -s bash -e SC2034,SC2154 tests/*.bash tests/*/*.bash tests/*/*/*.bash
}
