/* SPDX-License-Identifier: MIT */
/*
 * See pcapng.h.  A block is its type, its length, its body, options, and the length again; all of
 * them, the packet's bytes and each option begin at multiples of four.
 */
#include "pcapng.h"

#include <string.h>

#include "escape.h"
#include "runtime/line.h"

enum { BLOCK_INTERFACE = 1, BLOCK_STATISTICS = 5, BLOCK_PACKET = 6, BLOCK_SECTION = 0x0a0d0d0a };

enum {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	SECTION_APPLICATION = 4,
	INTERFACE_NAME = 2,
	INTERFACE_DESCRIPTION = 3,
	INTERFACE_RESOLUTION = 9,
	PACKET_FLAGS = 2,
	STATISTICS_DROPPED = 5,
};

#define LINKTYPE_RAW     101
#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define NANOSECONDS      9 /* 10^-9 s */

/* Of epb_flags. */
enum { INBOUND = 1, OUTBOUND = 2 };

/* At most two texts and a number are ever given. */
#define OPTIONS_MAX (2 * (4 + PCAPNG_TEXT_MAX + 1) + 4 + 8 + 4)

struct options {
	uint32_t len;
	uint8_t bytes[OPTIONS_MAX];
};

struct time {
	uint32_t high, low;
};

static struct time time_of(int64_t ns)
{
	return (struct time){(uint32_t)((uint64_t)ns >> 32), (uint32_t)ns};
}

static uint32_t padded(uint32_t len)
{
	return (len + 3) & ~3u;
}

static void add(struct options *o, uint16_t code, const void *value, uint16_t len)
{
	uint16_t head[2] = {code, len};

	memcpy(o->bytes + o->len, head, sizeof(head));
	memcpy(o->bytes + o->len + sizeof(head), value, len);
	o->len += sizeof(head) + padded(len);
}

static void add_text(struct options *o, uint16_t code, const char *text)
{
	char clean[PCAPNG_TEXT_MAX + 1];
	struct line l = line_over(clean, sizeof(clean));

	if (text)
		escape_text(&l, text);
	if (l.len)
		add(o, code, clean, (uint16_t)l.len);
}

static void put(FILE *out, const void *bytes, size_t len)
{
	if (len)
		fwrite(bytes, 1, len, out);
}

/* Head and tail around a body that is fixed and, of a packet, data. */
static void put_block(
	FILE *out, uint32_t type, struct iovec body, const struct iovec *data, struct options *o)
{
	static const uint8_t zero[4];
	uint32_t len = data ? (uint32_t)(data[0].iov_len + data[1].iov_len) : 0;
	uint32_t head[2] = {type};

	if (o->len)
		add(o, OPTION_END, zero, 0);
	head[1] = (uint32_t)(sizeof(head) + body.iov_len + padded(len) + o->len + sizeof(head[1]));
	put(out, head, sizeof(head));
	put(out, body.iov_base, body.iov_len);
	for (int i = 0; data && i < 2; i++)
		put(out, data[i].iov_base, data[i].iov_len);
	put(out, zero, padded(len) - len);
	put(out, o->bytes, o->len);
	put(out, &head[1], sizeof(head[1]));
}

void pcapng_section(FILE *out, const char *application, const char *comment)
{
	struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t unknown_length[2]; /* -1: until the next section or the end of the file */
	} body = {BYTE_ORDER_MAGIC, 1, 0, {UINT32_MAX, UINT32_MAX}};
	struct options o = {0};

	add_text(&o, OPTION_COMMENT, comment);
	add_text(&o, SECTION_APPLICATION, application);
	put_block(out, BLOCK_SECTION, (struct iovec){&body, sizeof(body)}, NULL, &o);
}

void pcapng_interface(FILE *out, const char *name, const char *description)
{
	struct {
		uint16_t linktype, reserved;
		uint32_t snaplen; /* 0: no limit, or one that each packet's lengths tell */
	} body = {LINKTYPE_RAW, 0, 0};
	static const uint8_t resolution = NANOSECONDS;
	struct options o = {0};

	add_text(&o, INTERFACE_NAME, name);
	add_text(&o, INTERFACE_DESCRIPTION, description);
	add(&o, INTERFACE_RESOLUTION, &resolution, sizeof(resolution));
	put_block(out, BLOCK_INTERFACE, (struct iovec){&body, sizeof(body)}, NULL, &o);
}

void pcapng_packet(FILE *out, const struct pcapng_packet *p)
{
	struct {
		uint32_t interface;
		struct time time;
		uint32_t captured, original;
	} body = {p->interface, time_of(p->time_ns),
		(uint32_t)(p->part[0].iov_len + p->part[1].iov_len), p->original};
	uint32_t flags = p->outbound ? OUTBOUND : INBOUND;
	struct options o = {0};

	add_text(&o, OPTION_COMMENT, p->comment);
	add(&o, PACKET_FLAGS, &flags, sizeof(flags));
	put_block(out, BLOCK_PACKET, (struct iovec){&body, sizeof(body)}, p->part, &o);
}

void pcapng_statistics(FILE *out, const struct pcapng_statistics *s)
{
	struct {
		uint32_t interface;
		struct time time;
	} body = {s->interface, time_of(s->time_ns)};
	struct options o = {0};

	add_text(&o, OPTION_COMMENT, s->comment);
	add(&o, STATISTICS_DROPPED, &s->dropped, sizeof(s->dropped));
	put_block(out, BLOCK_STATISTICS, (struct iovec){&body, sizeof(body)}, NULL, &o);
}
