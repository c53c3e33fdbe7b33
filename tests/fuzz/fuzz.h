/* SPDX-License-Identifier: MIT */
/*
 * What the libFuzzer targets share.  An input is lines of text; the first character of each says
 * what the rest of it is, and each target takes the kinds that it names.  Nothing is mocked: the
 * config file is a memfd, opened by its path.  What is found wrong ends in abort().
 */
#ifndef PEERLESS_TESTS_FUZZ_H
#define PEERLESS_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "runtime/settings.h"

#define FUZZ_ITEMS_MAX 64

/* Texts that grow; NUL-terminated, and each its own allocation, so that ASan sees its end. */
struct fuzz_text {
	char *at;
	size_t len;
};

struct fuzz_list {
	char *item[FUZZ_ITEMS_MAX + 1];
	size_t count;
};

/* One source of options after the other; `file` and `program` may be empty. */
struct fuzz_input {
	struct fuzz_list environment, flags;
	struct fuzz_text file, program;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

void fuzz_text_add(struct fuzz_text *to, const void *bytes, size_t len);
/* prefix and the bytes, up to their first NUL, as one more item; dropped where there is no room. */
void fuzz_list_add(struct fuzz_list *list, const char *prefix, const void *bytes, size_t len);

/* Calls take(context, kind, rest, its length) for each line. */
typedef void fuzz_take_fn(void *context, char kind, const uint8_t *rest, size_t len);
void fuzz_lines(const uint8_t *data, size_t size, fuzz_take_fn *take, void *context);

/* settings_load(), with every complaint looked at; its result. */
unsigned fuzz_load(struct settings *s, const struct fuzz_input *in);
/* Every option of `config` as PREFIX and "name=value". */
void fuzz_print_options(struct fuzz_list *list, const char *prefix, const struct config *config);
/* Do they print alike, option by option?  Else abort(). */
void fuzz_same(const struct config *a, const struct config *b);
void fuzz_free(struct fuzz_input *in);

#endif
