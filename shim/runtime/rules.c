/* SPDX-License-Identifier: MIT */
/*
 * What rules match: their sections' heads as text, and connections against them.  Strict where a
 * mistake would go unnoticed: an address with host bits, or a rule that can never match, is told.
 */
#include "runtime/rules.h"

#include "runtime/settings.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>

#include "runtime/value_number.h"

#define PORT_MAX      65535
#define MAPPED_PREFIX 96 /* ::ffff:0:0/96 holds IPv4 */

static int fault(struct line *why, const char *reason)
{
	line_str(why, reason);
	return -1;
}

static bool parse_port(struct span s, uint16_t *port)
{
	uint64_t n;

	if (value_number_uint(s, PORT_MAX, &n) < 0 || n == 0)
		return false;
	*port = (uint16_t)n;
	return true;
}

static int parse_ports(struct rule *r, struct span text, struct line *why)
{
	struct span high = text;
	struct span low = span_cut(&high, '-');

	if (low.len == text.len)
		high = low;
	if (!parse_port(low, &r->port_low) || !parse_port(high, &r->port_high))
		return fault(
			why, "has a port that is not 1 to 65535: write 5432 or 8000-8099, say");
	if (r->port_low > r->port_high)
		return fault(why, "has its ports in the wrong order: write the lower one first");
	return 0;
}

static unsigned address_bits(const struct endpoint *net)
{
	return net->family == AF_INET ? 32 : 128;
}

static void mask(struct endpoint *net, unsigned prefix)
{
	unsigned bit;

	for (bit = prefix; bit < address_bits(net); bit++)
		net->ip[bit / 8] &= (uint8_t) ~(0x80 >> bit % 8);
}

/* endpoint_text() ends in a port, which a network does not have. */
static void print_address(struct line *l, const struct endpoint *net)
{
	char text[ENDPOINT_TEXT_MAX];
	size_t len = endpoint_text(net, text, sizeof(text));

	while (len && text[len] != ':')
		len--;
	if (text[0] == '[')
		line_mem(l, text + 1, len - 2);
	else
		line_mem(l, text, len);
}

static void print_net(struct line *l, const struct endpoint *net, unsigned prefix)
{
	print_address(l, net);
	if (prefix != address_bits(net)) {
		line_char(l, '/');
		line_uint(l, prefix);
	}
}

/* An IPv4-mapped network is an IPv4 one: that is how endpoints come (sys/endpoint.h). */
static void unmap(struct rule *r)
{
	static const uint8_t head[12] = {[10] = 0xff, [11] = 0xff};

	if (r->net.family != AF_INET6 || r->prefix < MAPPED_PREFIX ||
		memcmp(r->net.ip, head, sizeof(head)) != 0)
		return;
	r->net.family = AF_INET;
	r->prefix -= MAPPED_PREFIX;
	memmove(r->net.ip, r->net.ip + sizeof(head), 4);
	memset(r->net.ip + 4, 0, sizeof(r->net.ip) - 4);
}

static int check_host_bits(struct rule *r, struct line *why)
{
	struct endpoint masked = r->net;

	mask(&masked, r->prefix);
	if (memcmp(masked.ip, r->net.ip, sizeof(masked.ip)) == 0)
		return 0;
	line_str(why, "has bits set behind its prefix: write ");
	print_net(why, &masked, r->prefix);
	return -1;
}

/* glibc's inet_pton() neither allocates nor asks the locale, so it may run here. */
static int parse_address(struct rule *r, struct span text, int family)
{
	char copy[INET6_ADDRSTRLEN];

	if (text.len >= sizeof(copy))
		return -1;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	r->net.family = (uint16_t)family;
	return inet_pton(family, copy, r->net.ip) == 1 ? 0 : -1;
}

/* ADDRESS[/PREFIX]; the address alone is one host. */
static int parse_net(
	struct rule *r, struct span address, struct span prefix, int family, struct line *why)
{
	uint64_t bits = family == AF_INET ? 32 : 128;

	if (parse_address(r, address, family) < 0)
		return fault(why, "is no address: write 10.0.0.0/8:5432, 2001:db8::/32, "
				  "[2001:db8::]/32:443 or *:5432; names are not looked up");
	if (prefix.at && value_number_uint(prefix, bits, &bits) < 0)
		return fault(why, family == AF_INET
					  ? "has a prefix that is not 0 to 32: write /8, say"
					  : "has a prefix that is not 0 to 128: write /32, say");
	r->prefix = (unsigned)bits;
	unmap(r);
	return check_host_bits(r, why);
}

/* Takes "/PREFIX" off the end of *text; .at NULL where there is none. */
static struct span cut_prefix(struct span *text)
{
	struct span prefix = *text;

