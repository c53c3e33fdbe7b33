/* SPDX-License-Identifier: MIT */
/*
 * churn TALKS SILENT ENDED: connections to both addresses, each closed after its time, whereupon
 * its number is at once that of another; until so many have been ended, or for a minute.  Those to
 * SILENT are closed when they are a second old, or a little more, just when SILENCE=1s would end
 * them; those to TALKS, younger or older, must live until then.  Says "wrong=N", how many to TALKS
 * were ended, "ended=N", how many to SILENT, and "opened=N".
 */
#include "victim.h"

enum { SLOTS = 96, AGE_MS = 1000, SPREAD_MS = 60, LONGEST_MS = 60000 };

static struct slot {
	int fd;
	bool talks;
	int64_t until_ms;
} slot[SLOTS];

static struct sockaddr_storage to[2];
static socklen_t len[2];
static long opened, wrong, ended;

/* One of two is silent; of the others some are soon closed, and some are old. */
static void open_slot(struct slot *s, bool talks)
{
	int64_t age = talks && rand() % 4 ? rand() % AGE_MS : AGE_MS + rand() % SPREAD_MS;

	s->talks = talks;
	s->until_ms = now_ms() + age;
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (s->fd < 0 || connect(s->fd, (struct sockaddr *)&to[talks], len[talks]) < 0)
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

static bool is_over(struct slot *s)
{
	char bytes[4096];
	ssize_t n = recv(s->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	return !n || (n < 0 && errno != EAGAIN);
}

static void look(struct slot *s)
{
	bool over = is_over(s);

	if (over)
		*(s->talks ? &wrong : &ended) += 1;
	if (!over && now_ms() < s->until_ms)
		return;
	close_slot(s);
	open_slot(s, !s->talks);
}

int main(int argc, char **argv)
{
	int64_t until_ms;

	if (argc != 4)
		return 2;
	len[1] = parse_address(argv[1], &to[1]);
	len[0] = parse_address(argv[2], &to[0]);
	for (int i = 0; i < SLOTS; i++)
		open_slot(&slot[i], i & 1);
	puts("ready");
	fflush(stdout);
	until_ms = now_ms() + LONGEST_MS;
	while (ended < atoi(argv[3]) && now_ms() < until_ms) {
		for (int i = 0; i < SLOTS; i++)
			look(&slot[i]);
		usleep(200);
	}
	printf("wrong=%ld ended=%ld opened=%ld\n", wrong, ended, opened);
	return 0;
}
