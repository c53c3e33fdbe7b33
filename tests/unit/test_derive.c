/* SPDX-License-Identifier: MIT */
/* The derivation of DESIGN.md 7, a row per case; bounds as KERNEL.md 1-3 and 6 measured them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "policy/derive.h"
#include "runtime/settings.h"

static const struct derive_kernel new_kernel = {
	.has_rto_max = true, .retries2 = 15, .syn_retries = 6, .syn_linear = 4};
static const struct derive_kernel old_kernel = {
	.has_rto_max = false, .retries2 = 15, .syn_retries = 6, .syn_linear = 0};

static struct settings settings;

static void fail_on(void *context, const char *message)
{
	(void)context;
	fail_msg("%s", message);
}

/* The plan for a list of flags on a kernel. */
static struct derive_plan plan(const char *const *flags, const struct derive_kernel *k)
{
	const struct config_input input = {.flags = flags,
		.program = "test",
		.complain = fail_on,
		.fallback_path = "/nonexistent"};

	assert_int_equal(settings_load(&settings, &input), 0);
	return derive(&settings.base, k);
}

#define PLAN(kernel, ...) plan((const char *const[]){__VA_ARGS__, NULL}, &(kernel))

static void keepalive_follows_the_dial(void **state)
{
	static const struct {
		const char *flag;
		int idle, interval, count;
	} row[] = {
		{"detect-within=2s", 1, 1, 2},
		{"detect-within=3s", 1, 1, 3},
		{"detect-within=4s", 1, 1, 3},
		{"detect-within=5s", 1, 1, 4},
		{"detect-within=15s", 3, 1, 12},
		{"detect-within=16s", 4, 1, 12},
		{"detect-within=20s", 5, 1, 15},
		{"detect-within=32s", 8, 2, 12},
		{"detect-within=75s", 18, 4, 14},
		{"detect-within=1h", 900, 225, 12},
		{"detect-within=18h", 16200, 4050, 12},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct derive_plan p = PLAN(new_kernel, row[i].flag);
		int within = settings.base.detect_within_ms / 1000, later = within < 4;

		assert_true(p.keepalive);
		assert_int_equal(p.idle_s, row[i].idle);
		assert_int_equal(p.interval_s, row[i].interval);
		assert_int_equal(p.count, row[i].count);
		assert_true(p.idle_s + p.interval_s * p.count <= within + later);
		/* From the first probe to the last: longer than an outage of half of it. */
		assert_true(2 * p.interval_s * (p.count - 1) >= within);
	}
}

static void without_the_dial_it_is_60_5_3(void **state)
{
	struct derive_plan p = plan(NULL, &new_kernel);

	(void)state;
	assert_int_equal(p.idle_s, 60);
	assert_int_equal(p.interval_s, 5);
	assert_int_equal(p.count, 3);
	assert_int_equal(p.rto_max_ms, 5000);
	assert_int_equal(p.user_timeout_ms, 0);
	assert_int_equal(p.connect_timeout_ms, 75000);
	assert_false(p.raised);
}

static void explicit_keepalive_wins(void **state)
{
	struct derive_plan p = PLAN(new_kernel, "detect-within=20s", "keepalive=7s/3s/5");

	(void)state;
	assert_int_equal(p.idle_s, 7);
	assert_int_equal(p.interval_s, 3);
	assert_int_equal(p.count, 5);
	assert_false(PLAN(new_kernel, "keepalive=off").keepalive);
}

static void data_in_flight_on_a_new_kernel(void **state)
{
	struct derive_plan p = PLAN(new_kernel, "detect-within=20s");

	(void)state;
	assert_int_equal(p.rto_max_ms, 1333);
	assert_int_equal(p.user_timeout_ms, 0);
	assert_int_equal(PLAN(new_kernel, "detect-within=5s").rto_max_ms, 1000);
	assert_int_equal(PLAN(new_kernel, "detect-within=5s", "rto-max=3s").rto_max_ms, 3000);
	assert_int_equal(PLAN(new_kernel, "detect-within=1h").rto_max_ms, 120000);
}

