/* SPDX-License-Identifier: MIT */
/*
 * The type `action`: log, error, shutdown, exit[:N], abort, signal:NAME.  Signals by the names of
 * signal(7), with or without SIG; sigabbrev_np() would do, but has no inverse.
 */
#include "runtime/value.h"

#include <signal.h>

#include "runtime/span.h"
#include "runtime/value_number.h"
#include "sys/compiler.h"

#define EXIT_PLAIN 1

const char value_form_action[] = "log, error, shutdown, exit, exit:N, abort or signal:NAME";

/* The last, signal, never stands alone. */
#define WORD(name, word) [ACTION_##name] = word,
static const char *const plain[] = {ACTION_KINDS(WORD)};

/* The first name of a number is the one that is printed. */
static const struct {
	const char *name;
	int number;
} signals[] = {
	{"HUP", SIGHUP},
	{"INT", SIGINT},
	{"QUIT", SIGQUIT},
	{"ILL", SIGILL},
	{"TRAP", SIGTRAP},
	{"ABRT", SIGABRT},
	{"BUS", SIGBUS},
	{"FPE", SIGFPE},
	{"KILL", SIGKILL},
	{"USR1", SIGUSR1},
	{"SEGV", SIGSEGV},
	{"USR2", SIGUSR2},
	{"PIPE", SIGPIPE},
	{"ALRM", SIGALRM},
	{"TERM", SIGTERM},
	{"STKFLT", SIGSTKFLT},
	{"CHLD", SIGCHLD},
	{"CONT", SIGCONT},
	{"STOP", SIGSTOP},
	{"TSTP", SIGTSTP},
	{"TTIN", SIGTTIN},
	{"TTOU", SIGTTOU},
	{"URG", SIGURG},
	{"XCPU", SIGXCPU},
	{"XFSZ", SIGXFSZ},
	{"VTALRM", SIGVTALRM},
	{"PROF", SIGPROF},
	{"WINCH", SIGWINCH},
	{"IO", SIGIO},
	{"PWR", SIGPWR},
	{"SYS", SIGSYS},
	{"IOT", SIGIOT},
	{"POLL", SIGPOLL},
	{"CLD", SIGCLD},
};

static int parse_signal(struct action *out, struct span name, struct line *why)
{
	size_t i;

	if (span_starts(name, "SIG"))
		name = span_from(name, 3);
	for (i = 0; i < ARRAY_SIZE(signals); i++) {
		if (span_is(name, signals[i].name)) {
			*out = (struct action){ACTION_SIGNAL, signals[i].number};
			return 0;
		}
	}
	line_str(why, "names no signal of signal(7): write signal:TERM, say");
	return -1;
}

static int parse_exit(
	struct action *out, struct span status, struct value_bounds bounds, struct line *why)
{
	uint64_t n = 0;

	if (value_number_uint(status, bounds.max, &n) < 0 || n < (uint64_t)bounds.min) {
		line_str(why, "has an exit status that is not ");
		line_int(why, bounds.min);
		line_str(why, " to ");
		line_int(why, bounds.max);
		line_str(why, ": write exit:3, say");
		return -1;
	}
	*out = (struct action){ACTION_EXIT, (int)n};
	return 0;
}

int value_parse_action(
	value_action *out, const char *text, struct value_bounds bounds, struct line *why)
{
	struct span s = span_of(text);
	size_t i;

	for (i = 0; i < ACTION_SIGNAL; i++) {
		if (span_is(s, plain[i])) {
			*out = (struct action){i, i == ACTION_EXIT ? EXIT_PLAIN : 0};
			return 0;
		}
	}
	if (span_starts(s, "exit:"))
		return parse_exit(out, span_from(s, strlen("exit:")), bounds, why);
	if (span_starts(s, "signal:"))
		return parse_signal(out, span_from(s, strlen("signal:")), why);
	line_str(why, "is no action: write ");
	line_str(why, value_form_action);
	return -1;
}

static const char *signal_name(int number)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signals); i++)
		if (signals[i].number == number)
			return signals[i].name;
	return "?";
}

void value_print_action(struct line *l, const value_action *value)
{
	switch (value->kind) {
	case ACTION_EXIT:
		line_str(l, "exit:");
		line_int(l, value->number);
		break;
	case ACTION_SIGNAL:
		line_str(l, "signal:");
		line_str(l, signal_name(value->number));
		break;
	default: line_str(l, plain[value->kind]);
	}
}
