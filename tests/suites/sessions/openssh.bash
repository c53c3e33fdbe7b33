# SPDX-License-Identifier: MIT
# OpenSSH: commands, their status, a terminal, scp, sftp, forwarding both ways and as a SOCKS
# proxy, a UNIX socket forwarded, a shared connection that passes descriptors, an agent.
# What sshd starts for a login has an environment of its own, and so no library.

options=(-F none -o StrictHostKeyChecking=no -o UserKnownHostsFile="$W/known" -o LogLevel=ERROR
	-i "$W/user")
# Arrays are not exported.
SSH="ssh ${options[*]} -p 2222"
COPY="${options[*]}"

there() {
	$SSH 127.0.0.1 "$@"
}

says() {
	[[ $(there echo "$1") == "$1" ]]
}

pipes() {
	there cat <www/big >got
	same got
}

has_terminal() {
	$SSH -tt 127.0.0.1 tty | grep /dev/pts
}

copies() {
	# shellcheck disable=SC2086 # a list of words
	scp $1 $COPY -P 2222 www/big "127.0.0.1:$W/copied"
	same copied
}

fetches() {
	# shellcheck disable=SC2086 # a list of words
	echo "get $W/www/big fetched" | sftp -b - $COPY -P 2222 127.0.0.1
	same fetched
}

# The client hands its descriptors to the one that is connected.  Nothing listens where it would
# turn to without it.
shares() {
	$SSH -M -S "$W/shared" -N 127.0.0.1 &
	local master=$!
	retry test -S shared
	# shellcheck disable=SC2086 # a list of words
	ssh $COPY -p 1 -S "$W/shared" 127.0.0.1 cat <www/big >got
	same got
	$SSH -S "$W/shared" -O exit 127.0.0.1
	wait $master || (($? == 255))
}

talks_through() {
	printf 'GET /index.html HTTP/1.0\r\n\r\n' | $SSH -W 127.0.0.1:8080 127.0.0.1 | grep hello
}

scans() {
	ssh-keyscan -p 2222 127.0.0.1 | grep ed25519
}

agent() {
	eval "$(ssh-agent -s)"
	ssh-add -q user
	ssh-add -l | grep ED25519
	ssh-agent -k
}

make_files
web_server
mkdir -p /run/sshd
ssh-keygen -q -t ed25519 -N '' -f host
ssh-keygen -q -t ed25519 -N '' -f user
start sshd /usr/sbin/sshd -D -e -f /dev/null -p 2222 -o ListenAddress=127.0.0.1 -o UsePAM=yes \
	-o HostKey="$W/host" -o AuthorizedKeysFile="$W/user.pub" -o StrictModes=no -o PidFile=none \
	-o PermitRootLogin=yes -o Subsystem="sftp internal-sftp"
serving 2222
check "a command" says hello
ends 7 "a command's status" there exit 7
check "through a pipe" pipes
check "a terminal" has_terminal
check "scp" copies -p
check "scp by its old protocol" copies -O
check "sftp" fetches
start forward $SSH -N -L 8701:127.0.0.1:8080 -R 8702:127.0.0.1:8080 -D 8703 \
	-L "$W/forward.sock:127.0.0.1:8080" 127.0.0.1
serving 8701
serving 8702
serving 8703
check "-L" gets http://127.0.0.1:8701/big
check "-L of a UNIX socket" gets --unix-socket forward.sock http://localhost/big
check "-R" gets http://127.0.0.1:8702/big
check "-D" gets --socks5 127.0.0.1:8703 http://127.0.0.1:8080/big
check "-W" talks_through
check "a shared connection" shares
check "an agent" agent
check "ssh-keyscan" scans
ends 255 "a refused connection" ssh -F none -p 1 127.0.0.1 true
