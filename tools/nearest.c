/* SPDX-License-Identifier: MIT */
/* See nearest.h. */
#include "nearest.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>

#include "runtime/span.h"

const char *nearest(const char *word, const char *const *names)
{
	const char *best = NULL;
	unsigned least = UINT_MAX;

	for (; *names; names++) {
		unsigned d = span_distance(span_of(word), *names);

		/* Past half of its letters another word is meant. */
		if (d < least && d <= (strlen(word) + 1) / 2) {
			least = d;
			best = *names;
		}
	}
	return best;
}
