/* SPDX-License-Identifier: MIT */
/*
 * The value of each member of fields.def, of an event in which it can stand.  NUMBER, SIGNED,
 * TEXT and NAMED are the members that are one expression; the others are functions.
 */
#include "print_json.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "call_text.h"
#include "escape.h"
#include "json_value.h"
#include "story_text.h"

#define VALUE(name)                                                    \
	static void put_##name(struct line *l __attribute__((unused)), \
		const struct event *e __attribute__((unused)),         \
		struct print_json_state *state __attribute__((unused)))

static enum call_asked asks(const struct event *e)
{
	return (enum call_asked)event_shape[e->call].asked;
}

static enum call_flags flagged(const struct event *e)
{
	return (enum call_flags)event_shape[e->call].flags;
}

static bool is_data(const struct event *e)
{
	return e->class == CLASS_IN || e->class == CLASS_OUT;
}

VALUE(ts)
{
	state->last_ns = e->start_ns;
	json_time(l, &state->clock, e->start_ns);
}

TEXT(event, story_text_event(e->kind))
NUMBER(pid, true, e->pid)
NUMBER(tid, true, e->tid)
TEXT(prog, *e->prog ? e->prog : NULL)
NUMBER(conn, e->conn, e->conn->id)
TEXT(call, call_name[e->call])
SIGNED(fd, e->fd >= 0, e->fd)
SIGNED(ret, true, e->ret)

VALUE(errno)
{
	int error = e->kind == EVENT_CALL ? e->error : e->story->evidence.error;

	if (!error)
		return;
	line_char(l, '"');
	call_text_errno(l, error);
	line_char(l, '"');
}

NUMBER(dur_ns, true, event_took_ns(e))

/* fcntl's lowest descriptor lies in its flags, and its command in `asked`. */
VALUE(asked)
{
	switch (asks(e)) {
	case ASKED_BYTES:
	case ASKED_MESSAGES:
	case ASKED_COUNT:
	case ASKED_BACKLOG:
	case ASKED_FD:
	case ASKED_LAST: line_uint(l, e->asked); break;
	case ASKED_CMD: line_uint(l, e->flags); break;
	case ASKED_NONE:
	case ASKED_DOMAIN:
	case ASKED_LEVEL: break;
	}
}

static bool has_flags(const struct event *e)
{
	switch (flagged(e)) {
	case FLAGS_HOW: return true; /* SHUT_RD is 0 */
	case FLAGS_MSG:
	case FLAGS_TYPE:
	case FLAGS_BITS: return e->flags;
	case FLAGS_SPLICE: return e->flags & ~RECORD_SPLICE_FROM;
	case FLAGS_NONE:
	case FLAGS_MS:
	case FLAGS_VALUE: break;
	}
	return false;
}

VALUE(flags)
{
	bool command = asks(e) == ASKED_CMD;

	if (!command && !has_flags(e))
		return;
	line_char(l, '"');
	if (command)
		call_text_command(l, e->asked);
	else
		call_text_flags(l, e->call, e->flags);
	line_char(l, '"');
}

NAMED(domain, asks(e) == ASKED_DOMAIN, call_text_domain(l, e->asked))
NAMED(level, asks(e) == ASKED_LEVEL, call_text_level(l, e->asked))
NAMED(option, asks(e) == ASKED_LEVEL, call_text_option(l, e->asked))
SIGNED(value, flagged(e) == FLAGS_VALUE && (e->call == CALL_setsockopt || e->ret >= 0),
	(int32_t)e->flags)
SIGNED(timeout_ms, flagged(e) == FLAGS_MS, e->flags == UINT32_MAX ? -1 : (int64_t)e->flags)
TEXT(direction, e->call != CALL_splice ? NULL : e->class == CLASS_IN ? "in" : "out")
SIGNED(bytes, is_data(e), e->bytes)

TEXT(how, story_text_how(e->story->open.how))
TEXT(socket, story_text_socket(e->story->open.socket))
NUMBER(cookie, e->story->open.cookie, e->story->open.cookie)

static void put_end(struct line *l, const char *text)
{
	if (strcmp(text, "?"))
		line_quoted(l, text);
}

VALUE(local)
{
	char text[ENDPOINT_TEXT_MAX];

	if (e->conn && e->conn->opened)
		put_end(l, event_local(e->conn, text));
}

