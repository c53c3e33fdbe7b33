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
	for (size_t k = 0; k < COUNT(KINDS); k++) {
		int fd = dead(KINDS[k]);

		arm(variant);
		for (size_t w = 0; w < COUNT(WAYS); w++) {
			if (!strcmp(variant, "resethand")) {
				if (may_raise_twice(&WAYS[w]))
					continue;
				arm(variant);
			}
			write_by(&WAYS[w], KINDS[k], fd);
			say_caught(WAYS[w].name);
		}
		say_shown(KINDS[k]);
		DO(close(fd));
	}
	return 0;
}
