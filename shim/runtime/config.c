/* SPDX-License-Identifier: MIT */
/*
 * The options' table and the order of their sources.  What one text means is in config_set.c, a
 * file's bytes in config_file.c, its lines in config_ini.c, its sections in config_sections.c.
 */
#include "runtime/config.h"

#include <string.h>

#include "runtime/config_file.h"
#include "runtime/config_sections.h"
#include "runtime/config_set.h"
#include "runtime/settings.h"
#include "sys/compiler.h"

#define PREFIX "PEERLESS_"

_Static_assert(OPT_COUNT <= 64, "struct config's `given` has 64 bits");

static const struct config_option option[OPT_COUNT] = {
#define OPT(field, NAME, type, def, min, max, scope, meaning) \
	{#NAME, def, value_form_##type, meaning, SCOPE_##scope},
#include "config.def"
#undef OPT
};

/* Variables that are no options. */
static const char *const special[] = {"CONFIG", "RULES", "SENTINEL"};

const struct config_option *config_option(enum opt_id id)
{
	return &option[id];
}

int config_find(const char *name, size_t len)
{
	struct span s = {name, len};
	int id;

	for (id = 0; id < OPT_COUNT; id++)
		if (span_is_name(s, option[id].name))
			return id;
	return -1;
}

void config_print(struct line *l, const struct config *c, enum opt_id id)
{
	switch (id) {
#define OPT(field, NAME, type, def, min, max, scope, meaning) \
	case OPT_##NAME:                                      \
		value_print_##type(l, &c->field);             \
		break;
#include "config.def"
#undef OPT
	case OPT_COUNT: break;
	}
}

bool config_active(const struct config *c, const char *program)
{
	if (c->disable || value_glob_match(c->except, program))
		return false;
	return !c->only[0] || value_glob_match(c->only, program);
}

/* The value of PEERLESS_<name>, or .at NULL; of two, the first counts, as for getenv(3). */
static struct span variable(char *const *environment, const char *name)
{
	for (; environment && *environment; environment++) {
		struct span rest = span_of(*environment);

		if (!span_starts(rest, PREFIX))
			continue;
		rest = span_from(rest, strlen(PREFIX));
		if (span_starts(rest, name) && rest.at[strlen(name)] == '=')
			return span_from(rest, strlen(name) + 1);
	}
	return (struct span){NULL, 0};
}

static bool is_special(struct span name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(special); i++)
		if (span_is(name, special[i]))
			return true;
	return false;
}

static const char *closest_variable(struct span name)
{
	const char *best = special[0];
	size_t i;

	for (i = 1; i < ARRAY_SIZE(special); i++)
		if (span_distance(name, special[i]) < span_distance(name, best))
			best = special[i];
	for (i = 0; i < OPT_COUNT; i++)
		if (span_distance(name, option[i].name) < span_distance(name, best))
			best = option[i].name;
	return best;
}

static void unknown_variable(
	struct config_loader *load, const struct config_place *place, struct span name)
{
	char text[128];
	struct line why = line_over(text, sizeof(text));

	const char *like = closest_variable(name);

	line_str(&why, "there is no such variable: ");
	if (span_resembles(name, like)) {
		line_str(&why, "the closest is " PREFIX);
		line_str(&why, like);
	} else {
		line_str(&why, "`peerless options` lists them");
	}
	config_set_complain(load, place, (struct span){NULL, 0}, (struct span){NULL, 0}, text);
}

/* Into the general options. */
static void set_base(struct config_loader *load, const struct config_place *place, enum opt_id id,
	struct span value, enum config_source source)
{
	struct settings *s = load->settings;

	if (config_set(load, place, &s->base, id, (struct span){NULL, 0}, value) == 0)
		s->origin[id] = (struct config_origin){source, 0};
}

static void load_environment(struct config_loader *load)
{
	char *const *at = load->input->environment;
	uint64_t seen = 0;

	for (; at && *at; at++) {
		struct span value = span_of(*at);
		struct config_place place = {"", span_cut(&value, '='), 0, {NULL, 0}};
		struct span name;
		int id;

		if (!span_starts(place.source, PREFIX))
			continue;
		name = span_from(place.source, strlen(PREFIX));
		if (is_special(name))
			continue;
		id = config_find(name.at, name.len);
		if (id < 0 || !span_is(name, option[id].name)) {
			unknown_variable(load, &place, name);
		} else if (!(seen >> id & 1)) {
			seen |= UINT64_C(1) << id;
			set_base(load, &place, id, value, SOURCE_ENVIRONMENT);
		}
	}
}

static void load_flags(struct config_loader *load)
{
	const char *const *at = load->input->flags;

	for (; at && *at; at++) {
		struct span value = span_of(*at);
		struct config_place place = {"--", span_cut(&value, '='), 0, {NULL, 0}};
		char text[128];
		struct line why = line_over(text, sizeof(text));
		int id = config_find(place.source.at, place.source.len);

		if (id >= 0) {
			set_base(load, &place, id, value, SOURCE_FLAG);
			continue;
		}
		config_set_closest(&why, place.source, "--");
		config_set_complain(
			load, &place, (struct span){NULL, 0}, (struct span){NULL, 0}, text);
	}
}

/* Only what is used is written: the untouched rest of *s costs a program no memory. */
static void reset(struct settings *s)
{
	config_set_defaults(&s->base);
	memset(s->origin, 0, sizeof(s->origin));
	s->path[0] = '\0';
	s->rule_count = 0;
	s->text_used = 0;
}

/* One that SILENCE forestalls would never be sent.  r: whose config c is, or NULL. */
static void check_heartbeat(struct config_loader *load, struct config *c, const struct rule *r)
{
	char text[256];
	struct line why = line_over(text, sizeof(text));

	if (!c->silence_ms || c->heartbeat.idle_ms < c->silence_ms)
		return;
	if (r)
		rule_print(&why, r);
	line_str(&why, r ? ": HEARTBEAT: " : "HEARTBEAT: ");
	config_print(&why, c, OPT_HEARTBEAT);
	line_str(&why, " comes too late: SILENCE ends the connection after ");
	config_print(&why, c, OPT_SILENCE);
	line_str(&why, "; write less before the colon");
	c->heartbeat.idle_ms = 0;
	load->complaints++;
	load->input->complain(load->input->context, text);
}

unsigned settings_load(struct settings *s, const struct config_input *input)
{
	struct config_loader load = {.settings = s, .input = input};
	struct config_file file;

	load.program = input->program ? input->program : "";
	reset(s);
	config_file_open(&file, &load, variable(input->environment, "CONFIG"));
	config_sections_base(&load, file.text);
	load_environment(&load);
	load_flags(&load);
	check_heartbeat(&load, &s->base, NULL);
	/* A rule's config starts from what has just become final. */
	config_sections_rules(&load, variable(input->environment, "RULES"), SOURCE_ENVIRONMENT);
	config_sections_rules(&load, file.text, SOURCE_FILE);
	for (unsigned i = 0; i < s->rule_count; i++)
		check_heartbeat(&load, &s->rule[i].config, &s->rule[i]);
	config_file_close(&file);
	return load.complaints;
}
