/* SPDX-License-Identifier: MIT */
/* A program whose functions and data are named as things inside the shim: neither is taken for the
 * other.
 * cflags: -rdynamic
 */
#include "io.h"

static int called;

#define FUNCTION(name)           \
	long name(void);         \
	long name(void)          \
	{                        \
		return ++called; \
	}
#define DATA(name)                    \
	extern volatile long name[8]; \
	volatile long name[8] = {-1, -1, -1, -1, -1, -1, -1, -1};

FUNCTION(fdtab_open)
FUNCTION(fdtab_mine)
FUNCTION(call_prepare)
FUNCTION(call_instead)
FUNCTION(found_descriptor)
FUNCTION(conn_closing)
FUNCTION(opening_made)
FUNCTION(real_resolve)
FUNCTION(log_begin)
FUNCTION(log_end)
FUNCTION(log_write)
FUNCTION(init)
FUNCTION(start)
FUNCTION(settings_load)
FUNCTION(strict_init)
FUNCTION(sigpipe_init)
FUNCTION(environment_init)
DATA(fdtab_limit)
DATA(fdtab_slot)
DATA(sigpipe_flag)
DATA(process_settings)
DATA(process_name)
DATA(real_read)
DATA(real_close)
DATA(real_sendmsg)
DATA(relocated)
DATA(target)

int torture(const char *variant)
{
	volatile long *const data[] = {fdtab_limit, fdtab_slot, sigpipe_flag, process_settings,
		process_name, real_read, real_close, real_sendmsg, relocated, target};
	int changed = 0;

	(void)variant;
	io_say("names");
	for (size_t i = 0; i < sizeof(data) / sizeof(*data); i++)
		for (int j = 0; j < 8; j++)
			changed += data[i][j] != -1;
	say("called %d, changed %d", called, changed);
	return 0;
}
