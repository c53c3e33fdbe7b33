/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: any bytes as config file, as PEERLESS_RULES, as options' variables and as
 *flags. Nothing may crash; what is taken must print as a text that is taken again and prints the
 *same.
 *
 * An input is lines; the first character of each says what the rest is: f a line of the file, r a
 * piece of PEERLESS_RULES, e a variable without PEERLESS_, o a flag.  It stands without mocks: the
 * file is a memfd, opened by its path.
 *
 *   clang -fsanitize=fuzzer,address,undefined -D_GNU_SOURCE -Ishim tests/fuzz/fuzz_config.c \
 *	shim/runtime/{line,span,value*,config*,rules}.c shim/sys/{endpoint,errno_name,sockopt}.c
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/settings.h"

#define ITEMS_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct settings settings, again;

struct input {
	char *environment[ITEMS_MAX + 3], *flags[ITEMS_MAX + 1];
	size_t variables, flag_count;
	char *rules, *file;
	size_t rules_len, file_len;
};

static void complain(void *context, const char *message)
{
	size_t len = strlen(message);

	(void)context;
	if (!len || len >= CONFIG_COMPLAINT_MAX)
		abort();
}

static unsigned load(struct settings *s, char **environment, char **flags, const char *path)
{
	struct config_input in = {
		environment, (const char *const *)flags, "nginx", path, complain, NULL};

	return settings_load(s, &in);
}

static char *joined(const char *prefix, const uint8_t *text, size_t len)
{
	char *s = malloc(strlen(prefix) + len + 1);

	strcpy(s, prefix);
	memcpy(s + strlen(prefix), text, len);
	s[strlen(prefix) + len] = '\0';
	return s;
}

static void take_line(struct input *in, const uint8_t *line, size_t len)
{
	switch (len ? line[0] : 0) {
	case 'f':
		memcpy(in->file + in->file_len, line + 1, len - 1);
		in->file_len += len;
		in->file[in->file_len - 1] = '\n';
		break;
	case 'r':
		memcpy(in->rules + in->rules_len, line + 1, len - 1);
		in->rules_len += len - 1;
		break;
	case 'e':
		if (in->variables < ITEMS_MAX)
			in->environment[in->variables++] = joined("PEERLESS_", line + 1, len - 1);
		break;
	case 'o':
		if (in->flag_count < ITEMS_MAX)
			in->flags[in->flag_count++] = joined("", line + 1, len - 1);
		break;
	}
}

static void split(struct input *in, const uint8_t *data, size_t size)
{
	while (size) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t len = end ? (size_t)(end - data) : size;

		take_line(in, data, len);
		data += len + (end != NULL);
		size -= len + (end != NULL);
	}
}

/* PEERLESS_CONFIG would have the fuzzer read files of this machine. */
static void drop_config(struct input *in)
{
	size_t i;

	for (i = 0; i < in->variables; i++)
		if (strncmp(in->environment[i], "PEERLESS_CONFIG=", 16) == 0)
			in->environment[i][9] = 'X';
}

/* Every option as a flag, every rule with its own options as PEERLESS_RULES: the same settings. */
static void print_all(const struct settings *s, char *flags, char **flag, struct line *rules)
{
	unsigned i;
	int id;

	for (id = 0; id < OPT_COUNT; id++) {
		struct line l = line_over(flags, CONFIG_TEXT_MAX_BYTES);

		line_str(&l, config_option(id)->name);
		line_char(&l, '=');
		config_print(&l, &s->base, id);
		flag[id] = flags;
		flags += l.len + 1;
	}
	flag[id] = NULL;
	for (i = 0; i < s->rule_count; i++) {
		rule_print(rules, &s->rule[i]);
		for (id = 0; id < OPT_COUNT; id++) {
			if (!(s->rule[i].own >> id & 1))
				continue;
			line_str(rules, config_option(id)->name);
			line_char(rules, '=');
			config_print(rules, &s->rule[i].config, id);
			line_char(rules, ';');
		}
	}
}

static void same(const struct config *a, const struct config *b)
{
	static char left[CONFIG_TEXT_MAX_BYTES], right[CONFIG_TEXT_MAX_BYTES];
	int id;

	for (id = 0; id < OPT_COUNT; id++) {
		struct line l = line_over(left, sizeof(left)), r = line_over(right, sizeof(right));

		config_print(&l, a, id);
		config_print(&r, b, id);
		if (l.cut || strcmp(left, right) != 0)
			abort();
	}
}

static void round_trip(void)
{
	static char flags[CONFIG_TEXT_MAX_BYTES * 3], text[1 << 18];
	char *flag[OPT_COUNT + 1], *environment[] = {text, NULL};
	struct line rules = line_over(text, sizeof(text));
	unsigned i;

	line_str(&rules, "PEERLESS_RULES=");
	print_all(&settings, flags, flag, &rules);
	if (rules.cut || load(&again, environment, flag, NULL) != 0)
		abort();
	same(&settings.base, &again.base);
	if (settings.rule_count != again.rule_count)
		abort();
	for (i = 0; i < settings.rule_count; i++) {
		struct endpoint *net = &settings.rule[i].net;

		same(&settings.rule[i].config, &again.rule[i].config);
		if (rules_match(&settings, net, -1) - settings.rule !=
				rules_match(&again, net, -1) - again.rule &&
			rules_match(&settings, net, -1))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {.rules = calloc(size + 32, 1), .file = calloc(size + 1, 1)};
	int fd = memfd_create("config", MFD_CLOEXEC);
	char path[32];
	size_t i;

	strcpy(in.rules, "PEERLESS_RULES=");
	in.rules_len = strlen(in.rules);
	split(&in, data, size);
	drop_config(&in);
	in.environment[in.variables] = in.rules;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	/* A memfd is 0777, and root refuses what all may write. */
	if (fd < 0 || fchmod(fd, 0600) < 0 ||
		write(fd, in.file, in.file_len) != (ssize_t)in.file_len)
		abort();
	load(&settings, in.environment, in.flags, path);
	close(fd);
	round_trip();
	for (i = 0; i < in.variables; i++)
		free(in.environment[i]);
	for (i = 0; i < in.flag_count; i++)
		free(in.flags[i]);
	free(in.rules);
	free(in.file);
	return 0;
}
