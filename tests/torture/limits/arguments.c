/* SPDX-License-Identifier: MIT */
/* Arguments and environment as large as the kernel takes, and one byte more.
 * variants: environment strings threshold
 */
#include "wrapped.h"

#include <sys/resource.h>

extern char **environ;

enum { STRING = 100000, STRINGS = 15, SMALL = 20000 };

static char *filled(const char *name, size_t len)
{
	char *s = malloc(len + 1);

	memset(s, 'x', len);
	memcpy(s, name, strlen(name));
	s[len] = '\0';
	return s;
}

/* What the shim came in by is passed on, as every program does. */
static char **with_ours(char **mine, size_t n)
{
	char **e;

	for (e = environ; *e; e++)
		if (!strncmp(*e, "LD_PRELOAD=", 11) || !strncmp(*e, "PEERLESS_", 9))
			mine[n++] = *e;
	mine[n] = NULL;
	return mine;
}

static int run(char **argv, char **envp)
{
	pid_t pid = fork();

	if (!pid) {
		execve("/proc/self/exe", argv, envp);
		say("%s", errname(errno));
		_exit(98);
	}
	return child_status(pid);
}

/* The new program looks at what it got. */
static int arrived(void)
{
	size_t bytes = 0, strings = 0;

	for (char **e = environ; *e; e++)
		if (!strncmp(*e, "TORTURE", 7)) {
			strings++;
			bytes += strlen(*e);
		}
	say("%zu strings, %zu bytes", strings, bytes);
	wrapped_all();
	view_wanted = false;
	return 7;
}

/* The largest single string that execve() takes by this explicit environment, which is bare's. */
static void threshold(void)
{
	char *argv[] = {"arguments", NULL, NULL}, *none[] = {"A=b", NULL};
	static char longest[1 << 20];
	size_t low = 1000, high = sizeof(longest);

	memset(longest, 'x', sizeof(longest));
	argv[1] = longest;
	while (high - low > 1) {
		size_t middle = (low + high) / 2;
		pid_t pid;

		longest[middle] = '\0';
		pid = fork();
		if (!pid) {
			execve("/bin/true", argv, none);
			_exit(98);
		}
		*(child_status(pid) == 0 ? &low : &high) = middle;
		longest[middle] = 'x';
	}
	say("%zu bytes fit", low);
}

int torture(const char *variant)
{
	static char *envp[SMALL + 100];
	char *argv[] = {"arguments", "+", NULL};
	char name[32];
	size_t n;

	if (*variant == '+')
		return arrived();
	if (!strcmp(variant, "threshold")) {
		threshold();
		return 0;
	}
	if (!strcmp(variant, "environment")) {
		for (n = 0; n < STRINGS; n++) {
			snprintf(name, sizeof(name), "TORTURE%zu=", n);
			envp[n] = filled(name, STRING);
		}
	} else {
		for (n = 0; n < SMALL; n++) {
			snprintf(name, sizeof(name), "TORTURE%zu=", n);
			envp[n] = filled(name, 40);
		}
	}
	say("status %d", run(argv, with_ours(envp, n)));
	/* One that is too long for the kernel. */
	envp[0] = filled("TORTURE=", 131072);
	say("status %d", run(argv, envp));
	_exit(0); /* what was allocated is no view */
}
