/* SPDX-License-Identifier: MIT */
/*
 * No SIGPIPE from a socket where it would have killed the program: DESIGN.md 8.
 * Two halves: a flag on the calls that take one, and for all others (sendfile, splice, stdio,
 * dprintf, raw system calls) a handler that the program never sees.
 */
#ifndef PEERLESS_POLICY_SIGPIPE_H
#define PEERLESS_POLICY_SIGPIPE_H

#include <signal.h>

#include "runtime/fdtab.h"
#include "runtime/value.h"

/* MSG_NOSIGNAL while it is to be added to sends on a stream socket, else 0. */
extern HIDDEN int sigpipe_flag;

/* Before main. */
void sigpipe_init(enum sigpipe_mode mode);
/* There is a stream socket: the backstop goes in if the disposition is the default. */
void sigpipe_stream_seen(void);
/* Strict mode begins: the backstop goes out, as it needs system calls.  And back. */
void sigpipe_withdraw(void);
void sigpipe_return(void);

/* sigaction(SIGPIPE, act, old) as the program is to see it.  0, or -1 with errno. */
int sigpipe_sigaction(const struct sigaction *act, struct sigaction *old);
/* After another call that sets handlers: the old one as the program is to see it. */
sighandler_t sigpipe_changed(sighandler_t old);
/* A send with our flag got EPIPE: counts it; raises it after all where the thread blocks SIGPIPE.
 */
void sigpipe_epipe(int fd, fdtab_word w);

/* Does our handler stand where the program has SIG_DFL? */
bool sigpipe_covers(void);

#endif
