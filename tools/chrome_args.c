/* SPDX-License-Identifier: MIT */
/* See chrome_args.h.  A member that does not apply is absent. */
#include "chrome_args.h"

#include <stdio.h>
#include <string.h>

#include "call_text.h"
#include "policy/verdict.h"
#include "story_text.h"

const char *chrome_args_ends(char out[CHROME_ARGS_END_MAX], const struct connection *c)
{
	if (!strcmp(event_peer(c, out), "?") && !strcmp(event_local(c, out), "?"))
		strcpy(out, "socket");
	return out;
}

static bool accepts(const struct event *e)
{
	return e->kind == EVENT_CALL && (e->call == CALL_accept || e->call == CALL_accept4);
}

int chrome_args_fd(const struct event *e)
{
	return accepts(e) ? e->ret : e->fd;
}

/* "key": behind what stands there already. */
static void key(struct line *l, const char *name)
{
	if (l->text[l->len - 1] != '{')
		line_char(l, ',');
	line_char(l, '"');
	line_str(l, name);
	line_str(l, "\":");
}

static void number(struct line *l, const char *name, int64_t n)
{
	key(l, name);
	line_int(l, n);
}

static void amount(struct line *l, const char *name, uint64_t n)
{
	key(l, name);
	line_uint(l, n);
}

static void text(struct line *l, const char *name, const char *value)
{
	if (!value)
		return;
	key(l, name);
	line_quoted(l, value);
}

static void error(struct line *l, int err)
{
	if (!err)
		return;
	key(l, "errno");
	line_char(l, '"');
	call_text_errno(l, err);
	line_char(l, '"');
}

static void flags(struct line *l, const struct event *e)
{
	switch (event_shape[e->call].flags) {
	case FLAGS_NONE:
	case FLAGS_VALUE: return;
	case FLAGS_MS:
		if (e->flags != UINT32_MAX)
			amount(l, "timeout_ms", e->flags);
		return;
	default:
		if (!e->flags)
			return;
		key(l, "flags");
		line_char(l, '"');
		call_text_flags(l, e->call, e->flags);
		line_char(l, '"');
	}
}

static void asked(struct line *l, const struct event *e)
{
	switch (event_shape[e->call].asked) {
	case ASKED_NONE:
	case ASKED_DOMAIN:
	case ASKED_CMD: return;
	case ASKED_LEVEL:
		key(l, "option");
		line_char(l, '"');
		call_text_option(l, e->asked);
		line_char(l, '"');
		return;
	default: amount(l, "asked", e->asked);
	}
}

void chrome_args_call(struct line *l, const struct event *e)
{
	char peer[ENDPOINT_TEXT_MAX];

	amount(l, "tid", e->tid);
	if (e->fd >= 0)
		number(l, "fd", e->fd);
	number(l, "ret", e->ret);
	error(l, e->error);
	if (e->class == CLASS_IN || e->class == CLASS_OUT)
		number(l, "bytes", e->bytes);
	asked(l, e);
	flags(l, e);
	if (e->address)
		text(l, "address", event_address(e, peer));
}

const char *chrome_args_instant(const struct event *e)
{
	const char *name = NULL;

	if (e->kind == EVENT_VERDICT)
		name = story_text_cause(e->story->evidence.cause);
	else if (e->kind == EVENT_PROCESS)
		name = story_text_process(e->story->head & 0xff);
	if (!name)
		name = story_text_event(e->kind);
	return name ? name : "?";
}

static void evidence(struct line *l, const struct event *e)
{
	const struct story_evidence *its = &e->story->evidence;

	if (e->kind == EVENT_VERDICT) {
		text(l, "method", story_text_method(its->method));
		text(l, "seen", story_text_method(its->seen));
		error(l, its->error);
	} else {
		text(l, "closed_by", story_text_side(its->closed_by));
	}
	if (!its->known)
		return;
	text(l, "state", story_text_state(its->state));
	amount(l, "rtt_us", its->rtt_us);
	amount(l, "retrans", its->retrans);
	amount(l, "unacked", its->unacked);
	amount(l, "bytes_in", its->bytes_in);
	amount(l, "bytes_out", its->bytes_out);
}

static void armed(struct line *l, const struct story_armed *a)
{
	const struct {
		const char *name;
		int32_t value;
	} all[] = {{"idle_s", a->idle_s}, {"interval_s", a->interval_s}, {"count", a->count},
		{"user_timeout_ms", a->user_timeout_ms}, {"rto_max_ms", a->rto_max_ms},
		{"syn_count", a->syn_count}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].value >= 0)
			number(l, all[i].name, all[i].value);
}

static void opened(struct line *l, const struct connection *c)
{
	char end[ENDPOINT_TEXT_MAX];

	text(l, "how", story_text_how(c->open.how));
	text(l, "socket", story_text_socket(c->open.socket));
	text(l, "local", event_local(c, end));
	text(l, "peer", event_peer(c, end));
}

void chrome_args_story(struct line *l, const struct event *e)
{
	if (e->fd >= 0)
		number(l, "fd", e->fd);
	switch (e->kind) {
	case EVENT_LOST: amount(l, "lost", e->lost); break;
	case EVENT_OPEN:
		if (e->conn)
			opened(l, e->conn);
		break;
	case EVENT_ARMED: armed(l, &e->story->armed); break;
	case EVENT_VERDICT:
	case EVENT_CLOSE: evidence(l, e); break;
	case EVENT_PROCESS:
		amount(l, "value", e->story->program.value);
		text(l, "text", e->story->program.text);
		break;
	case EVENT_CALL: break;
	}
}
