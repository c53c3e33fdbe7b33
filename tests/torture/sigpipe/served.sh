# SPDX-License-Identifier: MIT
# As inetd starts them: ordinary programs whose standard output is a socket that the peer has closed.
# Each ends by itself, and soon.  (One that never looks whether it could write does not with
# SIGPIPE=auto, as od -v /dev/zero: no more than where SIGPIPE is ignored.)
# needs: python3
# needs: perl
# shellcheck disable=SC2016 # for the shell that is started
under python3 -c '
import socket, subprocess
def serve(*command):
    ours, theirs = socket.socketpair()
    ours.close()
    child = subprocess.Popen(command, stdout=theirs, stderr=subprocess.STDOUT)
    theirs.close()
    print(command[0], child.wait())
serve("yes")
serve("seq", "10000000")
serve("cat", "/dev/zero")
serve("dd", "if=/dev/zero", "bs=64k", "status=none")
serve("perl", "-e", "while (1) { print qq(y\\n) or exit 3 }")
serve("sh", "-c", "while echo y; do :; done")
serve("bash", "-c", "while echo y; do :; done; exit 4")
serve("bash", "-c", "yes | cat; exit ${PIPESTATUS[0]}")'
