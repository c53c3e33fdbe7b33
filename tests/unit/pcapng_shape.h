/* SPDX-License-Identifier: MIT */
/* Plays a dialogue to the printer, and tells what packets came of it. */
#ifndef PEERLESS_TESTS_PCAPNG_SHAPE_H
#define PEERLESS_TESTS_PCAPNG_SHAPE_H

#include "packet.h"
#include "pcapng_script.h"
#include "pcapng_walk.h"

static void play(void (*what)(struct script *s), FILE *out)
{
	struct script s;

	script_open(&s, out);
	what(&s);
	script_close(&s);
}

static struct walk w;
static char *file;

static void see(void (*what)(struct script *s))
{
	size_t len;
	FILE *out = open_memstream(&file, &len);

	play(what, out);
	fclose(out);
	walk_file(&w, (uint8_t *)file, len);
}

static uint32_t wire32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Of packet n. */
static const uint8_t *transport(size_t n)
{
	return w.packet[n].bytes + (w.packet[n].bytes[0] >> 4 == 4 ? 20 : 40);
}

static bool is_tcp(size_t n)
{
	const uint8_t *bytes = w.packet[n].bytes;

	return bytes[bytes[0] >> 4 == 4 ? 9 : 6] == 6;
}

static uint32_t payload_len(size_t n)
{
	uint32_t headers = (uint32_t)(transport(n) - w.packet[n].bytes);

	return w.packet[n].original - headers - (is_tcp(n) ? (transport(n)[12] >> 4) * 4u : 8u);
}

/* ">S <SA >A >PA17 ...": from (>) or to (<) the process, flags or U, bytes of payload. */
static const char *shape(void)
{
	static char out[4096];
	size_t len = 0;

	for (size_t n = 0; n < w.packets; n++) {
		len += (size_t)snprintf(out + len, sizeof(out) - len, "%s%c%s", n ? " " : "",
			w.packet[n].flags == 2 ? '>' : '<', is_tcp(n) ? "" : "U");
		for (unsigned bit = 0; is_tcp(n) && bit < 5; bit++)
			if (transport(n)[13] >> bit & 1)
				out[len++] = "FSRPA"[bit];
		out[len] = '\0';
		if (payload_len(n))
			len += (size_t)snprintf(out + len, sizeof(out) - len, "%u", payload_len(n));
	}
	return out;
}

/* One flow of TCP: each number follows from the one before, and all that was sent is acknowledged.
 */
static void numbers_follow(uint32_t first)
{
	uint32_t next[2] = {first, first};

	for (size_t n = 0; n < w.packets; n++) {
		unsigned way = w.packet[n].flags & 1, flags = transport(n)[13];

		assert_true(is_tcp(n));
		assert_int_equal(wire32(transport(n) + 4), next[way]);
		assert_int_equal(wire32(transport(n) + 8), flags & PACKET_ACK ? next[!way] : 0);
		next[way] += payload_len(n) + !!(flags & PACKET_SYN) + !!(flags & PACKET_FIN);
		assert_true(!n || w.packet[n].time_ns >= w.packet[n - 1].time_ns);
	}
}

static void expect_stream(void (*what)(struct script *s), const char *want)
{
	see(what);
	assert_string_equal(shape(), want);
	numbers_follow(1);
	free(file);
}

#endif
