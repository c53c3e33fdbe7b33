# SPDX-License-Identifier: MIT
# stress-ng's stressors of sockets, descriptors and processes, two workers each, which verify what
# they did; a part is a stressor and how many of its operations are done, so that no part is
# bounded by time.  Its tests: it succeeded, and the operations were done.

stress_ng() {
	local stressor=${1%=*} operations=${1#*=} done_operations
	if program stress-ng --"$stressor" 2 --"$stressor"-ops "$operations" --verify --oomable \
		--temp-path "$PWD" --metrics-brief --yaml "$PWD/metrics" >&2; then
		echo "PASS verified"
	else
		echo "FAIL verified"
	fi
	done_operations=$(sed -n 's/^ *bogo-ops: //p' metrics)
	if ((done_operations >= operations)); then
		echo "PASS operations"
	else
		echo "FAIL operations"
	fi
}

suite stress-ng 40 stress-ng stress_ng sock=2000 sockfd=20000 sockpair=20000 sockabuse=500 \
	sockmany=2000 udp=20000 udp-flood=20000 rawsock=5000 close=1000 dup=2000 fork=2000 \
	vfork=2000 daemon=300 clone=200 sendfile=2000 \
	splice=5000 epoll=20000 poll=10000 sigpipe=10000 pipe=20000
quick stress-ng
