/* SPDX-License-Identifier: MIT */
/* The options in force and where each came from; the rules in their order. */
#ifndef PEERLESS_TOOLS_PRINT_SETTINGS_H
#define PEERLESS_TOOLS_PRINT_SETTINGS_H

#include "runtime/settings.h"

#define PRINT_SETTINGS_TEXT_MAX 2048

void print_settings(const struct settings *s);

/* "default", "FILE:LINE", "PEERLESS_DETECT_WITHIN" or "--detect-within", in out. */
const char *print_settings_origin(char out[PRINT_SETTINGS_TEXT_MAX], const struct settings *s,
	const struct config_origin *origin, enum opt_id id);
/* The same of a rule: "FILE:LINE" or "PEERLESS_RULES". */
const char *print_settings_rule_origin(
	char out[PRINT_SETTINGS_TEXT_MAX], const struct settings *s, const struct rule *r);
/* The value in force as text, in out; "-" where it is empty. */
const char *print_settings_value(
	char out[PRINT_SETTINGS_TEXT_MAX], const struct config *c, enum opt_id id);

#endif
