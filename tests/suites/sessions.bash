# SPDX-License-Identifier: MIT
# Sessions of real programs with each other: sessions/NAME.bash.  The floor is
# all of a session's checks, less what is excused: none may fail bare.

session() {
	program bash "$SUITES/lib/session.bash" "$SUITES/sessions/$1.bash"
}

# session_suite NAME CHECKS PROGRAMS
session_suite() {
	suite "$1" "$2" "$3" session "$1"
	quick "$1"
}

# /usr/bin/redis-server is a link to redis-check-rdb.
session_suite redis 10 "redis-check-rdb redis-benchmark"
session_suite nginx 18 "nginx"
session_suite postgresql 15 "postgres psql pgbench"
session_suite openssh 16 "sshd ssh"
session_suite rsync 7 "rsync"
session_suite git 7 "git git-daemon"
session_suite curl 17 "curl"
session_suite haproxy 9 "haproxy"
session_suite socat 12 "socat"
session_suite node 12 "node"
