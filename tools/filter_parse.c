/* SPDX-License-Identifier: MIT */
/* The values of -e, see filter_kind.h; those that options have too are read as there. */
#include "filter_kind.h"

#include <limits.h>
#include <string.h>
#include <sys/socket.h>

#include "nearest.h"
#include "runtime/rules.h"
#include "runtime/value.h"
#include "runtime/value_number.h"
#include "story_text.h"
#include "sys/compiler.h"
#include "sys/errno_name.h"
#include "util.h"

#define NS_PER_MS 1000000
#define ERRNO_MAX 4095 /* the kernel's */

/* "\"sned\" is WHAT; the nearest is send" */
static int unknown(struct line *why, const char *word, const char *what, const char *const *names)
{
	const char *near = nearest(word, names);

	span_quote(why, span_of(word));
	line_str(why, what);
	if (near) {
		line_str(why, "; the nearest is ");
		line_str(why, near);
	}
	return -1;
}

static int wrong(struct line *why, const char *word, const char *what)
{
	span_quote(why, span_of(word));
	line_str(why, what);
	return -1;
}

static const struct {
	const char *name;
	unsigned classes;
} class_named[] = {
	{"%in", 1 << CLASS_IN},
	{"%out", 1 << CLASS_OUT},
	{"%wait", 1 << CLASS_WAIT},
	{"%open", 1 << CLASS_OPEN},
	{"%close", 1 << CLASS_CLOSE | 1 << CLASS_HALF},
	{"%dup", 1 << CLASS_MOVE},
	{"%option", 1 << CLASS_OPTION},
};

int filter_parse_trace(struct filter_item *item, const char *word, struct line *why)
{
	const char *names[CALL_COUNT + ARRAY_SIZE(class_named) + 1];
	unsigned count = 0;

	item->number = CALL_COUNT;
	for (unsigned i = 0; i < ARRAY_SIZE(class_named); i++) {
		if (!strcmp(word, class_named[i].name))
			item->classes = class_named[i].classes;
		if (word[0] == '%')
			names[count++] = class_named[i].name;
	}
	for (unsigned i = 0; i < CALL_COUNT; i++) {
		if (event_class((enum call_id)i) == CLASS_NONE)
			continue;
		if (!strcmp(word, call_name[i]))
			item->number = i;
		if (word[0] != '%')
			names[count++] = call_name[i];
	}
	names[count] = NULL;
	if (item->classes || item->number < CALL_COUNT)
		return 0;
	return unknown(why, word,
		" is no call that is recorded, nor one of %in, %out, %wait, %open, %close, %dup, "
		"%option",
		names);
}

int filter_parse_event(struct filter_item *item, const char *word, struct line *why)
{
	const char *names[STORY_TEXT_EVENTS + 1] = {NULL};

	for (unsigned i = 0; i < STORY_TEXT_EVENTS; i++) {
		item->number = i;
		names[i] = story_text_event(i);
		if (!strcmp(word, names[i]))
			return 0;
	}
	return unknown(
		why, word, " is none of call, open, armed, verdict, close, process, lost", names);
}

int filter_parse_fd(struct filter_item *item, const char *word, struct line *why)
{
	if (value_number_uint(span_of(word), INT_MAX, &item->number) < 0)
		return wrong(why, word, " is no descriptor: write fd=7 or fd=7,8");
	return 0;
}

static int parse_path(struct filter_item *item, const char *word, struct line *why)
{
	if (word[4] && !word[5])
		return wrong(why, word, " has no path: write peer=unix:/run/* or peer=unix");
	item->net.family = AF_UNIX;
	item->glob = die_if_null(strdup(word[4] ? word + 5 : "*"));
	return 0;
}

/* Takes the zone out of "[fe80::1%2]:80", as events show it.  -1: it is no number. */
static int cut_zone(char *word, uint32_t *zone)
{
	char *at = strchr(word, '%');
	uint64_t number = 0;
	size_t len;

	if (!at)
		return 0;
	len = strcspn(at + 1, "]/");
	if (value_number_uint((struct span){at + 1, len}, UINT32_MAX, &number) < 0)
		return -1;
	*zone = (uint32_t)number;
	memmove(at, at + 1 + len, strlen(at + 1 + len) + 1);
	return 0;
}

/* As in a [peer] section, but for the zone; :443 is any address. */
int filter_parse_peer(struct filter_item *item, const char *word, struct line *why)
{
	cleanup_free char *copy = die_if_null(strdup(word));
	char any[16] = "*";
	struct rule r;

	if (!strcmp(word, "unix") || !strncmp(word, "unix:", 5))
		return parse_path(item, word, why);
	if (word[0] == ':' && word[1] != ':' && strlen(word) < sizeof(any) - 1)
		strcat(any, word);
	if (cut_zone(copy, &item->net.scope) < 0)
		return wrong(why, word, " has a zone that is no number: write [fe80::1%2]:80, say");
	span_quote(why, span_of(word));
	line_char(why, ' ');
	if (rules_parse(&r, RULE_PEER, span_of(any[1] ? any : copy), why) < 0)
		return -1;
	r.net.scope = item->net.scope;
	item->net = r.net;
	item->prefix = r.prefix;
	item->low = r.port_low;
	item->high = r.port_high;
	return 0;
}

int filter_parse_pid(struct filter_item *item, const char *word, struct line *why)
{
	if (value_number_uint(span_of(word), INT_MAX, &item->number) < 0 || !item->number)
		return wrong(why, word, " is no process or thread: write pid=42 or pid=42,43");
	return 0;
}

int filter_parse_prog(struct filter_item *item, const char *word, struct line *why)
{
	value_globs globs;

	span_quote(why, span_of(word));
	line_char(why, ' ');
	if (value_parse_globs(&globs, word, (struct value_bounds){0}, why) < 0)
		return -1;
	item->glob = die_if_null(strdup(globs));
	return 0;
}

int filter_parse_errno(struct filter_item *item, const char *word, struct line *why)
{
	const char *names[ERRNO_MAX + 1];
	unsigned count = 0;

	if (value_number_uint(span_of(word), ERRNO_MAX, &item->number) == 0 && item->number)
		return 0;
	if (!strcmp(word, "EWOULDBLOCK"))
		word = "EAGAIN";
	for (int error = 1; error < ERRNO_MAX; error++) {
		item->number = (uint64_t)error;
		if (errno_name(error) && !strcmp(word, errno_name(error)))
			return 0;
		if (errno_name(error))
			names[count++] = errno_name(error);
	}
	names[count] = NULL;
	return unknown(why, word, " is no errno: write errno=ECONNRESET,EPIPE, say", names);
}

/* Microseconds too, which no option of ours has a use for. */
int filter_parse_slower(struct filter_item *item, const char *word, struct line *why)
{
	struct span s = span_of(word);
	char text[64];
	struct line unused = line_over(text, sizeof(text));
	uint64_t n;

	if (s.len > 2 && !strcmp(word + s.len - 2, "us") &&
		value_number_uint((struct span){word, s.len - 2}, INT64_MAX / 1000, &n) == 0)
		item->number = n * 1000;
	else if (value_number_duration(s, &n, &unused) == 0 && n <= INT64_MAX / NS_PER_MS)
		item->number = n * NS_PER_MS;
	else
		return wrong(why, word,
			" is no duration: write slower=10ms, or another number of "
			"us, ms, s, m "
			"or h");
	return 0;
}

int filter_parse_failed(struct filter_item *item, const char *word, struct line *why)
{
	(void)item;
	return *word ? wrong(why, word, " is too much: write failed alone") : 0;
}
