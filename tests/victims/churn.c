/* SPDX-License-Identifier: MIT */
/*
 * churn TALKS SILENT SECONDS: keeps connections to both addresses, and closes and opens others all
 * the time, so that each number of a descriptor is soon another socket's.  A connection to TALKS
 * must live until it is closed here; one to SILENT may be ended.  Says "wrong=N", how many to TALKS
 * were ended, "ended=N", how many to SILENT, and "opened=N".
 */
#include <fcntl.h>

#include "victim.h"

enum { SLOTS = 64 };

static struct slot {
	int fd;
	bool talks;
} slot[SLOTS];

static struct sockaddr_storage to[2];
static socklen_t len[2];
static long opened, wrong, ended;

static void open_slot(struct slot *s)
{
	s->talks = rand() & 1;
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (s->fd < 0 || connect(s->fd, (struct sockaddr *)&to[s->talks], len[s->talks]) < 0)
		die("connect");
	opened++;
}

/* Closed without TIME_WAIT: there are more connections than ports. */
static void close_slot(struct slot *s)
{
	struct linger now = {1, 0};

	setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(s->fd);
}

static void look(struct slot *s)
{
	char bytes[4096];
	ssize_t n = recv(s->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n > 0 || (n < 0 && errno == EAGAIN))
		return;
	*(s->talks ? &wrong : &ended) += 1;
	close_slot(s);
	open_slot(s);
}

/* The first half of them is left to itself: these become old. */
int main(int argc, char **argv)
{
	int64_t until;

	if (argc != 4)
		return 2;
	len[1] = parse_address(argv[1], &to[1]);
	len[0] = parse_address(argv[2], &to[0]);
	for (int i = 0; i < SLOTS; i++)
		open_slot(&slot[i]);
	puts("ready");
	fflush(stdout);
	until = now_ms() + atoi(argv[3]) * 1000;
	for (unsigned turn = 0; now_ms() < until; turn++) {
		/* Two at once: the numbers are swapped. */
		struct slot *a = &slot[SLOTS / 2 + rand() % (SLOTS / 2)],
			    *b = &slot[rand() % SLOTS];

		look(&slot[turn % SLOTS]);
		if (a == b || (b < &slot[SLOTS / 2] && turn % 500))
			continue;
		close_slot(a);
		close_slot(b);
		open_slot(a);
		open_slot(b);
		usleep(200);
	}
	printf("wrong=%ld ended=%ld opened=%ld\n", wrong, ended, opened);
	return 0;
}
