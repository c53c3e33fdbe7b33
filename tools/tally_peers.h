/* SPDX-License-Identifier: MIT */
/*
 * Sums of many connections: of all of them, and by peer.  What this side dialled is one peer by
 * address and port; what it accepted by address alone, as the port is the peer's whim.
 */
#ifndef PEERLESS_TOOLS_TALLY_PEERS_H
#define PEERLESS_TOOLS_TALLY_PEERS_H

#include "tally_conn.h"

/* "-> [2001:db8::1%2]:80 udp": dialled ->, accepted <-, neither --. */
enum { TALLY_NAME_MAX = ENDPOINT_TEXT_MAX + 8 };
const char *tally_peers_name(const struct connection *c, char out[TALLY_NAME_MAX]);

struct tally_sum {
	uint64_t conns, failed, bytes_in, bytes_out;
	uint64_t connecting_ns, program_ns, peer_ns, sending_ns, quiet_ns;
};

void tally_peers_sum(struct tally_sum *sum, const struct tally_conn *c);
void tally_peers_add(struct tally_sum *into, const struct tally_sum *of);
uint64_t tally_peers_lost_ns(const struct tally_sum *sum);

struct tally_peer {
	char name[TALLY_NAME_MAX];
	uint64_t hash;
	struct tally_sum sum;
};

/* Those kept: at most twice TALLY_PEERS, those that cost most time; the rest is one sum. */
enum { TALLY_PEERS = 512 };
struct tally_peers {
	struct tally_peer kept[2 * TALLY_PEERS]; /* after _sort: most time lost first */
	unsigned count;
	uint64_t folded; /* how many are in rest */
	struct tally_sum rest;
	uint16_t index[8 * TALLY_PEERS]; /* by hash: 1 + place in kept; 0: none */
};

void tally_peers_count(struct tally_peers *all, const struct tally_conn *c);
void tally_peers_sort(struct tally_peers *all);

#endif
