# SPDX-License-Identifier: MIT
# What a wait says and is no death; and one death that several learn of, by threads, processes, loops.
load helpers
load readiness

@test "readiness: errno and results are the bare program's" {
	local wait
	for wait in poll ppoll polls select epoll epoll=et; do
		as_bare "$(victim calls)" accepted reset "$wait" read read close
		as_bare "$(victim calls)" accepted reset "$wait" soerror read close
		as_bare "$(victim calls)" unixpair write=5 end "$wait" read close
	done
}

@test "readiness: an orderly end is no death, be it noted that errors happen" {
	local ops
	peer half half
	# The error that epoll told of might be any's.
	for ops in "pair end poll close" "pair shutdown=w end poll close" "pair end shutdown=w poll close" \
		"pair close" "connect=127.0.0.1,$PORT poll close" "connect=127.0.0.1,$PORT poll shutdown=w close" \
		"pair shutdown=rw poll close" "pair unspec close" "unixpair shutdown=rw poll close"; do
		# shellcheck disable=SC2086
		calls ${ops/ / watch pipeerror }
		[[ $status == 0 && $output == *"pipeerror ret=0"* ]]
		untold
		# shellcheck disable=SC2086
		calls $ops
		untold
	done
}

@test "readiness: an orderly end whose other half another process has shut down" {
	local action
	for action in log error shutdown exit:9; do
		PEERLESS_ON_DEATH=$action calls pair fork=shutdown=w end read read close
		[[ $status == 0 && $(grep -c "^read ret=0 errno=0" <<<"$output") == 2 ]]
		untold
	done
}

@test "readiness: a reset that answers what was sent after the end of stream" {
	# Read and known to be over: nobody learned of more.
	calls pair watch pipeerror end read text=x dead close
	untold
	# poll() says that this connection has an error.
	calls pair end read text=x dead poll close
	told cause=broken-pipe method=poll
	# Not read: a program that never looks may learn by epoll.
	calls pair end text=x dead epoll close
	told cause=reset method=epoll
}

@test "readiness: what epoll tells of others is not held against a connection" {
	# Never in a set.
	PEERLESS_ON_DEATH=exit:9 calls pipeerror accepted reset close
	((status == 0))
	untold
	calls pair reset epoll close accepted reset close
	told method=epoll
	# In one after the error; begun anew in one.
	calls pipeerror accepted watch reset close
	untold
	calls pair watch pipeerror unspec reach accept reset close
	untold
	# The control: in one when an error was told.
	calls accepted watch reset pipeerror close
	told cause=reset method=epoll
}

@test "readiness: a notification in the error queue is no death" {
	shimmed "$PYTHON" -c "$pair"'
try: s.setsockopt(socket.SOL_SOCKET, 60, 1)
except OSError: sys.exit(77)
s.send(b"12345", 0x4000000)
c.recv(9)
s.shutdown(socket.SHUT_WR)
c.close()
e = select.epoll()
e.register(s, 0)
while wait() != select.POLLERR | select.POLLHUP: pass
print(e.poll())
s.close()'
	((status != 77)) || skip "kernel without MSG_ZEROCOPY"
	((status == 0))
	untold
}

@test "readiness: parent and child share a connection, and one of them closes it unasked" {
	# A fork child has nothing of its parent's memory of it.
	calls accepted reset fork poll close
	told cause=reset method=poll
	calls accepted reset fork=poll poll close
	told cause=reset method=poll
	calls accepted reset poll fork=close close
	told cause=reset method=poll
	# A vfork child has all of it, and may change nothing.
	PEERLESS_ON_DEATH=exit:9 calls accepted reset poll vfork=closerange sleep=1
	[[ $status == 0 && $output == *"vfork ret=0"* ]]
	untold
	calls accepted reset vfork=poll close
	untold
	calls accepted reset vfork=epoll close
	untold
	calls accepted reset poll vfork=closerange close
	told cause=reset method=poll
	# A refused connect stays one in the child.
	PEERLESS_ON_DEATH=exit:9 calls socket=nonblock connect=127.0.0.1,1 sleep=50 fork poll close
	((status == 0))
	[[ $(log_count event=peer-dead) == 0 ]]
}

@test "readiness: the error that a close told of is still there for who shares the socket" {
	shimmed "$PYTHON" -c "$pair"'
reset()
if os.fork() == 0:
    wait()
    s.close()
    os._exit(0)
os.wait()
try: s.recv(1)
except OSError as e: print(e.errno)'
	[[ $output == 104 ]]
	# Each process tells what it met.
	[[ $(log_count event=peer-dead) == 2 ]]
	[[ $(log_count event=peer-dead method=poll) == 1 ]]
	[[ $(log_count event=peer-dead method=result errno=ECONNRESET) == 1 ]]
}

@test "readiness: one thread polls, another reads: told once" {
	shimmed "$PYTHON" -c "$pair"'
import threading
t = threading.Thread(target=wait)
t.start()
reset()
t.join()
try: s.recv(1)
except OSError as e: print(e.errno)
s.close()'
	[[ $output == 104 ]]
	told cause=reset via=poll errno=ECONNRESET
}

@test "readiness: asyncio, a callback that only drops its socket" {
	shimmed "$PYTHON" -c "$pair"'
import asyncio
async def main():
    loop = asyncio.get_running_loop()
    s.setblocking(False)
    gone = loop.create_future()
    def ready():
        loop.remove_reader(s)
        s.close()
        gone.set_result(None)
    loop.add_reader(s, ready)
    reset()
    await gone
asyncio.run(main())'
	((status == 0))
	told cause=reset method=epoll
}
