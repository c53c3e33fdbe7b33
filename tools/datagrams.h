/* SPDX-License-Identifier: MIT */
/*
 * What a call moved over a datagram socket, as packets of UDP.  Nothing is remembered between
 * calls.
 */
#ifndef PEERLESS_TOOLS_DATAGRAMS_H
#define PEERLESS_TOOLS_DATAGRAMS_H

#include <stdint.h>

#include "event.h"
#include "flow.h"
#include "packet.h"

#define DATAGRAMS_MAX 1024 /* UIO_MAXIOV: no call has more */

/*
 * near: the end whose call it was; the peer is the one that the call names, else the flow's.
 * count: of datagrams, whose sum e->bytes is, and which are taken to be of one length.
 */
void datagrams_write(const struct packets *of, const struct flow_end *near, const struct event *e,
	uint32_t count);

#endif
