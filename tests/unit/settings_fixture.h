/* SPDX-License-Identifier: MIT */
/* Loading settings from texts, with all complaints in one string: for test_config, test_rules. */
#ifndef SETTINGS_FIXTURE_H
#define SETTINGS_FIXTURE_H

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/settings.h"

#define FIXTURE_PATH "/tmp/peerless-settings-XXXXXX"

static struct settings settings;
static char complaints[1 << 20];
static unsigned complaint_count;
static char file_path[sizeof(FIXTURE_PATH)];

static inline void fixture_complain(void *context, const char *message)
{
	assert_ptr_equal(context, complaints);
	assert_true(strlen(message) > 0 && strlen(message) < CONFIG_COMPLAINT_MAX);
	assert_null(strchr(message, '\n'));
	assert_true(strlen(complaints) + strlen(message) + 2 < sizeof(complaints));
	strcat(strcat(complaints, message), "\n");
	complaint_count++;
}

static inline unsigned load(
	char *const *environment, const char *const *flags, const char *fallback_path)
{
	struct config_input input = {
		.environment = environment,
		.flags = flags,
		.program = "nginx",
		.fallback_path = fallback_path,
		.complain = fixture_complain,
		.context = complaints,
	};
	unsigned n;

	/* What an earlier load left must not show through. */
	memset(&settings, 0xa5, sizeof(settings));
	complaints[0] = '\0';
	complaint_count = 0;
	n = settings_load(&settings, &input);
	assert_int_equal(n, complaint_count);
	return n;
}

#define LOAD_ENV(...)   load((char *[]){__VA_ARGS__, NULL}, NULL, NULL)
#define LOAD_FLAGS(...) load(NULL, (const char *[]){__VA_ARGS__, NULL}, NULL)

static inline void write_file(const char *text, size_t len)
{
	int fd;

	strcpy(file_path, FIXTURE_PATH);
	fd = mkstemp(file_path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

/* A file of this text; the result is the variable that names it. */
static inline char *write_config(const char *text)
{
	static char variable[64];

	write_file(text, strlen(text));
	snprintf(variable, sizeof(variable), "PEERLESS_CONFIG=%s", file_path);
	return variable;
}

/* The file alone. */
static inline unsigned load_file(const char *text)
{
	unsigned n = LOAD_ENV(write_config(text));

	unlink(file_path);
	return n;
}

static inline void expect_complaint(const char *part)
{
	if (!strstr(complaints, part))
		fail_msg("expected \"%s\" in:\n%s", part, complaints);
}

/* Exactly one complaint, and it holds this. */
static inline void expect_only(const char *part)
{
	expect_complaint(part);
	if (complaint_count != 1)
		fail_msg("expected one complaint, got:\n%s", complaints);
}

static inline void expect_option(const struct config *c, enum opt_id id, const char *text)
{
	char got[2048];
	struct line l = line_over(got, sizeof(got));

	config_print(&l, c, id);
	assert_string_equal(got, text);
}

static char rules_variable[1 << 17];

/* PEERLESS_RULES alone. */
static inline unsigned load_rules(const char *text)
{
	snprintf(rules_variable, sizeof(rules_variable), "PEERLESS_RULES=%s", text);
	return LOAD_ENV(rules_variable);
}

static inline struct endpoint at(const char *address, uint16_t port)
{
	struct endpoint end = {.port = port, .family = strchr(address, ':') ? AF_INET6 : AF_INET};

	assert_int_equal(inet_pton(end.family, address, end.ip), 1);
	return end;
}

/* The number of the rule for a peer, or -1. */
static inline int rule_for(const char *address, uint16_t port)
{
	struct endpoint end = at(address, port);
	const struct rule *r = rules_match(&settings, &end, -1);

	return r ? (int)(r - settings.rule) : -1;
}

#endif
