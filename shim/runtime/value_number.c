/* SPDX-License-Identifier: MIT */
/*
 * Numbers with and without units.  Every multiplication is checked before it is done; no digit is
 * ever dropped, rounded or clamped.
 */
#include "runtime/value_number.h"

#include <errno.h>
#include <limits.h>

#include "sys/compiler.h"

#define ECHO_DIGITS 9 /* longer numbers are not repeated in a proposal */

static const struct {
	const char *name;
	uint64_t ms;
} unit[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};

static size_t count_digits(struct span s)
{
	size_t n = 0;

	while (n < s.len && s.at[n] >= '0' && s.at[n] <= '9')
		n++;
	return n;
}

int value_number_uint(struct span s, uint64_t max, uint64_t *out)
{
	uint64_t n = 0;
	size_t i;

	if (!s.len || count_digits(s) != s.len)
		return -EINVAL;
	for (i = 0; i < s.len; i++) {
		unsigned digit = s.at[i] - '0';

		if (n > (UINT64_MAX - digit) / 10)
			return -ERANGE;
		n = n * 10 + digit;
	}
	if (n > max)
		return -ERANGE;
	*out = n;
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* 32 bits, as masks and marks are written; 0xffffffff is the int -1. */
static int parse_hex(struct span s, int *out)
{
	uint64_t n = 0;
	size_t i;

	if (!s.len)
		return -EINVAL;
	for (i = 0; i < s.len; i++)
		if (hex_digit(s.at[i]) < 0)
			return -EINVAL;
	for (i = 0; i < s.len; i++) {
		n = n << 4 | hex_digit(s.at[i]);
		if (n > UINT32_MAX)
			return -ERANGE;
	}
	*out = (int)(uint32_t)n;
	return 0;
}

static unsigned size_shift(struct span s)
{
	switch (s.len ? s.at[s.len - 1] : 0) {
	case 'K': return 10;
	case 'M': return 20;
	case 'G': return 30;
	default: return 0;
	}
}

int value_number_int(struct span s, int *out)
{
	bool negative = s.len && s.at[0] == '-';
	uint64_t most = negative ? (uint64_t)INT_MAX + 1 : INT_MAX;
	unsigned shift;
	uint64_t n;
	int rc;

	if (span_starts(s, "0x"))
		return parse_hex(span_from(s, 2), out);
	if (negative)
		s = span_from(s, 1);
	shift = size_shift(s);
	s.len -= shift != 0;
	rc = value_number_uint(s, most >> shift, &n);
	if (rc < 0)
		return rc;
	n <<= shift;
	*out = (int)(negative ? -(int64_t)n : (int64_t)n);
	return 0;
}

static uint64_t unit_ms(struct span s)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(unit); i++)
		if (span_is(s, unit[i].name))
			return unit[i].ms;
	return 0;
}

static void why_no_unit(struct line *why, struct span digits)
{
	line_str(why, "has no unit: write ");
	if (digits.len <= ECHO_DIGITS)
		line_mem(why, digits.at, digits.len);
	else
		line_char(why, '5');
	line_str(why, "s (units are ms, s, m and h)");
}

int value_number_duration(struct span s, uint64_t *ms, struct line *why)
{
	struct span digits = {s.at, count_digits(s)};
	struct span rest = span_from(s, digits.len);
	uint64_t factor = unit_ms(rest), n;

	if (digits.len && !rest.len) {
		why_no_unit(why, digits);
		return -1;
	}
	if (!digits.len || !factor) {
		line_str(why,
			"is no duration: write digits and one unit, as in 90s, 2m, 1h or 500ms");
		return -1;
	}
	if (value_number_uint(digits, INT64_MAX / factor, &n) < 0) {
		line_str(why, "is longer than any time we can count: write less, as in 18h");
		return -1;
	}
	*ms = n * factor;
	return 0;
}

int value_number_seconds(struct span s, uint64_t *ms, struct line *why)
{
	if (value_number_duration(s, ms, why) < 0)
		return -1;
	if (*ms % 1000) {
		line_str(why, "is not a whole number of seconds: write ");
		line_duration_ms(why, *ms - *ms % 1000 + 1000);
		return -1;
	}
	return 0;
}

int value_number_within(
	uint64_t ms, struct value_bounds bounds, const char *or_else, struct line *why)
{
	bool below = ms < (uint64_t)bounds.min;

	if (!below && ms <= (uint64_t)bounds.max)
		return 0;
	line_str(why, below ? "is below " : "is above ");
	line_duration_ms(why, below ? bounds.min : bounds.max);
	line_str(why, ": write ");
	line_duration_ms(why, bounds.min);
	line_str(why, " to ");
	line_duration_ms(why, bounds.max);
	line_str(why, or_else);
	return -1;
}
