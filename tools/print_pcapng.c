/* SPDX-License-Identifier: MIT */
/*
 * The format pcapng: what the calls moved, as packets, for Wireshark and tshark.  The packets are
 * made up (packet.h, segments.h): their bytes, their order and their times, which are the ends of
 * the calls, are those of the recording, and what the kernel sent and received was other packets.
 *
 * TCP: handshake where the process connected or accepted, none where it was found connected, a SYN
 * where nobody accepted; FIN at shutdown, end of stream, close and exit; RST where the verdict says
 * so. UDP: a packet a datagram; those of sendmmsg and recvmmsg are taken to be of one length, as
 * the recording has only their sum.  UNIX sockets have no packets that Wireshark knows: they are
 * shown as TCP and UDP over IPv6, on an interface of their own, so that dissectors and "Follow
 * Stream" work on them; made-up addresses (flow.h) keep them apart and the comment has the name.
 * Raw sockets are left out.  Where a filter leaves out calls, or some were lost, nobody knows which
 * bytes of the two ends are the same: then one end of a connection tells, whichever is first.
 *
 * What was moved and not recorded (-s) is a packet's length that was not captured, as with a small
 * snap length.  A port pair that is used again within the recording is a note in Wireshark
 * (tcp.analysis.reused_ports), here as on the wire.  Memory grows with the flows alive.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "call_text.h"
#include "datagrams.h"
#include "flow.h"
#include "lifetime.h"
#include "packet.h"
#include "packet_comment.h"
#include "pcapng.h"
#include "policy/verdict.h"
#include "printer.h"
#include "runtime/connpool.h"
#include "segments.h"
#include "story_text.h"
#include "util.h"

struct printer {
	FILE *out;
	struct lifetime life;
	int64_t last_ns;
	uint64_t lost;
	bool filtered;
	char comment[PACKET_COMMENT_MAX];
};

static struct printer *pcapng_open(FILE *out, const struct printer_options *options)
{
	struct printer *p = die_if_null(calloc(1, sizeof(*p)));
	char comment[PCAPNG_TEXT_MAX];

	p->out = out;
	p->last_ns = options->header->real_ns;
	p->filtered = options->filtered;
	lifetime_init(&p->life, out);
	snprintf(comment, sizeof(comment),
		"packets made up from the calls in %s, recorded on %.64s", options->name,
		options->header->host);
	pcapng_section(out, "peerless", comment);
	pcapng_interface(out, "peerless", "IP sockets");
	pcapng_interface(
		out, "peerless-unix", "UNIX sockets, as TCP and UDP between made-up addresses");
	return p;
}

/* Where the packets of an event go; what: it is, in a word of the comment. */
static struct packets packets_of(struct printer *p, const struct event *e, const char *what)
{
	packet_comment(p->comment, e, what);
	return (struct packets){p->out, e->end_ns, p->comment};
}

/* shown: it passes the filter; else its handshake comes when there is more of it to show. */
static void print_open(struct printer *p, const struct event *e, bool shown)
{
	const struct story_open *o = &e->story->open;
	struct packets of;
	struct flow_end *end;

	if (!e->conn || o->socket == SOCKET_OTHER)
		return;
	of = packets_of(p, e, story_text_how(o->how));
	end = lifetime_rejoin(&p->life, e, &of);
	if (end->flow->protocol != IPPROTO_TCP)
		return;
	lifetime_opened(end, o->how, !p->filtered && !p->lost);
	if (shown && !end->flow->shown && end->flow->caller)
		segments_handshake(&of, end->flow->caller);
}

/* Nobody accepted: a SYN, and an RST from whoever refused. */
static void print_failed(struct printer *p, const struct event *e, bool refused)
{
	struct packets of = packets_of(p, e, call_name[CALL_connect]);
	struct flow_end *end = e->conn->user;

	segments_attempt(&of, end);
	if (refused)
		segments_reset(&of, flow_other(end));
	end->flow->over = true;
	lifetime_drop(&p->life, e, &of);
}

/* Where connect() was to go is known before it is known whether that went well. */
static void print_connect(struct printer *p, const struct event *e)
{
	struct packets of;

	if (!e->conn || e->conn->opened || !e->address || e->address->family == AF_UNIX)
		return;
	of = packets_of(p, e, call_name[e->call]);
	flow_name_peer(lifetime_rejoin(&p->life, e, &of)->flow, e->address);
	if (e->error == ECONNREFUSED || e->error == ETIMEDOUT)
		print_failed(p, e, e->error == ECONNREFUSED);
}

static bool is_many(const struct event *e)
{
	return event_shape[e->call].asked == ASKED_MESSAGES;
}

/* Peeking moves nothing, and the error queue holds no traffic. */
static bool is_traffic(const struct event *e)
{
	return e->ret >= 0 &&
	       !(event_shape[e->call].flags == FLAGS_MSG && e->flags & (MSG_PEEK | MSG_ERRQUEUE));
}

static void print_datagrams(struct printer *p, const struct event *e, struct flow_end *near)
{
	struct packets of = packets_of(p, e, call_name[e->call]);

	datagrams_write(&of, near, e, is_many(e) ? (uint32_t)e->ret : 1);
}

