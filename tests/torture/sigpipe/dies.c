/* SPDX-License-Identifier: MIT */
/* Each way to write to a dead peer, by a program with the default disposition: it is killed, as a
 * pipe's writer must be (yes | head), also by one that has a live socket
 * beside the pipe.
 * variants: tcp unix seqpacket pipe fifo beside
 */
#include "ways.h"

static void child(const struct way *way, const char *variant)
{
	bool beside = !strcmp(variant, "beside");
	const char *kind = beside ? "pipe" : variant;
	int live[2], fd;

	if (beside) {
		unix_pair(live);
		sure(write(live[0], "x", 1) == 1, "write");
	}
	fd = dead(kind);
	write_by(way, kind, fd);
	say_shown(way->name);
	_exit(0);
}

int torture(const char *variant)
{
	/* What .hardened files show is of any machine. */
	view_wanted = !strcmp(variant, "pipe") || !strcmp(variant, "fifo");
	for (size_t w = 0; w < COUNT(WAYS); w++) {
		pid_t pid = fork();

		sure(pid >= 0, "fork");
		if (!pid)
			child(&WAYS[w], variant);
		say("%s: child %d", WAYS[w].name, child_status(pid));
	}
	return 0;
}
