/* SPDX-License-Identifier: MIT */
/*
 * Stories and what was lost, as a word and key=value pairs: the keys and units of the log, so that
 * a verdict reads alike in both.  What is not known is left out.
 */
#include "print_text.h"

#include <string.h>
#include <sys/wait.h>

#include "call_text.h"
#include "escape.h"
#include "story_text.h"

static void put_key(struct line *l, const char *key)
{
	line_char(l, ' ');
	line_str(l, key);
	line_char(l, '=');
}

static void put_word(struct line *l, const char *key, const char *word)
{
	if (!word)
		return;
	put_key(l, key);
	line_str(l, word);
}

static void put_number(struct line *l, const char *key, uint64_t n)
{
	put_key(l, key);
	line_uint(l, n);
}

/* Thousandths of a unit, with three digits. */
static void put_thousandths(struct line *l, const char *key, uint64_t n, const char *unit)
{
	put_key(l, key);
	line_thousandths(l, n, 3);
	line_str(l, unit);
}

static void put_fd(struct line *l, const struct event *e)
{
	if (e->fd < 0)
		return;
	put_key(l, "fd");
	line_int(l, e->fd);
}

static void put_open(struct line *l, const struct event *e)
{
	const struct story_open *o = &e->story->open;

	line_str(l, "open");
	put_fd(l, e);
	put_word(l, "how", story_text_how(o->how));
	put_word(l, "socket", story_text_socket(o->socket));
	if (o->cookie)
		put_number(l, "cookie", o->cookie);
}

static void put_set(struct line *l, const char *key, int32_t value, const char *unit)
{
	if (value < 0)
		return;
	put_key(l, key);
	line_int(l, value);
	line_str(l, unit);
}

static void put_armed(struct line *l, const struct event *e)
{
	const struct story_armed *a = &e->story->armed;

	line_str(l, "armed");
	put_fd(l, e);
	put_set(l, "idle", a->idle_s, "s");
	put_set(l, "interval", a->interval_s, "s");
	put_set(l, "count", a->count, "");
	put_set(l, "user_timeout", a->user_timeout_ms, "ms");
	put_set(l, "rto_max", a->rto_max_ms, "ms");
	put_set(l, "syn_count", a->syn_count, "");
}

/* What TCP_INFO said. */
static void put_kernel(struct line *l, const struct story_evidence *v)
{
	if (!v->known)
		return;
	put_word(l, "state", story_text_state(v->state));
	put_number(l, "in", v->bytes_in);
	put_number(l, "out", v->bytes_out);
	put_thousandths(l, "rtt", v->rtt_us, "ms");
	put_number(l, "retrans", v->retrans);
}

/* What a verdict rests on, beyond that. */
static void put_silence(struct line *l, const struct story_evidence *v)
{
	if (!v->known)
		return;
	put_number(l, "probes", v->probes);
	put_number(l, "unacked", v->unacked);
	put_number(l, "unsent", v->unsent);
	put_thousandths(l, "last_sent", v->last_data_sent_ms, "s");
	put_thousandths(l, "last_received", v->last_data_recv_ms, "s");
	put_thousandths(l, "last_ack", v->last_ack_recv_ms, "s");
}

static void put_verdict(struct line *l, const struct event *e)
{
	const struct story_evidence *v = &e->story->evidence;

	line_str(l, "verdict");
	put_fd(l, e);
	put_word(l, "cause", story_text_cause(v->cause));
	put_word(l, "method", story_text_method(v->method));
	if (v->seen != v->method)
		put_word(l, "via", story_text_method(v->seen));
	if (v->error) {
		put_key(l, "errno");
		call_text_errno(l, v->error);
	}
	put_thousandths(l, "age", v->age_ms, "s");
	put_kernel(l, v);
	put_silence(l, v);
	if (v->death)
		put_word(l, "action", story_text_action(v->action));
}

static void put_close(struct line *l, const struct event *e)
{
	const struct story_evidence *v = &e->story->evidence;

	line_str(l, "close");
	put_fd(l, e);
	put_thousandths(l, "age", v->age_ms, "s");
	put_kernel(l, v);
	put_word(l, "closed_by", story_text_side(v->closed_by));
}

static void put_exit(struct line *l, int status)
{
	if (WIFSIGNALED(status)) {
		line_str(l, "+++ killed by ");
		story_text_signal(l, WTERMSIG(status));
		line_str(l, WCOREDUMP(status) ? " (core dumped)" : "");
	} else {
		line_str(l, "+++ exited with ");
		line_int(l, WEXITSTATUS(status));
	}
	line_str(l, " +++");
}

static void put_program(struct line *l, const struct event *e)
{
	unsigned kind = (unsigned)(e->story->head & 0xff);
	const struct story_process *program = &e->story->program;
	const char *word = story_text_process(kind);

	if (kind == STORY_EXIT) {
		put_exit(l, (int)program->value);
		return;
	}
	line_str(l, word ? word : "process");
	if (kind == STORY_STRICT) {
		line_str(l, ": filters its system calls, nothing more is recorded of it");
		return;
	}
	line_char(l, ' ');
	escape_quoted(l, program->text, strnlen(program->text, sizeof(program->text)));
	if (kind != STORY_EXEC && program->value)
		put_number(l, "ppid", program->value);
}

static void put_lost(struct line *l, const struct event *e)
{
	line_str(l, "--- ");
	line_uint(l, e->lost);
	line_str(l, e->lost == 1 ? " event lost here ---" : " events lost here ---");
}

void print_text_story(struct line *l, const struct event *e)
{
	switch (e->kind) {
	case EVENT_OPEN: put_open(l, e); break;
	case EVENT_ARMED: put_armed(l, e); break;
	case EVENT_VERDICT: put_verdict(l, e); break;
	case EVENT_CLOSE: put_close(l, e); break;
	case EVENT_PROCESS: put_program(l, e); break;
	case EVENT_LOST: put_lost(l, e); break;
	case EVENT_CALL: break;
	}
}
