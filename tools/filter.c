/* SPDX-License-Identifier: MIT */
/*
 * See filter.h.  EXPR is [!]NAME=[!]VALUE[,VALUE...], or, as with strace(1), the values of trace=
 * alone, or a name that takes no value.  What is lost passes all but event=: it belongs to nobody.
 */
#include "filter.h"

#include <stdio.h>
#include <string.h>

#include "filter_kind.h"
#include "nearest.h"
#include "runtime/span.h"
#include "util.h"
#include "wrap.h"

enum kind_id {
#define KIND(name, example, meaning) KIND_##name,
	FILTER_KINDS(KIND)
#undef KIND
		KIND_COUNT
};

static const struct kind {
	const char *name, *example, *meaning;
	int (*parse)(struct filter_item *item, const char *word, struct line *why);
	bool (*matches)(const struct filter_item *item, const struct event *e);
} kind[KIND_COUNT] = {
#define KIND(name, example, meaning) \
	{#name, example, meaning, filter_parse_##name, filter_matches_##name},
	FILTER_KINDS(KIND)
#undef KIND
};

/* One -e: any of its items will do, or none must where it is negated. */
struct term {
	enum kind_id kind;
	bool negated;
	unsigned count;
	struct filter_item *item;
};

struct filter {
	struct term *term;
	unsigned count;
};

struct filter *filter_new(void)
{
	return die_if_null(calloc(1, sizeof(struct filter)));
}

static void free_items(struct term *t)
{
	for (unsigned i = 0; i < t->count; i++)
		free(t->item[i].glob);
	free(t->item);
}

void filter_free(struct filter *f)
{
	for (unsigned i = 0; i < f->count; i++)
		free_items(&f->term[i]);
	free(f->term);
	free(f);
}

/* What stands before = , or all of it where that is a name. */
static int find_kind(struct term *t, struct span name, struct line *why)
{
	const char *names[KIND_COUNT + 1] = {NULL}, *near;
	cleanup_free char *word = die_if_null(strndup(name.at, name.len));

	for (unsigned i = 0; i < KIND_COUNT; i++) {
		t->kind = (enum kind_id)i;
		names[i] = kind[i].name;
		if (!strcmp(word, names[i]))
			return 0;
	}
	near = nearest(word, names);
	span_quote(why, name);
	line_str(why, " is no filter; ");
	line_str(why, near ? "the nearest is " : "there are ");
	for (unsigned i = 0; i < KIND_COUNT && !near; i++) {
		line_str(why, i ? ", " : "");
		line_str(why, names[i]);
	}
	line_str(why, near ? near : "");
	return -1;
}

static bool take_not(struct span *s)
{
	bool is = s->len && s->at[0] == '!';

	*s = span_from(*s, is);
	return is;
}

static int empty(enum kind_id id, struct line *why)
{
	line_str(why, "names nothing, or has a comma too many: write ");
	line_str(why, kind[id].example);
	return -1;
}

/* Splits EXPR into term and values. */
static int take_head(struct term *t, struct span *expr, struct line *why)
{
	bool before = take_not(expr);
	struct span rest = *expr, name = span_cut(&rest, '=');
	bool named = name.len < expr->len, behind;

	t->kind = KIND_trace;
	if (!named && span_is(name, kind[KIND_failed].name))
		t->kind = KIND_failed;
	else if (named && find_kind(t, name, why))
		return -1;
	if (named || t->kind == KIND_failed)
		*expr = rest;
	behind = take_not(expr);
	t->negated = before || behind;
	if (before && behind) {
		line_str(why, "has two !: write one");
		return -1;
	}
	return 0;
}

static int take_items(struct term *t, struct span values, struct line *why)
{
	bool more;

	do {
		size_t len = span_find(values, ',');
		cleanup_free char *word = die_if_null(strndup(values.at, len));

		if (!len && t->kind != KIND_failed)
			return empty(t->kind, why);
		more = len < values.len;
		t->item = die_if_null(reallocarray(t->item, t->count + 1, sizeof(*t->item)));
		t->item[t->count] = (struct filter_item){0};
		if (kind[t->kind].parse(&t->item[t->count], word, why))
			return -1;
		t->count++;
		span_cut(&values, ',');
	} while (more);
	return 0;
}

int filter_add(struct filter *f, const char *expr, char why[FILTER_WHY_MAX])
{
	struct line reason = line_over(why, FILTER_WHY_MAX);
	struct span rest = span_of(expr);
	struct term t = {0};

	if (take_head(&t, &rest, &reason) || take_items(&t, rest, &reason)) {
		free_items(&t);
		return -1;
	}
	f->term = die_if_null(reallocarray(f->term, f->count + 1, sizeof(*f->term)));
	f->term[f->count++] = t;
	return 0;
}

static bool term_accepts(const struct term *t, const struct event *e)
{
	if (e->kind == EVENT_LOST && t->kind != KIND_event)
		return true;
	for (unsigned i = 0; i < t->count; i++)
		if (kind[t->kind].matches(&t->item[i], e))
			return !t->negated;
	return t->negated;
}

bool filter_is_open(const struct filter *f)
{
	return !f->count;
}

bool filter_accepts(const struct filter *f, const struct event *e)
{
	for (unsigned i = 0; i < f->count; i++)
		if (!term_accepts(&f->term[i], e))
			return false;
	return true;
}

void filter_usage(void)
{
	enum { EXAMPLE_COLUMN = 19, MEANING_COLUMN = 41 };

	for (unsigned i = 0; i < KIND_COUNT; i++) {
		printf("%*s%-*s", EXAMPLE_COLUMN, "", MEANING_COLUMN - EXAMPLE_COLUMN,
			kind[i].example);
		wrap_text(MEANING_COLUMN, kind[i].meaning);
	}
	printf("%*s", EXAMPLE_COLUMN, "");
	wrap_text(EXAMPLE_COLUMN,
		"Within one, a comma means or; ! in front negates it (!close, fd=!7).  Stories "
		"pass "
		"where they have what is asked for: a descriptor, a peer, an errno.");
}
