/* SPDX-License-Identifier: MIT */
/* Connections that die, one after the other: each death is a line for the log.
 * part: of log
 */
#include "wrapped.h"

int torture(const char *variant)
{
	int end[2];

	view_wanted = *variant != 'q';
	for (int i = 0; i < 5; i++) {
		tcp_pair(end);
		wrapped_death(end);
	}
	return 7;
}
