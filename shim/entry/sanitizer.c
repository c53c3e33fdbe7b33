/* SPDX-License-Identifier: MIT */
/*
 * What AddressSanitizer asks of us.  It lets no program run where another library comes before its
 * own, as that could hide calls from it.  Ours hides none: each wrapper hands over to the next of
 * its name, which is ASan's.  So where we alone come before it, the check is off, unless
 * ASAN_OPTIONS or a function of this name in the program says otherwise.
 */
#include <elf.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>

#include "sys/compiler.h"

EXPORT const char *__asan_default_options(void);

extern const ElfW(Ehdr) __ehdr_start HIDDEN;

/* The first library that is not ours, nor the kernel's: is it ASan's? */
static int first_other(struct dl_phdr_info *info, size_t size, void *is_asan)
{
	const ElfW(Addr) own = (ElfW(Addr))(&__ehdr_start);
	const char *name = info->dlpi_name;

	(void)size;
	if (!*name || !strncmp(name, "linux-vdso.", 11) || info->dlpi_addr == own)
		return 0;
	*(bool *)is_asan = strstr(name, "asan") != NULL;
	return 1;
}

/* Asked before any constructor has run, ours included. */
const char *__asan_default_options(void)
{
	bool is_asan = false;

	dl_iterate_phdr(first_other, &is_asan);
	return is_asan ? "verify_asan_link_order=0" : "";
}
