/* SPDX-License-Identifier: MIT */
/* See segments.h. */
#include "segments.h"

#include <netinet/in.h>

static struct packet packet_from(const struct flow_end *from, uint8_t flags)
{
	const struct flow_end *to = flow_other(from);

	return (struct packet){
		.interface = from->flow->interface,
		.outbound = from == &from->flow->end[FLOW_NEAR],
		.from = from->address,
		.to = to->address,
		.protocol = IPPROTO_TCP,
		.flags = flags,
		.seq = from->next,
		.ack = to->next,
	};
}

/* Whatever goes out with ACK acknowledges all that was received. */
static void write_packet(const struct packets *of, struct flow_end *from, const struct packet *p)
{
	packet_write(of, p);
	from->flow->shown = true;
	from->next += p->bytes + !!(p->flags & PACKET_SYN) + !!(p->flags & PACKET_FIN);
	if (p->flags & PACKET_ACK)
		flow_other(from)->acked = p->ack;
}

static void signal_from(const struct packets *of, struct flow_end *from, uint8_t flags)
{
	struct packet p = packet_from(from, flags);

	write_packet(of, from, &p);
}

static void acknowledge(const struct packets *of, struct flow_end *from)
{
	struct packet p = packet_from(from, PACKET_ACK);

	p.plain = true;
	write_packet(of, from, &p);
}

void segments_attempt(const struct packets *of, struct flow_end *from)
{
	signal_from(of, from, PACKET_SYN);
}

void segments_handshake(const struct packets *of, struct flow_end *from)
{
	segments_attempt(of, from);
	signal_from(of, flow_other(from), PACKET_SYN | PACKET_ACK);
	acknowledge(of, from);
}

void segments_data(const struct packets *of, struct flow_end *from, const unsigned char *payload,
	uint32_t kept, uint64_t bytes)
{
	const struct flow *f = from->flow;

	if (!f->shown && f->caller && !f->over)
		segments_handshake(of, f->caller);
	while (bytes && !from->finished && !f->over) {
		struct packet p = packet_from(from, PACKET_ACK);

		p.bytes = bytes < PACKET_TCP_MAX ? (uint32_t)bytes : PACKET_TCP_MAX;
		p.kept = kept < p.bytes ? kept : p.bytes;
		p.payload = payload;
		bytes -= p.bytes;
		kept -= p.kept;
		payload = payload ? payload + p.kept : NULL;
		if (!bytes)
			p.flags |= PACKET_PSH;
		write_packet(of, from, &p);
		if (from->next - from->acked >= SEGMENTS_ACK_BYTES)
			acknowledge(of, flow_other(from));
	}
}

void segments_finish(const struct packets *of, struct flow_end *from)
{
	if (from->finished || from->flow->over || !from->flow->shown)
		return;
	signal_from(of, from, PACKET_FIN | PACKET_ACK);
	acknowledge(of, flow_other(from));
	from->finished = true;
}

void segments_reset(const struct packets *of, struct flow_end *from)
{
	if (!from->flow->over && from->flow->shown)
		signal_from(of, from, PACKET_RST | PACKET_ACK);
	from->flow->over = true;
}
