/* SPDX-License-Identifier: MIT */
/*
 * What one end of a flow of TCP sends.  Where both ends are recorded, two tell of it: that end's
 * own calls, and the other's that receive it.  Each byte is shown once, in order, by whichever call
 * came first; but what was not kept whole of the sender's waits until the receiver tells it, as
 * that may have more, and the FIN until the receiver has seen it: what was sent unseen, as by
 * stdio, is received before.  What nobody will receive any more waits no longer.
 */
#ifndef PEERLESS_TOOLS_STREAM_H
#define PEERLESS_TOOLS_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

/* Of unread bytes, the kernel keeps less: who does not tell of receiving more never will. */
#define STREAM_WAIT_MAX (16u << 20)

struct flow_end;
struct packets;
struct stream_piece;
STAILQ_HEAD(stream_pieces, stream_piece);

struct stream {
	uint64_t sent, heard, shown; /* bytes: of its own calls, of the other end's, in packets */
	struct stream_pieces waiting;
	bool opened;  /* this end's opening is in the recording, and so is all it did */
	bool closing; /* its FIN waits too */
	bool deaf;    /* this end has shut down receiving: an end of stream is its own doing */
	bool gone;    /* this end is closed: it receives nothing more */
};

void stream_init(struct stream *s);
void stream_free(struct stream *s);

/* A call of this end has sent so many bytes; one of the other has received them.  payload: `kept`
 * of them. */
void stream_sent(const struct packets *of, struct flow_end *from, const unsigned char *payload,
	uint32_t kept, uint64_t bytes);
void stream_heard(const struct packets *of, struct flow_end *from, const unsigned char *payload,
	uint32_t kept, uint64_t bytes);
/* Whatever waits. */
void stream_flush(const struct packets *of, struct flow_end *from);
/* The other end has seen its end: FIN. */
void stream_ends(const struct packets *of, struct flow_end *from);
/* It sends no more.  And: nor does it receive. */
void stream_close(const struct packets *of, struct flow_end *from);
void stream_leave(const struct packets *of, struct flow_end *from);
/* The recording ends. */
void stream_stop(const struct packets *of, struct flow_end *from);

#endif
