/* SPDX-License-Identifier: MIT */
/* A signal that arrives in a waiting call ends it with EINTR, or the call goes on (SA_RESTART), or,
 * with a part of the bytes sent, it says how many.
 * variants: ends restarts short
 */
#include "blocking.h"

static volatile int handled;
static pid_t program;
static const struct blocking *now;
static struct place place;
static bool restarts;

static void on_signal(int sig)
{
	handled++;
	errno = EDOM; /* a handler that does not care: as the call's own errno it must not show */
}

/* Sends the signal once the call waits, and where it is to go on ends the waiting then. */
static void *sender(void *unused)
{
	await_asleep(program);
	tgkill(getpid(), program, SIGUSR1);
	await_flag(&handled, 1);
	if (restarts) {
		await_asleep(program);
		now->end(&place);
	}
	return NULL;
}

static void handle(int flags)
{
	struct sigaction a = {.sa_handler = on_signal, .sa_flags = flags};

	sigaction(SIGUSR1, &a, NULL);
	restarts = flags & SA_RESTART;
}

static void interrupt(const struct blocking *b)
{
	pthread_t thread;

	now = b;
	handled = 0;
	enter(b, &place);
	say("%s:", b->name);
	pthread_create(&thread, NULL, sender, NULL);
	DO(b->call(&place));
	pthread_join(thread, NULL);
	say("handled: %d", handled);
	if (!restarts) {
		b->end(&place);
		DO(b->call(&place));
	}
	leave(&place);
}

static char many[1 << 20];
static struct iovec half[2] = {{many, sizeof(many) / 2}, {many, sizeof(many) / 2}};

static long short_send(struct place *p)
{
	return send(p->fd, many, sizeof(many), 0);
}

static long short_write(struct place *p)
{
	return write(p->fd, many, sizeof(many));
}

static long short_writev(struct place *p)
{
	return writev(p->fd, half, 2);
}

static long short_sendmsg(struct place *p)
{
	struct msghdr m = {.msg_iov = half, .msg_iovlen = 2};

	return sendmsg(p->fd, &m, 0);
}

static long short_recv(struct place *p)
{
	sure(send(p->other, "abc", 3, 0) == 3, "send");
	return recv(p->fd, many, sizeof(many), MSG_WAITALL);
}

static const struct blocking shorts[] = {
	{"send", room_receive_unix, short_send, NULL},
	{"write", room_receive_unix, short_write, NULL},
	{"writev", room_receive_unix, short_writev, NULL},
	{"sendmsg", room_receive_unix, short_sendmsg, NULL},
	{"recv MSG_WAITALL", room_receive, short_recv, NULL},
	{NULL},
};

/* With or without SA_RESTART: what was done cannot be taken back. */
static void interrupt_short(const struct blocking *b)
{
	long sent, arrived = 0, n;
	pthread_t thread;

	now = b;
	handled = 0;
	enter(b, &place);
	pthread_create(&thread, NULL, sender, NULL);
	errno = ERRNO_KEPT;
	sent = b->call(&place);
	say("%s: %s, errno %s", b->name,
		sent <= 0                   ? "nothing"
		: sent < (long)sizeof(many) ? "a part"
					    : "all",
		errname(errno));
	pthread_join(thread, NULL);
	while ((n = recv(place.other, many, sizeof(many), MSG_DONTWAIT)) > 0)
		arrived += n;
	say("as said: %d", b->call == short_recv ? sent == 3 : sent == arrived);
	leave(&place);
}

int torture(const char *variant)
{
	const struct blocking *b;

	program = gettid();
	handle(*variant == 'r' ? SA_RESTART : 0);
	if (*variant == 's')
		for (b = shorts; b->name; b++)
			interrupt_short(b);
	else
		for (b = blocking; b->name; b++)
			interrupt(b);
	return 0;
}
