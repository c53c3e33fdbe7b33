/* SPDX-License-Identifier: MIT */
/*
 * close_in_handler ROUNDS: main opens, dups and closes sockets while a timer's signal handler
 * closes, writes and dups others at any moment (R8).  close() is async-signal-safe, so this ends;
 * what deadlocks is ended by SIGALRM.
 */
#include <signal.h>

#include "victim.h"

static volatile sig_atomic_t handled, wrong;
static int spare[2];

static void on_timer(int sig)
{
	int kept = errno, fd = dup(spare[0]);

	handled++;
	if (fd < 0 || write(fd, "x", 1) != 1 || close(fd) < 0)
		wrong++;
	fd = dup2(spare[0], 200);
	if (fd != 200 || close(200) < 0)
		wrong++;
	errno = kept;
}

int main(int argc, char **argv)
{
	struct sigaction sa = {.sa_handler = on_timer, .sa_flags = SA_RESTART};
	struct itimerspec every = {{0, 50000}, {0, 50000}}, never = {{0, 0}, {0, 0}};
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	int rounds = argc > 1 ? atoi(argv[1]) : 100000, pair[2];
	char sink[4096];
	timer_t timer;

	alarm(60);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, spare) < 0)
		die("socketpair");
	sigaction(SIGUSR1, &sa, NULL);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) || timer_settime(timer, 0, &every, NULL))
		die("timer");
	for (int i = 0; i < rounds; i++) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0 || dup2(pair[0], 201) != 201)
			die("socketpair");
		if (write(pair[1], "x", 1) != 1 || close(pair[1]) || close(pair[0]) || close(201))
			wrong++;
		while (i % 16 == 0 && recv(spare[1], sink, sizeof(sink), MSG_DONTWAIT) > 0)
			;
	}
	timer_settime(timer, 0, &never, NULL);
	printf("rounds=%d handled=%s wrong=%d\n", rounds, handled > 100 ? "many" : "few",
		(int)wrong);
	return 0;
}
