/* SPDX-License-Identifier: MIT */
/*
 * Which events have what -e names, see filter_kind.h.  What only calls have (a name, a duration)
 * is found in calls alone; what stories have too (a descriptor, a peer, an errno) in those as well.
 */
#include "filter_kind.h"

#include <string.h>
#include <sys/socket.h>

#include "runtime/value.h"

bool filter_matches_trace(const struct filter_item *item, const struct event *e)
{
	return e->kind == EVENT_CALL && (e->call == item->number || item->classes >> e->class & 1);
}

bool filter_matches_event(const struct filter_item *item, const struct event *e)
{
	return e->kind == item->number;
}

/* Does the result name a descriptor? */
static bool gives_fd(const struct event *e)
{
	return e->class == CLASS_MOVE ||
	       (e->class == CLASS_OPEN && e->call != CALL_connect && e->call != CALL_listen);
}

bool filter_matches_fd(const struct filter_item *item, const struct event *e)
{
	int fd = (int)item->number;

	return e->fd == fd || (e->kind == EVENT_CALL && gives_fd(e) && e->ret == fd);
}

static bool is_at(const struct filter_item *item, const struct endpoint *end)
{
	return (end->family == AF_INET || end->family == AF_INET6) && end->port >= item->low &&
	       end->port <= item->high && (!item->net.scope || end->scope == item->net.scope) &&
	       (!item->net.family || endpoint_within(end, &item->net, item->prefix));
}

static bool names_unix(const struct filter_item *item, const struct event *e)
{
	return e->kind == EVENT_CALL && e->address && e->address->family == AF_UNIX &&
	       value_glob_match(item->glob, e->name ? e->name : "");
}

bool filter_matches_peer(const struct filter_item *item, const struct event *e)
{
	const struct story_open *o = e->conn && e->conn->opened ? &e->conn->open : NULL;
	bool is_unix = o && (o->socket == SOCKET_UNIX || o->socket == SOCKET_UNIX_DGRAM);

	if (item->net.family == AF_UNIX)
		return (is_unix && value_glob_match(item->glob, o->path)) || names_unix(item, e);
	return (e->kind == EVENT_CALL && e->address && is_at(item, e->address)) ||
	       (o && !is_unix && is_at(item, &o->end[1]));
}

bool filter_matches_pid(const struct filter_item *item, const struct event *e)
{
	return e->pid == item->number || e->tid == item->number;
}

bool filter_matches_prog(const struct filter_item *item, const struct event *e)
{
	return value_glob_match(item->glob, e->prog);
}

/* A verdict tells of a failure, whatever the call that met it returned. */
bool filter_matches_failed(const struct filter_item *item, const struct event *e)
{
	(void)item;
	return e->kind == EVENT_VERDICT || (e->kind == EVENT_CALL && e->ret < 0);
}

bool filter_matches_errno(const struct filter_item *item, const struct event *e)
{
	int error = e->kind == EVENT_CALL ? e->error : 0;

	if (e->kind == EVENT_VERDICT)
		error = e->story->evidence.error;
	return error > 0 && (unsigned)error == item->number;
}

bool filter_matches_slower(const struct filter_item *item, const struct event *e)
{
	return e->kind == EVENT_CALL && event_took_ns(e) && event_took_ns(e) >= item->number;
}
