/* SPDX-License-Identifier: MIT */
/* From what a recording holds to what tools see: struct event. */
#ifndef PEERLESS_TOOLS_READER_EVENT_H
#define PEERLESS_TOOLS_READER_EVENT_H

#include "reader_chunk.h"
#include "reader_conn.h"
#include "reader_merge.h"

/* Of a chunk's next record.  What it points to is the chunk's, or all's. */
struct event reader_event_call(const struct reader_chunk *c, struct reader_conn *all);
/* Of its story; brings its connection and process up to date. */
struct event reader_event_story(const struct reader_merge_item *item, struct reader_conn *all);
struct event reader_event_lost(uint64_t lost, int64_t time);

#endif
