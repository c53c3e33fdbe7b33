/* SPDX-License-Identifier: MIT */
/* What the libFuzzer targets share: fuzz.h. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

void fuzz_text_add(struct fuzz_text *to, const void *bytes, size_t len)
{
	to->at = realloc(to->at, to->len + len + 1);
	if (len)
		memcpy(to->at + to->len, bytes, len);
	to->len += len;
	to->at[to->len] = '\0';
}

void fuzz_list_add(struct fuzz_list *list, const char *prefix, const void *bytes, size_t len)
{
	struct fuzz_text text = {NULL, 0};

	if (list->count == FUZZ_ITEMS_MAX)
		return;
	fuzz_text_add(&text, prefix, strlen(prefix));
	fuzz_text_add(&text, bytes, strnlen(bytes, len));
	list->item[list->count++] = text.at;
}

void fuzz_lines(const uint8_t *data, size_t size, fuzz_take_fn *take, void *context)
{
	while (size) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t len = end ? (size_t)(end - data) : size;

		if (len)
			take(context, (char)data[0], data + 1, len - 1);
		data += len + (end != NULL);
		size -= len + (end != NULL);
	}
}

/* A complaint is one line for a log or a terminal, whatever it quotes. */
static void look_at_complaint(void *context, const char *message)
{
	size_t i, len = strlen(message);

	(void)context;
	if (!len || len >= CONFIG_COMPLAINT_MAX)
		abort();
	for (i = 0; i < len; i++)
		if ((unsigned char)message[i] < ' ' || message[i] == 0x7f)
			abort();
}

/* A memfd is 0777 by birth, and root refuses what all may write. */
static int file_of(const struct fuzz_text *text)
{
	int fd = memfd_create("config", MFD_CLOEXEC);

	if (fd < 0 || fchmod(fd, 0600) < 0 || write(fd, text->at, text->len) != (ssize_t)text->len)
		abort();
	return fd;
}

unsigned fuzz_load(struct settings *s, const struct fuzz_input *in)
{
	struct config_input input = {.environment = in->environment.item,
		.flags = (const char *const *)in->flags.item,
		.program = in->program.at,
		.complain = look_at_complaint};
	int fd = in->file.len ? file_of(&in->file) : -1;
	char path[32];
	unsigned complaints;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fd >= 0)
		input.fallback_path = path;
	complaints = settings_load(s, &input);
	if (fd >= 0)
		close(fd);
	return complaints;
}

/* The value of one option as text; the buffer holds any. */
static const char *printed(char *buffer, const struct config *config, int id)
{
	struct line l = line_over(buffer, CONFIG_TEXT_MAX_BYTES);

	config_print(&l, config, id);
	if (l.cut)
		abort();
	return buffer;
}

void fuzz_print_options(struct fuzz_list *list, const char *prefix, const struct config *config)
{
	static char value[CONFIG_TEXT_MAX_BYTES];
	int id;

	for (id = 0; id < OPT_COUNT; id++) {
		struct fuzz_text text = {NULL, 0};
		const char *name = config_option(id)->name;

		printed(value, config, id);
		fuzz_text_add(&text, name, strlen(name));
		fuzz_text_add(&text, "=", 1);
		fuzz_text_add(&text, value, strlen(value));
		fuzz_list_add(list, prefix, text.at, text.len);
		free(text.at);
	}
}

void fuzz_same(const struct config *a, const struct config *b)
{
	static char left[CONFIG_TEXT_MAX_BYTES], right[CONFIG_TEXT_MAX_BYTES];
	int id;

	for (id = 0; id < OPT_COUNT; id++)
		if (strcmp(printed(left, a, id), printed(right, b, id)) != 0)
			abort();
}

void fuzz_free(struct fuzz_input *in)
{
	size_t i;

	for (i = 0; i < in->environment.count; i++)
		free(in->environment.item[i]);
	for (i = 0; i < in->flags.count; i++)
		free(in->flags.item[i]);
	free(in->file.at);
	free(in->program.at);
}
