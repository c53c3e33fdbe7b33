/* SPDX-License-Identifier: MIT */
/*
 * The blocks of a pcapng file (draft-ietf-opsawg-pcapng) that print_pcapng.c needs, each written
 * whole in this machine's byte order; the section header says which that is.  The code is our own:
 * of what Debian has, libpcap writes the older format, without comments, wiretap comes with all of
 * Wireshark and no stable interface, and DPDK's rte_pcapng takes nothing but its own buffers.
 *
 * Times are CLOCK_REALTIME in ns.  Texts may hold any bytes: the format wants UTF-8, so what
 * is not printable ASCII is escaped, and what exceeds PCAPNG_TEXT_MAX is cut.  Errors stay in the
 * FILE, for ferror(3).
 */
#ifndef PEERLESS_TOOLS_PCAPNG_H
#define PEERLESS_TOOLS_PCAPNG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/uio.h>

#define PCAPNG_TEXT_MAX 255

struct pcapng_packet {
	uint32_t interface; /* 0, 1, ... in the order of pcapng_interface() */
	int64_t time_ns;
	struct iovec part[2]; /* what there is of the packet, in one or two pieces */
	uint32_t original;    /* its bytes, with those that are not there */
	bool outbound;        /* sent by the process that was recorded, not received */
	const char *comment;  /* NULL: none */
};

struct pcapng_statistics {
	uint32_t interface;
	int64_t time_ns;
	uint64_t dropped;
	const char *comment; /* NULL: none */
};

/* Once, first.  Texts here and below may be NULL. */
void pcapng_section(FILE *out, const char *application, const char *comment);
/* Of packets that begin with an IPv4 or IPv6 header: LINKTYPE_RAW. */
void pcapng_interface(FILE *out, const char *name, const char *description);
void pcapng_packet(FILE *out, const struct pcapng_packet *p);
void pcapng_statistics(FILE *out, const struct pcapng_statistics *s);

#endif
