/* SPDX-License-Identifier: MIT */
/*
 * A chunk is taken from its owner only while nobody writes in it, by one compare-and-swap of its
 * turn; else it is left alone until the next turn.  An owner that comes back finds another's
 * ticket.  A thread that was killed there writes for ever: what has not changed for STUCK_S is its.
 *
 * What the header says is not believed after recorder_map(): others can write there.
 */
#include "runtime/recorder.h"

#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "runtime/recorder_room.h"
#include "runtime/recording.h"
#include "sys/raw.h"
#include "sys/tid.h"

enum { CLAIMS_MAX = 64, STUCK_S = 5 }; /* chunks tried for an event; more than any record takes */

bool recorder_on;
uint32_t recorder_payload;

static struct record_header *header;
static struct story *stories;
static char *chunks;
static uint32_t story_count, chunk_count;
static bool stops; /* when full */

static uint32_t own_number;
uint32_t *recorder_process = &own_number;
static uint32_t pid;
static const char *name;
__thread struct recorder_thread recorder_mine = {.stamp = RECORDER_UNSTAMPED};

static uint64_t add(uint64_t *counter, uint64_t n)
{
	return __atomic_add_fetch(counter, n, __ATOMIC_RELAXED);
}

COLD int recorder_map(int fd, const char *program, uint32_t *wiped)
{
	struct record_header h;
	uint64_t bytes;
	long at;

	at = raw6(SYS_mmap, 0, RECORD_HEADER_BYTES, PROT_READ, MAP_SHARED, fd, 0);
	if ((unsigned long)at >= -4095UL)
		return (int)at;
	h = *(const struct record_header *)at; /* recording_open() has checked it */
	raw3(SYS_munmap, at, RECORD_HEADER_BYTES, 0);
	bytes = recording_bytes(&h);
	at = raw6(SYS_mmap, 0, (long)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if ((unsigned long)at >= -4095UL)
		return (int)at;
	header = (struct record_header *)at;
	stories = (struct story *)(at + RECORD_HEADER_BYTES);
	story_count = h.stories;
	chunks = (char *)(stories + story_count);
	chunk_count = h.chunks;
	stops = h.full == RECORD_STOP;
	recorder_payload = h.payload < RECORD_PAYLOAD_MAX ? h.payload : RECORD_PAYLOAD_MAX;
	name = program;
	recorder_process = wiped ? wiped : &own_number;
	pid = recorder_mine.tid = (uint32_t)tid_of_libc();
	*recorder_process = (uint32_t)add(&header->process, 1);
	recorder_on = true;
	return 0;
}

void recorder_stop(void)
{
	__atomic_store_n(&recorder_on, false, __ATOMIC_RELAXED);
}

void recorder_resume(void)
{
	__atomic_store_n(&recorder_on, header != NULL, __ATOMIC_RELAXED);
}

/* Records in a chunk that is to be reused. */
static uint64_t count_records(const struct record_chunk *k, uint32_t end)
{
	uint64_t n = 0;
	uint32_t at, bytes;

	for (at = sizeof(*k); at + sizeof(struct record) <= end; at += bytes) {
		uint64_t head = *(const uint64_t *)((const char *)k + at);

		bytes = head ? record_head_bytes(head) : 8;
		if (!bytes)
			break;
		n += head && record_head_kind(head) != RECORD_PENDING;
	}
	return n;
}

static uint32_t now_s(void)
{
	return (uint32_t)(recorder_now() / 1000000000) + 1;
}

/* Has its turn been this, with a writer, for so long?  As it was before a reboot, too. */
static bool stuck(struct record_chunk *k, uint64_t turn)
{
	if (k->written == turn)
		return now_s() - k->written_s > STUCK_S;
	k->written = turn;
	k->written_s = now_s();
	return false;
}

static bool begin_claiming(struct record_chunk *k)
{
	uint32_t since = __atomic_load_n(&k->claiming, __ATOMIC_ACQUIRE), now = now_s();

	return (!since || now - since > STUCK_S) &&
	       __atomic_compare_exchange_n(
		       &k->claiming, &since, now, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* Makes an old chunk a new one.  False: somebody is writing in it, or it is newer. */
static bool clear(struct record_chunk *k, uint32_t ticket)
{
	uint64_t old = __atomic_load_n(&k->turn, __ATOMIC_ACQUIRE);
	uint32_t used;

	do {
		if (record_turn_ticket(old) >= ticket ||
			(record_turn_writers(old) && !stuck(k, old)))
			return false;
	} while (!__atomic_compare_exchange_n(&k->turn, &old, record_turn(0, RECORD_CHUNK_BYTES),
		false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
	used = record_turn_bytes(old);
	used = used < RECORD_CHUNK_BYTES ? used : RECORD_CHUNK_BYTES;
	if (used <= sizeof(*k)) /* what was never given out is zero */
		return true;
	add(&header->overwritten, count_records(k, used));
	memset(k + 1, 0, used - sizeof(*k));
	return true;
}

/* From here on it is `ticket`'s.  Others may be adding to its writers, and take that back. */
static void hand_out(struct record_chunk *k, uint32_t ticket)
{
	uint64_t now = __atomic_load_n(&k->turn, __ATOMIC_RELAXED);

	while (!__atomic_compare_exchange_n(&k->turn, &now,
		record_turn_writers(now) | record_turn(ticket, sizeof(*k)), false, __ATOMIC_RELEASE,
		__ATOMIC_RELAXED))
		;
}

static void sign(struct record_chunk *k)
{
	k->process = *recorder_process;
	k->pid = pid;
	k->tid = recorder_mine.tid;
	k->claimed_ns = recorder_now();
	k->real_ns = recorder_clock(CLOCK_REALTIME);
	strncpy(k->prog, name, sizeof(k->prog) - 1);
	k->prog[sizeof(k->prog) - 1] = '\0';
}

/* Takes chunk number `ticket` for this thread. */
static bool take(uint32_t ticket)
{
	uint64_t index = (ticket - 1) % chunk_count;
	struct record_chunk *k = (struct record_chunk *)(chunks + index * RECORD_CHUNK_BYTES);
	bool cleared;

	if (!begin_claiming(k))
		return false;
	cleared = clear(k, ticket);
	if (cleared) {
		sign(k);
		recorder_mine.chunk = k;
		recorder_mine.turn = record_turn(ticket, 0);
		recorder_mine.owner = *recorder_process;
		recorder_mine.stamp = recorder_process == &own_number || recorder_payload
					      ? RECORDER_UNSTAMPED
					      : *recorder_process;
		hand_out(k, ticket);
	}
	__atomic_store_n(&k->claiming, 0, __ATOMIC_RELEASE);
	return cleared;
}

/* A fork child's first event, and its story.  Threads of it that race here agree. */
static COLD void move_in(void)
{
	struct story s = {.fd = -1};
	uint32_t none = 0, next = (uint32_t)add(&header->process, 1), parent = pid;

	pid = (uint32_t)raw3(SYS_getpid, 0, 0, 0);
	if (!__atomic_compare_exchange_n(
		    recorder_process, &none, next, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return;
	if (recorder_process != &own_number) /* else a filter may forbid to ask */
		parent = (uint32_t)raw3(SYS_getppid, 0, 0, 0);
	s.program.value = parent;
	strncpy(s.program.text, name, sizeof(s.program.text) - 1);
	recorder_tell(&s, STORY_FORK);
}

/* Without a wiped word: libc knows that this is a fork child, or fork() says so. */
static uint32_t notice_fork(bool forked)
{
	uint32_t tid = (uint32_t)tid_of_libc();

	if (recorder_process == &own_number &&
		(recorder_mine.tid ? recorder_mine.tid != tid : forked))
		own_number = 0;
	recorder_mine.tid = tid;
	if (!*recorder_process)
		move_in();
	return tid;
}

void recorder_forked(void)
{
	notice_fork(true);
}

static bool full(uint64_t used, uint64_t room)
{
	return stops && used > room;
}

/* A new chunk for this thread.  False: none is to be had. */
static bool claim(void)
{
	/* Its old one is asked no more: what is added there would reach the ticket in the end. */
	recorder_mine.owner = recorder_mine.stamp = RECORDER_UNSTAMPED;
	if (__atomic_load_n(&header->control, __ATOMIC_RELAXED))
		return false;
	notice_fork(false);
	for (int i = 0; i < CLAIMS_MAX; i++) {
		uint64_t ticket;

		if (full(__atomic_load_n(&header->chunk_ticket, __ATOMIC_RELAXED) + 1, chunk_count))
			break;
		ticket = add(&header->chunk_ticket, 1);
		if (!full(ticket, chunk_count) && take((uint32_t)ticket))
			return true;
	}
	add(&header->lost, 1);
	return false;
}

/* Has this thread a chunk, and is it that of this process? */
static bool settled(void)
{
	if (!recorder_mine.chunk || recorder_mine.owner != *recorder_process)
		return false;
	return recorder_process != &own_number || recorder_mine.tid == (uint32_t)tid_of_libc();
}

struct recorder_room recorder_reserve(uint32_t bytes)
{
	struct recorder_room room = {NULL, NULL};

	if (settled())
		room = recorder_reserve_here(bytes);
	while (!room.chunk && claim())
		room = recorder_reserve_here(bytes);
	return room;
}

COLD void recorder_tell(struct story *s, enum story_kind kind)
{
	uint64_t ticket;
	struct story *to;
	uint32_t tid;

	if (__atomic_load_n(&header->control, __ATOMIC_RELAXED))
		return;
	tid = notice_fork(false);
	ticket = full(__atomic_load_n(&header->story_ticket, __ATOMIC_RELAXED) + 1, story_count)
			 ? UINT64_MAX
			 : add(&header->story_ticket, 1);
	if (full(ticket, story_count)) {
		add(&header->lost, 1);
		return;
	}
	if (ticket > story_count)
		add(&header->overwritten, 1);
	s->time_ns = recorder_now();
	s->real_ns = recorder_clock(CLOCK_REALTIME);
	s->process = *recorder_process;
	s->pid = s->pid ? s->pid : pid;
	s->tid = s->tid ? s->tid : tid;
	to = &stories[(ticket - 1) % story_count];
	__atomic_store_n(&to->head, ticket << 8 | STORY_PENDING, __ATOMIC_RELAXED);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	memcpy((char *)to + sizeof(to->head), (const char *)s + sizeof(s->head),
		sizeof(*s) - sizeof(s->head));
	__atomic_store_n(&to->head, ticket << 8 | kind, __ATOMIC_RELEASE);
}
