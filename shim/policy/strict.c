/* SPDX-License-Identifier: MIT */
#include "policy/strict.h"

#include "policy/sigpipe.h"
#include "runtime/fdtab.h"
#include "runtime/log.h"
#include "runtime/process.h"

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
