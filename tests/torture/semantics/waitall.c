/* SPDX-License-Identifier: MIT */
/* MSG_WAITALL waits for all, unless the stream ends, is reset, or a signal comes in the middle.
 * variants: tcp unix
 */
#include "case.h"

static int end[2];
static volatile int waiter, handled, done_with;
static bool tcp;

static void on_signal(int sig)
{
	(void)sig;
	handled++;
}

enum middle { MORE, END, RESET, SIGNAL, RESTARTING, TIMEOUT };

/* What happens to the waiting one once it waits. */
static void *happens(void *what)
{
	struct linger at_once = {1, 0};

	await_flag(&waiter, 1);
	await_blocked(waiter, SYS_recvfrom);
	switch ((enum middle)(long)what) {
	case MORE: sure(send(end[1], "defgh", 5, 0) == 5, "send"); break;
	case END: shutdown(end[1], SHUT_WR); break;
	case RESET:
		setsockopt(end[1], SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
		close(end[1]);
		break;
	default: syscall(SYS_tgkill, getpid(), waiter, SIGUSR1); break;
	case TIMEOUT: break;
	}
	done_with = 1;
	return NULL;
}

static void wait_for_all(const char *name, enum middle what, bool some)
{
	struct timeval soon = {0, 50000};
	char buf[8] = "";
	pthread_t thread;

	if (tcp)
		tcp_pair(end);
	else
		unix_pair(end);
	say("-- %s%s", name, some ? " after some" : "");
	if (some)
		sure(send(end[1], "abc", 3, 0) == 3, "send");
	if (what == TIMEOUT)
		setsockopt(end[0], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof(soon));
	waiter = handled = 0;
	if (what != TIMEOUT)
		pthread_create(&thread, NULL, happens, (void *)what);
	__atomic_store_n(&waiter, gettid(), __ATOMIC_RELEASE);
	DO(recv(end[0], buf, sizeof(buf), MSG_WAITALL));
	say("  %.8s handled=%d", buf, handled);
	if (what != TIMEOUT)
		pthread_join(thread, NULL);
	DO(recv(end[0], buf, sizeof(buf), MSG_WAITALL | MSG_DONTWAIT));
	close(end[0]);
	close(end[1]);
}

static void all(bool some)
{
	struct sigaction a = {.sa_handler = on_signal};

	if (some)
		wait_for_all("the rest", MORE, true);
	wait_for_all("end", END, some);
	wait_for_all("reset", RESET, some);
	sigaction(SIGUSR1, &a, NULL);
	wait_for_all("signal", SIGNAL, some);
	a.sa_flags = SA_RESTART;
	sigaction(SIGUSR1, &a, NULL);
	if (some)
		wait_for_all("signal, restarting", RESTARTING, some);
	wait_for_all("SO_RCVTIMEO", TIMEOUT, some);
}

int torture(const char *variant)
{
	tcp = *variant == 't';
	all(true);
	all(false);
	return 0;
}
