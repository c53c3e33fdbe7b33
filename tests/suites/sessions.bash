# SPDX-License-Identifier: MIT
# Sessions of real programs with each other: sessions/NAME.bash.  Here FLOOR is all of a session's
# checks: none may fail bare.

session() {
	program bash "$SUITES/lib/session.bash" "$SUITES/sessions/$1.bash"
}

# session_suite NAME CHECKS PROGRAMS
session_suite() {
	suite "$1" "$2" "$3" session "$1"
	quick "$1"
}

# /usr/bin/redis-server is a link to redis-check-rdb.
session_suite redis 1 "redis-check-rdb redis-benchmark"
session_suite nginx 1 "nginx"
session_suite postgresql 1 "postgres psql pgbench"
session_suite openssh 1 "sshd ssh"
session_suite rsync 1 "rsync"
session_suite git 1 "git git-daemon"
session_suite curl 1 "curl"
session_suite haproxy 1 "haproxy"
session_suite socat 1 "socat"
session_suite node 1 "node"
