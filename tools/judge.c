/* SPDX-License-Identifier: MIT */
/*
 * The verdict: from the evidence so far to when each end would be told, and so to the state now
 * and to when the next look is due.
 */
#include "judge.h"

#include "judge_evidence.h"

enum {
	/* Transmissions without an answer: of data; of probes one a second of the bound. */
	DATA_UNANSWERED = 3,
	PROBES_UNANSWERED_MIN = 3,
	PROBES_UNANSWERED_MAX = 8,
	SUSPECT_UNANSWERED = 2,
	SUSPECT_AFTER_MS = 1000,
	/* Longest wait for an answer, on top of two round trips: ACKs of data may be delayed. */
	ANSWER_DATA_MS = 250,
	ANSWER_PROBE_MS = 100,
	IDLE_AFTER_MS = 1000,
	SLOW_AFTER_MS = 1000,
	LOOK_MIN_MS = 100,
	LOOK_CLOSE_MAX_MS = 1000,
	LOOK_MAX_MS = 2000,
};

static const char *const state_name[] = {
#define JUDGE(name, text) text,
	JUDGE_STATES(JUDGE)
#undef JUDGE
};

const char *judge_state_name(enum judge_state state)
{
	return state_name[state];
}

static uint32_t enough_unanswered(const struct judge_sample *s)
{
	if (s->in_flight)
		return DATA_UNANSWERED;
	return (uint32_t)clamp(
		PROBES_UNANSWERED_MIN, s->bounds->within / 1000, PROBES_UNANSWERED_MAX);
}

/*
 * When it is dead if no answer comes; INT64_MAX: not yet to be told.
 *
 * An idle connection is the kernel's to end: its timers are up to an eighth late, and its keepalive
 * of 3 s takes 4 (policy/derive).  And where nothing was heard for longer than keepalive would have
 * it before the first transmission, no keepalive runs: then only what was sent can speak, and has
 * the whole bound for it.
 */
static int64_t dies_at(const struct judge *j, const struct judge_sample *s)
{
	int64_t bound = s->bounds->within, late = bound / 8 + (bound < 4000 ? 900 : 500);
	int64_t answer = (s->in_flight ? ANSWER_DATA_MS : ANSWER_PROBE_MS) + s->round_trips_ms;
	int64_t at;

	if (!bound || !j->again_ms || s->unanswered < enough_unanswered(s))
		return INT64_MAX;
	at = most(s->heard_ms + bound, j->again_ms + answer);
	if (!s->in_flight && !s->info->notsent_bytes)
		at = most(at, s->heard_ms + bound + late);
	if (j->unanswered_ms - s->heard_ms > bound / 2 + late)
		at = most(at, j->unanswered_ms + bound);
	return at;
}

static int64_t connect_ends_at(const struct judge *j, const struct judge_sample *s)
{
	return s->bounds->connect ? j->unanswered_ms + s->bounds->connect : INT64_MAX;
}

static bool is_suspect(const struct judge_sample *s)
{
	return s->bounds->within && !s->connecting && s->unanswered >= SUSPECT_UNANSWERED &&
	       s->now_ms - s->heard_ms >= least(s->bounds->within / 4, SUSPECT_AFTER_MS);
}

static struct judgement unanswered(enum judge_state state, const struct judge_sample *s)
{
	if (s->in_flight)
		return (struct judgement){state, CAUSE_TIMEOUT, METHOD_RETRANSMISSION, 0, 0};
	if (s->info->notsent_bytes)
		return (struct judgement){state, CAUSE_STALLED, METHOD_WINDOW_PROBE, 0, 0};
	return (struct judgement){state, CAUSE_TIMEOUT, METHOD_KEEPALIVE, 0, 0};
}

/*
 * Where there is a HEARTBEAT an idle peer is asked first: it has what SILENCE leaves after that for
 * its answer, and should it never come to be asked, SILENCE twice.
 */
static int64_t silent_at(const struct judge *j, const struct judge_sample *s)
{
	int64_t received, from;
	bool listening =
		s->info->state == TCPINFO_ESTABLISHED || s->info->state == TCPINFO_FIN_WAIT2;

	if (!s->bounds->silence || !listening)
		return INT64_MAX;
	received = s->now_ms - s->info->last_data_recv_ms;
	from = most(received, j->unread_ms);
	if (!s->bounds->heartbeat || s->socket->wqueue)
		return from + s->bounds->silence;
	if (j->asked_ms <= received)
		return from + 2 * (int64_t)s->bounds->silence;
	return most(from, j->asked_ms - s->bounds->heartbeat) + s->bounds->silence;
}

