/* SPDX-License-Identifier: MIT */
/*
 * The text of a log line.  A field is written, and taken back whole if it does not fit; room is
 * kept for the tail (left_out=, closing brace, newline), so that every line ends well-formed.
 * State is set before main and then read only, but for two counters; a fork child keeps both.
 */
#include "runtime/log.h"

#include <stdatomic.h>
#include <time.h>

#include "runtime/log_write.h"
#include "sys/compiler.h"
#include "sys/errno_name.h"
#include "sys/raw.h"

/* `,"left_out":18446744073709551615}` and a newline */
#define TAIL_MAX 40

static enum format log_format;
static const char *log_program = "";
/* Lines of a level below this are wanted: none before log_open() and after log_mute(). */
static atomic_int log_levels;
static atomic_ullong left_out;
/* CLOCK_MONOTONIC seconds in the upper 48 bits, lines in that second in the lower 16. */
static atomic_ullong in_second;

void log_open(struct target target, enum format format, enum level level, const char *program)
{
	log_write_open(target);
	log_format = format;
	log_program = program;
	atomic_store(&log_levels, target.kind == TARGET_OFF ? 0 : (int)level + 1);
}

void log_mute(void)
{
	atomic_store(&log_levels, 0);
}

bool log_wants(enum level level)
{
	return (int)level < atomic_load_explicit(&log_levels, memory_order_relaxed);
}

/* Starts a field; returns where it starts, for field_end(). */
static size_t field_begin(struct log_line *l, const char *key, const char *suffix)
{
	size_t start = l->line.len;

	if (l->format == FORMAT_TEXT) {
		line_char(&l->line, ' ');
		line_str(&l->line, key);
		line_char(&l->line, '=');
		return start;
	}
	line_str(&l->line, start > 1 ? ",\"" : "\"");
	line_str(&l->line, key);
	line_str(&l->line, suffix);
	line_str(&l->line, "\":");
	return start;
}

static void field_end(struct log_line *l, size_t start)
{
	if (!l->line.cut)
		return;
	l->line.len = start;
	l->line.text[start] = '\0';
	l->line.cut = false;
}

void log_word(struct log_line *l, const char *key, const char *word)
{
	size_t start = field_begin(l, key, "");

	if (l->format == FORMAT_TEXT)
		line_str(&l->line, word);
	else
		line_quoted(&l->line, word);
	field_end(l, start);
}

/* May s stand in logfmt without quotes?  What is no ASCII is quoted: it may be no UTF-8 either. */
static bool is_bare(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++) {
		if (*s <= ' ' || *s >= 0x7f || *s == '"' || *s == '=' || *s == '\\')
			return false;
	}
	return true;
}

void log_text(struct log_line *l, const char *key, const char *untrusted)
{
	size_t start = field_begin(l, key, "");

	if (l->format == FORMAT_TEXT && is_bare(untrusted))
		line_str(&l->line, untrusted);
	else
		line_quoted(&l->line, untrusted);
	field_end(l, start);
}

void log_int(struct log_line *l, const char *key, int64_t n)
{
	size_t start = field_begin(l, key, "");

	line_int(&l->line, n);
	field_end(l, start);
}

static void log_scaled(
	struct log_line *l, const char *key, uint64_t n, const char *unit, const char *suffix)
{
	size_t start = field_begin(l, key, suffix);

	if (l->format == FORMAT_TEXT) {
		line_thousandths(&l->line, n, 1);
		line_str(&l->line, unit);
	} else {
		line_uint(&l->line, n);
	}
	field_end(l, start);
}

void log_seconds(struct log_line *l, const char *key, uint64_t ms)
{
	log_scaled(l, key, ms, "s", "_ms");
}

void log_millis(struct log_line *l, const char *key, uint64_t us)
{
	log_scaled(l, key, us, "ms", "_us");
}

void log_endpoint(struct log_line *l, const char *key, const struct endpoint *end)
{
	char text[ENDPOINT_TEXT_MAX];

	endpoint_text(end, text, sizeof(text));
	log_word(l, key, text);
}

