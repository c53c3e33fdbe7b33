/* SPDX-License-Identifier: MIT */
/*
 * The constructor: resolve, read the options, map.  Whatever goes wrong leaves the library inert,
 * that is, handing every call over, with one line in the log; it never ends the program.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy/call.h"
#include "policy/environment.h"
#include "policy/kin.h"
#include "policy/report.h"
#include "policy/story.h"
#include "policy/strict.h"
#include "runtime/log.h"
#include "runtime/process.h"
#include "runtime/recorder.h"
#include "runtime/recording.h"
#include "sys/errno_name.h"
#include "sys/errno_now.h"
#include "sys/raw.h"
#include "sys/real.h"
#include "sys/tid.h"

enum { COMPLAINTS_MAX = 8 };

/*
 * Whose mark this points to acts.  Of several copies in a process (say one in /etc/ld.so.preload,
 * and one of another build in LD_PRELOAD) that is the first, as the loader shows its variable to
 * all.  Else each would tell of a death, and act on it.
 */
static char mark;
EXPORT const void *peerless_first = &mark;

/* What is wrong with the options, until it is known where to say so. */
struct complaints {
	unsigned count, left_out;
	char text[COMPLAINTS_MAX][CONFIG_COMPLAINT_MAX];
};

static void complain(void *context, const char *message)
{
	struct complaints *c = context;
	size_t len = strnlen(message, CONFIG_COMPLAINT_MAX - 1);

	if (c->count == COMPLAINTS_MAX) {
		c->left_out++;
		return;
	}
	memcpy(c->text[c->count], message, len);
	c->text[c->count++][len] = '\0';
}

static COLD void tell(const struct complaints *c)
{
	for (unsigned i = 0; i < c->count; i++)
		report_config(c->text[i]);
	if (c->left_out)
		report_config("further options are wrong too: peerless check lists them all");
}

static COLD void load_settings(void)
{
	static struct complaints complaints;
	const struct config_input input = {
		.environment = environ,
		.program = process_name,
		.fallback_path = CONFIG_DEFAULT_PATH,
		.complain = complain,
		.context = &complaints,
	};
	const struct config *base = &process_settings.base;

	settings_load(&process_settings, &input);
	if (!config_active(base, process_name))
		return;
	log_open(base->log, base->log_format, base->log_level, process_name);
	tell(&complaints);
}

static COLD void stay_inert(const char *why, const char *what)
{
	char text[CONFIG_COMPLAINT_MAX];
	struct line l = line_over(text, sizeof(text));

	line_str(&l, "inactive: ");
	line_str(&l, why);
	line_str(&l, what);
	report_config(text);
}

/* inetd and systemd start programs with a socket as stdin; stdio then does all its I/O unseen. */
static COLD void look_at_standard_descriptors(void)
{
	for (int fd = 0; fd <= 2; fd++)
		call_prepare(fd);
}

static COLD void no_recording(const char *path, const char *why, bool filtered)
{
	char text[CONFIG_COMPLAINT_MAX];
	struct line l = line_over(text, sizeof(text));

	if (filtered) /* no call is ours to make for it */
		return;
	line_str(&l, "TRACE=");
	line_str(&l, path);
	line_str(&l, ": nothing is recorded: the file ");
	line_str(&l, why);
	report_config(text);
}

/* Under a filter only a file that is there already: opening one is what ld.so does too. */
static COLD void start_recording(const struct config *base, bool filtered)
{
	static char path[RECORDING_PATH_MAX];
	char why[RECORDING_WHY_MAX] = "has too long a name";
	int fd = -1, rc;

	if (!*base->trace)
		return;
	if (recording_path(path, base->trace, tid_of_libc(), process_name))
		fd = recording_open(path, base, !filtered, why);
	if (fd < 0) {
		no_recording(path, why, filtered);
		return;
	}
	rc = recorder_map(fd, process_name, fdtab_wiped_word());
	raw3(SYS_close, fd, 0, 0);
	if (rc)
		no_recording(path, errno_name(-rc), filtered);
	story_started(!filtered);
}

static COLD void start(void)
{
	const struct config *base = &process_settings.base;
	bool filtered;
	int rc;

	kin_show(environ);
	environment_init(base->children, environ);
	if (base->seccomp == SECCOMP_STRICT)
		return;
	filtered = strict_init();
	rc = fdtab_open(filtered);
	if (rc) {
		stay_inert("no memory for the descriptor table: ", errno_name(-rc));
		return;
	}
	start_recording(base, filtered);
	sigpipe_init(base->sigpipe);
	if (!filtered)
		look_at_standard_descriptors();
}

/* musl's loader hands a constructor nothing. */
__attribute__((constructor(101))) static void init(void)
{
	const char *lacking = real_resolve();
	KEEP_ERRNO;

	errno_measure();
	if (process_secure() || peerless_first != &mark)
		return;
	process_init();
	load_settings();
	if (!config_active(&process_settings.base, process_name))
		return;
	if (lacking)
		stay_inert("this libc lacks ", lacking);
	else
		start();
}
