/* SPDX-License-Identifier: MIT */
/* See human.h. */
#include "human.h"

#include "runtime/line.h"

/* n of `unit`s, a power of ten, with three digits: 35100 by 1000 is "35.1"; below a unit, n. */
static void three_digits(struct line *l, uint64_t n, uint64_t unit)
{
	uint64_t whole = n / unit, part = n % unit;
	unsigned decimals = unit == 1 || whole > 99 ? 0 : whole > 9 ? 1 : 2;

	line_uint(l, whole);
	if (!decimals)
		return;
	line_char(l, '.');
	line_uint_padded(l, part / (unit / (decimals == 1 ? 10 : 100)), decimals);
}

static void scaled(struct line *l, uint64_t n, const char *const *units)
{
	uint64_t unit = 1;
	unsigned i = 0;

	for (; n / unit > 999 && units[i + 1]; i++)
		unit *= 1000;
	three_digits(l, n, unit);
	if (*units[i])
		line_char(l, ' ');
	line_str(l, units[i]);
}

/* "16m40s": of two units, `per` of the small one in a large one. */
static void pair(struct line *l, uint64_t n, unsigned per, const char units[2])
{
	line_uint(l, n / per);
	line_char(l, units[0]);
	if (n / per > 9999)
		return;
	line_uint_padded(l, n % per, 2);
	line_char(l, units[1]);
}

const char *human_time(char out[HUMAN_MAX], uint64_t ns)
{
	static const char *const units[] = {"ns", "us", "ms", "s", 0};
	struct line l = line_over(out, HUMAN_MAX);
	uint64_t s = ns / 1000000000;

	if (!ns)
		line_char(&l, '0');
	else if (s < 1000)
		scaled(&l, ns, units);
	else if (s < 3600)
		pair(&l, s, 60, "ms");
	else if (s < 100 * 3600)
		pair(&l, s / 60, 60, "hm");
	else
		pair(&l, s / 3600, 24, "dh");
	return out;
}

const char *human_bytes(char out[HUMAN_MAX], uint64_t bytes)
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB", 0};
	struct line l = line_over(out, HUMAN_MAX);

	if (!bytes)
		line_char(&l, '0');
	else
		scaled(&l, bytes, units);
	return out;
}

const char *human_count(char out[HUMAN_MAX], uint64_t n)
{
	static const char *const units[] = {"", "k", "M", "G", "T", "P", "E", 0};
	struct line l = line_over(out, HUMAN_MAX);

	if (n < 10000000)
		line_uint(&l, n);
	else
		scaled(&l, n, units);
	return out;
}

const char *human_share(char out[HUMAN_MAX], uint64_t part, uint64_t whole)
{
	struct line l = line_over(out, HUMAN_MAX);

	if (!whole) {
		line_char(&l, '-');
		return out;
	}
	/* Of large numbers the low digits do not matter, and must not overflow. */
	while (part > UINT64_MAX / 1000) {
		part /= 2;
		whole = whole / 2 + !(whole / 2);
	}
	line_thousandths(&l, part * 1000 / whole * 100, 1);
	line_str(&l, " %");
	return out;
}
