/* SPDX-License-Identifier: MIT */
/*
 * A refused option costs one log line a process, never the connection.  The plan of each rule is
 * derived once; threads that race to do so write the same bytes.
 */
#include "policy/arm.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdatomic.h>

#include "policy/conn.h"
#include "policy/report.h"
#include "policy/story.h"
#include "runtime/process.h"
#include "sys/sysctl.h"

#define RTO_MAX_MS_OPTION 44 /* TCP_RTO_MAX_MS, Linux 6.15; Debian 12 headers lack it */

enum history { SEEN, UNSEEN };

/* One socket being armed. */
struct arming {
	int fd;
	const struct conn *conn;
	const struct config *config;
	const struct derive_plan *plan;
	enum history history;
	bool changed;
	struct story_armed set; /* what was, for the recording */
};

COLD const struct derive_kernel *arm_kernel(int fd)
{
	static struct derive_kernel kernel;
	static _Atomic bool known;
	int value;

	if (!atomic_load(&known)) {
		kernel.retries2 = sysctl_net("ipv4/tcp_retries2", 15);
		kernel.syn_retries = sysctl_net("ipv4/tcp_syn_retries", 6);
		kernel.syn_linear = sysctl_net("ipv4/tcp_syn_linear_timeouts", 0);
		kernel.has_rto_max = !sockopt_get_int(fd, IPPROTO_TCP, RTO_MAX_MS_OPTION, &value);
		atomic_store(&known, true);
	}
	return &kernel;
}

static const struct derive_plan *plan_of(int fd, const struct conn *c)
{
	static struct derive_plan plans[RULES_MAX + 1];
	static _Atomic bool known[RULES_MAX + 1];
	unsigned i = c ? c->rule : 0;
	const struct config *config = conn_config(c);

	if (!atomic_load(&known[i])) {
		plans[i] = derive(config, arm_kernel(fd));
		atomic_store(&known[i], true);
		if (plans[i].raised)
			report_raised(config->detect_within_ms, plans[i].user_timeout_ms);
	}
	return &plans[i];
}

/* Kernel defaults, to tell an option that somebody set from one that nobody did; asked once. */
static int kernel_default(enum sockopt_id id)
{
	static int idle, interval, count, rto_max, syn_count;
	static _Atomic bool known;

	if (!atomic_load(&known)) {
		idle = sysctl_net("ipv4/tcp_keepalive_time", 7200);
		interval = sysctl_net("ipv4/tcp_keepalive_intvl", 75);
		count = sysctl_net("ipv4/tcp_keepalive_probes", 9);
		rto_max = sysctl_net("ipv4/tcp_rto_max_ms", 120000);
		syn_count = sysctl_net("ipv4/tcp_syn_retries", 6);
		atomic_store(&known, true);
	}
	switch (id) {
	case SOCKOPT_TCP_KEEPIDLE: return idle;
	case SOCKOPT_TCP_KEEPINTVL: return interval;
	case SOCKOPT_TCP_KEEPCNT: return count;
	case SOCKOPT_TCP_RTO_MAX_MS: return rto_max;
	case SOCKOPT_TCP_SYNCNT: return syn_count;
	default: return 0;
	}
}

static bool is_chosen(const struct conn *c, enum sockopt_id id)
{
	return c && sockopt_is_in(&c->chosen, id);
}

/* Is the option to be left as it is? */
static bool leave(const struct arming *a, enum sockopt_id id, int want)
{
	const struct sockopt_row *row = &sockopt_row[id];
	int now;

	if (a->config->override == OVERRIDE_FORCE)
		return false;
	if (is_chosen(a->conn, id))
		return true;
	if (a->history == SEEN || sockopt_get_int(a->fd, row->level, row->number, &now))
		return false;
	return now == want || now != kernel_default(id);
}

/* Not offered for this kind of socket: IPv6 options on IPv4, some TCP ones on MPTCP. */
static bool not_offered(int rc)
{
	return rc == -ENOPROTOOPT || rc == -EOPNOTSUPP;
}

static void note(struct story_armed *set, enum sockopt_id id, int value)
{
	switch (id) {
	case SOCKOPT_TCP_KEEPIDLE: set->idle_s = value; break;
	case SOCKOPT_TCP_KEEPINTVL: set->interval_s = value; break;
	case SOCKOPT_TCP_KEEPCNT: set->count = value; break;
	case SOCKOPT_TCP_USER_TIMEOUT: set->user_timeout_ms = value; break;
	case SOCKOPT_TCP_RTO_MAX_MS: set->rto_max_ms = value; break;
	case SOCKOPT_TCP_SYNCNT: set->syn_count = value; break;
	default: break;
	}
}

static void set_int(struct arming *a, enum sockopt_id id, int want)
{
	const struct sockopt_row *row = &sockopt_row[id];
	int rc;

	if (leave(a, id, want))
		return;
	rc = sockopt_set_int(a->fd, row->level, row->number, want);
	a->changed |= !rc;
	if (!rc)
		note(&a->set, id, want);
	if (rc && !not_offered(rc))
		report_refused(a->fd, id, -rc);
}

