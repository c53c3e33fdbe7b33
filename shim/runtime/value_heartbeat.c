/* SPDX-License-Identifier: MIT */
/*
 * The type `heartbeat`: IDLE:BYTES, bytes that the protocol of a connection allows at any time
 * between messages, by name where it has one for them.  Escapes as in C: \r \n \t \\ \xHH.
 */
#include <string.h>

#include "runtime/value.h"
#include "runtime/value_number.h"
#include "sys/compiler.h"

const char value_form_heartbeat[] =
	"off, or IDLE:BYTES: 30s:telnet-nop, 30s:sip-crlf, 30s:PING\\r\\n or 30s:\\xff\\xf1";

/* RFC 854: IAC NOP.  RFC 5626, 3.5.1: a double CRLF, answered by a single one. */
static const struct {
	const char *name;
	struct span bytes;
} named[] = {
	{"telnet-nop", {"\xff\xf1", 2}},
	{"sip-crlf", {"\r\n\r\n", 4}},
};

static const char escape_letter[] = "rnt\\", escape_byte[] = "\r\n\t\\";

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c + ('a' - 'A') : c) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* One byte off *s, which is not empty, or -1. */
static int take_byte(struct span *s)
{
	unsigned char first = (unsigned char)s->at[0];
	const char *letter;
	int high, low;

	if (first != '\\') {
		*s = span_from(*s, 1);
		return first;
	}
	letter = s->len > 1 && s->at[1] ? strchr(escape_letter, s->at[1]) : NULL;
	if (letter) {
		*s = span_from(*s, 2);
		return (unsigned char)escape_byte[letter - escape_letter];
	}
	if (s->len < 4 || s->at[1] != 'x')
		return -1;
	high = hex_digit(s->at[2]);
	low = hex_digit(s->at[3]);
	*s = span_from(*s, 4);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

static int parse_bytes(struct heartbeat *out, struct span s, struct line *why)
{
	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		if (span_is_name(s, named[i].name))
			s = named[i].bytes; /* none of them has a backslash */
	while (s.len && out->len < HEARTBEAT_BYTES_MAX) {
		int byte = take_byte(&s);

		if (byte < 0) {
			line_str(why, "has an escape that is none of \\r \\n \\t \\\\ \\xHH");
			return -1;
		}
		out->bytes[out->len++] = (char)byte;
	}
	if (s.len || !out->len) {
		line_str(why, "has no bytes to send, or more than ");
		line_uint(why, HEARTBEAT_BYTES_MAX);
		return -1;
	}
	return 0;
}

int value_parse_heartbeat(
	value_heartbeat *out, const char *text, struct value_bounds bounds, struct line *why)
{
	struct span rest = span_of(text), idle;
	struct heartbeat h = {0};
	uint64_t ms;

	if (span_is(rest, "off")) {
		*out = h;
		return 0;
	}
	if (span_find(rest, ':') == rest.len) {
		line_str(why, "has no colon: write off or IDLE:BYTES, as in 30s:telnet-nop");
		return -1;
	}
	idle = span_cut(&rest, ':');
	if (value_number_duration(idle, &ms, why) < 0 ||
		value_number_within(ms, bounds, " before the colon", why) < 0 ||
		parse_bytes(&h, rest, why) < 0)
		return -1;
	h.idle_ms = (int32_t)ms;
	*out = h;
	return 0;
}

static void print_byte(struct line *l, unsigned char byte)
{
	const char *escape = byte ? strchr(escape_byte, byte) : NULL;

	if (escape) {
		line_char(l, '\\');
		line_char(l, escape_letter[escape - escape_byte]);
	} else if (byte <= ' ' || byte >= 127 || byte == ';' || byte == '#' || byte == '"') {
		line_str(l, "\\x");
		line_char(l, "0123456789abcdef"[byte >> 4]);
		line_char(l, "0123456789abcdef"[byte & 15]);
	} else {
		line_char(l, (char)byte);
	}
}

void value_print_heartbeat(struct line *l, const value_heartbeat *value)
{
	if (!value->idle_ms) {
		line_str(l, "off");
		return;
	}
	line_duration_ms(l, (uint64_t)value->idle_ms);
	line_char(l, ':');
	for (size_t i = 0; i < ARRAY_SIZE(named); i++)
		if (named[i].bytes.len == value->len &&
			!memcmp(named[i].bytes.at, value->bytes, value->len)) {
			line_str(l, named[i].name);
			return;
		}
	for (unsigned i = 0; i < value->len; i++)
		print_byte(l, (unsigned char)value->bytes[i]);
}
