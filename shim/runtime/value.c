/* SPDX-License-Identifier: MIT */
/*
 * Types of config.def that are times and targets.  The others: value_word.c (enums),
 * value_action.c, value_globs.c, value_sockopts.c.  A parser writes *out only when the whole text
 * is right, and a printer writes nothing that its parser would refuse.
 */
#include "runtime/value.h"

#include <limits.h>

#include "runtime/span.h"
#include "runtime/value_number.h"

/* The kernel's limits, tcp(7): MAX_TCP_KEEPIDLE and MAX_TCP_KEEPINTVL stand in config.def. */
#define KEEPALIVE_COUNT_MAX 127

#define MS_PER_S 1000

const char value_form_seconds[] = "whole seconds: 90s, 2m or 1h";
const char value_form_timeout[] = "a duration (90s, 2m, 500ms), off or derived";
const char value_form_deadline[] = "a duration (90s, 2m, 500ms) or off";
const char value_form_keepalive[] = "idle/interval/count (60s/5s/3), off or derived";
const char value_form_target[] = "stderr, off or file:/absolute/path";

int value_parse_seconds(
	value_seconds *out, const char *text, struct value_bounds bounds, struct line *why)
{
	uint64_t ms;

	if (value_number_seconds(span_of(text), &ms, why) < 0 ||
		value_number_within(ms, bounds, "", why) < 0)
		return -1;
	*out = (int32_t)ms;
	return 0;
}

void value_print_seconds(struct line *l, const value_seconds *value)
{
	line_duration_ms(l, *value);
}

static int parse_ms(int32_t *out, const char *text, struct value_bounds bounds, const char *or_else,
	struct line *why)
{
	uint64_t ms;

	if (value_number_duration(span_of(text), &ms, why) < 0 ||
		value_number_within(ms, bounds, or_else, why) < 0)
		return -1;
	*out = (int32_t)ms;
	return 0;
}

int value_parse_timeout(
	value_timeout *out, const char *text, struct value_bounds bounds, struct line *why)
{
	if (span_is(span_of(text), "derived")) {
		*out = TIMEOUT_DERIVED;
		return 0;
	}
	if (span_is(span_of(text), "off")) {
		*out = TIMEOUT_OFF;
		return 0;
	}
	return parse_ms(out, text, bounds, ", off or derived", why);
}

void value_print_timeout(struct line *l, const value_timeout *value)
{
	if (*value == TIMEOUT_DERIVED)
		line_str(l, "derived");
	else if (*value == TIMEOUT_OFF)
		line_str(l, "off");
	else
		line_duration_ms(l, *value);
}

int value_parse_deadline(
	value_deadline *out, const char *text, struct value_bounds bounds, struct line *why)
{
	if (span_is(span_of(text), "off")) {
		*out = TIMEOUT_OFF;
		return 0;
	}
	return parse_ms(out, text, bounds, " or off", why);
}

void value_print_deadline(struct line *l, const value_deadline *value)
{
	value_print_timeout(l, value);
}

/* A number's reason names no part: that goes in front, and is taken back if all is well. */
static int keepalive_part(
	const char *part, struct span s, struct value_bounds bounds, int *out, struct line *why)
{
	struct value_bounds ms = {bounds.min * MS_PER_S, bounds.max * MS_PER_S};
	struct line before = *why;
	uint64_t value;

	line_str(why, "has an ");
	line_str(why, part);
	line_str(why, " that ");
	if (value_number_seconds(s, &value, why) < 0 || value_number_within(value, ms, "", why) < 0)
		return -1;
	*out = (int)(value / MS_PER_S);
	*why = before;
	why->text[why->len] = '\0';
	return 0;
}

static int keepalive_count(struct span s, int *out, struct line *why)
{
	uint64_t value = 0;

	if (value_number_uint(s, KEEPALIVE_COUNT_MAX, &value) < 0 || value < 1) {
		line_str(why, "has a count that is not 1 to 127: write 60s/5s/3, say");
		return -1;
	}
	*out = (int)value;
	return 0;
}

static int why_not_three(struct span s, struct line *why)
{
	uint64_t n;

	if (value_number_uint(s, UINT64_MAX, &n) == 0)
		line_str(why, "has no unit, no interval and no count: write 75s/5s/3, say");
	else
		line_str(why, "is not idle/interval/count: write 60s/5s/3, off or derived");
	return -1;
}

static int keepalive_times(
	value_keepalive *out, struct span s, struct value_bounds bounds, struct line *why)
{
	struct keepalive k = {.mode = KEEPALIVE_EXPLICIT};
	struct span rest = s;
	struct span idle = span_cut(&rest, '/');
	struct span interval = span_cut(&rest, '/');

	if (span_find(rest, '/') != rest.len || interval.at + interval.len == s.at + s.len)
		return why_not_three(s, why);
	if (keepalive_part("idle", idle, bounds, &k.idle_s, why) < 0 ||
		keepalive_part("interval", interval, bounds, &k.interval_s, why) < 0 ||
		keepalive_count(rest, &k.count, why) < 0)
		return -1;
	*out = k;
	return 0;
}

int value_parse_keepalive(
	value_keepalive *out, const char *text, struct value_bounds bounds, struct line *why)
{
	if (span_is(span_of(text), "derived")) {
		*out = (struct keepalive){.mode = KEEPALIVE_DERIVED};
		return 0;
	}
	if (span_is(span_of(text), "off")) {
		*out = (struct keepalive){.mode = KEEPALIVE_OFF};
		return 0;
	}
	return keepalive_times(out, span_of(text), bounds, why);
}

void value_print_keepalive(struct line *l, const value_keepalive *value)
{
	if (value->mode != KEEPALIVE_EXPLICIT) {
		line_str(l, value->mode == KEEPALIVE_OFF ? "off" : "derived");
		return;
	}
	line_int(l, value->idle_s);
	line_str(l, "s/");
	line_int(l, value->interval_s);
	line_str(l, "s/");
	line_int(l, value->count);
}

static int why_no_target(struct span text, struct line *why)
{
	line_str(why, "is no target: write stderr, off or file:");
	if (text.len && text.at[0] == '/')
		span_print(why, text, 60);
	else
		line_str(why, "/absolute/path");
	return -1;
}

int value_parse_target(value_target *out, const char *text,
	struct value_bounds bounds __attribute__((unused)), struct line *why)
{
	struct span s = span_of(text);

	if (span_is(s, "stderr")) {
		*out = (struct target){.kind = TARGET_STDERR};
	} else if (span_is(s, "off")) {
		*out = (struct target){.kind = TARGET_OFF};
	} else if (!span_starts(s, "file:")) {
		return why_no_target(s, why);
	} else if (!span_starts(s, "file:/")) {
		line_str(why, "is not absolute, and programs change directory: write file:/path");
		return -1;
	} else if (s.len - strlen("file:") >= PATH_MAX) {
		line_str(why, "is longer than a path can be: write file:/path");
		return -1;
	} else {
		*out = (struct target){TARGET_FILE, text + strlen("file:")};
	}
	return 0;
}

void value_print_target(struct line *l, const value_target *value)
{
	switch (value->kind) {
	case TARGET_STDERR: line_str(l, "stderr"); break;
	case TARGET_OFF: line_str(l, "off"); break;
	case TARGET_FILE:
		line_str(l, "file:");
		line_str(l, value->path);
		break;
	}
}
