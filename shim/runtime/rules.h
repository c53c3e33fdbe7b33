/* SPDX-License-Identifier: MIT */
/*
 * Which connection gets which options: the first matching [peer CIDR:PORT[-PORT]] or
 * [listen PORT[-PORT]] section.  PEERLESS_RULES holds sections in one line ("[peer
 * 10.0.0.0/8:5432] detect-within=10s; on-death=exit:3 [listen 80] keepalive=off") and comes before
 * those of the file.  A rule's config is complete: the general options with its own on top.
 */
#ifndef PEERLESS_RUNTIME_RULES_H
#define PEERLESS_RUNTIME_RULES_H

#include "runtime/config.h"
#include "runtime/span.h"
#include "sys/endpoint.h"

#define RULES_MAX 64

enum rule_kind { RULE_PEER, RULE_LISTEN };

struct rule {
	enum rule_kind kind;
	struct endpoint net;          /* RULE_PEER; family 0 is any address (written *) */
	unsigned prefix;              /* bits of net that count */
	uint16_t port_low, port_high; /* 0-65535 is any */
	struct config_origin origin;  /* SOURCE_FILE or SOURCE_ENVIRONMENT */
	uint64_t own;                 /* bit OPT_x: this rule sets it itself */
	struct config config;
};

struct settings;

/*
 * The rule for a connection, or NULL for none (then settings.base holds).  peer: the remote end,
 * or NULL for a listener; listen_port: the local port of a listener or an accepted socket, or -1
 * where this side opened the connection.  [peer] sections are tried only with a peer and without
 * a listen_port; [listen] sections only with a listen_port.  AS-safe.
 */
const struct rule *rules_match(
	const struct settings *s, const struct endpoint *peer, int listen_port);

/*
 * Fills kind, net, prefix and ports from what stands behind `peer` or `listen` in a section's
 * head; 0, or -1 with the reason and the legal form in *why.
 */
int rules_parse(struct rule *r, enum rule_kind kind, struct span text, struct line *why);
/* The first of the settings' rules that leaves r nothing to match, or NULL. */
const struct rule *rules_shadow(const struct settings *s, const struct rule *r);
/* "[peer 10.0.0.0/8:5432]" as a user would write it. */
void rule_print(struct line *l, const struct rule *r);

#endif
