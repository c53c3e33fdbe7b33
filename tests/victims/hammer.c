/* SPDX-License-Identifier: MIT */
/*
 * cflags: -lpthread
 * hammer THREADS CALLS PORT [PROCESSES]: each thread sends CALLS times (0: for ever) 16 bytes to
 * PORT, on a connection of its own: its letter and number, then a serial number.  A timer's signal
 * does the same on a second one from within its handler, wherever the thread is just then: even
 * threads with send(), odd ones with write().  As many processes at once, by fork.
 * Exactly these calls are made a connection: socket, connect, CALLS of one kind, close; by the
 * handler, as many as it was called, and "handled N" is printed by each process at the end.
 */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>

#include "victim.h"

struct line {
	int fd, thread;
	char letter;
	unsigned long serial;
};

static int calls, port, process;
static __thread struct line own, handlers;
static unsigned long handled;

static struct line connected(int thread, char letter)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct line l = {.fd = socket(AF_INET, SOCK_STREAM, 0), .thread = thread, .letter = letter};

	if (l.fd < 0 || connect(l.fd, (struct sockaddr *)&to, sizeof(to)))
		die("connect");
	return l;
}

/* By hand: snprintf() is not for signal handlers. */
static void number(char *end, int digits, unsigned long n)
{
	while (digits--) {
		*--end = (char)('0' + n % 10);
		n /= 10;
	}
}

static void send_next(struct line *l)
{
	char text[16];
	size_t sent = 0;

	text[0] = l->letter;
	number(text + 4, 3, (unsigned long)(process * 16 + l->thread));
	text[4] = ':';
	number(text + 16, 11, l->serial);
	while (sent < sizeof(text)) { /* more than once only if a signal came in between */
		ssize_t n = l->thread % 2 ? write(l->fd, text + sent, sizeof(text) - sent)
					  : send(l->fd, text + sent, sizeof(text) - sent, 0);

		if (n < 0)
			die("send");
		sent += (size_t)n;
	}
	l->serial++;
}

static void interrupt(int sig)
{
	int kept = errno;

	(void)sig;
	if (handlers.letter) {
		send_next(&handlers);
		__atomic_add_fetch(&handled, 1, __ATOMIC_RELAXED);
	}
	errno = kept;
}

static void *work(void *number)
{
	int thread = (int)(long)number;
	sigset_t alarm;

	own = connected(thread, 'T');
	handlers = connected(thread, 'H');
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
	while (!calls || own.serial < (unsigned long)calls)
		send_next(&own);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	close(own.fd);
	close(handlers.fd);
	return NULL;
}

static void hammer(int threads)
{
	struct itimerval often = {{0, 200}, {0, 200}};
	pthread_t id[16];

	setitimer(ITIMER_REAL, &often, NULL);
	for (long i = 0; i < threads; i++)
		if (pthread_create(&id[i], NULL, work, (void *)i))
			die("pthread_create");
	for (int i = 0; i < threads; i++)
		pthread_join(id[i], NULL);
	dprintf(1, "handled %lu\n", handled);
}

int main(int argc, char **argv)
{
	struct sigaction action = {.sa_handler = interrupt, .sa_flags = SA_RESTART};
	int processes = argc > 4 ? atoi(argv[4]) : 1;
	sigset_t alarm;

	if (argc < 4 || atoi(argv[1]) > 16)
		die("hammer THREADS CALLS PORT [PROCESSES]");
	calls = atoi(argv[2]);
	port = atoi(argv[3]);
	sigaction(SIGALRM, &action, NULL);
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	while (process < processes - 1 && fork())
		process++;
	hammer(atoi(argv[1]));
	while (wait(NULL) > 0)
		;
	return 0;
}
