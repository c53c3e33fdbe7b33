# SPDX-License-Identifier: MIT
# Pipelines and shells: who is killed by SIGPIPE, who ignores it, and who says so, as ever.
# needs: python3
# needs: perl
# shellcheck disable=SC2016 # for the shell that is started, and for perl
status='echo "${PIPESTATUS[*]}"'

echo "yes | head"
under bash -c "yes | head -n 1; $status"
under bash -c "yes | head -n 100 | tail -n 1; $status"
under bash -c "set -o pipefail; yes | head -n 1 >/dev/null; echo \$?"
echo "grep -q, sort, seq, tee, cat"
under bash -c "seq 1000000 | grep -q 10; $status"
under bash -c "seq 1000000 | cat | tee /dev/null | head -n 1; echo \${PIPESTATUS[0]}"
under bash -c "dd if=/dev/zero bs=1M count=100 status=none | head -c 1 | wc -c; $status"
echo "trap '' PIPE"
under bash -c "trap '' PIPE; yes 2>&1 | head -n 1; $status"
under bash -c "trap '' PIPE; (sleep 0.2; echo late; echo \$? >&2) 2>&1 >/dev/full | cat"
under sh -c "trap '' PIPE; grep ^SigIgn /proc/self/status"
under bash -c "trap '' PIPE; trap - PIPE; grep ^SigIgn /proc/self/status"
under bash -c "trap '' PIPE; bash -c 'trap - PIPE; trap'; trap"
echo "trap handler"
under bash -c "trap 'echo caught >&2' PIPE; kill -PIPE \$\$; echo lives; trap -p PIPE"
under bash -c "(trap 'echo caught >&2; exit 3' PIPE; while echo y; do :; done) 2>&1 >&3 3>&- | cat" 3> >(head -n 1)
under bash -c "kill -PIPE \$\$; echo lives"
echo "$?"
echo "python"
under python3 -c 'import signal; print(signal.getsignal(signal.SIGPIPE))'
under python3 -c '
import os
r, w = os.pipe()
os.close(r)
try:
    os.write(w, b"x")
except BrokenPipeError as e:
    print(e)'
under python3 -c '
import signal, subprocess
p = subprocess.run(["sh", "-c", "kill -PIPE $$"])
print(p.returncode)
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
print(subprocess.run("yes | head -n 1", shell=True, restore_signals=False).returncode)
print(signal.getsignal(signal.SIGPIPE))'
under python3 -c '
import signal, socket, os
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
a, b = socket.socketpair()
a.send(b"x")
r, w = os.pipe()
os.close(r)
os.write(w, b"x")'
echo "$?"
echo "perl"
under perl -e 'use Socket; socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, PF_UNSPEC); close $b;
	my $n = 0; $SIG{PIPE} = sub { $n++ }; for (1 .. 3) { print "lost: $!\n" unless syswrite $a, "x" }
	print "$n signals\n"; $SIG{PIPE} = "IGNORE"; syswrite $a, "x"; print "$n signals, $!\n"'
under perl -e '$| = 1; open my $p, "|-", "true"; print $p "x" x 100000; close $p; print "$?\n"'
echo "$?"
