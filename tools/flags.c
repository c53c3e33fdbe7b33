/* SPDX-License-Identifier: MIT */
/* See flags.h. */
#include "flags.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "nearest.h"
#include "util.h"

const char *flags_name(char out[FLAGS_NAME_MAX], const char *option)
{
	size_t len = 2;

	strcpy(out, "--");
	for (; *option && len < FLAGS_NAME_MAX - 1; option++)
		out[len++] = *option == '_' ? '-' : (char)tolower((unsigned char)*option);
	out[len] = 0;
	return out;
}

_Noreturn static void die_unknown(const char *arg, const char *const *own)
{
	static char text[OPT_COUNT][FLAGS_NAME_MAX];
	const char *name[OPT_COUNT + 16] = {"--config", "--rules"};
	char word[FLAGS_NAME_MAX];
	const char *like;
	size_t n = 2;

	for (int id = 0; id < OPT_COUNT; id++)
		name[n++] = flags_name(text[id], config_option(id)->name);
	for (; *own && n < ARRAY_SIZE(name) - 1; own++)
		name[n++] = *own;
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(arg, "="), arg);
	like = nearest(word, name);
	die(STATUS_USAGE, "%s: no such option%s%s; `peerless options` lists them", arg,
		like ? "; the nearest is " : "", like ? like : "");
}

static void put(const char *name, const char *value)
{
	if (setenv(name, value, 1))
		die(STATUS_OURS, "out of memory");
}

void flags_take(struct flags *f, const char *arg, const char *const *own)
{
	size_t len = strcspn(arg, "=");
	const char *value = arg + len + 1;
	bool config = len == 8 && !strncmp(arg, "--config", len);
	bool rules = len == 7 && !strncmp(arg, "--rules", len);
	int id = config_find(arg + 2, len - 2);

	if (!config && !rules && id < 0)
		die_unknown(arg, own);
	if (!arg[len])
		die(STATUS_USAGE, "%s: has no value; write %s=VALUE: %s", arg, arg,
			config  ? "a file"
			: rules ? "'[peer CIDR:PORT] option=value; ...'"
				: config_option(id)->form);
	if (config)
		put("PEERLESS_CONFIG", value), f->config = true;
	else if (rules)
		put("PEERLESS_RULES", value), f->rules = true;
	else {
		f->option = die_if_null(reallocarray(f->option, f->count + 2, sizeof(*f->option)));
		f->option[f->count++] = arg + 2;
		f->option[f->count] = NULL;
	}
}

void flags_free(struct flags *f)
{
	free(f->option);
	*f = (struct flags){0};
}

/* The user wrote --rules, so that is what the message names. */
static bool renamed(const char *message, const char *variable, const char *flag, bool given)
{
	size_t len = strlen(variable);

	if (!given || strncmp(message, variable, len))
		return false;
	say("%s%s", flag, message + len);
	return true;
}

static void complain(void *context, const char *message)
{
	const struct flags *f = context;

	if (!renamed(message, "PEERLESS_RULES", "--rules", f->rules) &&
		!renamed(message, "PEERLESS_CONFIG", "--config", f->config))
		say("%s", message);
}

const struct settings *flags_settings(const struct flags *f, const char *program)
{
	static struct settings settings;
	struct config_input input = {
		.environment = environ,
		.flags = f->option,
		.program = program,
		.fallback_path = CONFIG_DEFAULT_PATH,
		.complain = complain,
		.context = (void *)f,
	};

	if (settings_load(&settings, &input))
		exit(STATUS_USAGE);
	return &settings;
}

/* Absolute, as the program and its children may look from another folder.  Empty: no file. */
static void export_config(void)
{
	const char *path = getenv("PEERLESS_CONFIG");
	cleanup_free char *folder = NULL, *absolute = NULL;

	if (!path || !*path || *path == '/')
		return;
	folder = getcwd(NULL, 0);
	if (!folder)
		die(STATUS_OURS, "%s: the current folder has no name; name the file from / on",
			path);
	if (asprintf(&absolute, "%s/%s", folder, path) < 0)
		die(STATUS_OURS, "out of memory");
	put("PEERLESS_CONFIG", absolute);
}

void flags_export(const struct flags *f)
{
	char name[FLAGS_NAME_MAX + sizeof("PEERLESS_")];

	export_config();
	for (size_t i = 0; i < f->count; i++) {
		size_t len = strcspn(f->option[i], "=");
		enum opt_id id = (enum opt_id)config_find(f->option[i], len);

		snprintf(name, sizeof(name), "PEERLESS_%s", config_option(id)->name);
		put(name, f->option[i] + len + 1);
	}
}

void flags_usage(void)
{
	char name[FLAGS_NAME_MAX];

	for (int id = 0; id < OPT_COUNT; id++)
		printf("  %s=%s\n", flags_name(name, config_option(id)->name),
			config_option(id)->form);
	puts("  --config=FILE");
	puts("  --rules='[peer CIDR:PORT] option=value; ... [listen PORT] ...'");
}