VALUE(peer)
{
	char text[ENDPOINT_TEXT_MAX];

	if (e->kind == EVENT_CALL && event_has_address(e)) {
		put_end(l, event_address(e, text));
	} else if (e->conn && e->conn->opened) {
		put_end(l, event_peer(e->conn, text));
	}
}

static const struct story_evidence *evidence(const struct event *e)
{
	return &e->story->evidence;
}

/* Is the number that follows one of TCP_INFO's? */
static bool known(const struct event *e)
{
	return evidence(e)->known;
}

TEXT(cause, story_text_cause(evidence(e)->cause))
TEXT(method, story_text_method(evidence(e)->method))
TEXT(via, evidence(e)->seen == evidence(e)->method ? NULL : story_text_method(evidence(e)->seen))
TEXT(action, evidence(e)->death ? story_text_action(evidence(e)->action) : NULL)
NUMBER(age_ms, true, evidence(e)->age_ms)
TEXT(state, known(e) ? story_text_state(evidence(e)->state) : NULL)
NUMBER(bytes_in, known(e), evidence(e)->bytes_in)
NUMBER(bytes_out, known(e), evidence(e)->bytes_out)
NUMBER(rtt_us, known(e), evidence(e)->rtt_us)
NUMBER(retrans, known(e), evidence(e)->retrans)
NUMBER(probes, known(e), evidence(e)->probes)
NUMBER(unacked, known(e), evidence(e)->unacked)
NUMBER(unsent, known(e), evidence(e)->unsent)
NUMBER(last_sent_ms, known(e), evidence(e)->last_data_sent_ms)
NUMBER(last_received_ms, known(e), evidence(e)->last_data_recv_ms)
NUMBER(last_ack_ms, known(e), evidence(e)->last_ack_recv_ms)
TEXT(closed_by, story_text_side(evidence(e)->closed_by))

static const struct story_armed *armed(const struct event *e)
{
	return &e->story->armed;
}

SIGNED(idle_s, armed(e)->idle_s >= 0, armed(e)->idle_s)
SIGNED(interval_s, armed(e)->interval_s >= 0, armed(e)->interval_s)
SIGNED(count, armed(e)->count >= 0, armed(e)->count)
SIGNED(user_timeout_ms, armed(e)->user_timeout_ms >= 0, armed(e)->user_timeout_ms)
SIGNED(rto_max_ms, armed(e)->rto_max_ms >= 0, armed(e)->rto_max_ms)
SIGNED(syn_count, armed(e)->syn_count >= 0, armed(e)->syn_count)

static enum story_kind story_of(const struct event *e)
{
	return (enum story_kind)(e->story->head & 0xff);
}

static bool is_exit(const struct event *e)
{
	return story_of(e) == STORY_EXIT;
}

static int wait_status(const struct event *e)
{
	return (int)e->story->program.value;
}

TEXT(kind, story_text_process(story_of(e)))
NUMBER(ppid, (story_of(e) == STORY_START || story_of(e) == STORY_FORK) && e->story->program.value,
	e->story->program.value)
TEXT(path, story_of(e) == STORY_EXEC ? e->story->program.text : NULL)
NUMBER(status, is_exit(e) && WIFEXITED(wait_status(e)), WEXITSTATUS(wait_status(e)))
NAMED(signal, is_exit(e) && WIFSIGNALED(wait_status(e)),
	story_text_signal(l, WTERMSIG(wait_status(e))))

NUMBER(lost, e->lost, e->lost)
TEXT(missing, state->missing)

VALUE(payload)
{
	if (!e->payload)
		return;
	line_char(l, '"');
	escape_base64(l, e->payload,
		e->payload_bytes < RECORD_PAYLOAD_MAX ? e->payload_bytes : RECORD_PAYLOAD_MAX);
	line_char(l, '"');
}

/* Told by peerless watch alone. */
#define ABSENT(name) TEXT(name, NULL)
ABSENT(verdict)
ABSENT(verdict_ms)
ABSENT(idle_ms)
ABSENT(rqueue)
ABSENT(rto_ms)
ABSENT(retransmits)
ABSENT(snd_wnd)
ABSENT(armed)
ABSENT(preloaded)

print_json_writer *const print_json_value[FIELD_COUNT] = {
#define FIELD(name, type, events, meaning) put_##name,
#include "fields.def"
#undef FIELD
};
