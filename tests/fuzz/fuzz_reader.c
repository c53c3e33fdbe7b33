/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: any bytes as a recording, finished or still being written.  An input is a list
 * of steps, each a letter and its bytes (numbers are little endian, what is not there is 0), so
 * that a few bytes make a file of 260 KB; its first byte says whether the reader follows:
 *
 *   p OFFSET*3 LENGTH BYTES…   patch: anything anywhere
 *   c TID PROCESS MS*2         the next chunk is claimed, at that time
 *   r BACK CALL MS*2 DURATION CONN FD RET ERROR PAYLOAD PENDING   a record in the BACKth chunk from
 *                              the last; PENDING: 1 begun only, 2 not even that, 4 with an address,
 *                              8 with a UNIX socket's, 16 with a name, 32 with one that has no end
 *   s KIND CONN MS*2 LENGTH BYTES…   a story; the bytes are its own part
 *   t SIZE*3                   the file ends there
 *   w MS                       time passes
 *   n COUNT                    so many events are read
 *   f                          the writers are gone
 *
 * Nothing may crash, or take longer than the file is long, and every event is whole: its bytes are
 * there, its numbers in the range that event.h promises.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reader.h"
#include "recording_fixture.h"
#include "runtime/connpool.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is written there was read, under ASan's eyes. */
static FILE *nowhere;

/* The reader's clock is an input, too. */
static int64_t now_ns;

static int fuzz_clock(clockid_t id, struct timespec *t)
{
	(void)id;
	*t = (struct timespec){now_ns / 1000000000, now_ns % 1000000000};
	return 0;
}

#define clock_gettime fuzz_clock
#include "../../tools/reader_clock.c"

enum { STORIES = 8, CHUNKS = 4, EVENTS_MAX = 100000 };

struct input {
	const uint8_t *at, *end;
	struct recording file;
	bool follow;
	struct reader *reader; /* NULL: not opened yet, or refused */
	bool refused;
	unsigned events;
};

static uint32_t number(struct input *in, unsigned bytes)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < bytes && in->at < in->end; i++)
		n |= (uint32_t)*in->at++ << 8 * i;
	return n;
}

/* A text of ours: there is an end, and nothing in it that has no business in a line. */
static void look_at_text(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ')
			abort();
}

static void look_at_connection(const struct connection *c)
{
	char text[ENDPOINT_TEXT_MAX];

	look_at_text(event_local(c, text));
	look_at_text(event_peer(c, text));
	if (!c->id || (c->opened && (c->open.socket > SOCKET_OTHER || c->open.how > CONN_PAIR)))
		abort();
}

static void look_at_call(const struct event *e)
{
	char text[ENDPOINT_TEXT_MAX];

	if ((unsigned)e->call >= CALL_COUNT || e->class == CLASS_NONE || e->bytes < 0 ||
		e->start_ns > e->end_ns || e->error < 0 || e->error > 4095 || e->story)
		abort();
	if ((e->payload != NULL) != (e->payload_bytes != 0))
		abort();
	if (e->payload && fwrite(e->payload, 1, e->payload_bytes, nowhere) != e->payload_bytes)
		abort();
	if (e->address && !e->address->family)
		abort();
	if (e->address)
		look_at_text(event_address(e, text));
	if (e->name && (!*e->name || !event_has_address(e)))
		abort();
}

static void look_at_story(const struct event *e)
{
	if (e->kind == EVENT_PROCESS &&
		strnlen(e->story->program.text, sizeof(e->story->program.text)) ==
			sizeof(e->story->program.text))
		abort();
	if (e->kind == EVENT_CLOSE && e->conn && !e->conn->closed)
		abort();
}

static bool read_one(struct input *in)
{
	const struct event *e = in->reader ? reader_next(in->reader) : NULL;

	if (!e)
		return false;
	if (++in->events > EVENTS_MAX || e->kind > EVENT_LOST || strlen(e->prog) > 76)
		abort();
	if ((e->kind != EVENT_CALL && e->kind != EVENT_LOST) != (e->story != NULL))
		abort();
	if (e->conn)
		look_at_connection(e->conn);
	if (e->kind == EVENT_CALL)
		look_at_call(e);
	else if (e->story)
		look_at_story(e);
	else if (!e->lost)
		abort();
	return true;
}

