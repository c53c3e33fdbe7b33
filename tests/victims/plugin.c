/* SPDX-License-Identifier: MIT */
/* cflags: -shared -fPIC
 * plugin.so: closes for its host; loaded with RTLD_DEEPBIND, no preloaded library sees it (R12). */
#include <unistd.h>

int plugin_close(int fd);

int plugin_close(int fd)
{
	return close(fd);
}
