/* SPDX-License-Identifier: MIT */
/* What /proc/self/status tells of SIGPIPE: before and after sockets are used, by disposition.
 * variants: default ignored handler
 */
#include "dead.h"

static void status(const char *what)
{
	static const char *const keys[] = {"SigIgn", "SigCgt", "SigBlk"};
	unsigned long bits[3] = {0};
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	int i;

	while (f && fgets(line, sizeof(line), f))
		for (i = 0; i < 3; i++)
			if (!strncmp(line, keys[i], 6)) /* but libc's own two, some shells' */
				bits[i] = strtoul(line + 8, NULL, 16) & ~(3ul << 31);
	sure(f && fclose(f) == 0, "status");
	say("%s: ignored %lx, caught %lx, blocked %lx", what, bits[0], bits[1], bits[2]);
}

int torture(const char *variant)
{
	int live[2];

	view_wanted = *variant != 'd';
	if (*variant == 'i')
		set_action(SIG_IGN, 0);
	if (*variant == 'h')
		set_siginfo(0);
	status("at start");
	unix_pair(live);
	DO(write(live[0], "x", 1));
	status("a socket was used");
	say_shown("shown");
	DO(close(live[0]));
	DO(close(live[1]));
	status("and closed");
	return 0;
}
