/* SPDX-License-Identifier: MIT */
/* pcapng, packet: blocks that are well made, headers whose checksums a receiver accepts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "packet.h"
#include "pcapng.h"
#include "pcapng_walk.h"
#include "sys/compiler.h"

static struct endpoint address(const char *text, uint16_t port)
{
	struct endpoint e = {.family = strchr(text, ':') ? AF_INET6 : AF_INET, .port = port};

	assert_int_equal(inet_pton(e.family, text, e.ip), 1);
	return e;
}

static struct packet packet(uint8_t protocol, const char *from, const char *to)
{
	return (struct packet){.protocol = protocol,
		.flags = PACKET_ACK,
		.seq = 0x01020304,
		.ack = 0xa0b0c0d0,
		.from = address(from, 40000),
		.to = address(to, 80)};
}

/* RFC 1071, section 3; and an odd number of bytes. */
static void checksum(void **state)
{
	static const uint8_t example[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};

	(void)state;
	assert_int_equal(packet_checksum(example, sizeof(example)), 0x220d);
	assert_int_equal(packet_checksum(example, 0), 0xffff);
	assert_int_equal(packet_checksum(example, 3), (uint16_t)~0xf201);
}

/* The example of an IPv4 header that textbooks have: 192.168.0.1 to .199, checksum b861. */
static void ip4_header(void **state)
{
	static const uint8_t want[] = {0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
		0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7};
	struct packet p = packet(IPPROTO_UDP, "192.168.0.1", "192.168.0.199");
	uint8_t out[PACKET_HEADERS_MAX];

	(void)state;
	p.bytes = 0x73 - 28;
	assert_int_equal(packet_headers(&p, out), 28);
	assert_memory_equal(out, want, sizeof(want));
}

static void tcp_header(void **state)
{
	static const uint8_t want[] = {0x9c, 0x40, 0, 80, 1, 2, 3, 4, 0xa0, 0xb0, 0xc0, 0xd0, 0x50,
		PACKET_ACK, 0xff, 0xff};
	struct packet p = packet(IPPROTO_TCP, "10.0.0.1", "10.0.0.2");
	uint8_t out[PACKET_HEADERS_MAX];

	(void)state;
	assert_int_equal(packet_headers(&p, out), 40);
	assert_memory_equal(out + 20, want, sizeof(want));
	p.flags = PACKET_SYN;
	assert_int_equal(packet_headers(&p, out), 48);
	assert_int_equal(out[32] >> 4, 7);
	assert_memory_equal(out + 28, "\0\0\0\0", 4); /* no ACK, no number */
	assert_int_equal(out[40], 2);
	assert_int_equal(out[42] << 8 | out[43], PACKET_TCP_MAX);
}

/* RFC 9293 3.1, RFC 8200 8.1: over pseudo header and segment, checksum included, all ones. */
static uint16_t receivers_sum(const struct packet *p, const uint8_t *headers, size_t len)
{
	bool ip4 = p->from.family == AF_INET;
	size_t ip = ip4 ? 20 : 40, addresses = ip4 ? 8 : 32, segment = len - ip + p->bytes;
	uint8_t *all = calloc(1, addresses + 8 + segment);
	uint16_t sum;

	memcpy(all, headers + (ip4 ? 12 : 8), addresses);
	all[addresses + 1] = (uint8_t)(segment >> 16);
	all[addresses + 2] = (uint8_t)(segment >> 8);
	all[addresses + 3] = (uint8_t)segment;
	all[addresses + 7] = p->protocol;
	memcpy(all + addresses + 8, headers + ip, len - ip);
	if (p->kept)
		memcpy(all + addresses + 8 + len - ip, p->payload, p->kept);
	sum = packet_checksum(all, addresses + 8 + segment);
	free(all);
	return sum;
}

