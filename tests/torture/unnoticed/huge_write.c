/* SPDX-License-Identifier: MIT */
/*
 * Lengths of which the first megabytes are there to be taken: write() looks at the whole range and
 * refuses it, send() looks only at what one call moves, and sends.
 * variants: tcp unix
 */
#include "case.h"

#include <fcntl.h>
#include <sys/mman.h>

#define THERE (8ul << 20)

int torture(const char *variant)
{
	static const size_t length[] = {1ul << 46, 1ul << 47, 1ul << 48, 1ul << 62};
	int end[2];
	char *from;
	size_t i;

	from = mmap(NULL, 2 * THERE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sure(from != MAP_FAILED && mprotect(from + THERE, THERE, PROT_NONE) == 0, "mmap");
	*variant == 't' ? tcp_pair(end) : unix_pair(end);
	sure(fcntl(end[0], F_SETFL, O_NONBLOCK) == 0, "O_NONBLOCK");
	for (i = 0; i < sizeof(length) / sizeof(*length); i++) {
		DO(length[i] >> 40);
		DO(write(end[0], from, length[i]));
	}
	munmap(from, 2 * THERE);
	return 0;
}
