/* SPDX-License-Identifier: MIT */
/* Each way to write to each kind of dead peer, by a program that has its SIGPIPE in hand: the call
 * fails with EPIPE, and the handler runs as often, and is told the same, as without us.
 * variants: ignored handler siginfo restart resethand
 */
#include "ways.h"

static void arm(const char *variant)
{
	if (!strcmp(variant, "ignored"))
		set_action(SIG_IGN, 0);
	else if (!strcmp(variant, "handler"))
		set_action(on_sigpipe, 0);
	else if (!strcmp(variant, "siginfo"))
		set_siginfo(0);
	else if (!strcmp(variant, "restart"))
		set_siginfo(SA_RESTART | SA_NODEFER);
	else
		set_siginfo(SA_RESETHAND);
}

/* Those that write by the stdio of a program try twice; a reset handler would end the program. */
static bool may_raise_twice(const struct way *way)
{
	return way->write == by_fclose;
}

int torture(const char *variant)
{
	for
		EACH(kind, KINDS)
		{
			int fd = dead(KINDS[i_kind]);

			arm(variant);
		for
			EACH(way, WAYS)
			{
				if (!strcmp(variant, "resethand")) {
					if (may_raise_twice(&WAYS[i_way]))
						continue;
					arm(variant);
				}
				write_by(&WAYS[i_way], KINDS[i_kind], fd);
				say_caught(WAYS[i_way].name);
			}
		say_shown(KINDS[i_kind]);
		DO(close(fd));
		}
	return 0;
}
