/* SPDX-License-Identifier: MIT */
/* A library saves the disposition, ignores SIGPIPE while it writes, and restores what it was
 * handed, by signal() or sigaction(), also nested and in the wrong order: it is what it was.
 * variants: default handler siginfo ignored flags
 * cflags: -Wno-restrict
 */
#include "dead.h"

static struct sigaction first;

/* libc leaves the rest of sa_mask as it was: of 1024 bits the kernel has 64. */
static bool is_first(const struct sigaction *now)
{
	return now->sa_handler == first.sa_handler && now->sa_flags == first.sa_flags &&
	       now->sa_restorer == first.sa_restorer && !memcmp(&now->sa_mask, &first.sa_mask, 8);
}

static void same_as_first(const char *what)
{
	struct sigaction now;

	sure(sigaction(SIGPIPE, NULL, &now) == 0, "sigaction");
	say("%s: %s", what, is_first(&now) ? "the first" : "another");
	say_action(what, &now);
}

static void by_signal(int fd)
{
	void (*old)(int) = signal(SIGPIPE, SIG_IGN), (*inner)(int);

	DO(write(fd, "y", 1));
	inner = signal(SIGPIPE, on_sigpipe);
	DO(write(fd, "y", 1));
	say("handed back: %s", handler_is(signal(SIGPIPE, inner)));
	DO(send(fd, "y", 1, 0));
	say("handed back: %s", handler_is(signal(SIGPIPE, old)));
	same_as_first("signal");
}

static void by_sigaction(int fd)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old, inner;

	DO(sigaction(SIGPIPE, &ignore, &old));
	DO(write(fd, "y", 1));
	DO(sigaction(SIGPIPE, &ignore, &inner));
	DO(dprintf(fd, "y"));
	/* In the wrong order, as two libraries do that do not know of each other. */
	DO(sigaction(SIGPIPE, &old, NULL));
	same_as_first("outer");
	DO(sigaction(SIGPIPE, &inner, &old));
	say_action("inner handed back", &old);
	DO(write(fd, "y", 1));
	DO(sigaction(SIGPIPE, &old, &old));
	same_as_first("both");
}

/* The same memory for what is set and for what was there. */
static void in_place(int fd)
{
	struct sigaction a = {.sa_handler = SIG_IGN};
	int i;

	for (i = 0; i < 4; i++) {
		DO(sigaction(SIGPIPE, &a, &a));
		if (i % 2 == 0)
			DO(write(fd, "y", 1));
	}
	same_as_first("in place");
}

int torture(const char *variant)
{
	int sockets[2], fd;

	if (!strcmp(variant, "handler"))
		set_action(on_sigpipe, SA_RESTART);
	else if (!strcmp(variant, "siginfo"))
		set_siginfo(SA_NODEFER);
	else if (!strcmp(variant, "ignored"))
		set_action(SIG_IGN, 0);
	else if (!strcmp(variant, "flags"))
		set_action(SIG_DFL, SA_RESTART | SA_ONSTACK | SA_NODEFER | SA_RESETHAND);
	sure(sigaction(SIGPIPE, NULL, &first) == 0, "sigaction");
	unix_pair(sockets);
	DO(write(sockets[0], "live", 4));
	same_as_first("at start");
	for (size_t k = 0; k < COUNT(KINDS); k++) {
		fd = dead(KINDS[k]);
		sure(sigaction(SIGPIPE, &first, NULL) == 0, "sigaction");
		by_sigaction(fd);
		in_place(fd);
		by_signal(fd);
		say_caught(KINDS[k]);
		DO(close(fd));
	}
	return 0;
}
