/* SPDX-License-Identifier: MIT */
/* See fields.h. */
#include "fields.h"

void fields_markdown(FILE *out)
{
	fputs("| field | type | in | meaning |\n|---|---|---|---|\n", out);
}