/* CLOSE_WAIT, and the program neither closes nor sends. */
static int64_t leaks_at(const struct judge *j, const struct judge_sample *s)
{
	if (!s->bounds->leak || !j->closed_ms || s->socket->wqueue)
		return INT64_MAX;
	return most(j->closed_ms, s->now_ms - s->info->last_data_sent_ms) + s->bounds->leak;
}

/* Bytes wait, and the peer answers but takes none. */
static bool is_slow(const struct judge *j, const struct judge_sample *s)
{
	bool closed_window = s->socket->timer == SOCKDIAG_TIMER_PROBE;

	return s->info->notsent_bytes &&
	       (closed_window || s->now_ms - j->progress_ms >= SLOW_AFTER_MS);
}

static enum judge_state plain_state(const struct judge_sample *s)
{
	const struct tcpinfo *i = s->info;

	switch (i->state) {
	case TCPINFO_SYN_SENT:
	case TCPINFO_SYN_RECV: return JUDGE_CONNECTING;
	case TCPINFO_CLOSE_WAIT: return JUDGE_CLOSED;
	case TCPINFO_ESTABLISHED: break;
	default: return JUDGE_CLOSING;
	}
	if (!s->socket->wqueue &&
		least(i->last_data_sent_ms, i->last_data_recv_ms) >= IDLE_AFTER_MS)
		return JUDGE_IDLE;
	return JUDGE_OK;
}

/* When each would be told if nothing changes. */
struct ends {
	int64_t connect, dies, silent, leaks;
};

static struct ends ends_of(const struct judge *j, const struct judge_sample *s)
{
	if (s->connecting)
		return (struct ends){connect_ends_at(j, s), INT64_MAX, INT64_MAX, INT64_MAX};
	return (struct ends){INT64_MAX, dies_at(j, s), silent_at(j, s), leaks_at(j, s)};
}

static struct judgement verdict_of(
	const struct judge *j, const struct judge_sample *s, const struct ends *ends)
{
	if (s->now_ms >= ends->connect)
		return (struct judgement){JUDGE_DEAD, CAUSE_CONNECT_TIMEOUT, METHOD_CONNECT, 0, 0};
	if (s->now_ms >= ends->dies)
		return unanswered(JUDGE_DEAD, s);
	if (s->now_ms >= ends->silent)
		return (struct judgement){JUDGE_DEAD, CAUSE_SILENT, METHOD_SILENCE, 0, 0};
	if (is_suspect(s))
		return unanswered(JUDGE_SUSPECT, s);
	if (s->now_ms >= ends->leaks)
		return (struct judgement){.state = JUDGE_LEAKED};
	return (struct judgement){.state = is_slow(j, s) ? JUDGE_SLOW : plain_state(s)};
}

/* Closely where something is not answered; and when the first of the ends is due. */
static uint32_t look_ms(const struct judge_sample *s, const struct ends *ends)
{
	const struct judge_bounds *b = s->bounds;
	int64_t due = least(least(ends->connect, ends->dies), least(ends->silent, ends->leaks));
	int64_t look = LOOK_MAX_MS;

	if (b->within)
		look = s->unanswered ? clamp(LOOK_MIN_MS, b->within / 20, LOOK_CLOSE_MAX_MS)
				     : clamp(LOOK_MIN_MS, b->within / 5, LOOK_MAX_MS);
	if (b->silence)
		look = least(look, most(LOOK_MIN_MS, b->silence / 10));
	if (due > s->now_ms)
		look = least(look, due - s->now_ms);
	return (uint32_t)look;
}

struct judgement judge(struct judge *j, const struct judge_bounds *b, int64_t now_ms,
	const struct sockdiag_socket *socket)
{
	struct judge_sample s = judge_evidence_of(b, now_ms, socket);
	struct judgement v;
	struct ends ends;

	judge_evidence_add(j, &s);
	ends = ends_of(j, &s);
	v = verdict_of(j, &s, &ends);
	if (v.state != j->state || !j->state_ms)
		j->state_ms = now_ms;
	j->state = v.state;
	v.state_ms = now_ms - j->state_ms;
	v.look_ms = look_ms(&s, &ends);
	return v;
}
