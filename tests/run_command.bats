#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# peerless run: what it leaves of itself in the program (LD_PRELOAD, PEERLESS_x and nothing else),
# how it fails, and that it fails before anything starts.

bats_require_minimum_version 1.5.0
load helpers
load command

static_program() {
	echo 'int main(void) { return 3; }' >"$T/static.c"
	gcc -static -o "$T/static" "$T/static.c"
}

@test "run: the program's own exit status" {
	run_peerless -- true
	((status == 0))
	run_peerless -- sh -c 'exit 7'
	((status == 7))
	run_peerless --log=off sh -c 'exit 125'
	((status == 125))
	[[ -z $output ]]
}

@test "run: an option that only a sentinel heeds is warned of where there is none" {
	run_peerless --silence=5s --detect-within=9s -- true
	((status == 0))
	[[ $output == "peerless: warning: SILENCE is the sentinel's, and there is none: add --sentinel" ]]
	PEERLESS_SILENCE=5s run_peerless -- true
	[[ -z $output ]]
}

@test "run: the program's death by a signal is a death by that signal" {
	run "$PYTHON" -c '
import subprocess, sys
print(subprocess.run([sys.argv[1], "run", "--", "sh", "-c", "kill -TERM $$"]).returncode)
' "$PEERLESS"
	[[ $output == -15 ]]
}

