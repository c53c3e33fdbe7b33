/* SPDX-License-Identifier: MIT */
/* The tables of format summary about connections: where their time went, each, and by peer. */
#ifndef PEERLESS_TOOLS_SUMMARY_CONNS_H
#define PEERLESS_TOOLS_SUMMARY_CONNS_H

#include "sheet.h"
#include "tally.h"

void summary_conns_time(struct sheet *s, const struct tally *t);
void summary_conns_table(struct sheet *s, struct tally *t);
void summary_conns_peers(struct sheet *s, const struct tally *t);

#endif