	*text = span_cut(&prefix, '/');
	if (prefix.at == text->at + text->len)
		prefix.at = NULL;
	return prefix;
}

/* [2001:db8::]/32:443, [2001:db8::1]:443 */
static int parse_bracketed(struct rule *r, struct span text, struct line *why)
{
	struct span tail = span_from(text, 1);
	struct span address = span_cut(&tail, ']');
	struct span ports = tail;
	struct span head = span_cut(&ports, ':');
	struct span prefix = cut_prefix(&head);

	if (head.len)
		return fault(why, "is no address: write [2001:db8::]/32:443 or [2001:db8::1]:443");
	if (head.len + (prefix.at ? prefix.len + 1 : 0) < tail.len &&
		parse_ports(r, ports, why) < 0)
		return -1;
	return parse_net(r, address, prefix, AF_INET6, why);
}

/* *, *:5432, 10.0.0.0/8, 10.0.0.0/8:5432 */
static int parse_plain(struct rule *r, struct span text, struct line *why)
{
	struct span ports = text;
	struct span head = span_cut(&ports, ':');
	struct span prefix;

	if (head.len < text.len && parse_ports(r, ports, why) < 0)
		return -1;
	if (span_is(head, "*"))
		return 0;
	prefix = cut_prefix(&head);
	return parse_net(r, head, prefix, AF_INET, why);
}

static int parse_peer(struct rule *r, struct span text, struct line *why)
{
	size_t colon = span_find(text, ':');
	struct span prefix;

	if (text.len && text.at[0] == '[')
		return parse_bracketed(r, text, why);
	if (colon == text.len || span_find(span_from(text, colon + 1), ':') == text.len - colon - 1)
		return parse_plain(r, text, why);
	prefix = cut_prefix(&text);
	return parse_net(r, text, prefix, AF_INET6, why);
}

int rules_parse(struct rule *r, enum rule_kind kind, struct span text, struct line *why)
{
	r->kind = kind;
	r->net = (struct endpoint){0};
	r->prefix = 0;
	r->port_low = 0;
	r->port_high = PORT_MAX;
	if (!text.len)
		return fault(why, kind == RULE_PEER ? "names no peer: write [peer 10.0.0.0/8:5432]"
						    : "names no port: write [listen 8080]");
	if (kind == RULE_PEER)
		return parse_peer(r, text, why);
	return span_is(text, "*") ? 0 : parse_ports(r, text, why);
}

static bool covers(const struct rule *a, const struct rule *b)
{
	if (a->kind != b->kind || a->port_low > b->port_low || a->port_high < b->port_high)
		return false;
	if (a->net.family == 0) /* any address, and so every [listen] */
		return true;
	return b->net.family && a->prefix <= b->prefix &&
	       endpoint_within(&b->net, &a->net, a->prefix);
}

const struct rule *rules_shadow(const struct settings *s, const struct rule *r)
{
	unsigned i;

	for (i = 0; i < s->rule_count; i++)
		if (covers(&s->rule[i], r))
			return &s->rule[i];
	return NULL;
}

static bool matches(const struct rule *r, const struct endpoint *peer, int listen_port)
{
	int port = r->kind == RULE_LISTEN ? listen_port : peer ? peer->port : -1;

	if (r->kind == RULE_PEER && (!peer || listen_port >= 0))
		return false;
	if (port < r->port_low || port > r->port_high)
		return false;
	return r->net.family == 0 || endpoint_within(peer, &r->net, r->prefix);
}

const struct rule *rules_match(
	const struct settings *s, const struct endpoint *peer, int listen_port)
{
	unsigned i;

	for (i = 0; i < s->rule_count; i++)
		if (matches(&s->rule[i], peer, listen_port))
			return &s->rule[i];
	return NULL;
}

static void print_ports(struct line *l, const struct rule *r)
{
	line_uint(l, r->port_low);
	if (r->port_high != r->port_low) {
		line_char(l, '-');
		line_uint(l, r->port_high);
	}
}

void rule_print(struct line *l, const struct rule *r)
{
	bool any_port = r->port_low == 0;
	bool bracket = r->net.family == AF_INET6 && !any_port;

	line_str(l, r->kind == RULE_PEER ? "[peer " : "[listen ");
	if (bracket)
		line_char(l, '[');
	if (r->net.family == 0 && (r->kind == RULE_PEER || any_port))
		line_char(l, '*');
	if (r->net.family)
		print_address(l, &r->net);
	if (bracket)
		line_char(l, ']');
	if (r->net.family && r->prefix != address_bits(&r->net)) {
		line_char(l, '/');
		line_uint(l, r->prefix);
	}
	if (!any_port && r->kind == RULE_PEER)
		line_char(l, ':');
	if (!any_port)
		print_ports(l, r);
	line_char(l, ']');
}
