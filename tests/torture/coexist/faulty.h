/* SPDX-License-Identifier: MIT */
/*
 * A program with faults for a sanitizer to find, each beside or in a socket call; built once for
 * each sanitizer.  Nothing of the view: a sanitizer's runtime has threads and mappings of its own.
 */
#include "case.h"

static int shared;
static int ready;

static void *second(void *arg)
{
	int *end = arg;
	char c;

	sure(read(end[1], &c, 1) == 1, "second: read");
	shared++; /* in order, and known to be so by the socket */
	while (!__atomic_load_n(&ready, __ATOMIC_RELAXED))
		;
	shared++; /* a race: that is no order */
	sure(send(end[1], "x", 1, 0) == 1, "second: send");
	return NULL;
}

static void race(void)
{
	pthread_t thread;
	int end[2];
	char c;

	unix_pair(end);
	sure(pthread_create(&thread, NULL, second, end) == 0, "pthread_create");
	shared++;
	DO(write(end[0], "x", 1));
	__atomic_store_n(&ready, 1, __ATOMIC_RELAXED);
	DO(read(end[0], &c, 1));
	shared++;
	pthread_join(thread, NULL);
}

/* The kernel would write past its end. */
static void overflow(const char *by)
{
	char *volatile buf = malloc(2);
	int end[2];

	tcp_pair(end);
	DO(write(end[0], "hello", 5));
	if (!strcmp(by, "recv"))
		DO(recv(end[1], buf, 5, 0));
	else
		DO(read(end[1], buf, 5));
	free(buf);
}

static void overread(const char *by)
{
	char *volatile buf = malloc(2);
	int end[2];

	tcp_pair(end);
	if (!strcmp(by, "send"))
		DO(send(end[0], buf, 5, 0));
	else
		DO(write(end[0], buf, 5));
	free(buf);
}

static void leak(void)
{
	char *volatile buf = malloc(77);
	int end[2];

	unix_pair(end);
	DO(send(end[0], buf, 7, 0));
	buf = NULL;
}

static void shift(void)
{
	volatile int by = 40;
	int end[2];

	unix_pair(end);
	DO(write(end[0], "hello", 1 + (1 << by & 1)));
}

int torture(const char *fault)
{
	char c = 'x';
	int end[2];

	view_wanted = false;
	if (!strcmp(fault, "race"))
		race();
	else if (!strcmp(fault, "leak"))
		leak();
	else if (!strcmp(fault, "shift"))
		shift();
	else if (*fault == 'r')
		overflow(fault);
	else if (*fault == 's' || *fault == 'w')
		overread(fault);
	tcp_pair(end);
	DO(write(end[0], &c, 1));
	DO(read(end[1], &c, 1));
	return 0;
}
