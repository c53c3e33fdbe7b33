/* SPDX-License-Identifier: MIT */
/*
 * The meaning of sections.  Every line is checked in every program, also where it does not apply
 * here: a mistake is told at the first chance.  A section with a bad head is told once and its
 * lines are passed over.  Each walk complains about its own sections only.
 */
#include "runtime/config_sections.h"

#include "runtime/config_ini.h"

static const struct span no_span;

/* A head's first word; *rest is what follows. */
static struct span head_word(struct span head, struct span *rest)
{
	size_t len = 0;

	while (len < head.len && head.at[len] != ' ' && head.at[len] != '\t')
		len++;
	*rest = span_trim(span_from(head, len));
	return (struct span){head.at, len};
}

static bool is_rule(struct span word, enum rule_kind *kind)
{
	*kind = span_is_name(word, "peer") ? RULE_PEER : RULE_LISTEN;
	return *kind == RULE_PEER || span_is_name(word, "listen");
}

static void complain_entry(
	struct config_loader *load, const struct config_place *place, const struct ini_item *item)
{
	config_set_complain(load, place, no_span, item->text, "is no entry: write key = value");
}

/* The lines of which section are being read? */
enum base_section { IN_DEFAULT, IN_PROGRAM, IN_OTHER_PROGRAM, IN_RULE_OR_BAD };

struct base_walk {
	struct config_loader *load;
	struct config_place place;
	enum base_section section;
	bool matched;   /* the program's section was seen */
	uint64_t fixed; /* bit OPT_x: it set x, which [default] does not change any more */
};

/* Does [program GLOBS] match?  1, 0, or -1 after a complaint. */
static int program_matches(struct base_walk *w, struct span globs)
{
	struct settings *s = w->load->settings;
	struct config_place place = w->place;
	size_t mark = s->text_used;
	char reason[160];
	struct line why = line_over(reason, sizeof(reason));
	const char *text = config_set_text(w->load, globs);
	value_globs parsed;
	int rc = -1;

	if (!text)
		line_str(&why, "is too long: all texts together may have 32768 bytes");
	else if (!globs.len)
		line_str(&why, "names no program: write [program nginx], say");
	else if (value_parse_globs(&parsed, text, (struct value_bounds){0, 0}, &why) == 0)
		rc = value_glob_match(parsed, w->load->program);
	s->text_used = mark;
	if (rc < 0)
		config_set_complain(w->load, &place, no_span, no_span, reason);
	return rc;
}

static enum base_section program_section(struct base_walk *w, struct span globs)
{
	int matches = program_matches(w, globs);

	if (matches < 0)
		return IN_RULE_OR_BAD;
	if (!matches || w->matched)
		return IN_OTHER_PROGRAM;
	w->matched = true;
	return IN_PROGRAM;
}

static enum base_section base_head(struct base_walk *w, struct span head)
{
	struct span rest, word = head_word(head, &rest);
	enum rule_kind kind;

	if (is_rule(word, &kind))
		return IN_RULE_OR_BAD;
	if (span_is_name(word, "program"))
		return program_section(w, rest);
	if (span_is_name(word, "default") && !rest.len)
		return IN_DEFAULT;
	config_set_complain(w->load, &w->place, no_span, no_span,
		"is no section: write [default], [program GLOB], [peer CIDR:PORT] or [listen "
		"PORT]");
	return IN_RULE_OR_BAD;
}

static void base_entry(struct base_walk *w, const struct ini_item *item)
{
	struct settings *s = w->load->settings;
	int id = config_set_find(w->load, &w->place, item->key);

	if (id < 0)
		return;
	if (w->section == IN_OTHER_PROGRAM || (w->section == IN_DEFAULT && w->fixed >> id & 1)) {
		config_set_check(w->load, &w->place, id, item->key, item->value);
		return;
	}
	if (config_set(w->load, &w->place, &s->base, id, item->key, item->value) < 0)
		return;
	s->origin[id] = (struct config_origin){SOURCE_FILE, item->line};
	if (w->section == IN_PROGRAM)
		w->fixed |= UINT64_C(1) << id;
}

static void base_item(struct base_walk *w, const struct ini_item *item)
{
	w->place.line = item->line;
	w->place.section = item->kind == INI_SECTION ? item->text : no_span;
	if (item->kind == INI_SECTION) {
		w->section = base_head(w, item->text);
	} else if (item->kind == INI_BAD_SECTION) {
		config_set_complain(w->load, &w->place, no_span, item->text,
			"is no section: write it in brackets, as in [default]");
		w->section = IN_RULE_OR_BAD;
	} else if (w->section == IN_RULE_OR_BAD) {
		return;
	} else if (item->kind == INI_BAD_ENTRY) {
		complain_entry(w->load, &w->place, item);
	} else {
		base_entry(w, item);
	}
}

void config_sections_base(struct config_loader *load, struct span text)
{
	struct base_walk w = {.load = load, .section = IN_DEFAULT};
	struct ini in = {text, 0};
	struct ini_item item;

	w.place = (struct config_place){"", span_of(load->settings->path), 0, no_span};
	while (config_ini_next_in_file(&in, &item))
		base_item(&w, &item);
}

