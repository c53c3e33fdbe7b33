/* SPDX-License-Identifier: MIT */
/* system() and popen() in a program with connections: status, bytes and descriptors as ever, and
 * a pipeline in the shell still ends by SIGPIPE.
 * variants: system popen
 */
#include "child.h"

static void lines_of(const char *command)
{
	char line[256];
	FILE *f = popen(command, "r");

	sure(f, "popen");
	say("$ %s", command);
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		say("  %s", line);
	}
	DO(WEXITSTATUS(pclose(f)));
}

static void by_popen(int end[2])
{
	FILE *f;

	lines_of("ls /proc/self/fd; exit 7");
	lines_of("yes | head -n 1");
	lines_of("bash -c 'yes | head -n 1; echo ${PIPESTATUS[@]}'");
	lines_of("tr '\\0' '\\n' </proc/self/environ | grep -cvE '^(LD_PRELOAD|PEERLESS_.*)='");
	f = popen("cat >&2; kill -9 $$", "w");
	sure(f, "popen");
	DO(fprintf(f, "to the child\n"));
	DO(pclose(f));
	f = popen("exec <&-; exit 0", "w");
	signal(SIGPIPE, SIG_IGN);
	sure(f, "popen");
	while (write(fileno(f), "x", 1) == 1)
		usleep(1000);
	say("write to it: %s", errname(errno));
	DO(pclose(f));
	signal(SIGPIPE, SIG_DFL);
	DO(popen("true", "x") == NULL);
	say_alive("after", end);
}

static void by_system(int end[2])
{
	char command[64], got[16];

	DO(system(NULL));
	DO(system("exit 3"));
	DO(system("kill -TERM $$"));
	DO(system("kill -PIPE $$"));
	DO(system("yes | head -n 1"));
	DO(system("no-such-command-here 2>/dev/null"));
	snprintf(command, sizeof(command), "echo hello >&%d", end[0]);
	say("status %d", system(command));
	DO(read(end[1], got, 6));
	say("%.5s", got);
	say_alive("after", end);
}

int torture(const char *variant)
{
	int end[2];

	tcp_pair(end);
	if (*variant == 's')
		by_system(end);
	else
		by_popen(end);
	return 0;
}
