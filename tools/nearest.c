/* SPDX-License-Identifier: MIT */
/* See nearest.h. */
#include "nearest.h"

#include <limits.h>
#include <stddef.h>

#include "runtime/span.h"

const char *nearest(const char *word, const char *const *names)
{
	const char *best = NULL;
	unsigned least = UINT_MAX;

	for (; *names; names++) {
		unsigned d = span_distance(span_of(word), *names);

		if (d < least && span_resembles(span_of(word), *names)) {
			least = d;
			best = *names;
		}
	}
	return best;
}
