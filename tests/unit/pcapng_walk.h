/* SPDX-License-Identifier: MIT */
/*
 * Reads a pcapng file back, as its draft has it and not as tools/pcapng.c does, and fails the test
 * where a block is not well made.
 */
#ifndef PEERLESS_TESTS_PCAPNG_WALK_H
#define PEERLESS_TESTS_PCAPNG_WALK_H

#include <stdint.h>
#include <string.h>

#define WALK_MAX 256

struct walked {
	uint32_t interface, captured, original, flags;
	int64_t time_ns;
	char comment[512];
	const uint8_t *bytes;
};

struct walk {
	size_t packets, interfaces;
	uint64_t dropped;
	char missing[512];
	struct walked packet[WALK_MAX];
};

static inline uint32_t walk_u32(const uint8_t *at)
{
	uint32_t n;

	memcpy(&n, at, sizeof(n));
	return n;
}

static inline int64_t walk_time(const uint8_t *at)
{
	return (int64_t)((uint64_t)walk_u32(at) << 32 | walk_u32(at + 4));
}

/* An option's value, NULL if there is none; *len its length.  All of them are looked at. */
static const uint8_t *walk_option(
	const uint8_t *at, const uint8_t *end, unsigned code, uint32_t *len)
{
	const uint8_t *found = NULL;

	while (at < end) {
		uint32_t here = walk_u32(at) >> 16, pad = -here & 3;

		assert_true(at + 4 + here + pad <= end);
		for (uint32_t i = 0; i < pad; i++)
			assert_int_equal(at[4 + here + i], 0);
		if ((walk_u32(at) & 0xffff) == code) {
			found = at + 4;
			*len = here;
		}
		if (!walk_u32(at))
			assert_ptr_equal(at + 4, end);
		at += 4 + here + pad;
	}
	return found;
}

static void walk_text(const uint8_t *at, const uint8_t *end, unsigned code, char out[512])
{
	uint32_t len = 0;
	const uint8_t *text = walk_option(at, end, code, &len);

	assert_true(len < 512);
	if (len)
		memcpy(out, text, len);
	out[len] = '\0';
}

static void walk_packet(struct walk *w, const uint8_t *at, const uint8_t *end)
{
	struct walked *p = &w->packet[w->packets++];
	const uint8_t *options;
	uint32_t len = 0;

	assert_true(w->packets <= WALK_MAX);
	*p = (struct walked){.interface = walk_u32(at),
		.time_ns = walk_time(at + 4),
		.captured = walk_u32(at + 12),
		.original = walk_u32(at + 16),
		.bytes = at + 20};
	assert_true(p->interface < w->interfaces && p->captured <= p->original);
	options = p->bytes + (p->captured + 3) / 4 * 4;
	assert_true(options <= end);
	for (uint32_t i = p->captured; i % 4; i++)
		assert_int_equal(p->bytes[i], 0);
	walk_text(options, end, 1, p->comment);
	p->flags = walk_u32(walk_option(options, end, 2, &len));
}

static void walk_interface(struct walk *w, const uint8_t *at, const uint8_t *end)
{
	uint32_t len = 0;
	const uint8_t *resolution = walk_option(at + 8, end, 9, &len);

	assert_non_null(resolution);
	assert_int_equal(len, 1);
	assert_int_equal(*resolution, 9);
	assert_int_equal(walk_u32(at), 101);
	w->interfaces++;
}

static void walk_statistics(struct walk *w, const uint8_t *at, const uint8_t *end)
{
	uint32_t len = 0;
	const uint8_t *dropped = walk_option(at + 12, end, 5, &len);

	assert_int_equal(len, 8);
	memcpy(&w->dropped, dropped, len);
	walk_text(at + 12, end, 1, w->missing);
}

static void walk_file(struct walk *w, const uint8_t *at, size_t len)
{
	const uint8_t *end = at + len;

	*w = (struct walk){0};
	assert_int_equal(walk_u32(at), 0x0a0d0d0a);
	assert_int_equal(walk_u32(at + 8), 0x1a2b3c4d);
	while (at < end) {
		uint32_t bytes = walk_u32(at + 4);
		const uint8_t *tail = at + bytes - 4;

		assert_true(bytes % 4 == 0 && bytes >= 12 && at + bytes <= end);
		assert_int_equal(walk_u32(tail), bytes);
		switch (walk_u32(at)) {
		case 1: walk_interface(w, at + 8, tail); break;
		case 5: walk_statistics(w, at + 8, tail); break;
		case 6: walk_packet(w, at + 8, tail); break;
		default: assert_int_equal(walk_u32(at), 0x0a0d0d0a);
		}
		at += bytes;
	}
}

#endif
