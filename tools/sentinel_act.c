/* SPDX-License-Identifier: MIT */
/* See sentinel_act.h. */
#include "sentinel_act.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "autopsy.h"
#include "family_proc.h"
#include "runtime/config.h"
#include "sentinel_log.h"
#include "util.h"

/*
 * In a round so many get a line each, and what is more one for all of them: the log takes so many
 * lines a second, and a death's must be among them.
 */
enum { ARMED_ALONE = 8 };

/* The number is another socket's by now, or nobody's: who has this one is looked up anew. */
static bool moved(struct sentinel_act *a, int rc)
{
	if (rc != -ESTALE && rc != -EBADF)
		return false;
	sockmap_stale(a->map);
	return true;
}

/* The last look at it may have been before it was executed. */
static bool is_preloaded(const struct member *m)
{
	return m->preloaded || family_proc_preloaded(m->thread) > 0;
}

/* Beside `run` the library arms what it is in, and knows what the program chose. */
static bool may_arm(const struct sentinel_act *a, const struct watched *w, const struct member *m)
{
	switch (w->socket.info.state) {
	case TCPINFO_ESTABLISHED:
	case TCPINFO_CLOSE_WAIT:
	case TCPINFO_FIN_WAIT1:
	case TCPINFO_FIN_WAIT2: return !a->by_run || !is_preloaded(m);
	default: return false;
	}
}

static void arm(struct sentinel_act *a, struct watched *w, const struct member *m)
{
	struct tend_options now;
	int rc = tend_arm(w, m, &now);

	if (moved(a, rc) || rc == -ESRCH)
		return;
	w->tended = true;
	if (rc)
		sentinel_log_refused("arm", w, m, -rc);
	if (rc || !w->set)
		return;
	if (++a->armed <= ARMED_ALONE) {
		sentinel_log_armed(w, m, &now);
		return;
	}
	a->several |= a->armed_by && a->armed_by != m;
	a->armed_by = m;
	a->options = now;
}

void sentinel_act_end(struct sentinel_act *a)
{
	if (a->armed > ARMED_ALONE)
		sentinel_log_armed_many(
			a->armed - ARMED_ALONE, a->several, a->armed_by, &a->options);
}

static const char *const action_name[] = {
#define ACTION(name, word) [ACTION_##name] = word,
	ACTION_KINDS(ACTION)
#undef ACTION
};

/* With our options where `peerless run` started it, else with its own. */
static const char *action_of(
	const struct sentinel_act *a, const struct watched *w, const struct member *m)
{
	if (m->preloaded && !a->by_run)
		return "library";
	return action_name[watched_config(w)->on_death.kind];
}

/*
 * A preloaded program does it itself, when its call fails.  No other can be made to exit: SIGTERM
 * is what a supervisor would send.
 */
static int signal_of(const struct watched *w, const struct member *m)
{
	const struct action *action = &watched_config(w)->on_death;

	if (m->preloaded)
		return 0;
	switch (action->kind) {
	case ACTION_EXIT: return SIGTERM;
	case ACTION_ABORT: return SIGABRT;
	case ACTION_SIGNAL: return action->number;
	default: return 0;
	}
}

/* A limit that may pass, or a call of the program's that is under way. */
static bool is_passing(int rc)
{
	return rc == -EMFILE || rc == -ENFILE || rc == -ENOMEM || rc == -ENOBUFS || rc == -EBUSY;
}

static void not_ended(struct watched *w, const struct member *m, int rc)
{
	w->given_up = !is_passing(rc);
	if (!w->refused)
		sentinel_log_refused("end", w, m, -rc);
	w->refused = true;
}

static void end(struct sentinel_act *a, struct watched *w, const struct member *m)
{
	enum tend_end how;
	int rc = w->socket.mptcp ? -EOPNOTSUPP : tend_end(w, m, a->now_ms, signal_of(w, m), &how);

	if (moved(a, rc) || rc == -EALREADY || rc == -ESRCH)
		return;
	if (rc) {
		not_ended(w, m, rc);
		return;
	}
	sentinel_log_condemned(w, m, how, action_of(a, w, m));
}

static void beat(struct sentinel_act *a, struct watched *w, const struct member *m)
{
	if (tend_beat(w, m, a->all, a->now_ms) == 1)
		sentinel_log_beat(w, m);
}

static void protect(struct sentinel_act *a, struct watched *w, const struct member *m)
{
	bool wanted = shield_wanted(&w->shield, &w->socket.info, a->now_ms);

	if (wanted != w->shield.on && !w->ended)
		moved(a, tend_shield(w, m, wanted));
}

/* Who was ended and is seen again is another connection: the next look judges it. */
static bool greet(struct sentinel_act *a, struct watched *w, const struct member *m)
{
	bool judged = !w->ended;

	if (judged && (w->greeted || w->tended || may_arm(a, w, m))) /* arming does it too */
		return true;
	w->greeted = !moved(a, tend_renew(w, m));
	w->tended &= judged;
	return judged;
}

/* A subflow of MPTCP is no descriptor's, so there is none to be grabbed. */
void sentinel_act(struct sentinel_act *a, struct watched *w, const struct member *m)
{
	bool is_ours = !w->socket.mptcp;

	if (is_ours && !greet(a, w, m))
		return;
	if (is_ours && !w->tended && may_arm(a, w, m))
		arm(a, w, m);
	if (is_ours)
		protect(a, w, m);
	if (w->judgement.state == JUDGE_DEAD && !w->given_up)
		end(a, w, m);
	else if (w->judgement.state == JUDGE_LEAKED && w->told != JUDGE_LEAKED)
		sentinel_log_leaked(w, m);
	else if (is_ours)
		beat(a, w, m);
	w->told = (uint8_t)w->judgement.state;
}

void sentinel_act_gone(struct sentinel_act *a, struct watched *w, const struct member *m)
{
	struct verdict v;
	int signal;

	if (m->preloaded || !autopsy(w, m, a->now_ms, &v) || is_preloaded(m))
		return;
	w->judgement.cause = v.cause;
	w->judgement.method = v.method;
	signal = signal_of(w, m);
	if (signal)
		syscall(SYS_pidfd_send_signal, m->pidfd, signal, NULL, 0);
	sentinel_log_dead(w, m, action_of(a, w, m));
}

void sentinel_act_leave(struct sentinel_act *a, struct watched *w, const struct member *m)
{
	if (w->shield.on && !w->ended)
		moved(a, tend_shield(w, m, false));
}
