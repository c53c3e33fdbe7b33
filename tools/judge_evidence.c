/* SPDX-License-Identifier: MIT */
/*
 * An answer is any segment that came (segs_in), so the evidence of death is all of one episode
 * without one.  Ages are the kernel's own (KERNEL.md 2, 3): a pause in sampling adds none.
 *
 * Where a moment lies between two samples, the kernel's facts date it: data by the age of the last
 * transmission and the backoff, a probe by the timer of the sample before.  What must not be too
 * early (the first transmission) is taken as late as it can have been, what must not be too late
 * (the one after half the bound) as early.
 */
#include "judge_evidence.h"

/*
 * Data that confirms nothing new does not touch last_ack_recv, an ACK without data not
 * last_data_recv: the younger of the two.
 */
struct judge_sample judge_evidence_of(
	const struct judge_bounds *b, int64_t now_ms, const struct sockdiag_socket *s)
{
	const struct tcpinfo *i = &s->info;

	return (struct judge_sample){
		.bounds = b,
		.socket = s,
		.info = i,
		.now_ms = now_ms,
		.heard_ms = now_ms - least(i->last_ack_recv_ms, i->last_data_recv_ms),
		.round_trips_ms = i->rtt_us / 500,
		.unanswered = i->retransmits + i->probes,
		.connecting = i->state == TCPINFO_SYN_SENT || i->state == TCPINFO_SYN_RECV,
		.in_flight = i->unacked_segments,
	};
}

static bool is_answered(const struct judge *j, const struct judge_sample *s)
{
	return s->info->segs_in != j->segs_in || s->unanswered < j->unanswered;
}

/* Is data out, so that last_data_sent_ms tells of its last transmission?  A FIN is no data. */
static bool is_data_out(const struct judge_sample *s)
{
	bool fin_sent = s->info->state == TCPINFO_FIN_WAIT1 || s->info->state == TCPINFO_CLOSING ||
			s->info->state == TCPINFO_LAST_ACK;

	return fin_sent ? s->info->unacked_bytes : s->in_flight;
}

/*
 * How long ago the first transmission of data was, at least.  Each retransmission came after a
 * pause of at least half of the next one, and the next one is rto_ms.  One that failed in this host
 * (own address gone) left no trace in last_data_sent_ms, but the timer was set anew.
 */
static int64_t data_age(const struct judge_sample *s)
{
	const struct tcpinfo *i = s->info;
	int64_t pauses = i->rto_ms - (i->rto_ms >> least(i->retransmits, 16));
	int64_t tried = i->last_data_sent_ms;

	if (s->socket->timer == SOCKDIAG_TIMER_RETRANSMIT)
		tried = clamp(0, (int64_t)i->rto_ms - s->socket->expires_ms, tried);
	return most(i->last_data_sent_ms, tried + pauses);
}

/*
 * The first transmission of an episode.  A probe: when the timer of the sample before went off,
 * unless something came meanwhile, which would have set it anew.
 */
static int64_t first_sent(const struct judge *j, const struct judge_sample *s, bool answered)
{
	int64_t first = s->now_ms;

	if (is_data_out(s))
		first -= data_age(s);
	if (s->info->probes && !answered && j->expires_ms)
		first = least(first, clamp(j->sampled_ms, j->expires_ms, s->now_ms));
	return most(first, s->heard_ms);
}

/*
 * When what made the count rise was sent, at the earliest; 0: it has not risen.  Data can be sent
 * again before its timer goes off, after an ICMP error.
 */
static int64_t counted(const struct judge *j, const struct judge_sample *s)
{
	if (s->unanswered <= j->unanswered)
		return 0;
	return is_data_out(s) ? j->sampled_ms : clamp(j->sampled_ms, j->expires_ms, s->now_ms);
}

/*
 * Later than this an outage of half the bound is over for a transmission and its answer: one that
 * began so long before the outage is lost to it as well.
 */
static int64_t after_outage(const struct judge *j, const struct judge_sample *s)
{
	return j->unanswered_ms + s->bounds->within / 2 + JUDGE_HALF_MARGIN_MS + s->round_trips_ms;
}

static void follow_unanswered(struct judge *j, const struct judge_sample *s)
{
	int64_t data = is_data_out(s) ? s->now_ms - s->info->last_data_sent_ms : 0;
	bool answered = is_answered(j, s);

	if (answered)
		j->unanswered_ms = j->again_ms = 0;
	if (!s->in_flight && !s->info->probes)
		return;
	if (!j->unanswered_ms)
		j->unanswered_ms = first_sent(j, s, answered);
	if (j->again_ms)
		return;
	if (data >= after_outage(j, s))
		j->again_ms = data;
	else if (counted(j, s) >= after_outage(j, s))
		j->again_ms = s->now_ms;
}

/*
 * A handshake has no last answer to count from: its time begins with the first sample of it.  The
 * program may try again on the same socket; a SYN never repeated is younger than its timer.
 */
static void follow_connecting(struct judge *j, const struct judge_sample *s)
{
	if (!j->unanswered_ms || is_answered(j, s))
		j->unanswered_ms = s->now_ms;
	if (!s->info->retransmits)
		j->unanswered_ms = most(j->unanswered_ms, s->now_ms - s->info->rto_ms);
}

/*
 * Bytes that the program has not read may have closed our window, which silences any peer; a
 * machine that stood still has heard nothing either; and nobody has asked before we came.
 */
static void follow_silence(struct judge *j, const struct judge_sample *s)
{
	bool gap = j->sampled_ms ? s->now_ms - j->sampled_ms > s->bounds->silence
				 : s->bounds->heartbeat;

	if (s->socket->rqueue || gap)
		j->unread_ms = s->now_ms;
}

static void follow_close(struct judge *j, const struct judge_sample *s)
{
	if (s->info->state != TCPINFO_CLOSE_WAIT)
		j->closed_ms = 0;
	else if (!j->closed_ms) /* the FIN is the last that was heard, or before it */
		j->closed_ms = s->now_ms - s->info->last_ack_recv_ms;
}

void judge_evidence_add(struct judge *j, const struct judge_sample *s)
{
	if (s->connecting)
		follow_connecting(j, s);
	else
		follow_unanswered(j, s);
	follow_silence(j, s);
	follow_close(j, s);
	if (!s->info->notsent_bytes || s->info->bytes_acked != j->bytes_acked || !j->sampled_ms)
		j->progress_ms = s->now_ms;
	j->bytes_acked = s->info->bytes_acked;
	j->segs_in = s->info->segs_in;
	j->unanswered = s->unanswered;
	j->sampled_ms = s->now_ms;
	j->expires_ms =
		s->socket->timer == SOCKDIAG_TIMER_NONE ? 0 : s->now_ms + s->socket->expires_ms;
}
