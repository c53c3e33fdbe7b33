/* SPDX-License-Identifier: MIT */
/*
 * What an ELF file says of itself, as a plain struct.  Prints nothing and judges nothing
 * (coverage.h does).  The file may be anything at all: truncated, hostile, changing under us.
 */
#ifndef PEERLESS_TOOLS_ELFCHECK_H
#define PEERLESS_TOOLS_ELFCHECK_H

#include <stdbool.h>
#include <stddef.h>

#define ELFCHECK_INTERP_MAX  256
#define ELFCHECK_STRINGS_MAX 20000 /* dynamic symbols we look at; the rest are not counted */

/* Strings owned by the struct. */
struct elfcheck_names {
	char **name;
	size_t count;
};

struct elfcheck {
	unsigned bits;                    /* 32 or 64 */
	unsigned machine;                 /* EM_X86_64, ... */
	unsigned type;                    /* ET_EXEC, ET_DYN, ... */
	bool dynamic;                     /* has a PT_DYNAMIC */
	bool go;                          /* linked by Go's linker: a Go build id note */
	char interp[ELFCHECK_INTERP_MAX]; /* PT_INTERP, or "" */
	struct elfcheck_names needed;     /* DT_NEEDED */
	struct elfcheck_names imports;    /* undefined dynamic symbols, without versions */
	bool imports_known;               /* false: the section headers are stripped */
};

/*
 * 0 and *out to be given to elfcheck_free(); -ENOEXEC: no ELF file at all; -EBADMSG: it starts
 * as one and is damaged; else what open(2) or read(2) failed with.
 */
int elfcheck_read(const char *path, struct elfcheck *out);
void elfcheck_free(struct elfcheck *e);

/* "x86-64", "AArch64", or NULL for one that we have no name for. */
const char *elfcheck_machine_name(unsigned machine);

#endif
