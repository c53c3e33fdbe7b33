/* SPDX-License-Identifier: MIT */
/* The process may write no file, or a small one only, and a log line would end it by SIGXFSZ.
 * variants: none small handled
 */
#include "wrapped.h"

#include <sys/resource.h>

static volatile int raised;

static void on_sigxfsz(int sig)
{
	raised += sig == SIGXFSZ;
}

static void set(const char *variant)
{
	const struct rlimit limit = {*variant == 's' ? 100 : 0, RLIM_INFINITY};

	if (*variant == 'h')
		signal(SIGXFSZ, on_sigxfsz);
	sure(setrlimit(RLIMIT_FSIZE, &limit) == 0, "setrlimit");
}

int torture(const char *variant)
{
	int file = open(".", O_TMPFILE | O_RDWR, 0600);
	pid_t pid;

	set(variant);
	for (int i = 0; i < 3; i++)
		wrapped_all();
	say("raised %d", raised);
	/* And the limit is one. */
	pid = fork();
	if (!pid) {
		DO(write(file, "x", *variant != 's'));
		DO(lseek(file, 100, SEEK_SET));
		DO(write(file, "x", 1));
		_exit(raised);
	}
	say("status %d", child_status(pid));
	close(file);
	return 0;
}