static void open_reader(struct input *in)
{
	char why[READER_WHY_MAX] = "";

	if (in->reader || in->refused)
		return;
	in->reader = reader_open(in->file.fd, "input", in->follow, why);
	in->refused = !in->reader;
	look_at_text(why);
	if (in->refused != (*why != '\0'))
		abort();
}

static size_t take(struct input *in, size_t max, const uint8_t **bytes)
{
	size_t len = number(in, 1);

	len = len < max ? len : max;
	if (len > (size_t)(in->end - in->at))
		len = (size_t)(in->end - in->at);
	*bytes = in->at;
	in->at += len;
	return len;
}

static void patch(struct input *in)
{
	uint32_t at = number(in, 3) % (uint32_t)recording_bytes_of(&in->file);
	const uint8_t *bytes;
	size_t len = take(in, 255, &bytes);

	recording_write(&in->file, bytes, len, at);
}

static void claim(struct input *in)
{
	uint32_t tid = number(in, 1), process = number(in, 1);
	uint32_t last = (uint32_t)in->file.h.chunk_ticket;

	if (last >= CHUNKS)
		in->file.h.overwritten++;
	recording_claim_of(&in->file, last + 1, number(in, 2) * 1000000ll, tid, process, "fuzz");
}

static void add(struct input *in)
{
	static const unsigned char payload[255] = "GET / HTTP/1.1\r\n";
	static const struct endpoint to = {.family = 2, .port = 80, .ip = {127, 0, 0, 1}};
	static const struct endpoint unix_to = {.family = 1};
	uint32_t back = number(in, 1), last = (uint32_t)in->file.h.chunk_ticket;
	struct recording_call c = {.call = (enum call_id)number(in, 1)};
	uint32_t pending;

	c.start = number(in, 2) * 1000000ll;
	c.end = c.start + number(in, 1) * 1000ll;
	c.conn = number(in, 1);
	c.fd = (int)number(in, 1);
	c.ret = (int8_t)number(in, 1);
	c.error = (int)number(in, 1);
	c.payload_bytes = number(in, 1);
	c.payload = payload;
	pending = number(in, 1);
	c.pending = pending & 1;
	c.to = pending & 4 ? &to : pending & 8 ? &unix_to : NULL;
	c.name = pending & 16 ? "/\033[31m\0" : pending & 32 ? "/run/xyz" : NULL;
	if (back >= last || lseek(in->file.fd, 0, SEEK_END) < (off_t)recording_bytes_of(&in->file))
		return; /* cut off, or nothing is claimed */
	if (recording_used(&in->file, last - back) > RECORD_CHUNK_BYTES - 512)
		return;
	if (pending & 2)
		recording_hole(&in->file, last - back, 48);
	else
		recording_add(&in->file, last - back, c);
}

static void tell(struct input *in)
{
	struct story s = {.fd = 5};
	enum story_kind kind = (enum story_kind)number(in, 1);
	const uint8_t *bytes;
	int64_t time;
	size_t len;

	s.conn = number(in, 1);
	time = number(in, 2) * 1000000ll;
	len = take(in, sizeof(s.open), &bytes);
	memcpy(&s.open, bytes, len);
	recording_tell(&in->file, s, kind, time);
}

static void step(struct input *in)
{
	uint32_t n;

	switch (number(in, 1)) {
	case 'p': patch(in); break;
	case 'c': claim(in); break;
	case 'r': add(in); break;
	case 's': tell(in); break;
	case 't': n = ftruncate(in->file.fd, (off_t)(number(in, 3) % (1 << 19))) ? 1 : 0; break;
	case 'w': now_ns += number(in, 1) * 1000000ll; break;
	case 'n':
		open_reader(in);
		for (n = number(in, 1); n && read_one(in); n--)
			;
		break;
	case 'f':
		if (in->reader)
			reader_finish(in->reader);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {.at = data, .end = data + size};

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	in.file = recording_make(-1, STORIES, CHUNKS);
	in.follow = number(&in, 1) & 1;
	now_ns = FIXTURE_MONO;
	while (in.at < in.end)
		step(&in);
	open_reader(&in);
	if (in.reader)
		reader_finish(in.reader);
	while (read_one(&in))
		;
	if (in.reader) {
		look_at_text(reader_missing(in.reader));
		reader_close(in.reader);
	}
	close(in.file.fd);
	return 0;
}
