/* SPDX-License-Identifier: MIT */
/* Descriptors that are not what most are: O_PATH, folders, terminals, streams opened twice on one
 * socket, numbers closed twice.
 * variants: path folder pty stream twice
 */
#include "case.h"

#include <fcntl.h>

extern int _IO_fclose(FILE *stream);

static void all_calls(int fd)
{
	char buf[8];

	DO(read(fd, buf, 1));
	DO(write(fd, "x", 1));
	DO(recv(fd, buf, 1, 0));
	DO(send(fd, "x", 1, 0));
	DO(option(fd, SOL_SOCKET, SO_TYPE));
	DO(shutdown(fd, SHUT_WR));
	DO(listen(fd, 1));
	DO(accept(fd, NULL, NULL));
	DO(dup2(fd, 50));
	DO(read(50, buf, 1));
	DO(fcntl(fd, F_GETFL));
	DO(close(50));
	DO(close(fd));
	DO(read(fd, buf, 1));
}

static void on_pty(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY), slave;
	char buf[16];

	sure(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0, "pty");
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	DO(isatty(slave));
	DO(write(master, "in\n", 3));
	DO(read(slave, buf, sizeof(buf)));
	DO(write(slave, "out\n", 4));
	DO(read(master, buf, 4)); /* the echo */
	DO(send(slave, "x", 1, 0));
	DO(close(slave));
	DO(read(master, buf, sizeof(buf)) > 0);
	DO(read(master, buf, sizeof(buf)));
	DO(write(master, "x", 1));
	DO(close(master));
}

/* Each fclose closes the number, whoever has it by then. */
static void on_streams(int end[2])
{
	FILE *in = fdopen(end[0], "r"), *out = fdopen(end[0], "w"), *other;
	char line[16];
	int pipes[2];

	DO(write(end[1], "line\n", 5));
	DO(fgets(line, sizeof(line), in) == line);
	DO(fprintf(out, "answer\n"));
	DO(fflush(out));
	DO(read(end[1], line, sizeof(line)));
	DO(fclose(in));
	DO(fprintf(out, "late\n"));
	DO(fclose(out));
	DO(recv(end[1], line, 1, 0));
	in = fdopen(end[1], "r");
	out = fdopen(end[1], "w");
	DO(_IO_fclose(in));
	sure(pipe(pipes) == 0, "pipe");
	DO(fclose(out)); /* a pipe's number by now, or none */
	DO(fcntl(pipes[0], F_GETFD));
	DO(fcntl(pipes[1], F_GETFD));
	other = fmemopen(line, sizeof(line), "w");
	DO(fileno(other));
	DO(fclose(other));
}

static void twice(int end[2])
{
	int pair[2];

	DO(close(end[0]));
	DO(close(end[0]));
	DO(syscall(SYS_close, end[0]));
	DO(close_range((unsigned)end[0], (unsigned)end[0], 0));
	DO(shutdown(end[0], SHUT_RDWR));
	unix_pair(pair);
	DO(close(pair[0]));
	DO(write(pair[1], "x", 1) < 0 ? 0 : 1);
	DO(close(pair[0]));
	DO(close(pair[1]));
	DO(close(pair[1]));
}

int torture(const char *variant)
{
	int end[2];

	signal(SIGPIPE, SIG_IGN);
	tcp_pair(end);
	sure(dup(0) == 3, "dup");
	if (!strcmp(variant, "path"))
		all_calls(open("/etc", O_PATH | O_CLOEXEC));
	else if (!strcmp(variant, "folder"))
		all_calls(open("/etc", O_RDONLY | O_DIRECTORY));
	else if (!strcmp(variant, "pty"))
		on_pty();
	else if (!strcmp(variant, "stream"))
		on_streams(end);
	else
		twice(end);
	return 0;
}
