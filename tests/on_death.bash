# shellcheck shell=bash
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# What the tests of ON_DEATH share: the asyncio victim, and how a pool of threads
# (tests/victims/pool.c) has ended.

# An asyncio program, in which two tasks wait for the same connection.  It has a handler for SIGUSR1.
loops() {
	cat <<'END'
import asyncio, errno, signal, sys, time

async def outcome(wait):
    try:
        return len(await wait)
    except OSError as e:
        return errno.errorcode[e.errno]

async def main(host, port):
    signals = []
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, signals.append, 1)
    reader, writer = await asyncio.open_connection(host, int(port))
    tasks = asyncio.gather(outcome(reader.read()), outcome(writer.wait_closed()))
    print("ready", flush=True)
    read, closed = await tasks
    at = time.time_ns() // 1000000
    await asyncio.sleep(0.1)
    print(f"read={read} closed={closed} signals={len(signals)} at={at}")

asyncio.run(main(*sys.argv[1:]))
END
}

# settled N: do so many say that they are ready?
settled() {
	[[ $(grep -lx ready "$T"/*.out | wc -l) == "$1" ]]
}

# ended NAME STATUS: waits for it; $output is what it said.
ended() {
	finish "$1"
	[[ $status == "$2" ]] || { echo "$1 ended with $status, not $2: $output"; false; }
}

# failing NAME ERRNO KIND…: each woke, and each call after that fails with ERRNO.
failing() {
	local name=$1 errno=$2 kind
	ended "$name" 0
	for kind in "${@:3}"; do
		case $kind in
		recv | read | peek) kind+=" woke=$errno" ;;
		*) kind+=" woke=(ERR|IN)" ;;
		esac
		grep -qxE "$kind recv=$errno send=$errno at=[0-9]+" "$T/$name.out" ||
			{ echo "$name: no $kind in: $output"; false; }
	done
	[[ $(grep -c woke= "$T/$name.out") == $(($# - 2)) && $output == *over* ]]
	[[ $output != *=0* ]]
}
