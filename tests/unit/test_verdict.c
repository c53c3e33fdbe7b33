/* SPDX-License-Identifier: MIT */
/* From errno and TCP_INFO to cause and method: KERNEL.md 1-6, a row per case. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "policy/verdict.h"
#include "sys/tcpinfo.h"

static const struct tcpinfo idle = {.probes = 3};
static const struct tcpinfo in_flight = {.unacked_bytes = 1};
static const struct tcpinfo stalled = {.notsent_bytes = 4096, .probes = 4};

struct row {
	int err;
	enum phase phase;
	enum method seen;
	const struct tcpinfo *info;
	const char *cause, *method;
	int death;
};

static const struct row rows[] = {
	{ETIMEDOUT, PHASE_DATA, METHOD_RESULT, &idle, "timeout", "keepalive", 1},
	{ETIMEDOUT, PHASE_DATA, METHOD_RESULT, &in_flight, "timeout", "retransmission", 1},
	{ETIMEDOUT, PHASE_DATA, METHOD_RESULT, &stalled, "timeout", "window-probe", 1},
	{ETIMEDOUT, PHASE_DATA, METHOD_SO_ERROR, &idle, "timeout", "keepalive", 1},
	{ETIMEDOUT, PHASE_DATA, METHOD_RESULT, NULL, "timeout", "result", 1},
	{ETIMEDOUT, PHASE_CONNECTING, METHOD_RESULT, &idle, "connect-timeout", "connect", 1},
	{ETIMEDOUT, PHASE_CONNECTING, METHOD_SO_ERROR, NULL, "connect-timeout", "connect", 1},
	{ECONNRESET, PHASE_DATA, METHOD_RESULT, &idle, "reset", "result", 1},
	{ECONNRESET, PHASE_DATA, METHOD_SO_ERROR, &idle, "reset", "so-error", 1},
	{EHOSTUNREACH, PHASE_DATA, METHOD_RESULT, &in_flight, "unreachable", "retransmission", 1},
	{ENETUNREACH, PHASE_DATA, METHOD_RESULT, &idle, "unreachable", "keepalive", 1},
	{ECONNREFUSED, PHASE_DATA, METHOD_RESULT, &in_flight, "unreachable", "retransmission", 1},
	{ECONNREFUSED, PHASE_CONNECTING, METHOD_RESULT, NULL, "refused", "connect", 0},
	{EHOSTUNREACH, PHASE_CONNECTING, METHOD_RESULT, NULL, "unreachable", "connect", 0},
	{ENETUNREACH, PHASE_CONNECTING, METHOD_RESULT, NULL, "unreachable", "connect", 0},
	{ECONNABORTED, PHASE_DATA, METHOD_RESULT, &idle, "aborted", "result", 1},
	{ECONNABORTED, PHASE_CONNECTING, METHOD_RESULT, NULL, "none", "connect", 0},
	{EPIPE, PHASE_DATA, METHOD_RESULT, &idle, "broken-pipe", "sigpipe", 1},
	{ENOPROTOOPT, PHASE_DATA, METHOD_RESULT, &in_flight, "unreachable", "retransmission", 1},
	{EACCES, PHASE_CONNECTING, METHOD_RESULT, NULL, "none", "connect", 0},
	{EAGAIN, PHASE_DATA, METHOD_RESULT, &idle, "none", "result", 0},
	{ENOTCONN, PHASE_DATA, METHOD_RESULT, NULL, "none", "result", 0},
	{EBADF, PHASE_DATA, METHOD_RESULT, NULL, "none", "result", 0},
	{EINPROGRESS, PHASE_CONNECTING, METHOD_RESULT, NULL, "none", "connect", 0},
};

static void every_errno_has_its_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *r = &rows[i];
		struct verdict v = verdict_of_error(r->err, r->phase, r->seen, r->info);

		assert_string_equal(verdict_cause(v.cause), r->cause);
		assert_string_equal(verdict_method(v.method), r->method);
		assert_int_equal(v.death, r->death);
		assert_int_equal(v.error, r->err);
		assert_int_equal(v.seen, r->seen);
	}
}

static void an_end_of_stream_is_no_death(void **state)
{
	struct verdict v = verdict_of_eof();

	(void)state;
	assert_string_equal(verdict_cause(v.cause), "closed");
	assert_false(v.death);
}

static void a_deadline_names_its_direction(void **state)
{
	struct verdict in = verdict_of_deadline(true), out = verdict_of_deadline(false);

	(void)state;
	assert_string_equal(verdict_cause(in.cause), "recv-timeout");
	assert_string_equal(verdict_cause(out.cause), "send-timeout");
	assert_string_equal(verdict_method(in.method), "deadline");
	assert_true(in.death && out.death);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_errno_has_its_cause),
		cmocka_unit_test(an_end_of_stream_is_no_death),
		cmocka_unit_test(a_deadline_names_its_direction),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
