/* SPDX-License-Identifier: MIT */
/*
 * What the sections of a file and of PEERLESS_RULES mean.  A text is walked twice: once for the
 * general options, and once for the rules when those are final.  AS-safe.
 */
#ifndef PEERLESS_RUNTIME_CONFIG_SECTIONS_H
#define PEERLESS_RUNTIME_CONFIG_SECTIONS_H

#include "runtime/config_set.h"

/* The file's [default] and the first matching [program GLOB] into the general options. */
void config_sections_base(struct config_loader *load, struct span text);
/* [peer] and [listen] sections of the file or, SOURCE_ENVIRONMENT, of PEERLESS_RULES. */
void config_sections_rules(struct config_loader *load, struct span text, enum config_source source);

#endif
