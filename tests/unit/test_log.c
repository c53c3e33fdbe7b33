/* SPDX-License-Identifier: MIT */
/* log: what a line says, in both formats, whatever the values; rate and level. */
#include "log_child.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "sys/errno_name.h"

static const struct endpoint loopback = {.family = AF_INET, .port = 5432, .ip = {10, 0, 0, 2}};

static void say_death(void)
{
	struct log_line l;

	realtime_s = 1795176000;
	realtime_ns = 123456789;
	log_begin(&l, "peer-dead");
	log_word(&l, "cause", "timeout");
	log_errno(&l, "errno", ETIMEDOUT);
	log_errno(&l, "strange", 4000);
	log_int(&l, "fd", -7);
	log_endpoint(&l, "peer", &loopback);
	log_seconds(&l, "idle", 75012);
	log_millis(&l, "rtt", 412);
	log_text(&l, "path", "/a b");
	log_end(&l);
}

static void death_as_text(void)
{
	open_log_file(FORMAT_TEXT);
	say_death();
}

static void text_line(void **state)
{
	int pid = 0, at = 0;

	(void)state;
	assert_int_equal(child_status(death_as_text), 0);
	content(log_path);
	assert_int_equal(
		sscanf(got, "peerless: ts=2026-11-20T12:00:00.123456Z pid=%d %n", &pid, &at), 1);
	assert_true(pid > 0 && pid != getpid());
	assert_string_equal(got + at,
		"prog=legacyd event=peer-dead cause=timeout errno=ETIMEDOUT strange=4000 fd=-7 "
		"peer=10.0.0.2:5432 idle=75.0s rtt=0.4ms path=\"/a b\"\n");
}

static void death_as_json(void)
{
	open_log_file(FORMAT_JSON);
	say_death();
}

static void json_line(void **state)
{
	int pid = 0, at = 0;

	(void)state;
	assert_int_equal(child_status(death_as_json), 0);
	content(log_path);
	assert_int_equal(
		sscanf(got, "{\"ts\":\"2026-11-20T12:00:00.123456Z\",\"pid\":%d,%n", &pid, &at), 1);
	assert_true(pid > 0 && pid != getpid());
	assert_string_equal(got + at,
		"\"prog\":\"legacyd\",\"event\":\"peer-dead\",\"cause\":\"timeout\","
		"\"errno\":\"ETIMEDOUT\",\"strange\":4000,\"fd\":-7,\"peer\":\"10.0.0.2:5432\","
		"\"idle_ms\":75012,\"rtt_us\":412,\"path\":\"/a b\"}\n");
}

/* Every 11th day and the days around each year's end and February's, against gmtime(). */
static void say_dates(void)
{
	open_log_file(FORMAT_TEXT);
	for (time_t day = 0; day < 366 * 430; day++) {
		struct tm tm;
		char want[64];
		struct log_line l;

		realtime_s = day * 86400 + day % 86400;
		gmtime_r(&realtime_s, &tm);
		if (day % 11 && tm.tm_yday > 0 && tm.tm_yday < 364 && tm.tm_yday != 59)
			continue;
		strftime(want, sizeof(want), " ts=%Y-%m-%dT%H:%M:%S.000000Z ", &tm);
		log_begin(&l, "x");
		assert_non_null(strstr(l.line.text, want));
	}
	realtime_s = INT64_MAX;
	say("far-future");
}

static void dates(void **state)
{
	(void)state;
	assert_int_equal(child_status(say_dates), 0);
	assert_non_null(strstr(content(log_path), "ts=1970-01-01T00:00:00.000000Z"));
}

static void say_texts(void)
{
	static const char *const text[] = {"/run/x:1", "", "a b", "a\"b", "a=b", "a\\b", "a\nb",
		"a\177b", "gr\xc3\xbc\xc3\x9f", "a\xff", "{'~'}"};
	struct log_line l;

	open_log_file(FORMAT_TEXT);
	log_begin(&l, "x");
	for (size_t i = 0; i < sizeof(text) / sizeof(*text); i++)
		log_text(&l, "t", text[i]);
	log_end(&l);
}

static void quotes_only_where_needed(void **state)
{
	(void)state;
	assert_int_equal(child_status(say_texts), 0);
	assert_string_equal(tail_of(content(log_path), 0),
		"prog=legacyd event=x t=/run/x:1 t=\"\" t=\"a b\" t=\"a\\\"b\" t=\"a=b\" "
		"t=\"a\\\\b\" t=\"a\\nb\" t=\"a\\u007fb\" t=\"gr\xc3\xbc\xc3\x9f\" t=\"a\\u00ff\" "
		"t={'~'}");
}

/* Each line: a text of n bytes, all values but NUL among them, then a small field. */
static void say_long_texts(enum format format)
{
	static char text[1200];

	open_log_file(format);
	for (size_t n = 0; n < sizeof(text); n++) {
		struct log_line l;

		for (size_t i = 0; i < n; i++)
			text[i] = (char)(1 + (n * 7 + i) % 255);
		monotonic_s = (time_t)n + 1;
		log_begin(&l, "x");
		log_text(&l, "t", text);
		log_int(&l, "end", 1);
		log_end(&l);
	}
}

