/* SPDX-License-Identifier: MIT */
/* Calls that no other suite makes: closefrom, _Fork, daemon, execle, execvpe, sockatmark, and
 * streams of C on a socket, ended by fclose or freopen.
 * variants: closefrom fork daemon exec mark stream
 */
#include "names.h"

extern char **environ;

static void by_closefrom(void)
{
	int end[2], again[2], i;

	kind_pair("tcp", end);
	DO(write(end[0], "x", 1));
	DO((closefrom(end[0]), 0));
	DO(write(end[0], "x", 1));
	/* The same numbers, other things: nothing is remembered. */
	kind_pair("pipe", again);
	DO(write(again[0], "abc", 3));
	DO(send(again[0], "abc", 3, 0));
	DO(close_range(again[0], again[0] + 1, 0));
	/* All of them, and nobody can say anything: the exit status tells. */
	closefrom(-5);
	for (i = 0; i < 1024 && fcntl(i, F_GETFD) < 0 && errno == EBADF; i++)
		;
	_exit(i == 1024 ? 5 : 6);
}

static void by_fork(void)
{
	int end[2];
	char c;
	pid_t pid;

	kind_pair("tcp", end);
	DO(write(end[0], "x", 1));
	pid = _Fork();
	if (!pid) {
		DO(read(end[1], &c, 1));
		DO(write(end[1], "yz", 2));
		DO(close(end[1]));
		_exit(7);
	}
	say("child: %d", child_status(pid));
	DO(read(end[0], &c, 1));
	DO(write(end[0], "x", 1));
	DO(read(end[1], &c, 1));
	close(end[0]);
	close(end[1]);
}

static void by_daemon(void)
{
	int end[2], report[2];
	char line[64] = "";
	pid_t pid;

	kind_pair("tcp", end);
	kind_pair("pipe", report);
	pid = fork();
	if (!pid) {
		DO(daemon(0, 0));
		dprintf(report[0], "%d", (int)write(end[0], "hello", 5));
		dprintf(report[0], " %s %d", getcwd(line, 8), fcntl(1, F_GETFL));
		dprintf(report[0], " %d", (int)read(0, line, 1));
		_exit(0);
	}
	close(report[0]);
	say("first parent: %d", child_status(pid));
	await(end[1], POLLIN);
	DO(recv(end[1], line, sizeof(line), MSG_WAITALL & 0));
	for (size_t n = 0; (pid = read(report[1], line + n, 40)) > 0; n += pid)
		;
	say("daemon: %s", line);
	close(report[1]);
	close(end[0]);
	close(end[1]);
}

static void exec_in_child(int how)
{
	char *args[] = {"sh", "-c", "echo $0 $A $B; env | grep -c ^A=", "name", NULL};
	char *env[] = {"A=1", "B=2", "PATH=/bin:/usr/bin", NULL};
	pid_t pid = fork();

	if (!pid) {
		if (how == 0)
			execle("/bin/sh", "sh", "-c", args[2], "name", NULL, env);
		if (how == 1)
			execvpe("sh", args, env);
		if (how == 2)
			DO(execle("/nowhere", "sh", NULL, env));
		if (how == 3)
			DO(execvpe("nowhere-at-all", args, env));
		if (how == 4)
			execlp("sh", "sh", "-c", args[2], "name", NULL);
		_exit(9);
	}
	say("exec %d: %d", how, child_status(pid));
}

static void by_mark(void)
{
	int end[2], fd;
	char buf[8];

	kind_pair("tcp", end);
	setsockopt(end[1], SOL_SOCKET, SO_OOBINLINE, &(int){1}, sizeof(int));
	DO(sockatmark(end[1]));
	DO(send(end[0], "ab", 2, 0));
	DO(send(end[0], "c", 1, MSG_OOB));
	await(end[1], POLLPRI);
	DO(sockatmark(end[1]));
	DO(read(end[1], buf, 8));
	DO(sockatmark(end[1]));
	DO(read(end[1], buf, 8));
	DO(sockatmark(end[1]));
	fd = open("/dev/null", O_RDONLY);
	DO(sockatmark(fd));
	close(fd);
	DO(sockatmark(fd));
	close(end[0]);
	close(end[1]);
}

static void by_stream(void)
{
	for (size_t k = 0; k < 3; k++) {
		char line[32] = "";
		int end[2];
		FILE *in, *out;

		kind_pair(KINDS[k], end);
		in = fdopen(end[1], "r+");
		out = fdopen(end[0], "w");
		DO(fprintf(out, "one %d\ntwo\n", 1));
		DO(fflush(out));
		DO(fgets(line, sizeof(line), in) ? strlen(line) : 0);
		DO(fputs("unread by the other\n", out));
		out = freopen("/dev/null", "w", out);
		say("freopen: %d", out && fileno(out) == end[0]);
		DO(fprintf(out, "nowhere"));
		DO(fclose(out));
		DO(fgets(line, sizeof(line), in) ? strlen(line) : 0);
		DO(fgets(line, sizeof(line), in) ? strlen(line) : 0);
		DO(fgets(line, sizeof(line), in) ? strlen(line) : 0);
		say("eof %d error %d", feof(in), ferror(in));
		DO(fclose(in));
		DO(fcntl(end[1], F_GETFD));
		/* Their numbers, as pipes. */
		kind_pair("pipe", end);
		DO(write(end[0], "abc", 3));
		DO(read(end[1], line, 3));
		DO(close(end[0]));
		DO(close(end[1]));
	}
}

int torture(const char *variant)
{
	switch (*variant) {
	case 'c': by_closefrom(); break;
	case 'f': by_fork(); break;
	case 'd': by_daemon(); break;
	case 'm': by_mark(); break;
	case 's': by_stream(); break;
	default:
		for (int how = 0; how < 5; how++)
			exec_in_child(how);
	}
	return 0;
}
