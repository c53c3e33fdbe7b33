/* SPDX-License-Identifier: MIT */
#include "policy/kin.h"

#include <string.h>
#include <sys/mman.h>

#include "sys/compiler.h"
#include "sys/kin_mark.h"
#include "sys/raw.h"

/*
 * Only a hint, which the kernel follows where nothing is: MAP_FIXED_NOREPLACE is from Linux 4.17,
 * and not a flag that each filter knows.
 */
static COLD void map_at(uint64_t address)
{
	long at = raw6(SYS_mmap, (long)address, KIN_MARK_BYTES, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if ((unsigned long)at < -4095UL && (uint64_t)at != address)
		raw3(SYS_munmap, at, KIN_MARK_BYTES, 0);
}

COLD void kin_show(char *const *envp)
{
	const size_t len = strlen(KIN_MARK_VARIABLE "=");
	uint64_t address = 0;

	for (; envp && *envp && !address; envp++)
		if (!strncmp(*envp, KIN_MARK_VARIABLE "=", len))
			address = kin_mark_address(*envp + len);
	if (address)
		map_at(address);
}
