/* SPDX-License-Identifier: MIT */
/* See flow.h. */
#include "flow.h"

#include <netinet/in.h>
#include <search.h>
#include <string.h>
#include <sys/socket.h>

#include "util.h"

#define PORT_FIRST 49152 /* RFC 6335: nobody's */
#define PORT_COUNT 16384

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_cookies(const void *a, const void *b)
{
	return compare_numbers(((const struct flow *)a)->end[FLOW_NEAR].cookie,
		((const struct flow *)b)->end[FLOW_NEAR].cookie);
}

/* The lower address first: both directions are one. */
static void in_order(const struct flow *f, const struct endpoint *out[2])
{
	const struct endpoint *near = &f->end[FLOW_NEAR].address, *far = &f->end[FLOW_FAR].address;
	bool swap = memcmp(near, far, sizeof(*near)) > 0;

	out[swap] = near;
	out[!swap] = far;
}

static int compare_addresses(const void *a, const void *b)
{
	const struct flow *left = a, *right = b;
	const struct endpoint *x[2], *y[2];
	int rc = left->protocol - right->protocol;

	in_order(left, x);
	in_order(right, y);
	if (!rc)
		rc = memcmp(x[0], y[0], sizeof(*x[0]));
	return rc ? rc : memcmp(x[1], y[1], sizeof(*x[1]));
}

static struct flow *find(
	const struct flow *key, void *const *tree, int (*compare)(const void *, const void *))
{
	struct flow **found = tfind(key, tree, compare);

	return found ? *found : NULL;
}

void flows_init(struct flows *all)
{
	*all = (struct flows){0};
	TAILQ_INIT(&all->live);
	TAILQ_INIT(&all->lingering);
}

void flows_free(struct flows *all)
{
	struct flow *f;

	while ((f = TAILQ_FIRST(&all->live)) || (f = TAILQ_FIRST(&all->lingering)))
		flow_free(all, f);
}

static bool is_ip(const struct endpoint *e)
{
	return e->family == AF_INET || e->family == AF_INET6;
}

/* 0.0.0.0 is no address of one socket alone. */
static bool is_whole(const struct endpoint *e)
{
	static const uint8_t any[sizeof(e->ip)];

	return is_ip(e) && e->port && memcmp(e->ip, any, sizeof(any));
}

struct endpoint flow_address(struct endpoint e, uint16_t family)
{
	if (e.family != family)
		memset(e.ip, 0, sizeof(e.ip));
	e.family = family;
	return e;
}

/* 192.0.2.1 and .2, or 100::1:0:7 and 100::2:0:7 of flow 7. */
static void make_up_address(struct endpoint *e, uint64_t number, int side)
{
	if (e->family == AF_INET) {
		memcpy(e->ip, (uint8_t[]){192, 0, 2, (uint8_t)(1 + side)}, 4);
		return;
	}
	memset(e->ip, 0, sizeof(e->ip));
	e->ip[0] = 1;
	e->ip[11] = (uint8_t)(1 + side);
	for (int i = 0; i < 4; i++)
		e->ip[15 - i] = (uint8_t)(number >> 8 * i);
}

/* What the recording does not know of the two ends. */
static void make_up(struct flow *f)
{
	for (int i = 0; i < 2; i++) {
		struct endpoint *e = &f->end[i].address;
		const struct endpoint *other = &f->end[!i].address;

		if (!is_ip(e)) {
			e->family = is_ip(other) ? other->family : AF_INET6;
			make_up_address(e, f->number, i);
		}
		if (!e->port)
			e->port = (uint16_t)(PORT_FIRST + f->number % PORT_COUNT);
	}
	if (f->end[0].address.family != f->end[1].address.family)
		f->end[0].address = flow_address(f->end[0].address, f->end[1].address.family);
}

/* What is known of a connection, as a flow that nothing refers to. */
static struct flow describe(const struct connection *c)
{
	const struct story_open *o = &c->open;
	struct flow f = {.protocol = IPPROTO_TCP};

	if (!c->opened)
		return f;
	if (o->socket == SOCKET_UDP || o->socket == SOCKET_UNIX_DGRAM)
		f.protocol = IPPROTO_UDP;
	if (o->socket == SOCKET_UNIX || o->socket == SOCKET_UNIX_DGRAM)
		f.interface = FLOW_UNIX;
	for (int i = 0; i < 2 && f.interface == FLOW_IP; i++)
		f.end[i].address = o->end[i];
	f.end[FLOW_NEAR].cookie = o->cookie;
	f.found_by_cookie = o->cookie;
	f.found_by_addresses =
		is_whole(&f.end[FLOW_NEAR].address) && is_whole(&f.end[FLOW_FAR].address);
	return f;
}

