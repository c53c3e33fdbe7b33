/* SPDX-License-Identifier: MIT */
#include "runtime/process.h"

#include <string.h>
#include <sys/auxv.h>

struct settings process_settings;
char process_name[PROCESS_NAME_MAX];

void process_init(void)
{
	const char *path = (const char *)getauxval(AT_EXECFN);
	const char *slash;
	size_t len;

	if (!path)
		path = "?";
	slash = strrchr(path, '/');
	path = slash ? slash + 1 : path;
	len = strnlen(path, sizeof(process_name) - 1);
	memcpy(process_name, path, len);
	process_name[len] = '\0';
}

int process_secure(void)
{
	return getauxval(AT_SECURE) != 0;
}
