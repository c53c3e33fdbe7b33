/* SPDX-License-Identifier: MIT */
/* Types of config.def that only the recording has: sizes, the file's name, what a full one does. */
#include <errno.h>
#include <string.h>

#include "runtime/span.h"
#include "runtime/value.h"
#include "runtime/value_number.h"
#include "sys/compiler.h"

const char value_form_size[] = "a size: 512K, 64M or 1G, or bytes";
const char value_form_recording[] = "off or /absolute/path, in which %p is the pid, %c the program";

static const char size_suffix[] = {'G', 'M', 'K'};

static void print_size(struct line *l, uint64_t n)
{
	for (size_t i = 0; n && i < ARRAY_SIZE(size_suffix); i++) {
		unsigned shift = 30 - 10 * (unsigned)i;

		if (n % (UINT64_C(1) << shift) == 0) {
			line_uint(l, n >> shift);
			line_char(l, size_suffix[i]);
			return;
		}
	}
	line_uint(l, n);
}

int value_parse_size(
	value_size *out, const char *text, struct value_bounds bounds, struct line *why)
{
	struct span s = span_of(text);
	const char *suffix =
		s.len ? memchr(size_suffix, s.at[s.len - 1], sizeof(size_suffix)) : NULL;
	unsigned shift = suffix ? 30 - 10 * (unsigned)(suffix - size_suffix) : 0;
	uint64_t n;
	int rc;

	s.len -= suffix != NULL;
	rc = value_number_uint(s, UINT64_MAX >> shift, &n);
	if (rc == -EINVAL) {
		line_str(why,
			"is no size: write digits, and K, M or G for powers of 1024, as in 64M");
		return -1;
	}
	if (rc || n << shift < (uint64_t)bounds.min || n << shift > (uint64_t)bounds.max) {
		line_str(why, "is out of range: write ");
		print_size(why, (uint64_t)bounds.min);
		line_str(why, " to ");
		print_size(why, (uint64_t)bounds.max);
		return -1;
	}
	*out = n << shift;
	return 0;
}

void value_print_size(struct line *l, const value_size *value)
{
	print_size(l, *value);
}

/* Is every % one of a known conversion? */
static bool conversions_known(const char *text)
{
	for (; (text = strchr(text, '%')); text += 2)
		if (text[1] != 'p' && text[1] != 'c' && text[1] != '%')
			return false;
	return true;
}

int value_parse_recording(value_recording *out, const char *text,
	struct value_bounds bounds __attribute__((unused)), struct line *why)
{
	if (span_is(span_of(text), "off")) {
		*out = "";
		return 0;
	}
	if (text[0] != '/' || text[strlen(text) - 1] == '/') {
		line_str(why, "names no file from / on: write /absolute/path or off");
		return -1;
	}
	if (!conversions_known(text)) {
		line_str(why, "has a % that is none of %p (pid), %c (program) and %%");
		return -1;
	}
	*out = text;
	return 0;
}

void value_print_recording(struct line *l, const value_recording *value)
{
	line_str(l, **value ? *value : "off");
}
