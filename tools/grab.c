/* SPDX-License-Identifier: MIT */
/*
 * See grab.h.  The number of a descriptor is only a hint: by the time it is grabbed the process may
 * have closed it and opened something else, so the cookie of what came is compared.
 *
 * grab_explain() walks through what ptrace(2) lists under "access mode checking", in that order,
 * for PTRACE_MODE_ATTACH_REALCREDS, and names the first that would refuse us.
 */
#include "grab.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util.h"

#ifndef PIDFD_THREAD
#define PIDFD_THREAD O_EXCL
#endif

int grab_thread(pid_t tid)
{
	int fd = pidfd_open(tid, PIDFD_THREAD);

	if (fd >= 0)
		return fd;
	return errno == EINVAL ? -EOPNOTSUPP : -errno;
}

int grab_socket(int pidfd, int fd, uint64_t cookie)
{
	uint64_t is = 0;
	socklen_t len = sizeof(is);
	int got = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);

	if (got < 0)
		return -errno;
	if (!getsockopt(got, SOL_SOCKET, SO_COOKIE, &is, &len) && is == cookie)
		return got;
	close(got);
	return -ESTALE;
}

/* As /proc/PID/status has them. */
struct creds {
	unsigned uid[3], gid[3]; /* real, effective, saved */
	uint64_t effective, permitted;
	uid_t owner; /* of the file itself: root's where the process is not dumpable */
};

static bool creds_read(const char *path, struct creds *c)
{
	FILE *file = fopen(path, "re");
	char line[256];
	struct stat st;

	*c = (struct creds){0};
	if (!file)
		return false;
	c->owner = fstat(fileno(file), &st) ? (uid_t)-1 : st.st_uid;
	while (fgets(line, sizeof(line), file)) {
		sscanf(line, "Uid: %u %u %u", &c->uid[0], &c->uid[1], &c->uid[2]);
		sscanf(line, "Gid: %u %u %u", &c->gid[0], &c->gid[1], &c->gid[2]);
		sscanf(line, "CapPrm: %" SCNx64, &c->permitted);
		sscanf(line, "CapEff: %" SCNx64, &c->effective);
	}
	fclose(file);
	return true;
}

/* kernel.yama.ptrace_scope; 0 where this kernel has no Yama. */
static int yama_scope(void)
{
	FILE *file = fopen("/proc/sys/kernel/yama/ptrace_scope", "re");
	int scope = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%d", &scope) != 1)
		scope = 0;
	fclose(file);
	return scope;
}

/* The first of the three that is not ours, or NULL. */
static const unsigned *foreign(const unsigned id[3], unsigned ours)
{
	for (unsigned i = 0; i < 3; i++)
		if (id[i] != ours)
			return &id[i];
	return NULL;
}

static bool may_ptrace(const struct creds *ours)
{
	enum { CAP_SYS_PTRACE_BIT = 19 };

	return ours->effective >> CAP_SYS_PTRACE_BIT & 1;
}

#define ROOT_MAY "root (CAP_SYS_PTRACE) may"

/* For those who lack CAP_SYS_PTRACE, which does away with all of it. */
static bool explain_common(
	const struct creds *ours, const struct creds *its, char *out, size_t size)
{
	const unsigned *uid = foreign(its->uid, ours->uid[0]);
	const unsigned *gid = foreign(its->gid, ours->gid[0]);
	int scope = yama_scope();

	if (uid && !ours->uid[1])
		snprintf(out, size, "belongs to user %u, and we are a root without CAP_SYS_PTRACE",
			*uid);
	else if (uid)
		snprintf(out, size, "belongs to user %u: that user or " ROOT_MAY, *uid);
	else if (gid)
		snprintf(out, size, "runs with group %u: that group or " ROOT_MAY, *gid);
	else if (its->owner != its->uid[1])
		snprintf(out, size, "is not dumpable: " ROOT_MAY);
	else if (its->permitted & ~ours->permitted)
		snprintf(out, size, "has capabilities that we have not: " ROOT_MAY);
	else if (scope)
		snprintf(out, size, "kernel.yama.ptrace_scope is %d: " ROOT_MAY ", or set it to 0",
			scope);
	else
		return false;
	return true;
}

void grab_explain(pid_t pid, char *out, size_t size)
{
	struct creds ours, its;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	if (!creds_read(path, &its))
		snprintf(out, size, "has ended");
	else if (yama_scope() >= 3)
		snprintf(out, size, "kernel.yama.ptrace_scope is 3: nobody may before a reboot");
	else if (!creds_read("/proc/self/status", &ours) || may_ptrace(&ours) ||
		 !explain_common(&ours, &its, out, size))
		snprintf(out, size,
			"refused by a security module (AppArmor, SELinux), or its user namespace "
			"is "
			"not ours");
}
