/* SPDX-License-Identifier: MIT */
/* filter: what it says of an -e that is none, and that it stays as it was then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "event_fixture.h"
#include "filter.h"
#include "sys/compiler.h"

static void mistakes(void **state)
{
	static const struct {
		const char *expr, *why;
	} bad[] = {
		{"", "names nothing, or has a comma too many: write send,recv"},
		{"!", "names nothing, or has a comma too many: write send,recv"},
		{"send,", "names nothing, or has a comma too many: write send,recv"},
		{"fd=", "names nothing, or has a comma too many: write fd=7,8"},
		{"fd=7,,8", "names nothing, or has a comma too many: write fd=7,8"},
		{"!fd=!7", "has two !: write one"},
		{"sned", "\"sned\" is no call that is recorded, nor one of %in, %out, %wait, "
			 "%open, %close, %dup, %option; the nearest is send"},
		{"sigaction", "\"sigaction\" is no call that is recorded, nor one of %in, %out, "
			      "%wait, %open, %close, %dup, %option"},
		{"%ni", "\"%ni\" is no call that is recorded, nor one of %in, %out, %wait, "
			"%open, %close, %dup, %option; the nearest is %in"},
		{"trase=send", "\"trase\" is no filter; the nearest is trace"},
		{"=send", "\"\" is no filter; there are trace, event, fd, peer, pid, prog, failed, "
			  "errno, slower"},
		{"event=verdikt", "\"verdikt\" is none of call, open, armed, verdict, close, "
				  "process, lost; the nearest is verdict"},
		{"fd=x", "\"x\" is no descriptor: write fd=7 or fd=7,8"},
		{"fd=-1", "\"-1\" is no descriptor: write fd=7 or fd=7,8"},
		{"fd=2147483648", "\"2147483648\" is no descriptor: write fd=7 or fd=7,8"},
		{"pid=0", "\"0\" is no process or thread: write pid=42 or pid=42,43"},
		{"peer=10.0.0.1/8", "\"10.0.0.1/8\" has bits set behind its prefix: write "
				    "10.0.0.0/8"},
		{"peer=:0", "\":0\" has a port that is not 1 to 65535: write 5432 or 8000-8099, "
			    "say"},
		{"peer=[fe80::1%lo]:80", "\"[fe80::1%lo]:80\" has a zone that is no number: write "
					 "[fe80::1%2]:80, say"},
		{"peer=unix:", "\"unix:\" has no path: write peer=unix:/run/* or peer=unix"},
		{"prog=/bin/x", "\"/bin/x\" has a slash: write names of programs, not paths, as in "
				"redis-*"},
		{"failed=x", "\"x\" is too much: write failed alone"},
		{"errno=EPIP", "\"EPIP\" is no errno: write errno=ECONNRESET,EPIPE, say; the "
			       "nearest is EPIPE"},
		{"errno=0", "\"0\" is no errno: write errno=ECONNRESET,EPIPE, say"},
		{"slower=10", "\"10\" is no duration: write slower=10ms, or another number of us, "
			      "ms, s, m or h"},
		{"slower=us", "\"us\" is no duration: write slower=10ms, or another number of us, "
			      "ms, s, m or h"},
		{"fd=\033[2J", "\"\\u001b[2J\" is no descriptor: write fd=7 or fd=7,8"},
	};
	struct filter *f = filter_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct event e = fixture_event(EVENT_PROCESS, NULL, 0);
		char why[FILTER_WHY_MAX];

		assert_int_equal(filter_add(f, bad[i].expr, why), -1);
		assert_string_equal(why, bad[i].why);
		assert_true(filter_accepts(f, &e)); /* as it was */
	}
	filter_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes),
	};

	return cmocka_run_group_tests_name("filter_mistakes", tests, NULL, NULL);
}
