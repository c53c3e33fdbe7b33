/* SPDX-License-Identifier: MIT */
/*
 * One synthetic packet: IPv4 or IPv6, TCP or UDP, with the checksums that a receiver expects.
 * There was no such packet: the kernel made others of the same bytes.  Of a payload that was not
 * kept whole the lengths are those of the whole, and the checksum takes what is absent as zeros:
 * nobody can verify it.  No memory is allocated.
 */
#ifndef PEERLESS_TOOLS_PACKET_H
#define PEERLESS_TOOLS_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sys/endpoint.h"

/*
 * An IPv4 packet has at most 65535 bytes, 20 of them its header and, of TCP, 20 more, as Linux has
 * it on lo; UDP has 8.  IPv6 could take 20 more; it is cut alike, so that both look the same.
 */
#define PACKET_TCP_MAX 65495u
#define PACKET_UDP_MAX 65507u
/* The largest of IPv6 and TCP with the options of a SYN. */
#define PACKET_HEADERS_MAX (40u + 28u)

enum { PACKET_FIN = 1, PACKET_SYN = 2, PACKET_RST = 4, PACKET_PSH = 8, PACKET_ACK = 16 };

/* Where the packets of one event go, and what goes for all of them; as in pcapng.h. */
struct packets {
	FILE *out;
	int64_t time_ns;
	const char *comment; /* on those that the event is about, not on mere acknowledgements */
};

struct packet {
	uint32_t interface;       /* as in pcapng.h */
	bool outbound, plain;     /* plain: without the comment */
	struct endpoint from, to; /* AF_INET or AF_INET6, both the same */
	uint8_t protocol;         /* IPPROTO_TCP or IPPROTO_UDP; of UDP the next three are unused */
	uint8_t flags;            /* PACKET_*; a SYN has the options MSS and window scale */
	uint32_t seq, ack;
	const unsigned char *payload; /* kept bytes of it */
	uint32_t kept, bytes;         /* bytes: at most PACKET_TCP_MAX or PACKET_UDP_MAX */
};

/* The headers alone; returns their length. */
size_t packet_headers(const struct packet *p, uint8_t out[PACKET_HEADERS_MAX]);
/* The packet as a block of pcapng. */
void packet_write(const struct packets *of, const struct packet *p);

/* RFC 1071: the checksum of these bytes, to be stored high byte first. */
uint16_t packet_checksum(const void *bytes, size_t len);

#endif
