/* SPDX-License-Identifier: MIT */
/* Programs clear, replace and fill their environment before they start others.
 * variants: null clear large many hole
 * uses: process/show
 */
#include "child.h"

#include <spawn.h>

enum { VARIABLES = 5000 };

static char *vector[VARIABLES + 1];

static void change(const char *variant)
{
	static char text[VARIABLES][16], large[100000];

	if (!strcmp(variant, "null")) {
		environ = NULL;
	} else if (!strcmp(variant, "clear")) {
		clearenv();
		setenv("ONLY", "this", 1);
	} else if (!strcmp(variant, "large")) {
		memset(large, 'v', sizeof(large) - 1);
		memcpy(large, "LARGE=", 6);
		vector[0] = vector[2] = large;
		vector[1] = "SMALL=1";
		environ = vector;
	} else if (!strcmp(variant, "many")) {
		for (int i = 0; i < VARIABLES; i++) {
			snprintf(text[i], sizeof(text[i]), "V%d=%d", i, i);
			vector[i] = text[i];
		}
		environ = vector;
	} else {
		vector[0] = "";
		vector[1] = "=";
		vector[2] = "LD_PRELOA=x";
		vector[3] = "PEERLESS=not ours";
		environ = vector;
	}
}

static int by_execv(void *path)
{
	char *argv[] = {"show", NULL};

	execv(path, argv);
	return 99;
}

static int by_execl(void *path)
{
	execl(path, "show", (char *)NULL);
	return 99;
}

static int by_execve(void *path)
{
	char *argv[] = {"show", NULL};

	execve(path, argv, environ);
	return 99;
}

static int by_spawn(void *path)
{
	char *argv[] = {"show", NULL};
	pid_t pid;

	return posix_spawn(&pid, path, NULL, NULL, argv, environ) ? 99 : child_status(pid);
}

int torture(const char *variant)
{
	char *path = strdup(built("process/show")), **was = environ;
	int end[2];

	tcp_pair(end);
	change(variant);
	say("execv: %d", in_child(by_execv, path));
	say("execl: %d", in_child(by_execl, path));
	say("execve: %d", in_child(by_execve, path));
	say("posix_spawn: %d", in_child(by_spawn, path));
	say("secure: %d", secure_getenv("LARGE") != NULL);
	say_alive("after", end);
	if (strcmp(variant, "clear") != 0)
		environ = was;
	free(path);
	return 0;
}
