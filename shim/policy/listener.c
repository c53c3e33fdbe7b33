/* SPDX-License-Identifier: MIT */
/*
 * Sockets that wait for peers.  What is set before listen() is inherited by every connection at no
 * cost, io_uring's too; what is accepted from a listener that came armed too late, or not at all,
 * is armed one by one (KERNEL.md 7).
 */
#include "policy/listener.h"

#include "policy/arm.h"
#include "policy/conn.h"
#include "policy/found.h"
#include "policy/opening.h"
#include "policy/report.h"
#include "policy/strict.h"

COLD bool listener_listening(int fd)
{
	fdtab_word w = found_word(fd);
	struct conn *c = connpool_get(w);
	KEEP_ERRNO;

	if (!(w & FDTAB_FRESH) || !fdtab_mine()) /* listening already, or connected */
		return false;
	if (c)
		conn_choose_rule(c, endpoint_local(fd).port);
	arm_all(fd, c);
	fdtab_flags(fd, w, FDTAB_LISTENER, FDTAB_ODD);
	return true;
}

COLD void listener_failed(int fd)
{
	KEEP_ERRNO;

	fdtab_flags(fd, fdtab_load(fd), FDTAB_FRESH, FDTAB_LISTENER);
}

/*
 * The listener's word; one that was there before us is armed now.  If nothing was left to set, it
 * is a prefork server's, armed by its parent at listen(), and what it accepts has inherited.
 */
static fdtab_word listener_word(int fd)
{
	fdtab_word w = found_word(fd);
	struct conn *c;

	c = connpool_get(w);
	if (c && w & FDTAB_TCP && !(w & FDTAB_LISTENER) && !c->cookie) {
		conn_verified(fd, w);
		conn_choose_rule(c, endpoint_local(fd).port);
		if (!arm_all(fd, c))
			fdtab_flags(fd, w, FDTAB_LISTENER, 0);
	}
	return fdtab_load(fd);
}

COLD void listener_accepted(int listener, int fd, const struct sockaddr *peer, socklen_t len)
{
	fdtab_word lw, w;
	struct conn *lc, *c;
	KEEP_ERRNO;

	if (!fdtab_mine())
		return;
	strict_network_seen();
	lw = listener_word(listener);
	if (fdtab_kind(lw) != FDTAB_STREAM) {
		conn_install(fd, FDTAB_UNKNOWN);
		return;
	}
	lc = connpool_get(lw);
	w = opening_begin(fdtab_flags_of(lw) & FDTAB_TCP, CONN_ACCEPT);
	c = connpool_get(w);
	if (c && lc) {
		c->rule = lc->rule;
		c->chosen = lc->chosen;
		c->unseen = lc->unseen;
		c->peer = peer ? endpoint_from(peer, len) : endpoint_peer(fd);
		conn_verified(fd, w);
	}
	w |= opening_option_flags(c, fdtab_flags_of(w));
	conn_install(fd, w);
	if (w & FDTAB_TCP && !(lw & FDTAB_LISTENER)) /* queued, perhaps, before that was armed */
		arm_all(fd, c);
	report_opened(fd, w);
}
