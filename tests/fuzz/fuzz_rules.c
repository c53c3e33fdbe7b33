/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: any bytes as rules, and connections against them.  Lines of an input: f a line
 * of the config file, r a piece of PEERLESS_RULES, p the program's name, a the bytes of a socket
 * address, 6 those of an IPv6 one behind its family, which is a newline.  Nothing may crash; the
 * rules that are taken pick the rule that they say, and print as a text that is taken again, in
 * one line and as a file, prints the same and picks the same rule for every address.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fuzz.h"

#define ADDRESSES_MAX 8

static struct settings settings, again;

struct rules_input {
	struct fuzz_input all;
	struct fuzz_text rules;
	struct endpoint address[ADDRESSES_MAX];
	size_t addresses;
};

static void take_address(struct rules_input *in, struct fuzz_text copy)
{
	char text[ENDPOINT_TEXT_MAX];
	struct endpoint *end = &in->address[in->addresses++];

	copy.at = realloc(copy.at, copy.len ? copy.len : 1); /* to the byte */
	*end = endpoint_from((const void *)copy.at, copy.len);
	if (endpoint_text(end, text, 64) >= 64 ||
		endpoint_text(end, text, sizeof(text)) != strlen(text))
		abort();
	free(copy.at);
}

static void take(void *context, char kind, const uint8_t *rest, size_t len)
{
	struct rules_input *in = context;
	struct fuzz_text address = {NULL, 0};
	const sa_family_t family = AF_INET6;

	if (kind == 'f') {
		fuzz_text_add(&in->all.file, rest, len);
		fuzz_text_add(&in->all.file, "\n", 1);
	}
	if (kind == 'r')
		fuzz_text_add(&in->rules, rest, len);
	if (kind == 'p')
		fuzz_text_add(&in->all.program, rest, len);
	if ((kind == 'a' || kind == '6') && in->addresses < ADDRESSES_MAX) {
		if (kind == '6')
			fuzz_text_add(&address, &family, sizeof(family));
		fuzz_text_add(&address, rest, len);
		take_address(in, address);
	}
}

/* Every rule with its own options, each followed by `end`. */
static void print_rules(struct fuzz_text *to, char end)
{
	static char text[CONFIG_TEXT_MAX_BYTES];
	unsigned i;
	int id;

	for (i = 0; i < settings.rule_count; i++) {
		struct line l = line_over(text, sizeof(text));

		rule_print(&l, &settings.rule[i]);
		line_char(&l, end == ';' ? ' ' : end);
		for (id = 0; id < OPT_COUNT; id++) {
			if (!(settings.rule[i].own >> id & 1))
				continue;
			line_str(&l, config_option(id)->name);
			line_char(&l, '=');
			config_print(&l, &settings.rule[i].config, id);
			line_char(&l, end);
		}
		if (l.cut)
			abort();
		fuzz_text_add(to, text, l.len);
	}
}

/* What a rule means, bit by bit. */
static bool within(const struct rule *rule, const struct endpoint *end)
{
	unsigned bit;

	if (rule->net.family && rule->net.family != end->family)
		return false;
	for (bit = 0; rule->net.family && bit < rule->prefix; bit++)
		if (((rule->net.ip[bit / 8] ^ end->ip[bit / 8]) << bit % 8) & 0x80)
			return false;
	return end->port >= rule->port_low && end->port <= rule->port_high;
}

static void right_pick(const struct endpoint *peer)
{
	unsigned i;

	for (i = 0; i < settings.rule_count; i++)
		if (settings.rule[i].kind == RULE_PEER && within(&settings.rule[i], peer))
			break;
	if (rules_match(&settings, peer, -1) !=
		(i < settings.rule_count ? &settings.rule[i] : NULL))
		abort();
}

static long picked(const struct settings *s, const struct endpoint *peer, int port)
{
	const struct rule *rule = rules_match(s, peer, port);

	return rule ? rule - s->rule : -1;
}

static void same_picks(const struct endpoint *peer)
{
	right_pick(peer);
	if (picked(&settings, peer, -1) != picked(&again, peer, -1) ||
		picked(&settings, peer, peer->port) != picked(&again, peer, peer->port) ||
		picked(&settings, NULL, peer->port) != picked(&again, NULL, peer->port))
		abort();
}

static void take_again(struct fuzz_input *printed, const struct rules_input *in)
{
	unsigned i;

	fuzz_print_options(&printed->flags, "", &settings.base);
	if (fuzz_load(&again, printed) != 0 || settings.rule_count != again.rule_count)
		abort();
	for (i = 0; i < settings.rule_count; i++) {
		fuzz_same(&settings.rule[i].config, &again.rule[i].config);
		same_picks(&settings.rule[i].net);
	}
	for (i = 0; i < in->addresses; i++)
		same_picks(&in->address[i]);
	fuzz_free(printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rules_input in = {.addresses = 0};
	struct fuzz_input one_line = {.program = {NULL, 0}}, file = one_line;
	struct fuzz_text rules = {NULL, 0};

	fuzz_lines(data, size, take, &in);
	if (in.rules.at)
		fuzz_list_add(&in.all.environment, "PEERLESS_RULES=", in.rules.at, in.rules.len);
	fuzz_load(&settings, &in.all);
	print_rules(&rules, ';');
	if (rules.len)
		fuzz_list_add(&one_line.environment, "PEERLESS_RULES=", rules.at, rules.len);
	take_again(&one_line, &in);
	print_rules(&file.file, '\n');
	take_again(&file, &in);
	fuzz_free(&in.all);
	free(in.rules.at);
	free(rules.at);
	return 0;
}
