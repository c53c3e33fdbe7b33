/* SPDX-License-Identifier: MIT */
/* See summary_calls.h.  What each figure means stands in tally_process.h. */
#include "summary_calls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include "call_text.h"
#include "human.h"

/* Processes with a table of their own, and those with a line. */
enum { DETAILED = 3, LISTED = 20, CALLS_SHOWN = 12, NS_PER_S = 1000000000 };

const char *summary_calls_clock(char out[SUMMARY_CLOCK_MAX], int64_t ns)
{
	int64_t part = ns % NS_PER_S + (ns % NS_PER_S < 0 ? NS_PER_S : 0);
	time_t second = (time_t)(ns / NS_PER_S - (ns % NS_PER_S < 0));
	struct tm tm;
	char text[16] = "?";

	if (localtime_r(&second, &tm))
		strftime(text, sizeof(text), "%T", &tm);
	snprintf(out, SUMMARY_CLOCK_MAX, "%s.%06u", text, (unsigned)(part / 1000));
	return out;
}

static void process_row(struct sheet *s, const char *name, const struct tally_process *p)
{
	char text[HUMAN_MAX];

	sheet_name(s, name);
	sheet_cell(s,
		p->last_ns ? human_time(text, tally_turn_between(p->first_ns, p->last_ns)) : "-");
	sheet_cell(s, human_count(text, p->calls));
	sheet_cell(s, human_count(text, p->failed));
	sheet_cell(s, human_bytes(text, p->bytes_in));
	sheet_cell(s, human_bytes(text, p->bytes_out));
	sheet_cell(s, human_time(text, p->calls_ns));
	sheet_cell(s, human_time(text, p->waited_ns));
	sheet_cell(s, human_count(text, p->lost));
	sheet_end(s);
}

static const char *name_of(const struct tally_process *p, char out[128])
{
	char end[32] = "";

	if (p->exited && WIFSIGNALED(p->status))
		snprintf(end, sizeof(end), ", signal %d", WTERMSIG(p->status));
	else if (p->exited)
		snprintf(end, sizeof(end), ", exit %d", WEXITSTATUS(p->status));
	snprintf(out, 128, "%s[%u]%s", p->prog, p->pid, end);
	return out;
}

static void process_table(struct sheet *s, const struct tally_processes *all)
{
	static const char *const titles[] = {
		"LIVED", "CALLS", "FAILED", "IN", "OUT", "IN CALLS", "WAITING", "LOST", NULL};
	struct tally_process rest = all->rest;
	uint64_t more = all->folded;
	char text[128];

	sheet_end(s);
	sheet_titles(s, "PROCESS", titles);
	sheet_rule(s);
	for (unsigned i = 0; i < all->count; i++) {
		if (i < LISTED) {
			process_row(s, name_of(all->kept[i], text), all->kept[i]);
		} else {
			tally_process_add(&rest, all->kept[i]);
			more++;
		}
	}
	snprintf(text, sizeof(text), "... %llu more", (unsigned long long)more);
	if (more)
		process_row(s, text, &rest);
}

static int longer_first(const void *a, const void *b, void *calls)
{
	const struct tally_call *call = calls;
	const uint8_t x = *(const uint8_t *)a, y = *(const uint8_t *)b;

	if (call[x].total_ns != call[y].total_ns)
		return call[x].total_ns < call[y].total_ns ? 1 : -1;
	return x - y;
}
_Static_assert(CALL_COUNT <= UINT8_MAX, "their numbers are sorted as bytes");

static void call_row(struct sheet *s, const char *name, const struct tally_call *c, uint64_t all_ns)
{
	char text[HUMAN_MAX];

	sheet_name(s, name);
	sheet_cell(s, human_time(text, c->total_ns));
	sheet_cell(s, human_share(text, c->total_ns, all_ns));
	sheet_cell(s, human_count(text, c->count));
	sheet_cell(s, human_count(text, c->failed));
	sheet_cell(s, human_count(text, c->again));
	sheet_cell(s, human_time(text, c->count ? c->total_ns / c->count : 0));
	sheet_cell(s, human_time(text, c->longest_ns));
	sheet_cell(s, human_bytes(text, c->bytes));
	sheet_end(s);
}

static void call_table(struct sheet *s, struct tally_process *p)
{
	static const char *const titles[] = {
		"TIME", "SHARE", "CALLS", "FAILED", "AGAIN", "MEAN", "LONGEST", "BYTES", NULL};
	uint8_t order[CALL_COUNT];
	char name[128];
	unsigned count = 0;

	for (unsigned i = 0; i < CALL_COUNT; i++)
		if (p->call[i].count)
			order[count++] = (uint8_t)i;
	qsort_r(order, count, 1, longer_first, p->call);
	snprintf(name, sizeof(name), "%s[%u]", p->prog, p->pid);
	sheet_end(s);
	sheet_titles(s, name, titles);
	sheet_rule(s);
	for (unsigned i = 0; i < count; i++)
		call_row(s, call_name[order[i]], &p->call[order[i]], p->calls_ns);
}

/* "recv(7) = -1 ETIMEDOUT" */
static const char *slow_text(char out[96], const struct tally_slow *slow)
{
	struct line l = line_over(out, 96);

	line_str(&l, call_name[slow->call]);
	line_char(&l, '(');
	if (slow->fd >= 0)
		line_int(&l, slow->fd);
	line_str(&l, ") = ");
	line_int(&l, slow->ret);
	if (slow->ret < 0) {
		line_char(&l, ' ');
		call_text_errno(&l, slow->error);
	}
	return out;
}

static void slow_table(struct sheet *s, const struct tally_process *p)
{
	char clock[SUMMARY_CLOCK_MAX], text[160], call[96], took[HUMAN_MAX], peer[TALLY_NAME_MAX];

	for (unsigned i = 0; i < p->slow_count; i++) {
		const struct tally_slow *slow = &p->slow[i];

		snprintf(text, sizeof(text), "%s%9s at %s  %-32s ",
			i ? "         " : "slowest: ", human_time(took, slow->ns),
			summary_calls_clock(clock, slow->start_ns), slow_text(call, slow));
		sheet_text(s, text);
		if (slow->conn.opened)
			sheet_untrusted(s, tally_peers_name(&slow->conn, peer));
		sheet_end(s);
	}
}

void summary_calls_processes(struct sheet *s, const struct tally *t)
{
	const struct tally_processes *all = &t->processes;

	if (all->count)
		process_table(s, all);
	for (unsigned i = 0; i < all->count && i < DETAILED; i++) {
		if (!all->kept[i]->calls)
			continue;
		call_table(s, all->kept[i]);
		slow_table(s, all->kept[i]);
	}
}
