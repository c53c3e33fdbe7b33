/* SPDX-License-Identifier: MIT */
/*
 * The type `sockopts`: NAME=value,NAME=value.  Values are stored as setsockopt(2) takes them, so
 * that arming a socket copies nothing and decides nothing.
 */
#include "runtime/value.h"

#include <errno.h>
#include <limits.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "runtime/span.h"
#include "runtime/value_number.h"
#include "sys/sockopt.h"

const char value_form_sockopts[] = "NAME=value,NAME=value by the names of socket(7) and tcp(7)";

_Static_assert(sizeof(struct timeval) <= SOCKOPT_VALUE_MAX, "a timeval fits");
_Static_assert(sizeof(struct linger) <= SOCKOPT_VALUE_MAX, "a linger fits");

static void store(struct sockopt_value *out, const void *bytes, size_t len)
{
	out->len = (uint8_t)len;
	memcpy(out->bytes, bytes, len);
}

static int parse_int(struct sockopt_value *out, struct span text, struct line *why)
{
	int n, rc = value_number_int(text, &n);

	if (rc == -ERANGE)
		line_str(
			why, "is out of range: write -2147483648 to 2147483647, or hex of 32 bits");
	else if (rc < 0)
		line_str(why, "is no number: write digits, 256K or 0x10");
	else
		store(out, &n, sizeof(n));
	return rc < 0 ? -1 : 0;
}

static int parse_linger(struct sockopt_value *out, struct span text, struct line *why)
{
	struct linger linger = {0, 0};
	uint64_t ms;

	if (!span_is(text, "off")) {
		if (value_number_seconds(text, &ms, why) < 0)
			return -1;
		if (ms / 1000 > INT_MAX) {
			line_str(why, "is longer than a linger can be: write 5s, say, or off");
			return -1;
		}
		linger = (struct linger){1, (int)(ms / 1000)};
	}
	store(out, &linger, sizeof(linger));
	return 0;
}

static int parse_timeval(struct sockopt_value *out, struct span text, struct line *why)
{
	struct timeval tv = {0, 0};
	uint64_t ms;

	if (!span_is(text, "off")) {
		if (value_number_duration(text, &ms, why) < 0)
			return -1;
		tv = (struct timeval){ms / 1000, ms % 1000 * 1000};
	}
	store(out, &tv, sizeof(tv));
	return 0;
}

/* A name that the kernel takes: the longest is IFNAMSIZ and TCP_CA_NAME_MAX, NUL included. */
static int parse_text(struct sockopt_value *out, struct span text, struct line *why)
{
	size_t i;

	for (i = 0; i < text.len; i++)
		if (text.at[i] <= ' ' || text.at[i] > '~')
			break;
	if (i < text.len || !text.len || text.len >= SOCKOPT_VALUE_MAX) {
		line_str(why, "is no name of 1 to 15 visible characters");
		return -1;
	}
	store(out, text.at, text.len);
	return 0;
}

static int parse_value(struct sockopt_value *out, struct span text, struct line *why)
{
	switch (sockopt_row[out->id].form) {
	case FORM_INT: return parse_int(out, text, why);
	case FORM_LINGER: return parse_linger(out, text, why);
	case FORM_TIMEVAL: return parse_timeval(out, text, why);
	case FORM_TEXT: return parse_text(out, text, why);
	}
	return -1;
}

static int why_unknown(struct span name, struct line *why)
{
	int id, best = 0;

	for (id = 1; id < SOCKOPT_COUNT; id++)
		if (span_distance(name, sockopt_row[id].name) <
			span_distance(name, sockopt_row[best].name))
			best = id;
	line_str(why, "names no socket option");
	if (span_resembles(name, sockopt_row[best].name)) {
		line_str(why, ": the closest is ");
		line_str(why, sockopt_row[best].name);
	} else {
		line_str(why, " of socket(7), tcp(7), ip(7) or ipv6(7)");
	}
	return -1;
}

static bool is_set(const struct sockopts *opts, int id)
{
	unsigned i;

	for (i = 0; i < opts->count; i++)
		if (opts->item[i].id == id)
			return true;
	return false;
}

static int why_text(struct line *why, const char *reason)
{
	line_str(why, reason);
	return -1;
}

/* One NAME=value, appended to *opts. */
static int parse_item(struct sockopts *opts, struct span item, struct line *why)
{
	struct span value = item;
	struct span name = span_cut(&value, '=');
	struct sockopt_value *out = &opts->item[opts->count];
	int id = sockopt_by_name(name.at, name.len);

	if (!item.len)
		return why_text(why, "is an empty element: write NAME=value,NAME=value");
	if (id < 0)
		return why_unknown(name, why);
	if (name.len == item.len)
		return why_text(why, "has no value: write TCP_NODELAY=1, say");
	if (is_set(opts, id))
		return why_text(why, "is there twice: write it once");
	if (opts->count == SOCKOPTS_MAX)
		return why_text(why, "is one too many: 16 options fit");
	*out = (struct sockopt_value){.id = (uint8_t)id};
	if (parse_value(out, value, why) < 0)
		return -1;
	opts->count++;
	return 0;
}

int value_parse_sockopts(value_sockopts *out, const char *text,
	struct value_bounds bounds __attribute__((unused)), struct line *why)
{
	struct span rest = span_of(text);
	bool more = rest.len != 0;
	struct sockopts opts = {0};

	while (more) {
		size_t comma = span_find(rest, ',');
		struct span item = span_trim((struct span){rest.at, comma});
		char reason[160];
		struct line inner = line_over(reason, sizeof(reason));

		if (parse_item(&opts, item, &inner) < 0) {
			line_str(why, "is wrong in ");
			span_quote(why, item);
			line_str(why, ", which ");
			line_str(why, reason);
			return -1;
		}
		more = comma < rest.len;
		span_cut(&rest, ',');
	}
	*out = opts;
	return 0;
}

static void print_linger(struct line *l, const struct sockopt_value *item)
{
	struct linger linger;

	memcpy(&linger, item->bytes, sizeof(linger));
	if (!linger.l_onoff) {
		line_str(l, "off");
		return;
	}
	line_uint(l, (uint64_t)linger.l_linger);
	line_char(l, 's');
}

static void print_timeval(struct line *l, const struct sockopt_value *item)
{
	struct timeval tv;

	memcpy(&tv, item->bytes, sizeof(tv));
	if (!tv.tv_sec && !tv.tv_usec)
		line_str(l, "off");
	else
		line_duration_ms(l, (uint64_t)tv.tv_sec * 1000 + (uint64_t)tv.tv_usec / 1000);
}

static void print_value(struct line *l, const struct sockopt_value *item)
{
	int n;

	switch (sockopt_row[item->id].form) {
	case FORM_INT:
		memcpy(&n, item->bytes, sizeof(n));
		line_int(l, n);
		break;
	case FORM_LINGER: print_linger(l, item); break;
	case FORM_TIMEVAL: print_timeval(l, item); break;
	case FORM_TEXT: line_mem(l, (const char *)item->bytes, item->len); break;
	}
}

void value_print_sockopts(struct line *l, const value_sockopts *value)
{
	unsigned i;

	for (i = 0; i < value->count; i++) {
		if (i)
			line_char(l, ',');
		line_str(l, sockopt_row[value->item[i].id].name);
		line_char(l, '=');
		print_value(l, &value->item[i]);
	}
}
