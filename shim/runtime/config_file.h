/* SPDX-License-Identifier: MIT */
/* The config file's bytes, for as long as settings_load() needs them.  AS-safe. */
#ifndef PEERLESS_RUNTIME_CONFIG_FILE_H
#define PEERLESS_RUNTIME_CONFIG_FILE_H

#include "runtime/config_set.h"
#include "runtime/span.h"

struct config_file {
	struct span text; /* empty where there is no file, or none that may be used */
	void *mapped;     /* what config_file_close() gives back, or NULL */
};

/*
 * Reads the file that `named` (PEERLESS_CONFIG's value; .at NULL where it is not set) or else the
 * input's fallback_path names, and notes its path in the settings.  An empty name means no file.
 * Complains about a file that cannot be used; a missing fallback is no fault.
 */
void config_file_open(struct config_file *file, struct config_loader *load, struct span named);
void config_file_close(struct config_file *file);

#endif
