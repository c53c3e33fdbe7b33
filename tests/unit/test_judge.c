/* SPDX-License-Identifier: MIT */
/* Dead, slow, idle, silent, leaked: a rule a series of samples, each boundary from both sides. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "judge_series.h"

static const struct series all_series[] = {
#include "judge_series.def"
#include "judge_states.def"
};

static struct sockdiag_socket socket_of(const struct look *l)
{
	return (struct sockdiag_socket){
		.timer = l->timer,
		.expires_ms = l->expires,
		.rqueue = l->rqueue,
		.wqueue = l->unacked + l->notsent,
		.info = {.state = l->state ?: TCPINFO_ESTABLISHED,
			.retransmits = l->retr,
			.probes = l->probes,
			.rto_ms = l->rto ?: 200,
			.rtt_us = l->rtt_ms * 1000,
			.unacked_segments = l->unacked,
			.unacked_bytes = l->uncounted ? 0 : l->unacked,
			.notsent_bytes = l->notsent,
			.last_data_sent_ms = l->sent ?: LONG_AGO,
			.last_data_recv_ms = l->recv ?: LONG_AGO,
			.last_ack_recv_ms = l->ack,
			.bytes_acked = l->acked,
			.segs_in = 7 + l->came},
	};
}

static bool is_named(const struct judgement *v)
{
	return v->state == JUDGE_DEAD || v->state == JUDGE_SUSPECT;
}

/* Says what is wrong; true: nothing is. */
static bool check(const struct series *s, const struct look *l, const struct judgement *v)
{
	if (v->state != l->want)
		print_error("%s, at %d: %s, not %s\n", s->what, l->at, judge_state_name(v->state),
			judge_state_name(l->want));
	else if (is_named(v) && (v->cause != s->cause || v->method != s->method))
		print_error("%s, at %d: %s by %s\n", s->what, l->at, verdict_cause(v->cause),
			verdict_method(v->method));
	else if (l->look && v->look_ms != l->look)
		print_error("%s, at %d: look again after %u\n", s->what, l->at, v->look_ms);
	else if (l->since && v->state_ms != l->since - 1)
		print_error("%s, at %d: so for %d ms\n", s->what, l->at, (int)v->state_ms);
	else
		return true;
	return false;
}

static bool check_series(const struct series *s)
{
	struct judge memory = {0};
	bool right = true;

	for (const struct look *l = s->look; l->at; l++) {
		struct sockdiag_socket socket = socket_of(l);
		struct judgement v = judge(&memory, &s->bounds, l->at, &socket);

		right &= check(s, l, &v);
		if (l->beat)
			memory.asked_ms = l->at;
	}
	return right;
}

static void each_series(void **state)
{
	bool right = true;

	(void)state;
	for (size_t i = 0; i < sizeof(all_series) / sizeof(all_series[0]); i++)
		right &= check_series(&all_series[i]);
	assert_true(right);
}

static void states_have_names(void **state)
{
	(void)state;
	assert_string_equal(judge_state_name(JUDGE_OK), "ok");
	assert_string_equal(judge_state_name(JUDGE_LEAKED), "leaked");
	assert_string_equal(judge_state_name(JUDGE_DEAD), "dead");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_series),
		cmocka_unit_test(states_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
