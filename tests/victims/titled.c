/* SPDX-License-Identifier: MIT */
/*
 * titled FILE [CMD...]: a daemon with a title, as setproctitle() makes one: copies its environment,
 * overwrites where arguments and environment stood, forks twice, writes its number to FILE and
 * waits, or executes CMD.
 */
#include <signal.h>
#include <sys/wait.h>

#include "victim.h"

extern char **environ;

static char **copy(char **strings)
{
	char **all = calloc(256, sizeof(*all));

	for (int i = 0; strings[i] && i < 255; i++)
		all[i] = strdup(strings[i]);
	return all;
}

static void overwrite(char *from)
{
	char **last = environ, **copied = copy(environ);

	while (last[1])
		last++;
	memset(from, 'x', (size_t)(strchr(*last, 0) - from));
	environ = copied;
}

int main(int argc, char **argv)
{
	char **args = copy(argv);
	FILE *file;

	if (argc < 2)
		return 2;
	overwrite(argv[0]);
	if (fork())
		return 0;
	setsid();
	if (fork())
		return 0;
	file = fopen(args[1], "w");
	fprintf(file, "%d\n", (int)getpid());
	fclose(file);
	if (args[2])
		execvp(args[2], args + 2);
	pause();
	return 1;
}