static void data_in_flight_on_an_old_kernel(void **state)
{
	struct derive_plan p = PLAN(old_kernel, "detect-within=5s");

	(void)state;
	assert_int_equal(p.rto_max_ms, 0);
	assert_int_equal(p.user_timeout_ms, 30000);
	assert_true(p.raised);
	p = PLAN(old_kernel, "detect-within=40s");
	assert_int_equal(p.user_timeout_ms, 40000);
	assert_false(p.raised);
	p = PLAN(old_kernel, "detect-within=5s", "user-timeout=6s");
	assert_int_equal(p.user_timeout_ms, 6000);
	assert_false(p.raised);
	assert_int_equal(PLAN(old_kernel, "user-timeout=off").user_timeout_ms, 0);
	/* Without RTO_MAX a new kernel is an old one. */
	assert_int_equal(PLAN(new_kernel, "rto-max=off").user_timeout_ms, 75000);
}

static void kernel_retries_enter(void **state)
{
	struct derive_kernel k = new_kernel;

	(void)state;
	k.retries2 = 8;
	assert_int_equal(PLAN(k, "detect-within=20s").rto_max_ms, 2500);
	k.retries2 = 0;
	assert_int_equal(PLAN(k, "detect-within=20s").rto_max_ms, 20000);
}

static void bounds_hold_what_the_dial_promises(void **state)
{
	(void)state;
	for (int s = 2; s <= 3600; s++) {
		char flag[32];
		struct derive_plan p;
		struct derive_bounds b;

		snprintf(flag, sizeof(flag), "detect-within=%ds", s);
		p = PLAN(new_kernel, flag);
		b = derive_bounds(&p, &new_kernel);
		assert_true(b.idle_ms <= 1000 * (s + (s < 4)));
		assert_true(b.idle_ms >= 500 * s);
		assert_true(b.in_flight_ms <= (s < 16 ? 16000 : 1000 * s));
		assert_int_equal(b.connect_ms, s < 1800 ? 1000 * s : b.connect_ms);
	}
}

static void bounds_are_what_was_measured(void **state)
{
	struct derive_plan p = PLAN(new_kernel, "keepalive=1s/1s/3", "rto-max=1s");
	struct derive_bounds b = derive_bounds(&p, &new_kernel);

	(void)state;
	assert_int_equal(b.idle_ms, 4000);             /* 4.02 */
	assert_in_range(b.in_flight_ms, 14000, 15500); /* 14.98 */
	p = PLAN(new_kernel, "keepalive=1s/5s/3", "user-timeout=8s");
	b = derive_bounds(&p, &new_kernel);
	assert_int_equal(b.idle_ms, 11000); /* 11.15: checked at probe times only */
	p = PLAN(old_kernel, "keepalive=off", "user-timeout=off", "connect-timeout=off");
	b = derive_bounds(&p, &old_kernel);
	assert_int_equal(b.idle_ms, DERIVE_NEVER);
	assert_in_range(b.in_flight_ms, 900000, 960000); /* about 15 min: 924.6 s */
	assert_int_equal(b.connect_ms, 127000);          /* 1+2+4+...+64 */
}

static void enough_syns_for_the_deadline(void **state)
{
	struct derive_plan p = PLAN(new_kernel, "detect-within=15s");

	(void)state;
	/* RTO_MAX 1 s: 4 linear and n+1 more pauses of 1 s must reach 15 s, not the 11 s of 6. */
	assert_int_equal(p.syn_count, 10);
	p = PLAN(new_kernel, "detect-within=15s", "rto-max=off");
	assert_int_equal(p.syn_count, 0);
	p = PLAN(new_kernel, "detect-within=15s", "connect-timeout=off");
	assert_true(p.syn_count >= 120); /* as long as the kernel's own 131 s */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keepalive_follows_the_dial),
		cmocka_unit_test(without_the_dial_it_is_60_5_3),
		cmocka_unit_test(explicit_keepalive_wins),
		cmocka_unit_test(data_in_flight_on_a_new_kernel),
		cmocka_unit_test(data_in_flight_on_an_old_kernel),
		cmocka_unit_test(kernel_retries_enter),
		cmocka_unit_test(bounds_hold_what_the_dial_promises),
		cmocka_unit_test(bounds_are_what_was_measured),
		cmocka_unit_test(enough_syns_for_the_deadline),
	};

	return cmocka_run_group_tests_name("derive", tests, NULL, NULL);
}
