/* SPDX-License-Identifier: MIT */
#include "policy/strict.h"

#include <stdatomic.h>
#include <sys/prctl.h>

#include "policy/sigpipe.h"
#include "runtime/fdtab.h"
#include "runtime/log.h"
#include "runtime/process.h"
#include "sys/raw.h"

static bool filtered;             /* since before main */
static _Atomic bool network_seen; /* the program makes socket calls */

COLD void strict_init(void)
{
	filtered = raw3(SYS_prctl, PR_GET_SECCOMP, 0, 0) > 0;
}

void strict_network_seen(void)
{
	atomic_store_explicit(&network_seen, true, memory_order_relaxed);
}

bool strict_may_ask(void)
{
	return !filtered || atomic_load_explicit(&network_seen, memory_order_relaxed);
}

COLD bool strict_begin(void)
{
	if (process_settings.base.seccomp == SECCOMP_IGNORE || !fdtab_mine())
		return false;
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
	sigpipe_return();
}
