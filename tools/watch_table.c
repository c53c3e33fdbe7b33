/* SPDX-License-Identifier: MIT */
/* See watch_table.h.  What a row's cells say is in watch_cells.c. */
#include "watch_table.h"

#include <string.h>

#include "sheet.h"
#include "util.h"
#include "watch_cells.h"
#include "watch_rows.h"

#define JUDGE(name, text) +1
enum { STATES = 0 JUDGE_STATES(JUDGE), NARROWEST = 40 };
#undef JUDGE

/* How many connections there are in each state. */
struct census {
	size_t of[STATES];
};

static struct census count(const struct watch_row *const *rows, size_t n)
{
	struct census c = {{0}};

	for (size_t i = 0; i < n; i++)
		c.of[rows[i]->judgement.state]++;
	return c;
}

static int by_pid(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

static size_t processes(const struct watch_row *rows, size_t n)
{
	cleanup_free pid_t *pids = die_if_null(malloc(n * sizeof(*pids)));
	size_t distinct = 1;

	for (size_t i = 0; i < n; i++)
		pids[i] = rows[i].pid;
	qsort(pids, n, sizeof(*pids), by_pid);
	for (size_t i = 1; i < n; i++)
		distinct += pids[i] != pids[i - 1];
	return distinct;
}

/* "1 dead, 8 idle" behind text.  Where it is to be one line, the sheet cuts it. */
static void put_census(struct sheet *s, const struct census *c, const char *text, bool one_line)
{
	char part[64];

	sheet_text(s, text);
	text = "";
	for (unsigned state = STATES; state-- > 0;) {
		if (!c->of[state])
			continue;
		snprintf(part, sizeof(part), "%s%zu %s", one_line ? text : "", c->of[state],
			judge_state_name((enum judge_state)state));
		if (one_line || !*text)
			sheet_text(s, part);
		else
			sheet_flow(s, part);
		text = ", ";
	}
	sheet_end(s);
}

static void put_head(struct sheet *s, const struct watch_row *rows,
	const struct watch_row *const *sorted, size_t n)
{
	struct census all = count(sorted, n);
	size_t owners = processes(rows, n);
	char text[96];

	snprintf(text, sizeof(text), "%zu connection%s of %zu process%s: ", n, n == 1 ? "" : "s",
		owners, owners == 1 ? "" : "es");
	put_census(s, &all, text, false);
	sheet_end(s);
	watch_cells_titles(s);
}

static void put_rest(struct sheet *s, const struct watch_row *const *rows, size_t n)
{
	struct census rest = count(rows, n);
	char text[48];

	snprintf(text, sizeof(text), "... %zu more: ", n);
	put_census(s, &rest, text, true);
}

/* How many rows there are lines for; one line is kept for what is said of the others. */
static size_t fitting(const struct watch_row *const *rows, size_t n, unsigned lines)
{
	unsigned used = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		used += watch_cells_lines(rows[i]);
		if (used + (i + 1 < n) > lines)
			break;
	}
	return i;
}

static void put_rows(struct sheet *s, const struct watch_row *const *rows, size_t n,
	const struct watch_table_options *o)
{
	unsigned left = o->lines > s->lines ? o->lines - s->lines : 1;
	size_t shown = o->lines ? fitting(rows, n, left) : n;

	for (size_t i = 0; i < shown; i++)
		watch_cells_row(s, rows[i], o->colour);
	if (shown < n)
		put_rest(s, rows + shown, n - shown);
}

void watch_table_print(FILE *out, const struct watch_row *rows, size_t n,
	const struct watch_table_options *options)
{
	static const struct watch_table_options everything;
	const struct watch_table_options *o = options ? options : &everything;
	cleanup_free const struct watch_row **sorted = watch_rows_sorted(rows, n);
	struct sheet s;

	sheet_over(&s, out);
	if (o->columns && o->columns < s.columns)
		s.columns = o->columns < NARROWEST ? NARROWEST : o->columns;
	if (!n) {
		sheet_text(&s, "No TCP connection.");
		sheet_end(&s);
		return;
	}
	put_head(&s, rows, sorted, n);
	put_rows(&s, sorted, n, o);
}

bool watch_table_colour(int fd)
{
	const char *unwanted = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fd) && !(unwanted && *unwanted) && term && strcmp(term, "dumb") != 0;
}
