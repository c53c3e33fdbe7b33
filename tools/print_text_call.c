/* SPDX-License-Identifier: MIT */
/*
 * A call as C would have it, from record_call.def: descriptor, bytes, what was asked, flags,
 * address, each where the call has such a thing.  Pointers were not recorded: what they pointed to
 * stands there, or "…".
 */
#include "print_text.h"

#include <string.h>
#include <sys/socket.h>

#include "call_text.h"
#include "escape.h"

#define UNKNOWN "…"

#define NS_PER_S 1000000000

/* The comma before every argument but the first. */
static struct line *next(struct line *l)
{
	if (l->text[l->len - 1] != '(')
		line_mem(l, ", ", 2);
	return l;
}

static void put_asked(struct line *l, const struct event *e)
{
	line_uint(l, e->asked);
	if (e->asked == UINT32_MAX && e->class != CLASS_CLOSE)
		line_char(l, '+');
}

static void asked_number(struct line *l, const struct event *e)
{
	put_asked(next(l), e);
}

static void asked_messages(struct line *l, const struct event *e)
{
	put_asked(next(l), e);
	line_str(l, " bytes");
}

static bool is_epoll(const struct event *e)
{
	return e->call == CALL_epoll_wait || e->call == CALL_epoll_pwait ||
	       e->call == CALL_epoll_pwait2;
}

/* epoll's are events of its descriptor; of poll and select a single one is named. */
static void asked_count(struct line *l, const struct event *e)
{
	if (!is_epoll(e) && e->fd >= 0)
		return;
	put_asked(next(l), e);
	line_str(l, is_epoll(e) ? " events" : " fds");
}

static void asked_domain(struct line *l, const struct event *e)
{
	call_text_domain(next(l), e->asked);
}

static void asked_command(struct line *l, const struct event *e)
{
	call_text_command(next(l), e->asked);
}

static void asked_level(struct line *l, const struct event *e)
{
	call_text_level(next(l), e->asked);
	call_text_option(next(l), e->asked);
}

static void flags_named(struct line *l, const struct event *e)
{
	call_text_flags(next(l), e->call, e->flags);
}

static void flags_ms(struct line *l, const struct event *e)
{
	next(l);
	if (e->flags == UINT32_MAX) {
		line_str(l, "no timeout");
		return;
	}
	line_uint(l, e->flags);
	line_str(l, " ms");
}

static void flags_value(struct line *l, const struct event *e)
{
	next(l);
	if (e->ret < 0 && e->call == CALL_getsockopt)
		line_str(l, UNKNOWN);
	else
		call_text_value(l, e->asked, e->flags);
}

typedef void argument(struct line *l, const struct event *e);

static argument *const asked_as[] = {
	[ASKED_NONE] = NULL,
	[ASKED_BYTES] = asked_number,
	[ASKED_MESSAGES] = asked_messages,
	[ASKED_COUNT] = asked_count,
	[ASKED_DOMAIN] = asked_domain,
	[ASKED_BACKLOG] = asked_number,
	[ASKED_FD] = asked_number,
	[ASKED_LAST] = asked_number,
	[ASKED_CMD] = asked_command,
	[ASKED_LEVEL] = asked_level,
};

static argument *const flags_as[] = {
	[FLAGS_NONE] = NULL,
	[FLAGS_MSG] = flags_named,
	[FLAGS_TYPE] = flags_named,
	[FLAGS_HOW] = flags_named,
	[FLAGS_MS] = flags_ms,
	[FLAGS_BITS] = flags_named,
	[FLAGS_VALUE] = flags_value,
	[FLAGS_SPLICE] = flags_named,
};

/* How many bytes there were to show. */
static uint64_t bytes_moved(const struct event *e)
{
	if (event_shape[e->call].asked == ASKED_MESSAGES)
		return (uint64_t)e->bytes;
	return e->ret > 0 ? (uint64_t)e->ret : 0;
}

