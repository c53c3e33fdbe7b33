/* SPDX-License-Identifier: MIT */
/* The flags and the mask of a handler hold when SIGPIPE comes of a write: what is blocked in it,
 * on which stack it runs, whether it may be interrupted by itself, and whether it stays.
 * variants: mask nodefer onstack resethand
 */
#include "ways.h"

static int depth, deepest, again_fd = -1;

/* Writes once more from inside: SA_NODEFER lets the next one in, else it waits for the return. */
static void on_nested(int sig, siginfo_t *info, void *context)
{
	sigset_t now;
	int err = errno;

	on_siginfo(sig, info, context);
	deepest = ++depth > deepest ? depth : deepest;
	pthread_sigmask(SIG_BLOCK, NULL, &now);
	say("in it: depth %d, blocked PIPE %d USR1 %d USR2 %d, altstack %d, errno %s", depth,
		sigismember(&now, SIGPIPE), sigismember(&now, SIGUSR1), sigismember(&now, SIGUSR2),
		caught.on_altstack, errname(err));
	if (again_fd >= 0 && caught.times < 3)
		write(again_fd, "y", 1);
	depth--;
	errno = err;
}

static void arm(const char *variant)
{
	struct sigaction a = {.sa_sigaction = on_nested, .sa_flags = SA_SIGINFO};

	if (*variant == 'm') {
		sigaddset(&a.sa_mask, SIGUSR1);
		sigaddset(&a.sa_mask, SIGUSR2);
	}
	a.sa_flags |= *variant == 'n'   ? SA_NODEFER
		      : *variant == 'o' ? SA_ONSTACK
		      : *variant == 'r' ? (int)SA_RESETHAND
					: 0;
	DO(sigaction(SIGPIPE, &a, NULL));
}

/* After SA_RESETHAND the default action stands. */
static void second_write(int fd)
{
	pid_t pid = fork();

	sure(pid >= 0, "fork");
	if (!pid) {
		DO(write(fd, "y", 1));
		_exit(0);
	}
	say("second write: %d", child_status(pid));
}

int torture(const char *variant)
{
	static char area[65536];
	stack_t stack = {.ss_sp = area, .ss_size = sizeof(area)};

	sure(sigaltstack(&stack, NULL) == 0, "sigaltstack");
	for (size_t k = 0; k < COUNT(KINDS); k++) {
		int fd = dead(KINDS[k]);

		for (size_t w = 0; w < COUNT(WAYS); w++) {
			if (WAYS[w].write == by_fclose && *variant == 'r')
				continue; /* raises it twice */
			arm(variant);
			again_fd = *variant == 'r' ? -1 : fd;
			write_by(&WAYS[w], KINDS[k], fd);
			say_shown("afterwards");
			say("deepest %d", deepest);
			say_caught("caught");
			deepest = 0;
		}
		if (*variant == 'r' && (KINDS[k][0] == 'p' || KINDS[k][0] == 'f'))
			second_write(fd);
		DO(close(fd));
	}
	stack.ss_flags = SS_DISABLE;
	sure(sigaltstack(&stack, NULL) == 0, "sigaltstack");
	return 0;
}
