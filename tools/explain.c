/* SPDX-License-Identifier: MIT */
/* See explain.h.  A name with several addresses is explained for each: rules may differ. */
#include "explain.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "explain_plan.h"
#include "print_settings.h"
#include "util.h"

#define ADDRESSES_MAX 8

#define FORM "write HOST:PORT, [IPv6]:PORT or listen:PORT"

/* "10.0.0.2:5432" in two; brackets are taken off. */
static void split(const char *where, char host[256], const char **port)
{
	const char *colon = strrchr(where, ':');
	size_t len = colon ? (size_t)(colon - where) : 0;
	bool brackets = len >= 2 && where[0] == '[' && colon[-1] == ']';

	if (!len || !colon[1] || len >= 256)
		die(STATUS_USAGE, "--explain %s: no port; " FORM, where);
	if (!brackets && memchr(where, ':', len))
		die(STATUS_USAGE, "--explain %s: is an IPv6 address without brackets; " FORM,
			where);
	snprintf(host, 256, "%.*s", (int)(brackets ? len - 2 : len), where + brackets);
	*port = colon + 1;
}

static uint16_t parse_port(const char *where, const char *text)
{
	char *end;
	unsigned long port = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || !port || port > 65535)
		die(STATUS_USAGE, "--explain %s: the port is a number from 1 to 65535; " FORM,
			where);
	return (uint16_t)port;
}

static void print_options(const struct settings *s, const struct rule *r)
{
	const struct config *c = r ? &r->config : &s->base;
	char value[PRINT_SETTINGS_TEXT_MAX], origin[PRINT_SETTINGS_TEXT_MAX];

	for (int i = 0; i < OPT_COUNT; i++) {
		enum opt_id id = (enum opt_id)i;

		if (config_option(id)->scope != SCOPE_CONN)
			continue;
		printf("  %-16s%-24s %s\n", config_option(id)->name,
			print_settings_value(value, c, id),
			r && r->own >> id & 1
				? "this rule"
				: print_settings_origin(origin, s, &s->origin[id], id));
	}
}

static void explain_one(const struct settings *s, const struct endpoint *peer, int listen_port)
{
	const struct rule *r = rules_match(s, peer, listen_port);
	const struct config *c = r ? &r->config : &s->base;
	struct derive_kernel k = explain_plan_kernel();
	char text[PRINT_SETTINGS_TEXT_MAX], origin[PRINT_SETTINGS_TEXT_MAX];
	struct line l = line_over(text, sizeof(text));

	if (peer)
		endpoint_text(peer, text, sizeof(text));
	printf("connection  %s%s", peer ? text : "accepted at port ", peer ? "\n" : "");
	if (!peer)
		printf("%d\n", listen_port);
	if (r) {
		l = line_over(text, sizeof(text));
		rule_print(&l, r);
	}
	printf("rule        %s%s%s%s\n", r ? text : "none matches; the general options hold",
		r ? "  (" : "", r ? print_settings_rule_origin(origin, s, r) : "", r ? ")" : "");
	printf("kernel      TCP_RTO_MAX_MS %s, tcp_retries2 %d, tcp_syn_retries %d\n",
		k.has_rto_max ? "yes" : "no", k.retries2, k.syn_retries);
	puts("options");
	print_options(s, r);
	explain_plan_print(c, &k, !peer);
	puts(c->override == OVERRIDE_FORCE
			? "What the program sets itself is overruled: OVERRIDE=force."
			: "What the program sets itself stays, option by option: OVERRIDE=app.");
}

static void explain_host(const struct settings *s, const char *where)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list, *a;
	const char *port;
	char host[256];
	unsigned count = 0;
	int rc;

	split(where, host, &port);
	parse_port(where, port);
	rc = getaddrinfo(host, port, &hints, &list);
	if (rc)
		die(STATUS_USAGE, "--explain %s: %s", where, gai_strerror(rc));
	for (a = list; a && count < ADDRESSES_MAX; a = a->ai_next, count++) {
		struct endpoint peer = endpoint_from(a->ai_addr, a->ai_addrlen);

		if (count)
			putchar('\n');
		explain_one(s, &peer, -1);
	}
	freeaddrinfo(list);
}

void explain(const struct settings *s, const char *where)
{
	if (!strncmp(where, "listen:", 7))
		explain_one(s, NULL, parse_port(where, where + 7));
	else
		explain_host(s, where);
}
