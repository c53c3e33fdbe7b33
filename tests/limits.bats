# SPDX-License-Identifier: MIT
# Under a limit on memory the library takes a small part of it, and does what it can with that.
load helpers

@test "limits: sockets beyond a small table use up nothing: later ones are armed, with a story" {
	(($(ulimit -Hn) >= 9100)) || skip "needs 9100 descriptors, ulimit -Hn is $(ulimit -Hn)"
	ulimit -v 65536
	shimmed "$(victim limited)" sockets
	[[ $status == 0 && $output == *"low: keepalive=1 idle=60 intvl=5 cnt=3 "* ]]
	[[ $output == *"read=-1 errno=ECONNRESET"* ]]
	log_has event=peer-dead cause=reset
	[[ $(value peer "$(<"$LOG")") == 127.0.0.1:* ]]
}

@test "limits: a program that may have 22 MB of data has the 20 it needs" {
	ulimit -d 22000
	as_bare "$(victim limited)" memory
	[[ $output == "mmap=0 errno=0" ]]
	# The limit is one: less will not do.
	ulimit -d 20000
	bare "$(victim limited)" memory
	[[ $output == "mmap=-1 errno=ENOMEM" ]]
}
