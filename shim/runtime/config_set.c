/* SPDX-License-Identifier: MIT */
/*
 * Setting one option from one text.  The text is copied among the settings' texts, because values
 * may point into it; the room is given back where they do not.  A bad value changes nothing.
 */
#include "runtime/config_set.h"

#include <string.h>

#define WHY_MAX      320
#define SOURCE_SHOWN 255
#define NAME_SHOWN   128

/* Does a value of this C type point into its text? */
#define KEEPS_TEXT(x) _Generic((x), const char * : true, struct target : true, default : false)

static const struct span no_span;

static void print_place(struct line *l, const struct config_place *place)
{
	line_str(l, place->dashes);
	span_print(l, place->source, SOURCE_SHOWN);
	if (place->line) {
		line_char(l, ':');
		line_uint(l, place->line);
	}
	line_str(l, ": ");
	if (place->section.at) {
		line_char(l, '[');
		span_print(l, place->section, NAME_SHOWN);
		line_str(l, "]: ");
	}
}

void config_set_complain(struct config_loader *load, const struct config_place *place,
	struct span key, struct span value, const char *why)
{
	char text[CONFIG_COMPLAINT_MAX];
	struct line l = line_over(text, sizeof(text));

	print_place(&l, place);
	if (key.at) {
		span_print(&l, key, NAME_SHOWN);
		line_str(&l, ": ");
	}
	if (value.at) {
		span_quote(&l, value);
		line_char(&l, ' ');
	}
	line_str(&l, why);
	load->complaints++;
	load->input->complain(load->input->context, text);
}

/* detect-within where flags and files are meant. */
static void print_kebab(struct line *l, const char *name)
{
	for (; *name; name++)
		line_char(l, *name == '_'                   ? '-'
			     : *name >= 'A' && *name <= 'Z' ? *name | 0x20
							    : *name);
}

static enum opt_id closest(struct span name)
{
	int id, best = 0;

	for (id = 1; id < OPT_COUNT; id++)
		if (span_distance(name, config_option(id)->name) <
			span_distance(name, config_option(best)->name))
			best = id;
	return best;
}

void config_set_closest(struct line *why, struct span name, const char *dashes)
{
	const char *like = config_option(closest(name))->name;

	if (!span_resembles(name, like)) {
		line_str(why, "is no option: `peerless options` lists them");
		return;
	}
	line_str(why, "is no option: the closest is ");
	line_str(why, dashes);
	print_kebab(why, like);
}

int config_set_find(struct config_loader *load, const struct config_place *place, struct span key)
{
	char text[WHY_MAX];
	struct line why = line_over(text, sizeof(text));
	int id = config_find(key.at, key.len);

	if (id < 0) {
		config_set_closest(&why, key, "");
		config_set_complain(load, place, no_span, key, text);
	}
	return id;
}

char *config_set_text(struct config_loader *load, struct span text)
{
	struct settings *s = load->settings;
	char *copy = s->text + s->text_used;

	if (text.len >= sizeof(s->text) - s->text_used)
		return NULL;
	if (text.len)
		memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	s->text_used += text.len + 1;
	return copy;
}

static int parse(struct config *config, enum opt_id id, const char *text, struct line *why)
{
	int rc = -1;

	switch (id) {
#define OPT(field, NAME, type, def, min, max, scope, meaning)                        \
	case OPT_##NAME:                                                             \
		rc = value_parse_##type(                                             \
			&config->field, text, (struct value_bounds){min, max}, why); \
		break;
#include "config.def"
#undef OPT
	case OPT_COUNT: break;
	}
	return rc;
}

static bool keeps_text(enum opt_id id)
{
	static const bool keeps[OPT_COUNT] = {
#define OPT(field, NAME, type, def, min, max, scope, meaning) KEEPS_TEXT((value_##type){0}),
#include "config.def"
#undef OPT
	};

	return keeps[id];
}

int config_set(struct config_loader *load, const struct config_place *place, struct config *config,
	enum opt_id id, struct span key, struct span value)
{
	size_t mark = load->settings->text_used;
	char reason[WHY_MAX];
	struct line why = line_over(reason, sizeof(reason));
	const char *text = config_set_text(load, value);
	int rc = -1;

	if (text)
		rc = parse(config, id, text, &why);
	else
		line_str(&why, "is too long: all texts together may have 32768 bytes");
	if (rc < 0)
		config_set_complain(load, place, key, value, reason);
	else
		config->given |= UINT64_C(1) << id;
	if (rc < 0 || !keeps_text(id))
		load->settings->text_used = mark;
	return rc;
}

void config_set_check(struct config_loader *load, const struct config_place *place, enum opt_id id,
	struct span key, struct span value)
{
	size_t mark = load->settings->text_used;
	struct config scratch = {.given = 0};

	config_set(load, place, &scratch, id, key, value);
	load->settings->text_used = mark;
}

void config_set_defaults(struct config *config)
{
	char reason[WHY_MAX];
	struct line why = line_over(reason, sizeof(reason));
	int id;

	memset(config, 0, sizeof(*config));
	for (id = 0; id < OPT_COUNT; id++)
		parse(config, id, config_option(id)->fallback, &why);
}
