# SPDX-License-Identifier: MIT
# An rsync daemon: pull, push, changes alone, a module that is not there, a refused connection.

settings() {
	printf '%s\n' "use chroot = no" "[files]" "path = $W/www" "read only = no" "uid = 0" "gid = 0"
}

pulls() {
	rsync -a "$@" rsync://127.0.0.1:8730/files/ pulled/
	diff -r www pulled
}

pushes() {
	mkdir pushed
	seq 100000 >pushed/numbers
	rsync -a pushed/ rsync://127.0.0.1:8730/files/
	cmp pushed/numbers www/numbers
}

# A file that differs in its middle, sent as a difference.  Its time may be that of the first pull.
updates() {
	printf changed | dd of=www/big bs=1 seek=2500000 conv=notrunc
	rsync -a --checksum --no-whole-file --stats rsync://127.0.0.1:8730/files/ pulled/ >stats.txt
	diff -r www pulled
	awk '/^Literal data/ { gsub(",", ""); exit !($3 > 0 && $3 < 100000) }' stats.txt
}

make_files
settings >rsyncd.conf
start daemon rsync --daemon --no-detach --port 8730 --address 127.0.0.1 --config rsyncd.conf
serving 8730
check "pull" pulls
check "push" pushes
check "pull what is new, compressed" pulls -z
check "pull what changed" updates
check "a limited rate" pulls --bwlimit=4000 --ignore-times --whole-file
ends 5 "no such module" rsync rsync://127.0.0.1:8730/none/
ends 10 "a refused connection" rsync rsync://127.0.0.1:1/files/
