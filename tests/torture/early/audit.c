/* SPDX-License-Identifier: MIT */
/* A tiny auditing library (rtld-audit(7)), in a namespace of its own, that looks at every binding.
 * part: of audited
 * cflags: -shared -fPIC
 */
#include "case.h"

#include <link.h>

unsigned la_version(unsigned version)
{
	return version < LAV_CURRENT ? version : LAV_CURRENT;
}

unsigned la_objopen(struct link_map *map, Lmid_t id, uintptr_t *cookie)
{
	(void)map, (void)id, (void)cookie;
	return LA_FLG_BINDTO | LA_FLG_BINDFROM;
}

uintptr_t la_symbind64(Elf64_Sym *sym, unsigned index, uintptr_t *from, uintptr_t *to,
	unsigned *flags, const char *name)
{
	static int bound;

	(void)index, (void)from, (void)to, (void)flags, (void)name;
	if (!bound++)
		close(-1);
	return sym->st_value;
}
