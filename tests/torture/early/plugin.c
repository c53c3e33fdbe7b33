/* SPDX-License-Identifier: MIT */
/* Plugins with sockets of their own, loaded in each way there is, and unloaded; descriptors opened
 * on one side are closed and used again on the other.
 * variants: now lazy local global deepbind newlm
 * uses: early/lib
 * cflags: -ldl
 */
#include "io.h"

#include <dlfcn.h>

static void *load(const char *how)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/early/lib.so", getenv("CASES") ?: ".");
	if (!strcmp(how, "newlm"))
		return dlmopen(LM_ID_NEWLM, path, RTLD_NOW);
	return dlopen(path, !strcmp(how, "lazy")       ? RTLD_LAZY
			    : !strcmp(how, "local")    ? RTLD_NOW | RTLD_LOCAL
			    : !strcmp(how, "global")   ? RTLD_NOW | RTLD_GLOBAL
			    : !strcmp(how, "deepbind") ? RTLD_NOW | RTLD_DEEPBIND
						       : RTLD_NOW);
}

/* What the plugin closes, we use again: as a pipe, a file, a datagram socket, a connection. */
static void across(int (*plugin_close)(int))
{
	int end[2], pipes[2], fd;
	char c;

	tcp_pair(end);
	DO(send(end[0], "x", 1, 0));
	DO(plugin_close(end[0]));
	sure(pipe(pipes) == 0, "pipe");
	DO(write(pipes[1], "pipe", 4));
	DO(read(pipes[0], &c, 1));
	DO(plugin_close(pipes[1]));
	DO(plugin_close(pipes[0]));
	fd = open("/dev/null", O_WRONLY);
	DO(write(fd, "file", 4));
	DO(plugin_close(fd));
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	DO(write(fd, "datagram", 8));
	DO(plugin_close(fd));
	DO(recv(end[1], &c, 1, 0));
	DO(recv(end[1], &c, 1, 0));
	DO(plugin_close(end[1]));
	DO(close(end[1]));
	tcp_pair(end);
	reset(end, 1);
	DO(read(end[0], &c, 1));
	DO(send(end[0], "x", 1, MSG_NOSIGNAL));
	DO(plugin_close(end[0]));
}

int torture(const char *variant)
{
	int (*plugin_io)(void), (*plugin_close)(int);
	void *plugin;

	for (int i = 0; i < 3; i++) {
		plugin = load(variant);
		sure(plugin, dlerror() ?: "dlopen");
		plugin_io = (int (*)(void))dlsym(plugin, "lib_io");
		plugin_close = (int (*)(int))dlsym(plugin, "lib_close");
		sure(plugin_io && plugin_close, "dlsym");
		DO(plugin_io());
		across(plugin_close);
		DO(dlclose(plugin));
		io_say("unloaded");
	}
	return 0;
}
