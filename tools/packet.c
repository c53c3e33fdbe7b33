/* SPDX-License-Identifier: MIT */
/* See packet.h; RFC 791, 8200, 9293, 768, 1071.  Everything on the wire is high byte first. */
#include "packet.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "pcapng.h"

#define HOPS           64 /* as Linux sends */
#define DONT_FRAGMENT  0x4000
#define WINDOW         65535
#define WINDOW_SHIFT   14 /* RFC 7323: the most; a window of 1 GiB is never full */
#define TCP_HEADER_LEN 20
#define UDP_HEADER_LEN 8

/* Options of a SYN: the segment size, a NOP, the window scale. */
static const uint8_t syn_options[] = {
	2, 4, PACKET_TCP_MAX >> 8, PACKET_TCP_MAX & 255, 1, 3, 3, WINDOW_SHIFT};

static uint8_t *put16(uint8_t *to, uint32_t n)
{
	*to++ = (uint8_t)(n >> 8);
	*to++ = (uint8_t)n;
	return to;
}

static uint8_t *put32(uint8_t *to, uint32_t n)
{
	return put16(put16(to, n >> 16), n);
}

static uint8_t *put_bytes(uint8_t *to, const void *bytes, size_t len)
{
	return (uint8_t *)memcpy(to, bytes, len) + len;
}

/* sum: of an even number of bytes before. */
static uint64_t sum_bytes(uint64_t sum, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	for (; len >= 2; at += 2, len -= 2)
		sum += (unsigned)at[0] << 8 | at[1];
	return len ? sum + ((unsigned)at[0] << 8) : sum;
}

static uint16_t folded(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint16_t packet_checksum(const void *bytes, size_t len)
{
	return folded(sum_bytes(0, bytes, len));
}

static size_t address_len(const struct packet *p)
{
	return p->from.family == AF_INET ? 4 : 16;
}

static uint8_t *put_ip4(uint8_t *out, const struct packet *p, uint32_t len)
{
	uint8_t *at = put16(out, 4 << 12 | 5 << 8);

	at = put16(at, 20 + len);
	at = put32(at, DONT_FRAGMENT);
	at = put16(at, HOPS << 8 | p->protocol);
	at = put16(at, 0);
	at = put_bytes(at, p->from.ip, 4);
	at = put_bytes(at, p->to.ip, 4);
	put16(out + 10, packet_checksum(out, 20));
	return at;
}

static uint8_t *put_ip6(uint8_t *out, const struct packet *p, uint32_t len)
{
	out = put32(out, 6u << 28);
	out = put16(out, len);
	out = put16(out, (uint32_t)p->protocol << 8 | HOPS);
	out = put_bytes(out, p->from.ip, 16);
	return put_bytes(out, p->to.ip, 16);
}

static uint8_t *put_tcp(uint8_t *out, const struct packet *p)
{
	uint32_t options = p->flags & PACKET_SYN ? sizeof(syn_options) : 0;

	out = put32(out, p->seq);
	out = put32(out, p->flags & PACKET_ACK ? p->ack : 0);
	out = put16(out, (TCP_HEADER_LEN + options) / 4 << 12 | p->flags);
	out = put16(out, WINDOW);
	out = put32(out, 0);
	return put_bytes(out, syn_options, options);
}

/* Of the pseudo header, the transport's header at `at`, and the payload. */
static uint16_t transport_checksum(const struct packet *p, const uint8_t *at, uint32_t header)
{
	uint64_t sum = (uint64_t)p->protocol + header + p->bytes;

	sum = sum_bytes(sum, p->from.ip, address_len(p));
	sum = sum_bytes(sum, p->to.ip, address_len(p));
	sum = sum_bytes(sum, at, header);
	return folded(sum_bytes(sum, p->payload, p->kept));
}

size_t packet_headers(const struct packet *p, uint8_t out[PACKET_HEADERS_MAX])
{
	bool tcp = p->protocol == IPPROTO_TCP;
	uint32_t options = tcp && p->flags & PACKET_SYN ? sizeof(syn_options) : 0;
	uint32_t header = tcp ? TCP_HEADER_LEN + options : UDP_HEADER_LEN;
	uint8_t *transport, *at;
	uint16_t checksum;

	transport = (p->from.family == AF_INET ? put_ip4 : put_ip6)(out, p, header + p->bytes);
	at = put16(transport, p->from.port);
	at = put16(at, p->to.port);
	at = tcp ? put_tcp(at, p) : put32(at, (header + p->bytes) << 16);
	checksum = transport_checksum(p, transport, header);
	if (!tcp && !checksum)
		checksum = 0xffff; /* RFC 768: 0 means that there is none */
	put16(transport + (tcp ? 16 : 6), checksum);
	return (size_t)(at - out);
}

void packet_write(const struct packets *of, const struct packet *p)
{
	uint8_t headers[PACKET_HEADERS_MAX];
	size_t len = packet_headers(p, headers);
	struct pcapng_packet block = {
		.interface = p->interface,
		.time_ns = of->time_ns,
		.part = {{headers, len}, {(void *)p->payload, p->kept}},
		.original = (uint32_t)len + p->bytes,
		.outbound = p->outbound,
		.comment = p->plain ? NULL : of->comment,
	};

	pcapng_packet(of->out, &block);
}
