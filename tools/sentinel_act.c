/* SPDX-License-Identifier: MIT */
/* See sentinel_act.h. */
#include "sentinel_act.h"

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "autopsy.h"
#include "family_member.h"
#include "runtime/config.h"
#include "sentinel_log.h"
#include "util.h"

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

	if (sockmap_moved(a->map, rc) || rc == -EALREADY || rc == -ESRCH)
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
		sockmap_moved(a->map, tend_shield(w, m, wanted));
}

/* Who was ended and is seen again is another connection: the next look judges it. */
static bool greet(struct sentinel_act *a, struct watched *w, const struct member *m)
{
	bool judged = !w->ended;

	if (judged && (w->greeted || w->tended ||
			      sentinel_may_arm(a->arming, w, m))) /* arming does it too */
		return true;
	w->greeted = !sockmap_moved(a->map, tend_renew(w, m));
	w->tended &= judged;
	return judged;
}

/* A subflow of MPTCP is no descriptor's, so there is none to be grabbed. */
void sentinel_act(struct sentinel_act *a, struct watched *w, const struct member *m)
{
	bool is_ours = !w->socket.mptcp;

	if (is_ours && !greet(a, w, m))
		return;
	sentinel_arm_want(a->arming, w, m);
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

	if (m->preloaded || !autopsy(w, m, a->now_ms, &v) || family_member_preloaded(m))
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
		sockmap_moved(a->map, tend_shield(w, m, false));
}