@test "run: the program has our process id" {
	run bash -c 'echo $$; exec "$0" run -- sh -c "echo \$\$"' "$PEERLESS"
	((status == 0))
	((${#lines[@]} == 2))
	[[ ${lines[0]} == "${lines[1]}" ]]
}

@test "run: no descriptor of ours stays open, and the caller's all stay" {
	local list='ls -l /proc/self/fd | sed "s/.* \([0-9]* -> [^0-9]*\).*/\1/"'
	exec 7</dev/null
	run sh -c "$list"
	local before=$output
	run_peerless -- sh -c "$list"
	((status == 0))
	[[ $output == *"7 -> /dev/null"* ]]
	[[ $output == "$before" ]] || { diff <(echo "$before") <(echo "$output"); false; }
	printf '[default]\nlog = off\n' >"$T/conf"
	PEERLESS_CONFIG=$T/conf run_peerless -- sh -c "$list"
	[[ $output == "$before" ]]
	exec 7<&-
}

@test "run: signal mask and ignored signals are the caller's" {
	local show=(grep -E '^Sig(Blk|Ign)' /proc/self/status)
	local way
	for way in --ignore-signal=USR1 --block-signal=USR2 --default-signal=PIPE; do
		run env "$way" "${show[@]}"
		local before=$output
		run env "$way" "$PEERLESS" run -- "${show[@]}"
		echo "$way: $before / $output"
		((status == 0))
		[[ $output == "$before" ]]
	done
}

@test "run: LD_PRELOAD gets our library as its last entry, once" {
	local libm=/lib/x86_64-linux-gnu/libm.so.6 show=(sh -c 'echo "$LD_PRELOAD"')
	run_peerless -- "${show[@]}"
	[[ $output == "$LIB" ]]
	LD_PRELOAD=$libm run_peerless -- "${show[@]}"
	[[ $output == "$libm:$LIB" ]]
	LD_PRELOAD="$libm $LIB" run_peerless -- "${show[@]}"
	[[ $output == "$libm:$LIB" ]]
	copy_to "$T/other"
	LD_PRELOAD=$T/other/libpeerless.so:$libm run_peerless -- "${show[@]}"
	[[ $output == "$libm:$LIB" ]]
}

@test "run: flags become variables; nothing else in the environment changes" {
	run env -i A=1 PATH="$PATH" env
	local before=$output
	run env -i A=1 PATH="$PATH" "$PEERLESS" run --detect-within=20s --on-death=exit:3 \
		--detect-within=30s --rules='[listen 80] keepalive=off' -- env
	((status == 0))
	diff <(sort <<<"$output") <(sort <<<"$before
LD_PRELOAD=$LIB
PEERLESS_DETECT_WITHIN=30s
PEERLESS_ON_DEATH=exit:3
PEERLESS_RULES=[listen 80] keepalive=off")
}

@test "run: a flag wins over the variable of the same name" {
	PEERLESS_DETECT_WITHIN=20s run_peerless --detect-within=9s -- sh -c 'echo $PEERLESS_DETECT_WITHIN'
	[[ $output == 9s ]]
}

@test "run: a relative config file is found wherever the program goes" {
	printf '[default]\nlog = off\n' >"$T/conf"
	cd "$T"
	run_peerless --config=conf -- sh -c 'echo $PEERLESS_CONFIG'
	[[ $output == "$T/conf" ]]
	PEERLESS_CONFIG=conf run_peerless -- sh -c 'echo $PEERLESS_CONFIG'
	[[ $output == "$T/conf" ]]
}

@test "run: arguments reach the program as they are" {
	run_peerless --log=off "$PYTHON" -c 'import sys; print(sys.argv[1:])' '' 'a b' -- --detect-within=x
	[[ $output == "['', 'a b', '--', '--detect-within=x']" ]]
}

@test "run: a text without #! line is a shell script, as for execvp" {
	printf 'echo "$0 $1"\n' >"$T/plain"
	chmod +x "$T/plain"
	run_peerless -- "$T/plain" 'x y'
	((status == 0))
	[[ $output == "$T/plain x y" ]]
}

@test "run: PATH is searched as execvp does it, past what may not be executed" {
	mkdir "$T/a" "$T/b"
	echo 'echo a' >"$T/a/tool"
	printf '#!/bin/sh\necho b\n' >"$T/b/tool"
	chmod +x "$T/b/tool"
	PATH=$T/a:$T/b:$PATH run_peerless -- tool
	((status == 0))
	[[ $output == b ]]
	rm "$T/b/tool"
	PATH=$T/a:$T/b:$PATH run_peerless -- tool
	refused 126 "tool: Permission denied"
}

@test "run: what is not there is 127" {
	CODE=127 run_peerless -- "$T/nothing"
	refused 127 "$T/nothing"
	PATH=/usr/bin:/bin CODE=127 run_peerless -- no-such-command-at-all
	refused 127 no-such-command-at-all
	CODE=127 run_peerless -- ''
	refused 127 "No such file"
	printf '#!/no/such/interpreter\n' >"$T/script"
	chmod +x "$T/script"
	CODE=127 run_peerless -- "$T/script"
	refused 127 "$T/script" /no/such/interpreter
}

@test "run: what cannot be executed is 126" {
	run_peerless -- "$T"
	refused 126 "$T: Permission denied"
	echo 'touch started' >"$T/plain"
	run_peerless -- "$T/plain"
	refused 126 "$T/plain: Permission denied"
	printf 'a\0b\nc' >"$T/binary"
	chmod +x "$T/binary"
	run_peerless -- "$T/binary"
	refused 126 "$T/binary: Exec format error"
	printf '#!%s\n' "$T/loop" >"$T/loop"
	chmod +x "$T/loop"
	run_peerless -- "$T/loop"
	refused 126 "too many interpreters"
}

@test "run: a library path that LD_PRELOAD cannot carry is refused" {
	local folder
	for folder in "a b" "a:b" 'a$b'; do
		copy_to "$T/$folder"
		run "$T/$folder/peerless" run -- touch "$T/started"
		refused 125 "LD_PRELOAD cannot name $T/$folder/libpeerless.so"
	done
}

@test "run: a missing library is refused, and the places are named" {
	mkdir -p "$T/x/bin"
	cp "$PEERLESS" "$T/x/bin"
	run "$T/x/bin/peerless" run -- touch "$T/started"
	refused 125 "$T/x/bin/libpeerless.so" "$T/x/bin/../lib/peerless/libpeerless.so" \
		"/lib/peerless/libpeerless.so"
}

@test "run: the library is found where make install puts it" {
	mkdir -p "$T/x/bin" "$T/x/lib/peerless"
	cp "$PEERLESS" "$T/x/bin"
	cp "$LIB" "$T/x/lib/peerless"
	run "$T/x/bin/peerless" run -- sh -c 'echo $LD_PRELOAD'
	((status == 0))
	[[ $output == "$T/x/lib/peerless/libpeerless.so" ]]
	ln -s "$T/x/bin/peerless" "$T/link"
	run "$T/link" run -- sh -c 'echo $LD_PRELOAD'
	((status == 0))
	[[ $output == "$T/x/lib/peerless/libpeerless.so" ]]
}

@test "run: a library that no loader would take is refused" {
	copy_to "$T/x"
	head -c 40 "$LIB" >"$T/x/libpeerless.so"
	run "$T/x/peerless" run -- touch "$T/started"
	refused 125 "$T/x/libpeerless.so"
	echo text >"$T/x/libpeerless.so"
	run "$T/x/peerless" run -- touch "$T/started"
	refused 125 "$T/x/libpeerless.so" "no intact ELF"
}

@test "run: what cannot be covered runs with one warning" {
	static_program
	run_peerless -- "$T/static"
	echo "$output"
	((status == 3))
	((${#lines[@]} == 1))
	[[ $output == "peerless: warning: "*"$T/static is statically linked"* ]]
}

@test "run --require: what cannot be covered is refused" {
	static_program
	run_peerless --require -- "$T/static"
	refused 125 "$T/static is statically linked" "nothing was started"
	printf '#!%s\n' "$T/static" >"$T/script"
	chmod +x "$T/script"
	run_peerless --require -- "$T/script"
	refused 125 "$T/script, run by $T/static is statically linked"
	run_peerless --require -- true
	((status == 0))
	[[ -z $output ]]
}

@test "run --require: ONLY, EXCEPT and DISABLE are reasons to refuse" {
	local flag
	for flag in --only=nginx '--except=to*' --disable=1; do
		run_peerless --require "$flag" -- touch "$T/started"
		refused 125 "leaves touch out"
	done
	run_peerless --require --only='nginx,to*' -- touch "$T/started"
	((status == 0))
	[[ -e $T/started ]]
	run_peerless --disable=1 -- true
	((status == 0))
	[[ -z $output ]]
}