/* An end of stream, an empty message. */
static bool moved_nothing(const struct event *e)
{
	return e->ret == 0 ||
	       (event_shape[e->call].asked == ASKED_MESSAGES && e->ret > 0 && !e->asked);
}

static void put_payload(struct line *l, const struct event *e, unsigned most)
{
	uint32_t shown = e->payload_bytes < most ? e->payload_bytes : most;
	bool none = most && moved_nothing(e);

	next(l);
	if (!e->payload || none)
		shown = 0;
	if (shown || none)
		escape_quoted(l, e->payload, shown);
	if (!none && (shown < bytes_moved(e) || !shown))
		line_str(l, UNKNOWN);
}

static bool opens_to_peer(const struct event *e)
{
	return e->call == CALL_connect || e->call == CALL_accept || e->call == CALL_accept4;
}

/*
 * connect() that ends an association: of those that go well on such sockets, it alone names an
 * address that is not recorded.
 */
static bool disconnects(const struct event *e)
{
	return e->call == CALL_connect && e->ret >= 0 && !e->address && e->conn &&
	       e->conn->opened &&
	       (e->conn->open.socket == SOCKET_TCP || e->conn->open.socket == SOCKET_UDP);
}

/* What the call named or was told; of accept, and where no name is known, the connection's. */
static void put_address(struct line *l, const struct event *e)
{
	char text[ENDPOINT_TEXT_MAX];

	if (disconnects(e))
		strcpy(text, "AF_UNSPEC");
	else if (!event_has_address(e) && opens_to_peer(e) && e->ret >= 0 && e->conn &&
		 e->conn->opened)
		event_peer(e->conn, text);
	else if (e->address)
		event_address(e, text);
	else
		return;
	escape_text(next(l), text);
}

static void put_arguments(struct line *l, const struct event *e, unsigned payload)
{
	const struct event_shape shape = event_shape[e->call];
	bool data = e->class == CLASS_IN || e->class == CLASS_OUT;
	bool into = e->call == CALL_splice && e->class == CLASS_OUT;

	if (into)
		put_payload(l, e, payload);
	if (e->fd >= 0 && shape.asked != ASKED_DOMAIN)
		line_int(next(l), e->fd);
	if (data && !into)
		put_payload(l, e, payload);
	if (!data)
		put_address(l, e);
	if (asked_as[shape.asked])
		asked_as[shape.asked](l, e);
	if (flags_as[shape.flags])
		flags_as[shape.flags](l, e);
	if (data)
		put_address(l, e);
}

static void put_result(struct line *l, const struct event *e)
{
	line_int(l, e->ret);
	if (e->class == CLASS_WAIT && e->ret == 0)
		line_str(l, " (Timeout)");
	if (e->ret >= 0 || !e->error)
		return;
	line_char(l, ' ');
	call_text_errno(l, e->error);
	line_str(l, " (");
	line_str(l, strerror(e->error));
	line_char(l, ')');
}

/* Both descriptors of a pair stand among the arguments, as its caller finds them. */
static void put_pair(struct line *l, const struct event *e)
{
	line_str(l, ", [");
	line_int(l, e->fd);
	line_str(l, ", ");
	line_int(l, e->ret);
	line_str(l, "]) = 0");
}

void print_text_call(struct line *l, const struct event *e, unsigned payload)
{
	uint64_t ns = event_took_ns(e);

	line_str(l, call_name[e->call]);
	line_char(l, '(');
	put_arguments(l, e, payload);
	if (e->call == CALL_socketpair && e->ret >= 0) {
		put_pair(l, e);
	} else {
		line_str(l, ") = ");
		put_result(l, e);
	}
	line_str(l, " <");
	line_uint(l, ns / NS_PER_S);
	line_char(l, '.');
	line_uint_padded(l, ns % NS_PER_S / 1000, 6);
	line_char(l, '>');
}
