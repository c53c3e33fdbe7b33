/* SPDX-License-Identifier: MIT */
/*
 * Ours are the variables PEERLESS_* and the element of LD_PRELOAD that ends in our file name.
 * They are copied before main, as programs move and overwrite their environment.
 */
#include "policy/environment.h"

#include <string.h>

#include "policy/report.h"
#include "sys/compiler.h"

#define LIBRARY "libpeerless.so"
#define PRELOAD "LD_PRELOAD="
#define PREFIX  "PEERLESS_"

enum { OURS_MAX = 40, KEPT_BYTES = 16384 };

static char kept_text[KEPT_BYTES];
static char *kept[OURS_MAX]; /* PEERLESS_x=value */
static unsigned kept_count;
static char library[256]; /* our element of LD_PRELOAD; empty: not there, or nothing is forced */

static bool starts(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

static bool separator(char c)
{
	return c == ':' || c == ' ';
}

/* Our element in the value of LD_PRELOAD and its length, or NULL. */
static const char *own_element(const char *list, size_t *len)
{
	while (*list) {
		size_t n = 0;

		while (list[n] && !separator(list[n]))
			n++;
		if (n >= strlen(LIBRARY) &&
			!memcmp(list + n - strlen(LIBRARY), LIBRARY, strlen(LIBRARY))) {
			*len = n;
			return list;
		}
		list += n;
		while (separator(*list))
			list++;
	}
	return NULL;
}

static void keep(char *variable)
{
	static size_t used;
	size_t len = strlen(variable) + 1, n;
	const char *own;

	if (starts(variable, PREFIX) && kept_count < OURS_MAX && len <= KEPT_BYTES - used) {
		kept[kept_count++] = memcpy(kept_text + used, variable, len);
		used += len;
	} else if (starts(variable, PRELOAD)) {
		own = own_element(variable + strlen(PRELOAD), &n);
		if (own && n < sizeof(library))
			memcpy(library, own, n);
	}
}

/* Takes all copies of ours out of LD_PRELOAD=..., in place.  True if it held nothing else. */
static bool strip_preload(char *variable)
{
	char *list = variable + strlen(PRELOAD), *own;
	bool ours = false;
	size_t n;

	for (; (own = (char *)own_element(list, &n)); ours = true) {
		while (separator(own[n]))
			n++;
		memmove(own, own + n, strlen(own + n) + 1);
	}
	n = strlen(list);
	while (ours && n && separator(list[n - 1]))
		list[--n] = '\0';
	return ours && n == 0;
}

COLD void environment_init(enum children children, char **envp)
{
	char **to = envp;

	if (children == CHILDREN_INHERIT || !envp)
		return;
	if (children == CHILDREN_FORCE) {
		for (; *envp; envp++)
			keep(*envp);
		return;
	}
	for (; *envp; envp++)
		if (!starts(*envp, PREFIX) && !(starts(*envp, PRELOAD) && strip_preload(*envp)))
			*to++ = *envp;
	*to = NULL;
}

/* Does the name before = stand in vector[0..n)? */
static bool has(char *const *vector, unsigned n, const char *variable)
{
	size_t len = (size_t)(strchr(variable, '=') - variable) + 1;

	for (unsigned i = 0; i < n; i++)
		if (!strncmp(vector[i], variable, len))
			return true;
	return false;
}

/* LD_PRELOAD=(what is there):(us); false if it does not fit. */
static bool add_preload(struct environment *room, unsigned at, const char *list)
{
	size_t had = strlen(list), own = strlen(library);
	char *to = room->preload;

	if (strlen(PRELOAD) + had + 1 + own + 1 > sizeof(room->preload))
		return false;
	to = mempcpy(to, PRELOAD, strlen(PRELOAD));
	to = mempcpy(to, list, had);
	if (had)
		*to++ = ':';
	memcpy(to, library, own + 1);
	room->variable[at] = room->preload;
	return true;
}

static COLD char *const *too_large(char *const *envp)
{
	KEEP_ERRNO;

	report_config(
		"CHILDREN=force: an environment is too large for it and is passed on as it is");
	return envp;
}

COLD char *const *environment_for_child(char *const *envp, struct environment *room)
{
	unsigned n = 0, preload = ENVIRONMENT_VARIABLES_MAX;
	size_t len;

	if (!kept_count && !library[0])
		return envp;
	for (; envp && envp[n]; n++) { /* clearenv() leaves none at all */
		if (n + kept_count + 2 >= ENVIRONMENT_VARIABLES_MAX)
			return too_large(envp);
		room->variable[n] = envp[n];
		if (starts(envp[n], PRELOAD))
			preload = n;
	}
	for (unsigned i = 0; i < kept_count; i++)
		if (!has(room->variable, n, kept[i]))
			room->variable[n++] = kept[i];
	if (library[0] && preload == ENVIRONMENT_VARIABLES_MAX) {
		if (!add_preload(room, n++, ""))
			return too_large(envp);
	} else if (library[0] && !own_element(envp[preload] + strlen(PRELOAD), &len)) {
		if (!add_preload(room, preload, envp[preload] + strlen(PRELOAD)))
			return too_large(envp);
	}
	room->variable[n] = NULL;
	return room->variable;
}
