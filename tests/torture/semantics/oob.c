/* SPDX-License-Identifier: MIT */
/* Urgent data: SIGURG, sockatmark, MSG_OOB, SO_OOBINLINE, and poll's POLLPRI.
 * variants: tcp unix
 */
#include "states.h"

#include <sys/ioctl.h>

static volatile int urgent;

static void on_urgent(int sig)
{
	(void)sig;
	urgent++;
}

static void mark(int fd)
{
	char buf[16] = "";
	int n = read(fd, buf, sizeof(buf));

	say("  read %d %.16s atmark=%d", n, buf, sockatmark(fd));
}

static void apart(int fd)
{
	char c = '-';

	DO(send(peer, "abc", 3, 0));
	DO(send(peer, "X", 1, MSG_OOB));
	DO(send(peer, "def", 3, 0));
	await(fd, POLLPRI);
	await_flag(&urgent, 1);
	DO(sockatmark(fd));
	DO(recv(fd, &c, 1, MSG_OOB | MSG_PEEK));
	DO(recv(fd, &c, 1, MSG_OOB));
	say("  %c", c);
	DO(recv(fd, &c, 1, MSG_OOB));
	mark(fd);
	mark(fd);
	DO(read(fd, &c, 1));
}

static void inline_(int fd)
{
	char c = '-';
	int on = 1;

	DO(setsockopt(fd, SOL_SOCKET, SO_OOBINLINE, &on, sizeof(on)));
	DO(send(peer, "abcX", 4, MSG_OOB));
	await(fd, POLLPRI);
	DO(recv(fd, &c, 1, MSG_OOB));
	mark(fd);
	mark(fd);
	DO(send(peer, "", 0, MSG_OOB));
}

int torture(const char *variant)
{
	int fd = state(variant);

	signal(SIGURG, on_urgent);
	DO(fcntl(fd, F_SETOWN, getpid()));
	DO(fcntl(fd, F_GETOWN) == getpid());
	apart(fd);
	inline_(fd);
	say("urgent: %d", urgent > 0);
	state_end(fd);
	return 0;
}
