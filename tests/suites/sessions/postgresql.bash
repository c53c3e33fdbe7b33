# SPDX-License-Identifier: MIT
# PostgreSQL: pgbench over TCP and a UNIX socket, COPY both ways, a query cancelled, timed out and
# its backend killed, NOTIFY, a base backup over the replication protocol.

binaries=$(echo /usr/lib/postgresql/*/bin)
PATH=$binaries:$PATH
PGHOST=127.0.0.1 PGPORT=5432 PGUSER=postgres PGDATABASE=postgres

as_postgres() {
	setpriv --reuid=postgres --regid=postgres --clear-groups "$@"
}

asks() {
	psql -XAtc "$1"
}

answers() {
	[[ $(asks "$1") == "$2" ]]
}

# bench TRANSACTIONS ARG…: pgbench does them all.
bench() {
	local want=$1
	shift
	pgbench -n "$@" | grep "actually processed: $want/$want"
}

copies() {
	asks 'create table numbers (x text)'
	seq 200000 | asks 'copy numbers from stdin'
	asks 'copy numbers to stdout' | cmp - <(seq 200000)
}

sleeping() {
	answers "select count(*) from pg_stat_activity where query = 'select pg_sleep(50)'" 1
}

# A query that waits, in the background; what its client says goes where our output does.
sleeps() {
	psql -XAtc 'select pg_sleep(50)' 2>&1 &
	sleeper=$!
	retry sleeping
}

# fails_with TEXT SQL
fails_with() {
	! asks "$2" 2>error.txt
	grep "$1" error.txt
}

cancelled() {
	sleeps >cancel.txt
	kill -INT "$sleeper"
	! wait "$sleeper"
	grep 'canceling statement due to user request' cancel.txt
}

killed() {
	sleeps >killed.txt
	asks "select pg_terminate_backend(pid) from pg_stat_activity
		where query = 'select pg_sleep(50)'"
	! wait "$sleeper"
	grep 'terminating connection' killed.txt
}

notified() {
	printf 'listen z;\nselect pg_notify($$z$$, $$news$$);\n' | psql -X >notify.txt
	grep 'Asynchronous notification "z" with payload "news"' notify.txt
}

chmod 711 .
install -d -o postgres data
check "initdb" as_postgres initdb -D "$W/data" -A trust -N
start server setpriv --reuid=postgres --regid=postgres --clear-groups postgres -D "$W/data" \
	-c listen_addresses=127.0.0.1 -c unix_socket_directories="$W/data" -c fsync=off
retry pg_isready -q
check "a query" answers 'select sum(x) from generate_series(1, 100000) x' 5000050000
check "pgbench fills its tables" pgbench -q -i -s 1
check "pgbench" bench 800 -c 8 -j 2 -t 100
check "pgbench, a connection each" bench 120 -C -S -c 4 -t 30
check "pgbench over a UNIX socket" bench 400 -S -c 4 -t 100 -h "$W/data"
check "pgbench with prepared statements, pipelined" bench 200 -M prepared -S -c 2 -t 100
check "COPY in and out" copies
check "a query is cancelled" cancelled
check "a query times out" fails_with 'statement timeout' \
	"set statement_timeout = 300; select pg_sleep(50)"
check "a backend is killed" killed
check "a notification" notified
check "a base backup" pg_basebackup -D "$W/backup" -X stream -c fast
ends 2 "a refused connection" psql -X -p 1 -c 'select 1'
check "an orderly end" as_postgres pg_ctl -D "$W/data" -m fast -w stop
