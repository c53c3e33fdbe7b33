/* SPDX-License-Identifier: MIT */
/*
 * The rules of cap_bprm_creds_from_file(), security/commoncap.c: a program is secure if its
 * effective user or group is not our real one, or if file capabilities give it any and our real
 * user is not root.  A set-user-ID program that already belongs to us changes nothing.
 */
#include "secure.h"

#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

static bool on_nosuid(const char *path)
{
	struct statvfs fs;

	return !statvfs(path, &fs) && fs.f_flag & ST_NOSUID;
}

enum secure secure_exec(const char *path)
{
	struct stat st;

	if (getuid() != geteuid() || getgid() != getegid())
		return SECURE_OURSELVES;
	if (stat(path, &st) || on_nosuid(path))
		return SECURE_NO;
	if (!prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0)) {
		if (st.st_mode & S_ISUID && st.st_uid != getuid())
			return SECURE_SETUID;
		/* Without group execution the bit means mandatory locking. */
		if (st.st_mode & S_ISGID && st.st_mode & S_IXGRP && st.st_gid != getgid())
			return SECURE_SETGID;
	}
	if (getuid() && getxattr(path, "security.capability", NULL, 0) > 0)
		return SECURE_CAPABILITIES;
	return SECURE_NO;
}
