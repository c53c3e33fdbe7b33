/* SPDX-License-Identifier: MIT */
/* See stream.h. */
#include "stream.h"

#include <string.h>

#include "flow.h"
#include "segments.h"
#include "util.h"

struct stream_piece {
	STAILQ_ENTRY(stream_piece) link;
	uint64_t at, bytes; /* from the beginning of the stream */
	uint32_t kept;
	unsigned char payload[];
};

void stream_init(struct stream *s)
{
	*s = (struct stream){0};
	STAILQ_INIT(&s->waiting);
}

static void drop_first(struct stream *s)
{
	struct stream_piece *p = STAILQ_FIRST(&s->waiting);

	STAILQ_REMOVE_HEAD(&s->waiting, link);
	free(p);
}

void stream_free(struct stream *s)
{
	while (!STAILQ_EMPTY(&s->waiting))
		drop_first(s);
}

/* What is new of these bytes, of which the first is the stream's byte `at`. */
static void show(const struct packets *of, struct flow_end *from, uint64_t at,
	const unsigned char *payload, uint32_t kept, uint64_t bytes)
{
	struct stream *s = &from->stream;
	uint64_t skip = s->shown > at ? s->shown - at : 0;

	if (skip >= bytes)
		return;
	segments_data(of, from, kept > skip ? payload + skip : NULL,
		kept > skip ? kept - (uint32_t)skip : 0, bytes - skip);
	s->shown = at + bytes;
}

/* Those that need not wait any longer; all: or those that might have. */
static void show_waiting(const struct packets *of, struct flow_end *from, bool all)
{
	struct stream *s = &from->stream;
	struct stream_piece *p;

	while ((p = STAILQ_FIRST(&s->waiting))) {
		if (!all && p->kept < p->bytes && p->at + p->bytes > s->shown)
			break;
		show(of, from, p->at, p->payload, p->kept, p->bytes);
		drop_first(s);
	}
}

void stream_flush(const struct packets *of, struct flow_end *from)
{
	show_waiting(of, from, true);
}

static void wait_for_it(
	struct stream *s, uint64_t at, const unsigned char *payload, uint32_t kept, uint64_t bytes)
{
	struct stream_piece *p = die_if_null(malloc(sizeof(*p) + kept));

	p->at = at;
	p->bytes = bytes;
	p->kept = kept;
	if (kept)
		memcpy(p->payload, payload, kept);
	STAILQ_INSERT_TAIL(&s->waiting, p, link);
}

static bool is_heard(const struct flow_end *from)
{
	return from->flow->both && !flow_other(from)->stream.gone;
}

void stream_sent(const struct packets *of, struct flow_end *from, const unsigned char *payload,
	uint32_t kept, uint64_t bytes)
{
	struct stream *s = &from->stream;
	uint64_t at = from->flow->both ? s->sent : s->shown;

	s->sent += bytes;
	if (STAILQ_EMPTY(&s->waiting) && (kept == bytes || !is_heard(from)))
		show(of, from, at, payload, kept, bytes);
	else if (s->sent > s->shown)
		wait_for_it(s, at, payload, kept, bytes);
	if (s->sent > s->shown + STREAM_WAIT_MAX)
		stream_flush(of, from);
}

void stream_heard(const struct packets *of, struct flow_end *from, const unsigned char *payload,
	uint32_t kept, uint64_t bytes)
{
	struct stream *s = &from->stream;

	show(of, from, from->flow->both ? s->heard : s->shown, payload, kept, bytes);
	s->heard += bytes;
	show_waiting(of, from, false);
}

void stream_ends(const struct packets *of, struct flow_end *from)
{
	stream_flush(of, from);
	from->stream.closing = false;
	segments_finish(of, from);
}

void stream_close(const struct packets *of, struct flow_end *from)
{
	if (is_heard(from))
		from->stream.closing = true;
	else
		stream_ends(of, from);
}

void stream_stop(const struct packets *of, struct flow_end *from)
{
	if (from->stream.closing)
		stream_ends(of, from);
	else
		stream_flush(of, from);
}

void stream_leave(const struct packets *of, struct flow_end *from)
{
	from->stream.gone = true;
	stream_stop(of, flow_other(from));
	stream_close(of, from);
}