static void receiver_accepts(void **state)
{
	static const char *const from[] = {"10.0.0.1", "fd00::1"}, *const to[] = {"8.8.8.8", "::1"};
	static const uint8_t protocol[] = {IPPROTO_TCP, IPPROTO_UDP};
	static const uint32_t size[] = {0, 1, 2, 3, 1000, 1001, PACKET_TCP_MAX};
	static unsigned char payload[PACKET_TCP_MAX];
	uint8_t out[PACKET_HEADERS_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (unsigned char)(i * 2654435761u >> 13);
	for (unsigned i = 0; i < 4 * ARRAY_SIZE(size); i++) {
		struct packet p = packet(protocol[i & 1], from[i >> 1 & 1], to[i >> 1 & 1]);
		size_t len;

		p.payload = payload;
		p.kept = p.bytes = size[i / 4];
		len = packet_headers(&p, out);
		assert_int_equal(receivers_sum(&p, out, len), 0);
		assert_true(p.from.family == AF_INET6 || packet_checksum(out, 20) == 0);
	}
}

/* RFC 768, RFC 8200: a sum that comes out as 0 goes out as ffff. */
static void udp_never_sends_zero(void **state)
{
	struct packet p = packet(IPPROTO_UDP, "fd00::1", "fd00::2");
	uint8_t out[PACKET_HEADERS_MAX], payload[2] = {0};

	(void)state;
	p.payload = payload;
	p.kept = p.bytes = 2;
	packet_headers(&p, out);
	memcpy(payload, out + 46, 2); /* what lacks to all ones */
	packet_headers(&p, out);
	assert_int_equal(out[46] << 8 | out[47], 0xffff);
}

static char *file;
static size_t file_len;

/* One packet with this comment and this much payload, read back. */
static void write_and_walk(struct walk *w, const char *comment, size_t len)
{
	static const uint8_t bytes[64] = "payload";
	FILE *out = open_memstream(&file, &file_len);
	struct pcapng_packet p = {.interface = 1,
		.time_ns = 1700000000123456789,
		.part = {{(void *)bytes, 40}, {(void *)bytes, len}},
		.original = 50000,
		.outbound = true,
		.comment = comment};
	struct pcapng_statistics s = {.dropped = UINT64_MAX - 1, .comment = comment};

	pcapng_section(out, comment, comment);
	pcapng_interface(out, "a", comment);
	pcapng_interface(out, "b", NULL);
	pcapng_packet(out, &p);
	pcapng_statistics(out, &s);
	fclose(out);
	walk_file(w, (uint8_t *)file, file_len);
	assert_int_equal(w->packets, 1);
	assert_int_equal(w->interfaces, 2);
}

static void blocks_are_padded(void **state)
{
	static struct walk w;

	(void)state;
	for (size_t len = 0; len < 9; len++) {
		char comment[10] = "12345678";

		comment[len] = '\0';
		write_and_walk(&w, comment, len);
		assert_string_equal(w.packet[0].comment, comment);
		assert_string_equal(w.missing, comment);
		assert_int_equal(w.packet[0].captured, 40 + len);
		assert_int_equal(w.packet[0].original, 50000);
		assert_memory_equal(w.packet[0].bytes + 40, "payload", len < 7 ? len : 7);
		assert_true(w.packet[0].time_ns == 1700000000123456789);
		assert_int_equal(w.packet[0].flags, 2);
		assert_true(w.dropped == UINT64_MAX - 1);
		free(file);
	}
}

static void texts_are_clean_and_cut(void **state)
{
	static struct walk w;
	char longest[2 * PCAPNG_TEXT_MAX] = "";

	(void)state;
	write_and_walk(&w, "a\033[31m\xff\n", 3);
	assert_string_equal(w.packet[0].comment, "a\\33[31m\\377\\n");
	free(file);
	memset(longest, 'x', sizeof(longest) - 1);
	write_and_walk(&w, longest, 3);
	assert_int_equal(strlen(w.packet[0].comment), PCAPNG_TEXT_MAX);
	free(file);
	write_and_walk(&w, NULL, 3);
	assert_string_equal(w.packet[0].comment, "");
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(checksum),
		cmocka_unit_test(ip4_header),
		cmocka_unit_test(tcp_header),
		cmocka_unit_test(receiver_accepts),
		cmocka_unit_test(udp_never_sends_zero),
		cmocka_unit_test(blocks_are_padded),
		cmocka_unit_test(texts_are_clean_and_cut),
	};

	return cmocka_run_group_tests_name("pcapng", tests, NULL, NULL);
}
