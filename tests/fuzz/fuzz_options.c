/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: any bytes as options.  Lines of an input: e a variable without PEERLESS_,
 * o a flag, p the program's name.  Nothing may crash; what is taken prints as a text that is taken
 * again and prints the same, as flags and as variables, and acts in the same programs.
 */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

static struct settings settings, again;

static void take(void *context, char kind, const uint8_t *rest, size_t len)
{
	struct fuzz_input *in = context;

	/* Else the fuzzer would read files of this machine. */
	if (kind == 'e' && !(len >= 7 && memcmp(rest, "CONFIG=", 7) == 0))
		fuzz_list_add(&in->environment, "PEERLESS_", rest, len);
	if (kind == 'o')
		fuzz_list_add(&in->flags, "", rest, len);
	if (kind == 'p')
		fuzz_text_add(&in->program, rest, len);
}

static void take_again(struct fuzz_input *in, const char *program)
{
	if (fuzz_load(&again, in) != 0)
		abort();
	fuzz_same(&settings.base, &again.base);
	if (config_active(&settings.base, program) != config_active(&again.base, program))
		abort();
	fuzz_free(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = {.program = {NULL, 0}}, flags = in, variables = in;

	fuzz_text_add(&in.program, "", 0);
	fuzz_lines(data, size, take, &in);
	fuzz_load(&settings, &in);
	fuzz_print_options(&flags.flags, "", &settings.base);
	take_again(&flags, in.program.at);
	fuzz_print_options(&variables.environment, "PEERLESS_", &settings.base);
	take_again(&variables, in.program.at);
	fuzz_free(&in);
	return 0;
}
