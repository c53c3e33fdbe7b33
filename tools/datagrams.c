/* SPDX-License-Identifier: MIT */
/* See datagrams.h. */
#include "datagrams.h"

#include <netinet/in.h>

/* One packet, or more where a UNIX datagram is longer than any of UDP. */
static void write_one(const struct packets *of, const struct packet *datagram)
{
	struct packet part = *datagram;
	uint32_t bytes = datagram->bytes, kept = datagram->kept;

	do {
		part.bytes = bytes < PACKET_UDP_MAX ? bytes : PACKET_UDP_MAX;
		part.kept = kept < part.bytes ? kept : part.bytes;
		packet_write(of, &part);
		bytes -= part.bytes;
		kept -= part.kept;
		part.payload = part.payload ? part.payload + part.kept : NULL;
	} while (bytes);
}

void datagrams_write(const struct packets *of, const struct flow_end *near, const struct event *e,
	uint32_t count)
{
	bool named = near->flow->interface == FLOW_IP && e->address && e->address->port;
	struct endpoint there = named ? *e->address : flow_other(near)->address;
	struct endpoint here = flow_address(near->address, there.family);
	bool out = e->class == CLASS_OUT;
	struct packet d = {.interface = near->flow->interface,
		.outbound = out,
		.from = out ? here : there,
		.to = out ? there : here,
		.protocol = IPPROTO_UDP,
		.payload = e->payload,
		.kept = e->payload_bytes};
	uint64_t bytes = (uint64_t)e->bytes;

	for (uint32_t left = count < DATAGRAMS_MAX ? count : DATAGRAMS_MAX; left; left--) {
		d.bytes = (uint32_t)(bytes / left);
		write_one(of, &d);
		bytes -= d.bytes;
		d.payload = NULL;
		d.kept = 0;
	}
}