static void print_stream(struct printer *p, const struct event *e, struct flow_end *end)
{
	struct packets of = packets_of(p, e, call_name[e->call]);
	struct flow_end *other = flow_other(end);

	if (e->bytes > 0 && e->class == CLASS_IN)
		stream_heard(&of, other, e->payload, e->payload_bytes, (uint64_t)e->bytes);
	else if (e->bytes > 0)
		stream_sent(&of, end, e->payload, e->payload_bytes, (uint64_t)e->bytes);
	else if (e->class == CLASS_IN && !is_many(e) && e->asked && !end->stream.deaf)
		stream_ends(&of, other);
	if (end == &end->flow->end[FLOW_NEAR])
		end->flow->unused = false;
}

static void print_half(struct printer *p, const struct event *e, struct flow_end *end)
{
	struct packets of = packets_of(p, e, call_name[e->call]);

	end->stream.deaf |= e->flags != SHUT_WR;
	if (e->flags != SHUT_RD)
		stream_close(&of, end);
}

/* Else the other end does. */
static bool tells(struct flow_end *end)
{
	struct flow *f = end->flow;

	if (!f->both && !f->teller)
		f->teller = end;
	return f->both || f->teller == end;
}

/* The end of what never was connected is not told as a story. */
static void print_closed(struct printer *p, const struct event *e)
{
	struct packets of;

	if (e->ret || !e->conn || e->conn->opened || !e->conn->user)
		return;
	of = packets_of(p, e, call_name[e->call]);
	lifetime_drop(&p->life, e, &of);
}

static void print_moved(struct printer *p, const struct event *e)
{
	bool data = (e->class == CLASS_IN || e->class == CLASS_OUT) && is_traffic(e);
	struct flow_end *end;

	end = data || (e->class == CLASS_HALF && !e->ret) ? lifetime_end_of(&p->life, e) : NULL;
	if (!end || !tells(end))
		return;
	if (end->flow->protocol == IPPROTO_TCP)
		(data ? print_stream : print_half)(p, e, end);
	else if (data)
		print_datagrams(p, e, end);
}

static void print_call(struct printer *p, const struct event *e)
{
	if (e->call == CALL_connect)
		print_connect(p, e);
	else if (e->class == CLASS_CLOSE)
		print_closed(p, e);
	else
		print_moved(p, e);
}

static void print_verdict(struct printer *p, const struct event *e)
{
	struct flow_end *end = e->conn ? e->conn->user : NULL;
	enum cause cause = (enum cause)e->story->evidence.cause;
	struct packets of;

	if (!end || end != &end->flow->end[FLOW_NEAR] || end->flow->protocol != IPPROTO_TCP)
		return;
	if (!e->conn->opened && (cause == CAUSE_REFUSED || cause == CAUSE_CONNECT_TIMEOUT)) {
		print_failed(p, e, cause == CAUSE_REFUSED);
		return;
	}
	of = packets_of(p, e, story_text_cause(cause));
	stream_flush(&of, end);
	stream_flush(&of, flow_other(end));
	if (cause == CAUSE_RESET || cause == CAUSE_BROKEN_PIPE)
		segments_reset(&of, flow_other(end));
	else if (e->story->evidence.death && cause != CAUSE_CLOSED)
		end->flow->over = true; /* nobody was there to answer a FIN */
}

static void print_close(struct printer *p, const struct event *e)
{
	struct flow_end *end = e->conn ? e->conn->user : NULL;
	struct packets of;

	if (!end)
		return;
	of = packets_of(p, e, "close");
	if (end == &end->flow->end[FLOW_NEAR])
		end->flow->peer_first = e->story->evidence.closed_by == SIDE_PEER;
	lifetime_drop(&p->life, e, &of);
}

static void note_loss(struct printer *p, const struct event *e)
{
	p->lost += e->lost;
	lifetime_lost(&p->life, e->end_ns);
}

static void pcapng_event(struct printer *p, const struct event *e)
{
	p->last_ns = e->end_ns;
	lifetime_pass(&p->life, e->end_ns);
	switch (e->kind) {
	case EVENT_CALL: print_call(p, e); break;
	case EVENT_OPEN: print_open(p, e, true); break;
	case EVENT_VERDICT: print_verdict(p, e); break;
	case EVENT_CLOSE: print_close(p, e); break;
	case EVENT_LOST: note_loss(p, e); break;
	case EVENT_PROCESS: lifetime_process(&p->life, e); break;
	case EVENT_ARMED: break;
	}
}

/* Who shares a socket, and which sockets are two ends of one flow, goes for what is shown as well.
 */
static void pcapng_hidden(struct printer *p, const struct event *e)
{
	if (e->kind == EVENT_OPEN)
		print_open(p, e, false);
	else if (e->kind == EVENT_PROCESS)
		lifetime_process(&p->life, e);
}

static void pcapng_close(struct printer *p, const char *missing)
{
	struct pcapng_statistics s = {
		.time_ns = p->last_ns, .dropped = p->lost, .comment = missing};

	lifetime_free(&p->life, p->last_ns);
	pcapng_statistics(p->out, &s);
	free(p);
}

const struct printer_format printer_pcapng = {
	.name = "pcapng",
	.meaning = "packets, for Wireshark and tshark",
	.needs_payload = true,
	.follows = true,
	.open = pcapng_open,
	.event = pcapng_event,
	.hidden = pcapng_hidden,
	.close = pcapng_close,
};
