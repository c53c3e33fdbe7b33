/* SPDX-License-Identifier: MIT */
/* reader: what lies behind a record, and what its bits say. */
#include "reader_drain.h"

#include <sys/socket.h>

/* connect() to a UNIX socket, and what the event has of it. */
static void named(const char *behind, const void *payload, const char *name, const char *text)
{
	const struct endpoint to = {.family = AF_UNIX};
	struct recording r = recording_make(-1, 4, 4);
	char out[ENDPOINT_TEXT_MAX];
	const struct event *e;
	struct reader *reader;

	recording_claim(&r, 1, 0, 77);
	recording_add(&r, 1,
		(struct recording_call){.call = CALL_connect,
			.ret = -1,
			.error = 2,
			.to = &to,
			.name = behind,
			.payload = payload,
			.payload_bytes = payload ? 3 : 0});
	reader = open_it(&r, false);
	e = reader_next(reader);
	assert_int_equal(e->address->family, AF_UNIX);
	assert_int_equal(event_has_address(e), name != NULL);
	if (name)
		assert_string_equal(e->name, name);
	assert_string_equal(event_address(e, out), text);
	reader_close(reader);
	close(r.fd);
}

static void names(void **state)
{
	(void)state;
	named("/run/x\0", NULL, "/run/x", "unix:/run/x");
	named("/run/x\0", "abc", "/run/x", "unix:/run/x");
	named("@\033[31m\0", NULL, "@\033[31m", "unix:@?[31m");
	/* As in recordings that have none, and damaged: without an end. */
	named(NULL, NULL, NULL, "unix");
	named(NULL, "abc", NULL, "unix");
	named("\0\0\0\0\0\0\0", NULL, NULL, "unix");
	named("/run/xyz", NULL, NULL, "unix");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests_name("reader_event", tests, NULL, NULL);
}
