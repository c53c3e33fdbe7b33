/* SPDX-License-Identifier: MIT */
/* See json.h. */
#include "json.h"

#include <time.h>

#define NS_PER_S 1000000000

/* ,"name": */
static const struct {
	const char *text;
	size_t len;
} keys[FIELD_COUNT] = {
#define FIELD(name, type, events, meaning) {",\"" #name "\":", sizeof(",\"" #name "\":") - 1},
#include "fields.def"
#undef FIELD
};

struct json_members json_members(unsigned kind)
{
	struct json_members m;
	unsigned count = 0;

	for (unsigned id = 0; id < FIELD_COUNT; id++)
		if (fields_row[id].events >> kind & 1)
			m.id[count++] = (uint8_t)id;
	m.id[count] = FIELD_COUNT;
	return m;
}

void json_time(struct line *l, struct json_clock *c, int64_t at_ns)
{
	int64_t ns = at_ns % NS_PER_S, second = at_ns / NS_PER_S - (ns < 0);
	time_t t = (time_t)second;
	struct tm tm;

	if (second != c->second && gmtime_r(&t, &tm) &&
		strftime(c->date, sizeof(c->date), "%FT%T", &tm))
		c->second = second;
	line_char(l, '"');
	line_str(l, c->date);
	line_char(l, '.');
	line_uint_padded(l, (uint64_t)(ns < 0 ? ns + NS_PER_S : ns), 9);
	line_str(l, "Z\"");
}

struct json_place json_key(struct line *l, unsigned id)
{
	struct json_place p = {.key = l->len};

	line_mem(l, keys[id].text, keys[id].len);
	p.value = l->len;
	return p;
}
