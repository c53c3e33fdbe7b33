# SPDX-License-Identifier: MIT
# memcapable (memccapable in Debian), libmemcached's tests of a server's protocol, of memcached; a
# part is one of the two protocols.

memcapable_lines() {
	sed -nE 's/^(.*[^ ]) +\[(pass|FAIL)\].*/\2 \1/p' | sed 's/^pass/PASS/'
}

memcapable() {
	local option=-a
	[[ $1 == ascii ]] || option=-b
	program memcached -u nobody -l 127.0.0.1 -p 11211 >&2 &
	until ss -Hltn 'sport = :11211' | grep -q .; do
		kill -0 "$!" || return
		sleep 0.1
	done
	program memccapable -h 127.0.0.1 -p 11211 "$option" | tee -a /dev/stderr | memcapable_lines
	kill "$!"
	wait "$!"
}

suite memcapable 54 "memcached memccapable" memcapable ascii binary
quick memcapable
