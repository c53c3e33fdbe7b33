/* SPDX-License-Identifier: MIT */
/* SIGPIPE that comes while another handler runs: at once, or after it where its mask says so; and
 * signals that wait until the handler of SIGPIPE is left.
 * variants: open masked
 */
#include "ways.h"

static char order[32];
static const struct way *way;
static int fd;

static void note(char what)
{
	order[strlen(order)] = what;
}

static void on_pipe(int sig)
{
	note('(');
	raise(SIGUSR2);
	note(')');
}

static void on_usr2(int sig)
{
	note('2');
}

static void on_usr1(int sig)
{
	int err = errno;

	note('[');
	way->write(fd);
	note(']');
	errno = err;
}

static void arm(bool masked)
{
	struct sigaction pipe_action = {.sa_handler = on_pipe};
	struct sigaction usr1 = {.sa_handler = on_usr1}, usr2 = {.sa_handler = on_usr2};

	if (masked) {
		sigaddset(&pipe_action.sa_mask, SIGUSR2);
		sigaddset(&usr1.sa_mask, SIGPIPE);
	}
	sure(sigaction(SIGPIPE, &pipe_action, NULL) == 0 && sigaction(SIGUSR1, &usr1, NULL) == 0 &&
			sigaction(SIGUSR2, &usr2, NULL) == 0,
		"sigaction");
}

int torture(const char *variant)
{
	arm(*variant == 'm');
	for (size_t k = 0; k < COUNT(KINDS); k++) {
		fd = dead(KINDS[k]);
		for (size_t w = 0; w < COUNT(WAYS); w++) {
			way = &WAYS[w];
			memset(order, 0, sizeof(order));
			DO(raise(SIGUSR1));
			say("%s: %s: %s", KINDS[k], way->name, order);
		}
		DO(close(fd));
	}
	return 0;
}
