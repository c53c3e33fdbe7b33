/* SPDX-License-Identifier: MIT */
/*
 * A flow of TCP as segments: what the calls at one end moved, as its kernel might have sent and
 * received it.  Each segment acknowledges all that the other end has sent so far; where one end
 * alone sends, the other acknowledges every SEGMENTS_ACK_BYTES.  So nothing is ever missing,
 * repeated or out of order, and round trip times are not to be read from these acknowledgements.
 * Sequence numbers begin at the flow's own number, at both ends.
 */
#ifndef PEERLESS_TOOLS_SEGMENTS_H
#define PEERLESS_TOOLS_SEGMENTS_H

#include <stdint.h>

#include "flow.h"
#include "packet.h"

#define SEGMENTS_ACK_BYTES (256u << 10)

/* In all of these, from is the end that acts; nothing is sent from one that has finished. */

/* SYN, which nobody has answered yet. */
void segments_attempt(const struct packets *of, struct flow_end *from);
/* SYN, SYN and ACK, ACK. */
void segments_handshake(const struct packets *of, struct flow_end *from);
/* payload: `kept` of the bytes.  After the handshake, where that was not shown and who called is
 * known. */
void segments_data(const struct packets *of, struct flow_end *from, const unsigned char *payload,
	uint32_t kept, uint64_t bytes);
/* FIN, and its ACK. */
void segments_finish(const struct packets *of, struct flow_end *from);
/* RST: the flow is over. */
void segments_reset(const struct packets *of, struct flow_end *from);

#endif
