# SPDX-License-Identifier: MIT
# Buffered and unbuffered I/O on sockets, a signal handler, fork, and errors as perl shows them.
use strict;
use warnings;
use IO::Socket::INET;
use Socket;

my $server = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1') or die;
my $pid = fork();
if (!$pid) {
	my $peer = $server->accept();
	print $peer scalar(reverse $_), "\n" while chomp($_ = <$peer> // exit 4);
}
my $client = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $server->sockport) or die;
$client->autoflush(1);
for my $line (qw(one two three)) {
	print $client "$line\n";
	print scalar <$client>;
}
shutdown($client, 1);
print defined(scalar <$client>) ? "more\n" : "end\n";
waitpid($pid, 0);
print $? >> 8, "\n";
my $broken = 0;
$SIG{PIPE} = sub { $broken++ };
socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, 0) or die;
close $b;
print defined(syswrite($a, "x")) ? "wrote" : "$!", " $broken\n";
$SIG{PIPE} = 'IGNORE';
print defined(syswrite($a, "x")) ? "wrote" : "$!", " $broken\n";
$SIG{PIPE} = 'DEFAULT';
print system("yes | head -1 >/dev/null") >> 8, "\n";
