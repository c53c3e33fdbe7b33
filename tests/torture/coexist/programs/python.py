# SPDX-License-Identifier: MIT
# asyncio, threads, subprocesses and select in one program.
import asyncio, os, selectors, signal, socket, subprocess, threading


async def echo(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def client(port, n):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"x" * n)
    got = await reader.readexactly(n)
    writer.close()
    await writer.wait_closed()
    return len(got)


async def talk():
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(await asyncio.gather(*(client(port, n) for n in (1, 1000, 300000))))
    server.close()
    child = await asyncio.create_subprocess_exec("cat", stdin=-1, stdout=-1)
    print((await child.communicate(b"through a child"))[0])


def threads():
    pairs = [socket.socketpair() for _ in range(8)]
    workers = [threading.Thread(target=lambda b=b: b.sendall(b.recv(10) * 1000)) for _, b in pairs]
    for w in workers:
        w.start()
    for a, _ in pairs:
        a.send(b"0123456789")
    print([len(a.recv(10000, socket.MSG_WAITALL)) for a, _ in pairs])
    for w in workers:
        w.join()


asyncio.run(talk())
threads()
a, b = socket.socketpair()
b.close()
try:
    a.send(b"x")
except OSError as e:
    print(e)
print(signal.getsignal(signal.SIGPIPE))
print(subprocess.run("yes | head -1", shell=True, capture_output=True))
with selectors.DefaultSelector() as s:
    r, w = os.pipe()
    s.register(r, selectors.EVENT_READ)
    os.write(w, b"x")
    print(len(s.select(10)), os.read(r, 9))
