# SPDX-License-Identifier: MIT
# socat: half-close over TCP, a server that forks, UNIX sockets of three types, UDP, TLS, a
# program on a terminal; and bash's own /dev/tcp, with SIGPIPE from a socket left as it is.

# What the far end makes of our data arrives after we have closed our half.
half_close() {
	socat -t20 - "$1" <www/big | cmp - <(md5sum <www/big)
}

echoes() {
	local i
	for i in 1 2 3; do
		[[ $(echo "$i" | socat -t5 - "$1") == "$i" ]]
	done
}

one_way() {
	socat -u "$1" OPEN:"$2",creat,trunc &
	local reader=$!
	retry test -S "$3"
	socat -u OPEN:www/mid "$4"
	wait $reader
	cmp www/mid "$2"
}

datagram() {
	[[ $(echo hello | socat -t1 - "$1") == hello ]]
}

on_terminal() {
	echo hello | socat -t1 - EXEC:cat,pty,raw,echo=0 | grep hello
}

many_at_once() {
	local i
	for i in {1..20}; do
		echo "$i" | socat -t20 - TCP:127.0.0.1:8905 >"many.$i" &
	done
	wait
	cmp <(cat many.* | sort -n) <(seq 20)
}

dev_tcp() {
	exec 3<>/dev/tcp/127.0.0.1/8905
	echo hello >&3
	read -r line <&3
	[[ $line == hello ]]
}

# The far end reads a little and closes.
writes_on() {
	exec 3>/dev/tcp/127.0.0.1/8906
	timeout 20 env --default-signal=PIPE yes >&3
}

make_files
make_certificate
start digest socat TCP-LISTEN:8904,bind=127.0.0.1,reuseaddr,fork EXEC:md5sum
start echo socat TCP-LISTEN:8905,bind=127.0.0.1,reuseaddr,fork PIPE
start closes socat -u TCP-LISTEN:8906,bind=127.0.0.1,reuseaddr,fork EXEC:'head -c 10'
start tls socat OPENSSL-LISTEN:8907,bind=127.0.0.1,reuseaddr,fork,cert=kc.pem,verify=0 EXEC:md5sum
start unix socat UNIX-LISTEN:digest.sock,fork EXEC:md5sum
start udp socat UDP-LISTEN:8908,bind=127.0.0.1,reuseaddr,fork PIPE
start datagram socat UNIX-RECVFROM:datagram.sock,fork PIPE
start seqpacket socat UNIX-LISTEN:seqpacket.sock,type=5,fork PIPE
for port in 8904 8905 8906 8907; do
	serving "$port"
done
check "half-close" half_close TCP:127.0.0.1:8904
check "half-close of a UNIX socket" half_close UNIX-CONNECT:digest.sock
check "TLS" half_close OPENSSL:127.0.0.1:8907,verify=0
check "a server that forks" echoes TCP:127.0.0.1:8905
check "a SEQPACKET socket" echoes UNIX-CONNECT:seqpacket.sock,type=5
check "UDP" datagram UDP:127.0.0.1:8908
check "a UNIX socket, one way" one_way UNIX-LISTEN:one.sock one.got one.sock UNIX-CONNECT:one.sock
check "a terminal" on_terminal
check "/dev/tcp" dev_tcp
check "many at once" many_at_once
ends 141 "SIGPIPE ends who writes to a closed socket" writes_on
ends 1 "a refused connection" socat - TCP:127.0.0.1:1
ends 1 "/dev/tcp refused" bash -c 'exec 3<>/dev/tcp/127.0.0.1/1'
