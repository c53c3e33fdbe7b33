/* SPDX-License-Identifier: MIT */
/*
 * Setting one option from one text, and complaining about it: what all sources of options share.
 * AS-safe.
 */
#ifndef PEERLESS_RUNTIME_CONFIG_SET_H
#define PEERLESS_RUNTIME_CONFIG_SET_H

#include "runtime/config.h"
#include "runtime/settings.h"
#include "runtime/span.h"

/* What settings_load() carries from source to source. */
struct config_loader {
	struct settings *settings;
	const struct config_input *input;
	const char *program;
	unsigned complaints;
	bool rules_full; /* said once */
};

/* Where a text stands: a complaint begins with it. */
struct config_place {
	const char *dashes;  /* "--" before the name of a flag, else "" */
	struct span source;  /* path, variable or flag */
	unsigned line;       /* of a file, else 0 */
	struct span section; /* "peer 10.0.0.0/8" where it is to be told, else .at is NULL */
};

/* Tells "PLACE: [KEY: ]["VALUE" ]WHY"; key and value may have .at NULL. */
void config_set_complain(struct config_loader *load, const struct config_place *place,
	struct span key, struct span value, const char *why);

/* Id of the option that a file or rule calls key, or -1 after a complaint. */
int config_set_find(struct config_loader *load, const struct config_place *place, struct span key);
/* Appends the closest legal option to *why, as a file, a flag or a variable writes it. */
void config_set_closest(struct line *why, struct span name, const char *dashes);

/* Sets option id of *config and its bit in `given`; 0, or -1 after a complaint. */
int config_set(struct config_loader *load, const struct config_place *place, struct config *config,
	enum opt_id id, struct span key, struct span value);
/* As config_set, but only complains. */
void config_set_check(struct config_loader *load, const struct config_place *place, enum opt_id id,
	struct span key, struct span value);
/* All options as config.def has them, none given. */
void config_set_defaults(struct config *config);

/* A NUL-terminated copy among the settings' texts, or NULL where they are full. */
char *config_set_text(struct config_loader *load, struct span text);

#endif
