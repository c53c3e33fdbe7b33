/* SPDX-License-Identifier: MIT */
/* A daemon that locks its memory: what it locks is its own, not a table for a million descriptors,
 * and a limit on locked memory that does for it bare still does.
 * variants: current both onfault syscall limited
 * needs: root
 */
#include "wrapped.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum { LIMIT_KB = 4 << 10, MUCH_KB = 1 << 10 };

/* Resident memory that is no file's, no heap, no stack: bare a few pages, else the table, too. */
static long nameless_kb(void)
{
	FILE *f = fopen("/proc/self/smaps", "re");
	unsigned long from, inode;
	char line[512], name[256];
	bool nameless = false;
	long kb = 0;

	while (f && fgets(line, sizeof(line), f)) {
		*name = '\0';
		if (sscanf(line, "%lx-%*x %*s %*s %*s %lu %255s", &from, &inode, name) >= 2)
			nameless = !inode && !*name;
		else if (nameless && !strncmp(line, "Rss:", 4))
			kb += atol(line + 4);
	}
	sure(f && fclose(f) == 0, "smaps");
	return kb;
}

static const char *resident(void)
{
	return nameless_kb() < MUCH_KB ? "little" : "much";
}

static int lock(const char *how)
{
	if (!strcmp(how, "both"))
		return mlockall(MCL_CURRENT | MCL_FUTURE);
	if (!strcmp(how, "onfault"))
		return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
	if (!strcmp(how, "syscall"))
		return (int)syscall(SYS_mlockall, MCL_CURRENT | MCL_FUTURE);
	return mlockall(MCL_CURRENT);
}

/* As a user without CAP_IPC_LOCK, who may lock this program bare. */
static void be_limited(void)
{
	const struct rlimit limit = {LIMIT_KB << 10, LIMIT_KB << 10};

	sure(setrlimit(RLIMIT_MEMLOCK, &limit) == 0 && setresuid(65534, 65534, 65534) == 0 &&
			prctl(PR_SET_DUMPABLE, 1) == 0,
		"be_limited");
}

static int locked(const char *how)
{
	view_wanted = false; /* its limits are what it was started with */
	if (!strcmp(how, "limited"))
		be_limited();
	DO(lock(how));
	say("resident: %s", resident());
	wrapped_all();
	say("resident: %s", resident());
	DO(munlockall());
	wrapped_all();
	return 0;
}

int torture(const char *variant)
{
	struct rlimit files = {1024, 1 << 20};
	char again[32];
	pid_t pid;

	if (*variant == '+')
		return locked(variant + 1);
	snprintf(again, sizeof(again), "+%s", variant);
	pid = fork();
	if (!pid) {
		if (setrlimit(RLIMIT_NOFILE, &files) < 0) {
			getrlimit(RLIMIT_NOFILE, &files);
			files.rlim_cur = 1024;
			setrlimit(RLIMIT_NOFILE, &files);
		}
		execl("/proc/self/exe", "memlock", again, NULL);
		_exit(98);
	}
	say("status %d", child_status(pid));
	return 0;
}
