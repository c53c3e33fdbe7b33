/* SPDX-License-Identifier: MIT */
/*
 * judged PORT [within=MS] [connect=MS] [silence=MS] [leak=MS]: judges every connection of this
 * network namespace to the peer's PORT, looking when the judge wants to, and says each change of
 * state: "<CLOCK_REALTIME in ms> <local port> dead timeout retransmission".  It arms nothing and
 * ends nothing.  With series=1 it prints each sample as well.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "judge.h"
#include "sockdiag.h"

enum { CONNECTIONS_MAX = 4096, NO_STATE = -1, WITHOUT_ANY_MS = 100 };

static struct followed {
	uint64_t cookie;
	struct judge judge;
	int state;
} followed[CONNECTIONS_MAX];

static struct {
	const char *name;
	uint32_t value;
} setting[] = {{"within", 0}, {"connect", 0}, {"silence", 0}, {"leak", 0}, {"series", 0}};

static unsigned port;
static uint32_t look_ms;

static int64_t clock_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static struct followed *find(uint64_t cookie)
{
	struct followed *f = followed;

	while (f < followed + CONNECTIONS_MAX && f->cookie && f->cookie != cookie)
		f++;
	if (f == followed + CONNECTIONS_MAX)
		exit(98);
	if (!f->cookie)
		*f = (struct followed){.cookie = cookie, .state = NO_STATE};
	return f;
}

static void print_sample(const struct sockdiag_socket *s)
{
	const struct tcpinfo *i = &s->info;

	printf("%lld %u sample state=%d retr=%u probes=%u unacked=%u/%llu notsent=%u timer=%d "
	       "expires=%u rto=%u sent=%u ack=%u recv=%u segs_in=%u wnd=%u rq=%u wq=%u\n",
		(long long)clock_ms(CLOCK_REALTIME), s->local.port, i->state, i->retransmits,
		i->probes, i->unacked_segments, (unsigned long long)i->unacked_bytes,
		i->notsent_bytes, s->timer, s->expires_ms, i->rto_ms, i->last_data_sent_ms,
		i->last_ack_recv_ms, i->last_data_recv_ms, i->segs_in, i->snd_wnd, s->rqueue,
		s->wqueue);
}

static void look_at(void *context, const struct sockdiag_socket *s)
{
	const struct judge_bounds *bounds = context;
	struct followed *f;
	struct judgement v;

	if (s->peer.port != port)
		return;
	f = find(s->cookie);
	if (setting[4].value)
		print_sample(s);
	v = judge(&f->judge, bounds, clock_ms(CLOCK_MONOTONIC), s);
	if (v.look_ms < look_ms)
		look_ms = v.look_ms;
	if (f->state == (int)v.state)
		return;
	f->state = v.state;
	printf("%lld %u %s %s %s\n", (long long)clock_ms(CLOCK_REALTIME), s->local.port,
		judge_state_name(v.state), verdict_cause(v.cause), verdict_method(v.method));
}

static void set(const char *text)
{
	for (size_t i = 0; i < sizeof(setting) / sizeof(setting[0]); i++) {
		size_t len = strlen(setting[i].name);

		if (!strncmp(text, setting[i].name, len) && text[len] == '=') {
			setting[i].value = strtoul(text + len + 1, NULL, 0);
			return;
		}
	}
	fprintf(stderr, "judged: no such setting: %s\n", text);
	exit(2);
}

int main(int argc, char **argv)
{
	struct sockdiag *d = sockdiag_open(-1);
	struct judge_bounds bounds;

	if (argc < 2 || !d)
		return 2;
	port = strtoul(argv[1], NULL, 0);
	for (int i = 2; i < argc; i++)
		set(argv[i]);
	bounds = (struct judge_bounds){.within = setting[0].value,
		.connect = setting[1].value,
		.silence = setting[2].value,
		.leak = setting[3].value};
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;;) {
		look_ms = UINT32_MAX;
		if (sockdiag_dump(d, NULL, look_at, &bounds))
			return 97;
		if (look_ms == UINT32_MAX)
			look_ms = WITHOUT_ANY_MS;
		nanosleep(&(struct timespec){look_ms / 1000, look_ms % 1000 * 1000000L}, NULL);
	}
}
