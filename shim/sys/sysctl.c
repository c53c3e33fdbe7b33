/* SPDX-License-Identifier: MIT */
#include "sys/sysctl.h"

#include <fcntl.h>
#include <string.h>

#include "sys/compiler.h"
#include "sys/raw.h"

#define FOLDER "/proc/sys/net/"

COLD int sysctl_net(const char *name, int fallback)
{
	char path[96] = FOLDER;
	char text[16];
	long fd, len;
	int n = 0;

	if (sizeof(FOLDER) + strlen(name) > sizeof(path))
		return fallback;
	memcpy(path + sizeof(FOLDER) - 1, name, strlen(name) + 1);
	fd = raw6(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
	if (fd < 0)
		return fallback;
	len = raw3(SYS_read, fd, (long)text, sizeof(text));
	raw3(SYS_close, fd, 0, 0);
	if (len <= 0 || text[0] < '0' || text[0] > '9')
		return fallback;
	for (long i = 0; i < len && text[i] >= '0' && text[i] <= '9'; i++)
		n = 10 * n + text[i] - '0';
	return n;
}
