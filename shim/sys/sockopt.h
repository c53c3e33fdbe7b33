/* SPDX-License-Identifier: MIT */
/*
 * Socket options by the names of socket(7), tcp(7), ip(7) and ipv6(7), from sys/sockopt.def.
 * The calls are raw system calls: no cancellation point, errno untouched, AS-safe.
 */
#ifndef PEERLESS_SYS_SOCKOPT_H
#define PEERLESS_SYS_SOCKOPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sockopt_form {
	FORM_INT,     /* int; K, M, G and 0x allowed */
	FORM_LINGER,  /* struct linger; "off" or a duration */
	FORM_TIMEVAL, /* struct timeval; a duration */
	FORM_TEXT,    /* characters, e.g. TCP_CONGESTION */
};

enum sockopt_id {
#define SOCKOPT(name, level, number, form) SOCKOPT_##name,
#include "sys/sockopt.def"
#undef SOCKOPT
	SOCKOPT_COUNT
};
_Static_assert(SOCKOPT_COUNT <= 128, "struct sockopt_set has 128 bits");

struct sockopt_row {
	const char *name;
	int level, number;
	enum sockopt_form form;
};

extern const struct sockopt_row sockopt_row[SOCKOPT_COUNT];

/* A set of options. */
struct sockopt_set {
	uint64_t bits[2];
};

static inline bool sockopt_is_in(const struct sockopt_set *set, enum sockopt_id id)
{
	return set->bits[id / 64] >> (id % 64) & 1;
}

/* The id of a (level, number) pair or of a name, or -1. */
int sockopt_by_number(int level, int number);
int sockopt_by_name(const char *name, size_t len);

/* 0 or -Exxx. */
int sockopt_set(int fd, int level, int number, const void *value, unsigned len);
int sockopt_set_int(int fd, int level, int number, int value);
/* 0 or -Exxx, the value in *value. */
int sockopt_get_int(int fd, int level, int number, int *value);
/* SO_COOKIE of a socket, or 0 where fd is none (no socket has cookie 0).  socket(7); Linux 4.6. */
uint64_t sockopt_cookie(int fd);

#endif