static void forget(struct flows *all, struct flow *f)
{
	if (f->found_by_cookie)
		tdelete(f, &all->by_cookie, compare_cookies);
	if (f->found_by_addresses)
		tdelete(f, &all->by_addresses, compare_addresses);
	f->found_by_cookie = f->found_by_addresses = false;
}

static struct flow *create(struct flows *all, const struct flow *like)
{
	struct flow *f = die_if_null(malloc(sizeof(*f)));

	*f = *like;
	f->number = ++all->count;
	make_up(f);
	for (int i = 0; i < 2; i++) {
		f->end[i].flow = f;
		stream_init(&f->end[i].stream);
		/* Another one for each flow: a port that is used again begins elsewhere. */
		f->end[i].next = f->end[i].acked = (uint32_t)f->number;
	}
	if (f->found_by_cookie)
		die_if_null(tsearch(f, &all->by_cookie, compare_cookies));
	if (f->found_by_addresses)
		die_if_null(tsearch(f, &all->by_addresses, compare_addresses));
	TAILQ_INSERT_TAIL(&all->live, f, link);
	return f;
}

/* Can a connection like this be this end?  A cookie of 0 is not known. */
static bool same_socket(const struct flow_end *e, const struct flow *like)
{
	uint64_t a = e->cookie, b = like->end[FLOW_NEAR].cookie;

	return a == b || !a || !b;
}

/* The end that a connection like this is of a flow that is there; *stale: one that it replaces. */
static struct flow_end *existing(struct flows *all, const struct flow *like, struct flow **stale)
{
	const struct endpoint *local = &like->end[FLOW_NEAR].address;
	struct flow *f = NULL;
	struct flow_end *e;

	if (like->found_by_cookie && (f = find(like, &all->by_cookie, compare_cookies)) &&
		(!like->found_by_addresses || !compare_addresses(f, like)))
		return &f->end[FLOW_NEAR];
	*stale = f; /* the socket was connected elsewhere */
	if (f || !like->found_by_addresses ||
		!(f = find(like, &all->by_addresses, compare_addresses)))
		return NULL;
	e = &f->end[memcmp(&f->end[FLOW_NEAR].address, local, sizeof(*local)) ? FLOW_FAR
									      : FLOW_NEAR];
	if (same_socket(e, like))
		return e;
	*stale = f;
	return NULL;
}

struct flow_end *flow_join(struct flows *all, struct connection *c, struct flow **replaced)
{
	struct flow like = describe(c);
	struct flow_end *e;

	*replaced = NULL;
	e = existing(all, &like, replaced);
	if (*replaced)
		forget(all, *replaced);
	if (!e)
		e = &create(all, &like)->end[FLOW_NEAR];
	if (e->flow->lingers && e == &e->flow->end[FLOW_NEAR])
		flow_stay(all, e->flow);
	e->cookie = e->cookie ? e->cookie : like.end[FLOW_NEAR].cookie;
	e->pid = c->pid;
	e->holders++;
	if (e->stream.gone)
		e->stream.gone = e->stream.closing = false; /* it was not */
	c->user = e;
	return e;
}

void flow_name_peer(struct flow *f, const struct endpoint *peer)
{
	f->end[FLOW_NEAR].address = (struct endpoint){0};
	f->end[FLOW_FAR].address = *peer;
	make_up(f);
}

bool flow_leave(struct flow_end *e)
{
	return !--e->holders;
}

void flow_linger(struct flows *all, struct flow *f, int64_t now_ns)
{
	TAILQ_REMOVE(&all->live, f, link);
	TAILQ_INSERT_TAIL(&all->lingering, f, link);
	f->lingers = true;
	f->closed_ns = now_ns;
}

void flow_stay(struct flows *all, struct flow *f)
{
	TAILQ_REMOVE(&all->lingering, f, link);
	TAILQ_INSERT_TAIL(&all->live, f, link);
	f->lingers = false;
}

void flow_free(struct flows *all, struct flow *f)
{
	forget(all, f);
	TAILQ_REMOVE(f->lingers ? &all->lingering : &all->live, f, link);
	stream_free(&f->end[FLOW_NEAR].stream);
	stream_free(&f->end[FLOW_FAR].stream);
	free(f);
}
