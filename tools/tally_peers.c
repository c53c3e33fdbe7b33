/* SPDX-License-Identifier: MIT */
/* See tally_peers.h. */
#include "tally_peers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "runtime/connpool.h"

enum { INDEX_SIZE = 8 * TALLY_PEERS };

const char *tally_peers_name(const struct connection *c, char out[TALLY_NAME_MAX])
{
	static const char *const arrow[] = {[CONN_CONNECT] = "->", [CONN_ACCEPT] = "<-"};
	uint8_t how = c->open.how, socket = c->open.socket;
	bool known = how == CONN_CONNECT || how == CONN_ACCEPT;
	char text[ENDPOINT_TEXT_MAX];

	snprintf(out, TALLY_NAME_MAX, "%s %s%s", known ? arrow[how] : "--", event_peer(c, text),
		socket == SOCKET_UDP ? " udp" : "");
	return out;
}

/* The name of all that came from where this one came from. */
static void name_of_group(const struct tally_conn *c, char out[TALLY_NAME_MAX])
{
	struct connection one = c->conn;
	uint16_t family = one.open.end[1].family;
	char *port;

	tally_peers_name(&one, out);
	if (one.open.how != CONN_ACCEPT || one.open.socket > SOCKET_UDP ||
		(family != AF_INET && family != AF_INET6))
		return;
	port = strrchr(out, ':');
	if (port)
		*port = '\0';
}

void tally_peers_sum(struct tally_sum *sum, const struct tally_conn *c)
{
	sum->conns++;
	sum->failed += tally_conn_failed(c);
	sum->bytes_in += c->bytes_in;
	sum->bytes_out += c->bytes_out;
	sum->connecting_ns += c->connecting_ns;
	sum->program_ns += c->turn.program_ns;
	sum->peer_ns += c->turn.peer_ns;
	sum->sending_ns += c->turn.sending_ns;
	sum->quiet_ns += c->quiet_ns;
}

void tally_peers_add(struct tally_sum *into, const struct tally_sum *of)
{
	into->conns += of->conns;
	into->failed += of->failed;
	into->bytes_in += of->bytes_in;
	into->bytes_out += of->bytes_out;
	into->connecting_ns += of->connecting_ns;
	into->program_ns += of->program_ns;
	into->peer_ns += of->peer_ns;
	into->sending_ns += of->sending_ns;
	into->quiet_ns += of->quiet_ns;
}

uint64_t tally_peers_lost_ns(const struct tally_sum *sum)
{
	return sum->connecting_ns + sum->peer_ns + sum->sending_ns;
}

static int costlier_first(const void *a, const void *b)
{
	const struct tally_peer *x = a, *y = b;
	uint64_t of_x = tally_peers_lost_ns(&x->sum), of_y = tally_peers_lost_ns(&y->sum);

	if (of_x != of_y)
		return of_x < of_y ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* FNV-1a. */
static uint64_t hash_of(const char *name)
{
	uint64_t h = 0xcbf29ce484222325;

	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * 0x100000001b3;
	return h;
}

/* Where in the index a name is, or would be. */
static uint16_t *slot_of(struct tally_peers *all, const char *name, uint64_t hash)
{
	size_t at = hash % INDEX_SIZE;

	for (; all->index[at]; at = (at + 1) % INDEX_SIZE) {
		const struct tally_peer *p = &all->kept[all->index[at] - 1];

		if (p->hash == hash && !strcmp(p->name, name))
			break;
	}
	return &all->index[at];
}

void tally_peers_sort(struct tally_peers *all)
{
	qsort(all->kept, all->count, sizeof(*all->kept), costlier_first);
	memset(all->index, 0, sizeof(all->index));
	for (unsigned i = 0; i < all->count; i++)
		*slot_of(all, all->kept[i].name, all->kept[i].hash) = (uint16_t)(i + 1);
}

/* Room for more: the half that cost less time becomes part of the rest. */
static void fold(struct tally_peers *all)
{
	tally_peers_sort(all);
	for (; all->count > TALLY_PEERS; all->folded++)
		tally_peers_add(&all->rest, &all->kept[--all->count].sum);
	tally_peers_sort(all);
}

void tally_peers_count(struct tally_peers *all, const struct tally_conn *c)
{
	char name[TALLY_NAME_MAX];
	uint64_t hash;
	uint16_t *slot;

	name_of_group(c, name);
	hash = hash_of(name);
	if (all->count == 2 * TALLY_PEERS)
		fold(all);
	slot = slot_of(all, name, hash);
	if (!*slot) {
		struct tally_peer *p = &all->kept[all->count++];

		*p = (struct tally_peer){.hash = hash};
		strcpy(p->name, name);
		*slot = (uint16_t)all->count;
	}
	tally_peers_sum(&all->kept[*slot - 1].sum, c);
}
