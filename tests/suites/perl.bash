# SPDX-License-Identifier: MIT
# perl's own tests of sockets, pipes, processes and signals, from its source package, with Debian's
# perl; a part is a test file.  Those of perl itself expect to run uninstalled: they are told where
# perl is, and to leave its module path alone.

# A copy that the tests may write to, with these things changed.
perl_tree() {
	[[ ! -d /mnt/perl ]] || return 0
	mkdir -p /mnt/perl/cpan
	cp -r "$SOURCES"/perl/{t,dist,ext} /mnt/perl
	cp -r "$SOURCES"/perl/cpan/{Socket,IO-Socket-IP} /mnt/perl/cpan
	cd /mnt/perl/t || return
	ln -s /usr/bin/perl perl
	cp test.pl ../dist/IO/t
	sed -i 's/^sub set_up_inc .*/sub set_up_inc { return; }\nsub set_up_inc_unused {/' test.pl
	sed -i -E 's/@INC *= *[^;]*;/;/' io/*.t op/*.t lib/*.pl
}

# A module's tests run in its folder.
perl_test() {
	local folder=/mnt/perl/${1%%/t/*} file=t/${1#*/t/} path=t/lib
	perl_tree
	[[ $1 != t/* ]] || folder=/mnt/perl/t file=${1#t/} path=.
	cd "$folder" || return
	program /usr/bin/perl -I"$path" "$file" | tee -a /dev/stderr | convert tap
}

suite perl 1490 perl perl_test \
	t/io/{socket,socketpair,pipe,dup,fflush,print,say,read,open,openpid,argv,eintr}.t \
	t/io/{eintr_print,errno,iofile,nargv,closepid,defout,sem}.t \
	t/op/{fork,exec,alarm,kill0,sselect,select,readline,sysio,fh,die_exit,sleep,getppid}.t \
	dist/IO/t/{cachepropagate-tcp,cachepropagate-udp,cachepropagate-unix,gh17447,io_const}.t \
	dist/IO/t/{io_dup,io_file,io_getline,io_leak,io_linenum,io_pipe,io_poll,io_sel}.t \
	dist/IO/t/{io_sock,io_sock_errstr,io_tell,io_udp,io_unix,io_utf8argv,io_xs}.t \
	cpan/Socket/t/{Socket,getaddrinfo,getnameinfo,ip_mreq,ipv6_mreq,sockaddr,socketpair}.t \
	cpan/IO-Socket-IP/t/{01local-client-v4,02local-server-v4,03local-cross-v4}.t \
	cpan/IO-Socket-IP/t/{04local-client-v6,05local-server-v6,06local-cross-v6,10args}.t \
	cpan/IO-Socket-IP/t/{11sockopts,12port-fallback,13addrinfo,14fileno,15io-socket}.t \
	cpan/IO-Socket-IP/t/{16v6only,17gai-flags,18fdopen,19no-addrs,20subclass,21as-inet}.t \
	cpan/IO-Socket-IP/t/{22timeout,30nonblocking-connect}.t \
	ext/POSIX/t/{posix,sigaction,waitpid,wrappers}.t ext/IPC-Open3/t/{IPC-Open2,IPC-Open3,fd}.t \
	dist/Net-Ping/t/{110_icmp_inst,120_udp_inst,130_tcp_inst,140_stream_inst,150_syn_inst}.t \
	dist/Net-Ping/t/{190_alarm,200_ping_tcp,300_ping_stream,500_ping_icmp,510_ping_udp}.t
fetched_by[perl]=lib/perl-source