void log_errno(struct log_line *l, const char *key, int err)
{
	const char *name = errno_name(err);

	if (name)
		log_word(l, key, name);
	else
		log_int(l, key, err);
}

static bool is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* By hand: gmtime() takes libc's time zone lock. */
static void line_date(struct line *l, uint64_t days)
{
	static const uint8_t month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	unsigned year = 1970, month = 0, len;

	while (days >= (len = is_leap(year) ? 366 : 365)) {
		days -= len;
		year++;
	}
	while (days >= (len = month_days[month] + (month == 1 && is_leap(year)))) {
		days -= len;
		month++;
	}
	line_uint_padded(l, year, 4);
	line_char(l, '-');
	line_uint_padded(l, month + 1, 2);
	line_char(l, '-');
	line_uint_padded(l, days + 1, 2);
}

static void line_now(struct line *l)
{
	const time_t year_10000 = 253402300800;
	struct timespec now = {0};

	clock_gettime(CLOCK_REALTIME, &now);
	/* A clock may say anything; the loop over years must end soon. */
	if (now.tv_sec < 0 || now.tv_sec >= year_10000)
		now.tv_sec = 0;
	line_date(l, (uint64_t)now.tv_sec / 86400);
	line_char(l, 'T');
	line_uint_padded(l, (uint64_t)now.tv_sec / 3600 % 24, 2);
	line_char(l, ':');
	line_uint_padded(l, (uint64_t)now.tv_sec / 60 % 60, 2);
	line_char(l, ':');
	line_uint_padded(l, (uint64_t)now.tv_sec % 60, 2);
	line_char(l, '.');
	line_uint_padded(l, (uint64_t)now.tv_nsec / 1000, 6);
	line_char(l, 'Z');
}

void log_begin_for(struct log_line *l, const char *event, int64_t pid, const char *program)
{
	KEEP_ERRNO;
	char text[32];
	struct line now = line_over(text, sizeof(text));

	line_now(&now);
	l->format = log_format;
	l->level = LEVEL_DEATH;
	l->text[0] = '\n'; /* see log_write() */
	l->line = line_over(l->text + 1, sizeof(l->text) - 1 - TAIL_MAX);
	line_str(&l->line, l->format == FORMAT_TEXT ? "peerless:" : "{");
	log_word(l, "ts", text);
	log_int(l, "pid", pid);
	log_text(l, "prog", program);
	log_word(l, "event", event);
}

void log_begin(struct log_line *l, const char *event)
{
	log_begin_for(l, event, raw3(SYS_getpid, 0, 0, 0), log_program);
}

/* Is this line within LOG_PER_SECOND?  Counts it if so. */
static bool within_rate(void)
{
	unsigned long long seen = atomic_load_explicit(&in_second, memory_order_relaxed), next;
	struct timespec now = {0};

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	do {
		/* Not ==: a thread that was late must not open its old second again. */
		if (seen >> 16 >= (uint64_t)now.tv_sec)
			next = seen + 1;
		else
			next = (unsigned long long)now.tv_sec << 16 | 1;
		if ((next & 0xffff) > LOG_PER_SECOND)
			return false;
	} while (!atomic_compare_exchange_weak_explicit(
		&in_second, &seen, next, memory_order_relaxed, memory_order_relaxed));
	return true;
}

void log_end(struct log_line *l)
{
	KEEP_ERRNO;
	unsigned long long missed;

	if (!log_wants(l->level))
		return;
	if (!within_rate()) {
		atomic_fetch_add(&left_out, 1);
		return;
	}
	missed = atomic_exchange(&left_out, 0);
	l->line.size = sizeof(l->text) - 1;
	if (missed)
		log_int(l, "left_out", (int64_t)missed);
	line_str(&l->line, l->format == FORMAT_TEXT ? "\n" : "}\n");
	if (!log_write(l->text, l->line.len + 1))
		atomic_fetch_add(&left_out, missed + 1);
}
