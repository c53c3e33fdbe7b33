/* SPDX-License-Identifier: MIT */
/* See reader_conn.h.  Names are few and processes many, so each name is kept once. */
#include "reader_conn.h"

#include <string.h>

#include "reader_table.h"
#include "util.h"

/* So many closed ones are remembered: as many as calls may be under way at a close. */
enum { CLOSED_MAX = 64 };

struct name {
	struct name *next;
	char text[];
};

/* A connection and what it is found by. */
struct kept {
	struct connection conn; /* first */
	uint64_t key;
};

/* What a process executes. */
struct image {
	uint32_t process; /* its number in the recording */
};

struct closed {
	uint32_t process;
	uint64_t key; /* 0: none */
};

struct reader_conn {
	struct reader_table open;   /* struct kept by process and key */
	struct reader_table progs;  /* text of a name by process */
	struct reader_table images; /* struct image by pid */
	struct name *names;
	struct closed closed[CLOSED_MAX];
	unsigned closed_next;
	uint64_t made;
};

struct reader_conn *reader_conn_new(void)
{
	return die_if_null(calloc(1, sizeof(struct reader_conn)));
}

void reader_conn_free(struct reader_conn *all)
{
	for (size_t i = 0; i < all->open.size; i++)
		free(all->open.slot[i].value);
	for (size_t i = 0; i < all->images.size; i++)
		free(all->images.slot[i].value);
	free(all->images.slot);
	while (all->names) {
		struct name *next = all->names->next;

		free(all->names);
		all->names = next;
	}
	free(all->open.slot);
	free(all->progs.slot);
	free(all);
}

static struct closed *find_closed(struct reader_conn *all, uint32_t process, uint64_t key)
{
	for (unsigned i = 0; i < CLOSED_MAX; i++)
		if (all->closed[i].key == key && all->closed[i].process == process)
			return &all->closed[i];
	return NULL;
}

static struct connection *make(
	struct reader_conn *all, uint32_t process, uint32_t pid, uint64_t key)
{
	struct kept *k = die_if_null(calloc(1, sizeof(*k)));

	k->key = key;
	k->conn = (struct connection){.id = ++all->made, .process = process, .pid = pid};
	reader_table_put(&all->open, process, key, k);
	return &k->conn;
}

struct connection *reader_conn_get(
	struct reader_conn *all, uint32_t process, uint32_t pid, uint64_t key)
{
	struct kept *k = reader_table_get(&all->open, process, key);

	if (k)
		return &k->conn;
	return find_closed(all, process, key) ? NULL : make(all, process, pid, key);
}

struct connection *reader_conn_open(
	struct reader_conn *all, uint32_t process, uint32_t pid, uint64_t key)
{
	struct closed *closed = find_closed(all, process, key);

	if (closed)
		closed->key = 0;
	return reader_conn_get(all, process, pid, key);
}

void reader_conn_drop(struct reader_conn *all, struct connection *c)
{
	struct kept *k = (struct kept *)c;

	all->closed[all->closed_next++ % CLOSED_MAX] =
		(struct closed){.process = c->process, .key = k->key};
	free(reader_table_remove(&all->open, c->process, k->key));
}

const char *reader_conn_prog(const struct reader_conn *all, uint32_t process)
{
	const char *name = reader_table_get(&all->progs, process, 0);

	return name ? name : "";
}

static char *keep(struct reader_conn *all, const char *text)
{
	size_t bytes = strlen(text) + 1;
	struct name *n;

	for (n = all->names; n; n = n->next)
		if (!strcmp(n->text, text))
			return n->text;
	n = die_if_null(malloc(sizeof(*n) + bytes));
	n->next = all->names;
	memcpy(n->text, text, bytes);
	all->names = n;
	return n->text;
}

const char *reader_conn_name(struct reader_conn *all, uint32_t process, const char *name)
{
	const char *known = reader_table_get(&all->progs, process, 0);

	if (known && !strcmp(known, name))
		return known;
	reader_table_put(&all->progs, process, 0, keep(all, name));
	return reader_conn_prog(all, process);
}

bool reader_conn_starts(struct reader_conn *all, uint32_t pid, uint32_t process)
{
	struct image *i = reader_table_get(&all->images, pid, 0);
	bool known = i != NULL;

	if (!known) {
		i = die_if_null(malloc(sizeof(*i)));
		reader_table_put(&all->images, pid, 0, i);
	}
	i->process = process;
	return known;
}

uint32_t reader_conn_ends(struct reader_conn *all, uint32_t pid, uint32_t process)
{
	struct image *i = reader_table_remove(&all->images, pid, 0);

	if (i)
		process = i->process;
	free(i);
	return process;
}
