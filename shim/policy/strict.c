/* SPDX-License-Identifier: MIT */
#include "policy/strict.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>

#include "policy/sigpipe.h"
#include "policy/story.h"
#include "runtime/fdtab.h"
#include "runtime/log.h"
#include "runtime/process.h"
#include "runtime/recorder.h"
#include "sys/raw.h"

static bool filtered;             /* since before main */
static _Atomic bool network_seen; /* the program makes socket calls */

/* By calls that ld.so has made too: a filter may kill for prctl(), which would tell as well. */
COLD bool strict_init(void)
{
	static char text[4096]; /* more than the file has */
	const char *line;
	long len, fd = raw6(SYS_openat, AT_FDCWD, (long)"/proc/self/status", O_RDONLY | O_CLOEXEC,
			  0, 0, 0);

	filtered = true;
	if (fd < 0)
		return true;
	len = raw3(SYS_read, fd, (long)text, sizeof(text) - 1);
	raw3(SYS_close, fd, 0, 0);
	text[len > 0 ? len : 0] = '\0';
	line = strstr(text, "\nSeccomp:\t");
	filtered = !line || line[10] != '0';
	return filtered;
}

void strict_network_seen(void)
{
	atomic_store_explicit(&network_seen, true, memory_order_relaxed);
}

bool strict_may_ask(void)
{
	return !filtered || atomic_load_explicit(&network_seen, memory_order_relaxed);
}

COLD bool strict_begin(const void *filter)
{
	if (process_settings.base.seccomp == SECCOMP_IGNORE || !fdtab_limit || fdtab_borrowed())
		return false;
	if (filter) /* else the program only probes */
		story_strict();
	recorder_stop();
	sigpipe_withdraw();
	fdtab_shut();
	return true;
}

COLD void strict_end(bool began, bool failed)
{
	if (!began)
		return;
	if (!failed) {
		log_mute();
		return;
	}
	fdtab_reopen();
	recorder_resume();
	sigpipe_return();
}
