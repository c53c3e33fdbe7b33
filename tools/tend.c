/* SPDX-License-Identifier: MIT */
/* See tend.h. */
#include "tend.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "grab.h"
#include "policy/arm.h"
#include "policy/derive.h"
#include "policy/sentence.h"
#include "sending.h"
#include "sys/sockopt.h"
#include "util.h"

int tend_grab(const struct watched *w, const struct member *m)
{
	bool headless = m->thread != m->pid;
	cleanup_fd int thread = headless ? grab_thread(m->thread) : -1;

	if (headless && thread < 0)
		return thread;
	return grab_socket(headless ? thread : m->pidfd, w->owner.fd, w->cookie);
}

static int asked(int fd, enum sockopt_id id)
{
	int value;

	return sockopt_get_int(fd, sockopt_row[id].level, sockopt_row[id].number, &value) ? 0
											  : value;
}

/* Of one that lives: on one that has ended it is for the library to read. */
static void lift_sentence(const struct watched *w, int fd)
{
	struct tcpinfo info;
	struct verdict v;

	if (sentence_read(fd, METHOD_RESULT, &v) && !tcpinfo_read(fd, false, &info) &&
		info.state != TCPINFO_CLOSE)
		sockopt_set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, w->user_timeout_ms);
}

/* Is an idle peer that died found as soon as the options say?  Whoever has set it. */
static bool is_armed(const struct watched *w, const struct tend_options *now)
{
	struct derive_plan p = derive(watched_config(w), arm_kernel(-1));

	return now->keepalive && p.keepalive &&
	       now->idle_s + now->interval_s * now->count <= p.idle_s + p.interval_s * p.count;
}

int tend_arm(struct watched *w, const struct member *m, struct tend_options *now)
{
	cleanup_fd int fd = tend_grab(w, m);

	if (fd < 0)
		return fd;
	lift_sentence(w, fd);
	w->set = arm_all(fd, &w->conn);
	*now = (struct tend_options){
		.keepalive = asked(fd, SOCKOPT_SO_KEEPALIVE),
		.idle_s = asked(fd, SOCKOPT_TCP_KEEPIDLE),
		.interval_s = asked(fd, SOCKOPT_TCP_KEEPINTVL),
		.count = asked(fd, SOCKOPT_TCP_KEEPCNT),
		.user_timeout_ms = asked(fd, SOCKOPT_TCP_USER_TIMEOUT),
		.rto_max_ms = asked(fd, SOCKOPT_TCP_RTO_MAX_MS),
	};
	w->asked = true;
	w->armed = is_armed(w, now);
	return 0;
}

/* The dump is some ms old, and we may have been stopped since. */
static bool lives(const struct watched *w, int fd, int64_t now_ms)
{
	struct judge memory = w->judge;
	struct sockdiag_socket fresh = w->socket;

	return tcpinfo_read(fd, false, &fresh.info) ||
	       judge(&memory, &w->bounds, now_ms, &fresh).state != JUDGE_DEAD;
}

static int disconnect(int fd)
{
	const struct sockaddr none = {.sa_family = AF_UNSPEC};

	return connect(fd, &none, sizeof(none)) ? -errno : 0;
}

/* Also where it cannot be known. */
static bool has_threads(pid_t pid)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	return stat(path, &st) || st.st_nlink > 3; /* ".", ".." and one */
}

/*
 * So that nobody who waits is left with an end of stream.  SOCK_DESTROY gives its error to the
 * first of them alone, which only a program where the library acts does not mind; that it is mapped
 * does not say that.  AF_UNSPEC gives all of them one, but what was not read is lost (measured;
 * KERNEL.md 12).
 */
static int end_it(struct watched *w, const struct member *m, int fd, enum tend_end *how)
{
	bool several = w->owner.shared || has_threads(m->pid);

	*how = TEND_DISCONNECTED;
	if (several && !w->socket.rqueue && !disconnect(fd))
		return 0;
	*how = TEND_DESTROYED;
	if (!sockdiag_destroy(w->place->diag, &w->socket))
		return 0;
	*how = TEND_DISCONNECTED;
	return disconnect(fd);
}

int tend_end(
	struct watched *w, const struct member *m, int64_t now_ms, int signal, enum tend_end *how)
{
	cleanup_fd int fd = tend_grab(w, m);
	int before, rc;

	if (fd < 0)
		return fd;
	if (lives(w, fd, now_ms))
		return -EALREADY;
	before = asked(fd, SOCKOPT_TCP_USER_TIMEOUT);
	if (m->preloaded)
		sentence_write(fd, w->judgement.cause, w->judgement.method);
	/* First, as a program that wakes may end by itself; once, though it may not be ended now.
	 */
	if (signal && !w->signalled)
		w->signalled = !syscall(SYS_pidfd_send_signal, m->pidfd, signal, NULL, 0);
	rc = end_it(w, m, fd, how);
	if (rc)
		sockopt_set_int(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, before);
	w->ended = !rc;
	w->user_timeout_ms = w->shield.on ? 0 : before;
	return rc;
}

int tend_shield(struct watched *w, const struct member *m, bool on)
{
	cleanup_fd int fd = tend_grab(w, m);

	return fd < 0 ? fd : shield_set(&w->shield, fd, on);
}

int tend_renew(struct watched *w, const struct member *m)
{
	cleanup_fd int fd = tend_grab(w, m);

	if (fd < 0)
		return fd;
	lift_sentence(w, fd);
	if (w->ended) { /* by us: what is remembered is of the one before */
		w->judge = (struct judge){0};
		w->shield = (struct shield){0};
	}
	w->ended = false;
	return 0;
}

static bool is_idle(const struct watched *w, const struct tcpinfo *i, uint32_t for_ms)
{
	return i->state == TCPINFO_ESTABLISHED && !w->socket.wqueue && !i->unacked_bytes &&
	       !i->notsent_bytes && i->last_data_sent_ms >= for_ms &&
	       i->last_data_recv_ms >= for_ms;
}

/* Is anybody who has the socket in the middle of sending on it? */
static bool is_sending(const struct watched *w, const struct member *m, const struct member *all)
{
	if (!w->owner.shared)
		return sending_now(m->pid, w->socket.inode);
	while (all && !sending_now(all->pid, w->socket.inode))
		all = all->next;
	return all;
}

int tend_beat(struct watched *w, const struct member *m, const struct member *all, int64_t now_ms)
{
	const struct heartbeat *beat = &watched_config(w)->heartbeat;
	uint32_t for_ms = (uint32_t)beat->idle_ms;
	struct tcpinfo info;

	if (!for_ms || w->ended || !is_idle(w, &w->socket.info, for_ms))
		return 0;

	cleanup_fd int fd = tend_grab(w, m);

	if (fd < 0)
		return fd;
	/* All of it again, as late as can be. */
	if (tcpinfo_read(fd, false, &info) || !is_idle(w, &info, for_ms) || is_sending(w, m, all))
		return 0;
	if (send(fd, beat->bytes, beat->len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return -errno;
	if (w->judge.asked_ms <= now_ms - info.last_data_recv_ms)
		w->judge.asked_ms = now_ms;
	return 1;
}
