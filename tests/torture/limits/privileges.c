/* SPDX-License-Identifier: MIT */
/* A daemon that gives up what it has: root for nobody, the file system for an empty folder, its
 * umask; then peers die, and whatever would be logged is not worth a difference.
 * variants: user chroot both umask cwd
 * needs: root
 */
#include "wrapped.h"

#include <grp.h>
#include <sys/stat.h>

static void confine(void)
{
	sure(mkdir("empty", 0755) == 0 && chroot("empty") == 0 && chdir("/") == 0, "chroot");
}

static void drop(void)
{
	sure(setgroups(0, NULL) == 0 && setresgid(65534, 65534, 65534) == 0 &&
			setresuid(65534, 65534, 65534) == 0,
		"drop");
}

static void in_child(const char *how)
{
	struct stat st;

	wrapped_all();
	if (!strcmp(how, "umask")) {
		umask(0777);
	} else if (!strcmp(how, "cwd")) {
		sure(mkdir("gone", 0755) == 0 && chdir("gone") == 0 && rmdir("../gone") == 0,
			"gone");
	} else {
		if (strcmp(how, "user") != 0)
			confine();
		if (strcmp(how, "chroot") != 0)
			drop();
	}
	wrapped_all();
	say("uid %d %d gid %d %d", getuid(), geteuid(), getgid(), getegid());
	if (strcmp(how, "chroot") != 0 && strcmp(how, "both") != 0)
		return;
	DO(stat("/proc", &st));
	DO(open("/dev/null", O_RDONLY));
	DO((int)st.st_nlink * 0);
}

int torture(const char *variant)
{
	pid_t pid = fork();

	if (!pid) {
		in_child(variant);
		_exit(7);
	}
	say("status %d", child_status(pid));
	return 0;
}