struct rules_walk {
	struct config_loader *load;
	struct config_place place;
	enum config_source source;
	struct rule *rule; /* whose lines are being read, or NULL: pass them over */
	bool headless;     /* no section was seen yet */
};

static void complain_shadow(struct rules_walk *w, const struct rule *earlier)
{
	char text[160];
	struct line why = line_over(text, sizeof(text));

	line_str(&why, "can never match: ");
	rule_print(&why, earlier);
	if (earlier->origin.source == SOURCE_FILE) {
		line_str(&why, " in line ");
		line_uint(&why, earlier->origin.line);
	} else {
		line_str(&why, " in PEERLESS_RULES");
	}
	line_str(&why, " covers it and comes first");
	config_set_complain(w->load, &w->place, no_span, no_span, text);
}

/* Room for one more rule, or NULL after a complaint. */
static struct rule *rule_room(struct rules_walk *w)
{
	struct settings *s = w->load->settings;

	if (s->rule_count < RULES_MAX)
		return &s->rule[s->rule_count];
	if (!w->load->rules_full)
		config_set_complain(w->load, &w->place, no_span, no_span,
			"is one too many, as are all that follow: 64 rules fit");
	w->load->rules_full = true;
	return NULL;
}

static struct rule *add_rule(
	struct rules_walk *w, enum rule_kind kind, struct span text, unsigned line)
{
	struct settings *s = w->load->settings;
	struct rule *rule = rule_room(w);
	const struct rule *earlier;
	char reason[200];
	struct line why = line_over(reason, sizeof(reason));

	if (!rule)
		return NULL;
	if (rules_parse(rule, kind, text, &why) < 0) {
		config_set_complain(w->load, &w->place, no_span, no_span, reason);
		return NULL;
	}
	earlier = rules_shadow(s, rule);
	if (earlier) {
		complain_shadow(w, earlier);
		return NULL;
	}
	rule->origin = (struct config_origin){w->source, line};
	rule->own = 0;
	rule->config = s->base;
	s->rule_count++;
	return rule;
}

static struct rule *rules_head(struct rules_walk *w, const struct ini_item *item)
{
	struct span rest, word = head_word(item->text, &rest);
	enum rule_kind kind;

	if (is_rule(word, &kind))
		return add_rule(w, kind, rest, item->line);
	if (w->source == SOURCE_ENVIRONMENT)
		config_set_complain(w->load, &w->place, no_span, no_span,
			"is no rule: write [peer CIDR:PORT] or [listen PORT]");
	return NULL;
}

static void rules_entry(struct rules_walk *w, const struct ini_item *item)
{
	int id = config_set_find(w->load, &w->place, item->key);

	if (id < 0)
		return;
	if (config_option(id)->scope == SCOPE_PROCESS) {
		config_set_complain(w->load, &w->place, item->key, no_span,
			"holds for the whole process, not for one connection: "
			"set it in [default], in [program GLOB] or by its variable");
		return;
	}
	if (config_set(w->load, &w->place, &w->rule->config, id, item->key, item->value) == 0)
		w->rule->own |= UINT64_C(1) << id;
}

static void rules_bad_section(struct rules_walk *w, const struct ini_item *item)
{
	w->place.section = no_span;
	if (w->source == SOURCE_ENVIRONMENT) /* a file's was told by the other walk */
		config_set_complain(w->load, &w->place, no_span, item->text,
			"has a bracket too few: write [peer 10.0.0.0/8:5432] detect-within=10s");
	w->rule = NULL;
}

static void rules_headless(struct rules_walk *w, const struct ini_item *item)
{
	if (w->source == SOURCE_ENVIRONMENT)
		config_set_complain(w->load, &w->place, no_span, item->text,
			"stands before any section: write [peer 10.0.0.0/8:5432] first, say");
	w->headless = false;
}

static void rules_item(struct rules_walk *w, const struct ini_item *item)
{
	bool section = item->kind == INI_SECTION || item->kind == INI_BAD_SECTION;

	w->place.line = item->line;
	if (section)
		w->headless = false;
	if (item->kind == INI_SECTION) {
		w->place.section = item->text;
		w->rule = rules_head(w, item);
		if (w->source == SOURCE_FILE) /* a line says enough */
			w->place.section = no_span;
	} else if (item->kind == INI_BAD_SECTION) {
		rules_bad_section(w, item);
	} else if (w->headless) {
		rules_headless(w, item);
	} else if (w->rule && item->kind == INI_BAD_ENTRY) {
		complain_entry(w->load, &w->place, item);
	} else if (w->rule) {
		rules_entry(w, item);
	}
}

void config_sections_rules(struct config_loader *load, struct span text, enum config_source source)
{
	struct rules_walk w = {.load = load, .source = source, .headless = true};
	bool file = source == SOURCE_FILE;
	struct ini in = {text, 0};
	struct ini_item item;

	w.place = (struct config_place){
		"", span_of(file ? load->settings->path : "PEERLESS_RULES"), 0, no_span};
	while (file ? config_ini_next_in_file(&in, &item) : config_ini_next_in_line(&in, &item))
		rules_item(&w, &item);
}