static void set_further(struct arming *a)
{
	for (unsigned i = 0; i < a->config->sockopts.count; i++) {
		const struct sockopt_value *v = &a->config->sockopts.item[i];
		const struct sockopt_row *row = &sockopt_row[v->id];
		int rc;

		if (a->config->override != OVERRIDE_FORCE && is_chosen(a->conn, v->id))
			continue;
		rc = sockopt_set(a->fd, row->level, row->number, v->bytes, v->len);
		if (rc && !(not_offered(rc) && row->level != IPPROTO_TCP))
			report_refused(a->fd, v->id, -rc);
	}
}

/*
 * Found with our idle time but without keepalive: it was armed by this process before a fork, or
 * before an exec, and then the program chose to have none.
 */
static bool is_turned_off(const struct arming *a)
{
	int idle, on;

	return a->history == UNSEEN && a->config->override != OVERRIDE_FORCE &&
	       a->plan->idle_s != kernel_default(SOCKOPT_TCP_KEEPIDLE) &&
	       !sockopt_get_int(a->fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle) &&
	       idle == a->plan->idle_s && !sockopt_get_int(a->fd, SOL_SOCKET, SO_KEEPALIVE, &on) &&
	       !on;
}

static void set_keepalive(struct arming *a)
{
	if (!a->plan->keepalive || is_turned_off(a))
		return;
	set_int(a, SOCKOPT_TCP_KEEPIDLE, a->plan->idle_s);
	set_int(a, SOCKOPT_TCP_KEEPINTVL, a->plan->interval_s);
	set_int(a, SOCKOPT_TCP_KEEPCNT, a->plan->count);
	set_int(a, SOCKOPT_SO_KEEPALIVE, 1);
}

static void set_all(struct arming *a, int user_timeout_ms)
{
	set_keepalive(a);
	if (a->plan->rto_max_ms)
		set_int(a, SOCKOPT_TCP_RTO_MAX_MS, a->plan->rto_max_ms);
	if (user_timeout_ms)
		set_int(a, SOCKOPT_TCP_USER_TIMEOUT, user_timeout_ms);
	set_further(a);
}

static struct arming arming(int fd, const struct conn *c)
{
	return (struct arming){fd, c, conn_config(c), plan_of(fd, c),
		c && !c->unseen ? SEEN : UNSEEN, false, {-1, -1, -1, -1, -1, -1}};
}

static void armed(const struct arming *a)
{
	if (a->changed)
		story_armed(a->fd, a->conn, &a->set);
}

COLD void arm_connecting(int fd, const struct conn *c)
{
	struct arming a = arming(fd, c);

	set_all(&a, a.plan->connect_timeout_ms);
	if (a.plan->syn_count)
		set_int(&a, SOCKOPT_TCP_SYNCNT, a.plan->syn_count);
	armed(&a);
}

/* Is the deadline of the handshake still on the socket, and not the program's own value? */
static bool has_deadline(const struct arming *a)
{
	int now;

	return !sockopt_get_int(a->fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &now) &&
	       now == a->plan->connect_timeout_ms;
}

COLD void arm_connected(int fd, const struct conn *c)
{
	struct arming a = arming(fd, c);

	if (a.config->override == OVERRIDE_FORCE) /* the program may have set some meanwhile */
		set_all(&a, a.plan->user_timeout_ms);
	if (a.plan->connect_timeout_ms != a.plan->user_timeout_ms &&
		(a.history == SEEN || has_deadline(&a))) {
		a.history = SEEN;
		set_int(&a, SOCKOPT_TCP_USER_TIMEOUT, a.plan->user_timeout_ms);
	}
	armed(&a);
}

COLD bool arm_all(int fd, const struct conn *c)
{
	struct arming a = arming(fd, c);

	set_all(&a, a.plan->user_timeout_ms);
	armed(&a);
	return a.changed;
}

COLD void arm_chosen(int fd, fdtab_word w, int level, int number)
{
	int id = sockopt_by_number(level, number);
	struct conn *c = connpool_get(w);

	if (id < 0 || !c)
		return;
	__atomic_fetch_or(&c->chosen.bits[id / 64], 1ull << (id % 64), __ATOMIC_RELAXED);
	if (conn_config(c)->override == OVERRIDE_FORCE && w & FDTAB_TCP &&
		!(w & (FDTAB_FRESH | FDTAB_CONNECTING)))
		arm_all(fd, c);
}

COLD bool arm_defers_syn(const struct conn *c)
{
	const struct sockopts *further = &conn_config(c)->sockopts;

	for (unsigned i = 0; i < further->count; i++)
		if (further->item[i].id == SOCKOPT_TCP_FASTOPEN_CONNECT)
			return true;
	return is_chosen(c, SOCKOPT_TCP_FASTOPEN_CONNECT);
}
