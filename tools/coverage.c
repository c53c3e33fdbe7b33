/* SPDX-License-Identifier: MIT */
/* See coverage.h. */
#include "coverage.h"

#include <elf.h>
#include <string.h>

#include "secure.h"
#include "util.h"

#define GLIBC_LOADER "ld-linux-x86-64.so.2"

static const struct {
	const char *what, *instead;
} words[] = {
#define COVERAGE(id, what, instead) {what, instead},
	COVERAGE_LIST(COVERAGE)
#undef COVERAGE
};

const char *coverage_what(enum coverage_kind kind)
{
	return words[kind].what;
}

const char *coverage_instead(enum coverage_kind kind)
{
	return words[kind].instead;
}

/* /usr/bin/ld.so is a link to it. */
static bool is_loader(const char *path)
{
	char real[PATH_MAX];

	return realpath(path, real) && !strcmp(program_basename(real), GLIBC_LOADER);
}

static enum coverage_kind judge_file(const struct elfcheck *e, const char *path)
{
	if (e->type != ET_EXEC && e->type != ET_DYN)
		return COVERAGE_DAMAGED;
	if (e->bits != 64 || e->machine != EM_X86_64)
		return COVERAGE_MACHINE;
	if (e->go)
		return COVERAGE_GO;
	if (is_loader(path))
		return COVERAGE_FULL; /* as a command: it preloads for the program it is given */
	if (!*e->interp)
		return COVERAGE_STATIC;
	if (strcmp(program_basename(e->interp), GLIBC_LOADER))
		return COVERAGE_LIBC;
	return COVERAGE_FULL;
}

static enum coverage_kind judge_start(const char *path)
{
	switch (secure_exec(path)) {
	case SECURE_NO: return COVERAGE_FULL;
	case SECURE_OURSELVES: return COVERAGE_PRIVILEGED;
	case SECURE_SETUID: return COVERAGE_SETUID;
	case SECURE_SETGID: return COVERAGE_SETGID;
	case SECURE_CAPABILITIES: return COVERAGE_CAPABILITIES;
	}
	return COVERAGE_FULL;
}

void coverage_judge(struct coverage *c, const struct program *t)
{
	const char *path = program_loaded(t);
	int rc = elfcheck_read(path, &c->elf);

	if (rc)
		c->kind = rc == -EBADMSG || rc == -ENOEXEC ? COVERAGE_DAMAGED : COVERAGE_FULL;
	else
		c->kind = judge_file(&c->elf, path);
	if (c->kind == COVERAGE_FULL)
		c->kind = judge_start(path);
	if (c->kind == COVERAGE_FULL && rc)
		c->kind = COVERAGE_UNREADABLE;
	if (c->kind == COVERAGE_FULL && t->scrubbed)
		c->kind = COVERAGE_SCRUBBED;
}

void coverage_free(struct coverage *c)
{
	elfcheck_free(&c->elf);
}
