/* SPDX-License-Identifier: MIT */
/* See watch_json.h.  The value of each member of fields.def that stands in `connection`. */
#include "watch_json.h"

#include "json.h"
#include "json_value.h"
#include "story_text.h"
#include "util.h"
#include "watch_rows.h"

/* A line: the longest are the program's name, each byte as \u00XX, and the addresses. */
enum { LINE_BYTES = 32768 };

#define VALUE(name)                                                    \
	static void put_##name(struct line *l __attribute__((unused)), \
		const struct watch_row *r __attribute__((unused)),     \
		int64_t now_ns __attribute__((unused)))

static const struct tcpinfo *info(const struct watch_row *r)
{
	return &r->socket->info;
}

static uint64_t at_least_0(int64_t ms)
{
	return ms > 0 ? (uint64_t)ms : 0;
}

static uint64_t sent_once(const struct watch_row *r)
{
	return at_least_0((int64_t)(info(r)->bytes_sent - info(r)->bytes_retrans));
}

static void put_end(struct line *l, const struct endpoint *end)
{
	char text[ENDPOINT_TEXT_MAX];

	endpoint_text(end, text, sizeof(text));
	if (end->family)
		line_quoted(l, text);
}

VALUE(ts)
{
	struct json_clock clock = {.second = INT64_MIN};

	json_time(l, &clock, now_ns);
}

TEXT(event, fields_event(FIELDS_CONNECTION))
NUMBER(pid, true, (uint64_t)r->pid)
TEXT(prog, r->program && * r->program ? r->program : NULL)
SIGNED(fd, r->fd >= 0, r->fd)
NUMBER(cookie, true, r->socket->cookie)

VALUE(local)
{
	put_end(l, &r->socket->local);
}

VALUE(peer)
{
	put_end(l, &r->socket->peer);
}

TEXT(verdict, judge_state_name(r->judgement.state))
NUMBER(verdict_ms, true, at_least_0(r->judgement.state_ms))
TEXT(cause, watch_rows_cause(r))
TEXT(method, watch_rows_method(r))
NUMBER(age_ms, true, at_least_0(r->age_ms))
NUMBER(idle_ms, watch_rows_has_times(r), watch_rows_idle_ms(r))
TEXT(state, story_text_state(info(r)->state))
NUMBER(bytes_in, true, info(r)->bytes_received)
NUMBER(bytes_out, true, sent_once(r))
NUMBER(rtt_us, true, info(r)->rtt_us)
NUMBER(retrans, true, info(r)->total_retrans)
NUMBER(retransmits, true, info(r)->retransmits)
NUMBER(rto_ms, true, info(r)->rto_ms)
NUMBER(probes, true, info(r)->probes)
NUMBER(unacked, true, info(r)->unacked_bytes)
NUMBER(unsent, true, info(r)->notsent_bytes)
NUMBER(rqueue, true, r->socket->rqueue)
NUMBER(snd_wnd, true, info(r)->snd_wnd)
NUMBER(last_sent_ms, watch_rows_has_times(r), info(r)->last_data_sent_ms)
NUMBER(last_received_ms, watch_rows_has_times(r), info(r)->last_data_recv_ms)
NUMBER(last_ack_ms, watch_rows_has_times(r), info(r)->last_ack_recv_ms)
TEXT_BARE(armed, !r->asked ? NULL : r->armed ? "true" : "false")
BOOLEAN(preloaded, r->preloaded)

typedef void writer(struct line *l, const struct watch_row *r, int64_t now_ns);

#define HAS(name) [FIELD_##name] = put_##name
static writer *const values[FIELD_COUNT] = {HAS(ts), HAS(event), HAS(pid), HAS(prog), HAS(fd),
	HAS(cookie), HAS(local), HAS(peer), HAS(verdict), HAS(verdict_ms), HAS(cause), HAS(method),
	HAS(age_ms), HAS(idle_ms), HAS(state), HAS(bytes_in), HAS(bytes_out), HAS(rtt_us),
	HAS(retrans), HAS(retransmits), HAS(rto_ms), HAS(probes), HAS(unacked), HAS(unsent),
	HAS(rqueue), HAS(snd_wnd), HAS(last_sent_ms), HAS(last_received_ms), HAS(last_ack_ms),
	HAS(armed), HAS(preloaded)};

void watch_json_print(FILE *out, const struct watch_row *rows, size_t n, int64_t now_ns)
{
	const struct json_members members = json_members(FIELDS_CONNECTION);
	cleanup_free const struct watch_row **sorted = watch_rows_sorted(rows, n);
	cleanup_free char *text = die_if_null(malloc(LINE_BYTES));
	struct line l = line_over(text, LINE_BYTES);

	for (size_t i = 0; i < n; i++) {
		json_begin(&l);
		for (const uint8_t *id = members.id; *id < FIELD_COUNT; id++) {
			struct json_place place = json_key(&l, *id);

			values[*id](&l, sorted[i], now_ns);
			json_value(&l, place);
		}
		json_end(&l);
		fwrite_unlocked(l.text, 1, l.len, out);
	}
}