static void say_long_texts_as_text(void)
{
	say_long_texts(FORMAT_TEXT);
}

static void say_long_texts_as_json(void)
{
	say_long_texts(FORMAT_JSON);
}

/* " t=" is there while it fits, " end=1" wherever " t=" left room for it: never a part of one. */
static void long_lines_lose_whole_fields(void **state)
{
	size_t longest = 0;
	unsigned lines = 0, with_text = 0, with_end = 0;

	(void)state;
	assert_int_equal(child_status(say_long_texts_as_text), 0);
	content(log_path);
	for (char *line = got, *end; *line; line = end + 1, lines++) {
		bool has_end;

		end = strchr(line, '\n');
		assert_non_null(end);
		*end = '\0';
		longest = end + 1 - line > (long)longest ? (size_t)(end + 1 - line) : longest;
		has_end = strcmp(end - 6, " end=1") == 0;
		with_end += has_end;
		with_text += strstr(line, " t=\"") != NULL;
		if (!has_end)
			assert_true(end[-1] == '"' && end - line > LOG_LINE_MAX - 50);
		if (lines > 1000)
			assert_string_equal(strstr(line, "event="), "event=x end=1");
	}
	assert_int_equal(lines, 1200);
	assert_true(with_text > 150 && with_end > 1150);
	assert_true(longest > LOG_LINE_MAX - 50 && longest <= LOG_LINE_MAX);
}

/* Every byte value is in these texts; a strict parser must take each line. */
static void json_is_always_valid(void **state)
{
	char command[640];

	(void)state;
	assert_int_equal(child_status(say_long_texts_as_json), 0);
	content(log_path);
	assert_int_equal(lines_in(got), 1200);
	snprintf(command, sizeof(command),
		"python3 -c 'import json, sys\n"
		"text = open(sys.argv[1], \"rb\").read().decode(\"utf-8\")\n"
		"lines = [json.loads(l) for l in text.split(\"\\n\")[:-1]]\n"
		"assert set(\"\".join(l.get(\"t\", \"\") for l in lines)) == "
		"set(map(chr, range(1, 256)))\n"
		"assert sum(l.get(\"end\") == 1 for l in lines) > 1150\n"
		"assert all(set(l) <= {\"ts\", \"pid\", \"prog\", \"event\", \"t\", \"end\"} "
		"for l in lines)' %s",
		log_path);
	assert_int_equal(system(command), 0);
}

static void say_at_levels(void)
{
	assert_false(log_wants(LEVEL_DEATH));
	say("before-open");
	log_open((struct target){TARGET_OFF, NULL}, FORMAT_TEXT, LEVEL_CONN, "p");
	assert_false(log_wants(LEVEL_DEATH));
	say("off");
	open_log_file(FORMAT_TEXT);
	assert_true(log_wants(LEVEL_DEATH));
	assert_false(log_wants(LEVEL_CONN));
	log_open((struct target){TARGET_FILE, log_path}, FORMAT_TEXT, LEVEL_CONN, "p");
	assert_true(log_wants(LEVEL_CONN));
	say("wanted");
	log_mute();
	assert_false(log_wants(LEVEL_DEATH));
	say("muted");
}

static void levels_and_mute(void **state)
{
	(void)state;
	assert_int_equal(child_status(say_at_levels), 0);
	assert_string_equal(tail_of(content(log_path), 0), "prog=p event=wanted");
	assert_int_equal(lines_in(got), 1);
}

static void say_too_much(void)
{
	open_log_file(FORMAT_TEXT);
	monotonic_s = 1000;
	for (unsigned i = 0; i < LOG_PER_SECOND + 150; i++)
		say("flood");
	monotonic_s = 999; /* a late thread */
	say("flood");
	monotonic_s = 1001;
	say("after");
	say("last");
}

static void rate_is_bounded_and_counted(void **state)
{
	(void)state;
	assert_int_equal(child_status(say_too_much), 0);
	assert_int_equal(lines_in(content(log_path)), LOG_PER_SECOND + 2);
	assert_string_equal(tail_of(got, LOG_PER_SECOND), "prog=legacyd event=after left_out=151");
	assert_string_equal(tail_of(got, LOG_PER_SECOND + 1), "prog=legacyd event=last");
}

static void errno_names(void **state)
{
	unsigned named = 0;

	(void)state;
	for (int err = -1; err < 4096; err++) {
		const char *name = errno_name(err);

		if (!name)
			continue;
		assert_string_equal(name, strerrorname_np(err));
		named++;
	}
	assert_true(named >= 40);
	assert_string_equal(errno_name(ETIMEDOUT), "ETIMEDOUT");
	assert_null(errno_name(0));
}

#define TEST(name) cmocka_unit_test_setup(name, no_log)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_line),
		TEST(json_line),
		TEST(dates),
		TEST(quotes_only_where_needed),
		TEST(long_lines_lose_whole_fields),
		TEST(json_is_always_valid),
		TEST(levels_and_mute),
		TEST(rate_is_bounded_and_counted),
		TEST(errno_names),
	};

	return cmocka_run_group_tests_name("log", tests, make_dir, remove_dir);
}
