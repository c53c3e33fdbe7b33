/* SPDX-License-Identifier: MIT */
/* posix_spawn and posix_spawnp with every file action and attribute: the child finds what was
 * asked for and nothing else, and our connection stays.
 * variants: plain actions closefrom chdir mask defaults group vfork missing
 * uses: process/show
 */
#include "child.h"

#include <spawn.h>

static char *given[] = {"B=2", "A=1", "EMPTY=", "odd", "A=twice", NULL};
static posix_spawn_file_actions_t actions;
static posix_spawnattr_t attributes;

static void ask(const char *variant, int end[2])
{
	sigset_t set;

	sigemptyset(&set);
	if (!strcmp(variant, "actions")) {
		posix_spawn_file_actions_adddup2(&actions, end[0], 10);
		posix_spawn_file_actions_addclose(&actions, end[0]);
		posix_spawn_file_actions_addopen(&actions, 11, "made", O_CREAT | O_WRONLY, 0600);
		posix_spawn_file_actions_adddup2(&actions, 11, 2);
		posix_spawn_file_actions_addclose(&actions, 11);
	} else if (!strcmp(variant, "closefrom")) {
		posix_spawn_file_actions_addclosefrom_np(&actions, 3);
	} else if (!strcmp(variant, "chdir")) {
		posix_spawn_file_actions_addchdir_np(&actions, "/usr");
	} else if (!strcmp(variant, "mask")) {
		sigaddset(&set, SIGPIPE);
		sigaddset(&set, SIGUSR1);
		posix_spawnattr_setsigmask(&attributes, &set);
		posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	} else if (!strcmp(variant, "defaults")) {
		signal(SIGPIPE, SIG_IGN);
		signal(SIGUSR2, SIG_IGN);
		sigaddset(&set, SIGUSR2);
		posix_spawnattr_setsigdefault(&attributes, &set);
		posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
	} else if (!strcmp(variant, "group")) {
		posix_spawnattr_setpgroup(&attributes, 0);
		posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_RESETIDS);
	} else if (!strcmp(variant, "vfork")) {
		posix_spawnattr_setflags(&attributes, POSIX_SPAWN_USEVFORK | POSIX_SPAWN_SETSID);
	}
}

/* By its path or its name; with an environment of its own or ours. */
static void start(const char *path, bool by_name, char **environment)
{
	char *argv[] = {"show me", "", "a b", NULL};
	pid_t pid = -7;
	int err, left, status = -1;

	errno = ERRNO_KEPT;
	err = by_name ? posix_spawnp(&pid, strrchr(path, '/') + 1, &actions, &attributes, argv,
				environment)
		      : posix_spawn(&pid, path, &actions, &attributes, argv, environment);
	left = errno;
	if (!err)
		status = child_status(pid);
	say("%s: %s, errno %s, pid %s, status %d", by_name ? "posix_spawnp" : "posix_spawn",
		errname(err), left == ERRNO_KEPT ? "kept" : errname(left),
		pid == -7 ? "kept" : "set", status);
}

int torture(const char *variant)
{
	char *path = strdup(!strcmp(variant, "missing") ? "/nowhere" : built("process/show"));
	char *path_was = strdup(getenv("PATH")), folder[4096];
	int end[2];

	tcp_pair(end);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	ask(variant, end);
	snprintf(folder, sizeof(folder), "%s/process", getenv("CASES") ?: ".");
	setenv("PATH", folder, 1);
	start(path, false, given);
	start(path, true, given);
	setenv("PATH", path_was, 1); /* as the view shows it */
	start(path, false, environ);
	say_alive("after", end);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	free(path);
	free(path_was);
	return 0;
}
