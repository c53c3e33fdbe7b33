/* SPDX-License-Identifier: MIT */
/* What format text prints of one event, and from 10.0.0.1 to 10.0.0.2 a connection for it. */
#ifndef PEERLESS_TESTS_TEXT_FIXTURE_H
#define PEERLESS_TESTS_TEXT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "format_fixture.h"
#include "runtime/connpool.h"

#define AT         "12:00:00.000000 [42] "
#define ON         AT "10.0.0.1:40000→10.0.0.2:5432 "
#define TEST(name) cmocka_unit_test_setup(name, text_setup)

static struct connection conn;

static inline int text_setup(void **state)
{
	(void)state;
	fixture_header.payload = 0;
	fixture_options.payload = 32;
	fixture_options.time = TIME_MICROS;
	conn = fixture_conn(1, CONN_CONNECT, fixture_ip(2, 5432));
	return 0;
}

static inline char *printed(struct event e)
{
	struct fixture_output o;

	fixture_open(&o, &printer_text);
	fixture_put(&o, e);
	return fixture_close(&o, "\033[2J\x9b");
}

static inline void says(struct event e, const char *line)
{
	struct fixture_output o;
	char *text;

	fixture_open(&o, &printer_text);
	fixture_put(&o, e);
	text = fixture_close(&o, "");
	assert_true(o.size && text[o.size - 1] == '\n');
	text[o.size - 1] = '\0';
	assert_string_equal(text, line);
	free(text);
}

/* A call that took no time, on no connection. */
static inline struct event call(enum call_id id, int fd, int ret, uint32_t asked, uint32_t flags)
{
	struct event e = fixture_call(NULL, id, event_class(id), 0, 0, ret);

	e.fd = fd;
	e.asked = asked;
	e.flags = flags;
	return e;
}

static inline struct event with_payload(struct event e, const void *bytes, uint32_t len)
{
	fixture_header.payload = RECORD_PAYLOAD_MAX;
	e.payload = bytes;
	e.payload_bytes = len;
	return e;
}

/* Lines of printable ASCII and the two signs of ours. */
static inline void is_harmless(char *text)
{
	const unsigned char *at = (unsigned char *)text;

	for (; *at; at++) {
		if (!memcmp(at, "…", 3) || !memcmp(at, "→", 3))
			at += 2;
		else
			assert_true(*at == '\n' || (*at >= ' ' && *at < 0x7f));
	}
	free(text);
}

#endif
