/* SPDX-License-Identifier: MIT */
/* See wrap.h. */
#include "wrap.h"

#include <stdio.h>
#include <string.h>

#define LABEL_COLUMNS 12

void wrap_text(unsigned indent, const char *text)
{
	unsigned column = indent;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		unsigned len = (unsigned)strcspn(text, " ");

		if (column > indent && column + 1 + len > WRAP_COLUMNS) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		}
		column += (unsigned)printf("%s%.*s", column > indent ? " " : "", (int)len, text);
		text += len;
	}
	putchar('\n');
}

void wrap_field(const char *label, const char *text)
{
	printf("%-*s", LABEL_COLUMNS, label);
	wrap_text(LABEL_COLUMNS, text);
}
