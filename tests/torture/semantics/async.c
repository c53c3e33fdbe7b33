/* SPDX-License-Identifier: MIT */
/* O_ASYNC: SIGIO, or the signal of F_SETSIG with its si_fd and si_band, for what arrives.
 * variants: tcp unix udp piper
 */
#include "states.h"

static sigset_t set;
static int fd;

static void signalled(void)
{
	struct timespec soon = {10, 0}, none = {0, 0};
	siginfo_t info = {0};
	int sig = sigtimedwait(&set, &info, &soon);

	say("  signal %d, si_fd right: %d, code %d", sig - (sig >= SIGRTMIN ? SIGRTMIN : 0),
		sig >= SIGRTMIN ? info.si_fd == fd : -1, info.si_code);
	while (sigtimedwait(&set, NULL, &none) > 0) /* an end of stream may tell of itself twice */
		;
}

static void arrives(void)
{
	char buf[16];

	state_feed(fd);
	signalled();
	DO(read(fd, buf, sizeof(buf)));
}

int torture(const char *variant)
{
	sigemptyset(&set);
	sigaddset(&set, SIGIO);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = state(variant);
	DO(fcntl(fd, F_SETOWN, getpid()));
	DO(fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_ASYNC));
	DO(!!(fcntl(fd, F_GETFL) & O_ASYNC));
	arrives();
	DO(fcntl(fd, F_SETSIG, SIGRTMIN));
	DO(fcntl(fd, F_GETSIG) == SIGRTMIN);
	arrives();
	if (strcmp(variant, "udp") != 0) {
		close(peer);
		peer = -1;
		signalled();
	}
	DO(fcntl(fd, F_SETFL, 0));
	DO(fcntl(fd, F_SETOWN, -getpgrp()));
	DO(fcntl(fd, F_GETOWN) == -getpgrp());
	state_end(fd);
	return 0;
}
