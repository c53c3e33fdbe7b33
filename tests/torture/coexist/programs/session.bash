# SPDX-License-Identifier: MIT
# /dev/tcp, a coprocess, pipelines that break, and a trap, as bash has them.
coproc server { python3 -c '
import socket
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
c, _ = s.accept()
f = c.makefile("rw")
for line in f:
    f.write(line.upper())
    f.flush()
'; }
pid=$server_PID # gone with the coprocess
read -r port <&"${server[0]}"
exec 9<>"/dev/tcp/127.0.0.1/$port"
for word in one two; do
	echo "$word" >&9
	read -r answer <&9
	echo "$answer"
done
exec 9>&-
wait "$pid"
echo "$?"
yes | head -2
echo "${PIPESTATUS[@]}"
(exec 3<>/dev/tcp/127.0.0.1/1) 2>/dev/null || echo refused
