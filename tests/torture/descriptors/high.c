/* SPDX-License-Identifier: MIT */
/* Sockets at the highest number that there is, also where that is far beyond what a process of so
 * little memory is expected to use.
 * variants: highest beyond
 */
#include "case.h"

#include <fcntl.h>
#include <sys/resource.h>

static void use(int fd, int other)
{
	char c, address[32];
	int listener = listen_any(address), high = fd - 2, accepted, dialled;

	DO(send(fd, "x", 1, 0));
	DO(read(other, &c, 1));
	DO(write(other, "y", 1));
	DO(recv(fd, &c, 1, 0));
	DO(dup2(listener, high) == high);
	dialled = dial(address);
	DO((accepted = accept(high, NULL, NULL)) > 0);
	DO(write(accepted, "z", 1));
	DO(recv(dialled, &c, 1, 0));
	DO(dup2(dialled, fd) == fd);
	DO(recv(other, &c, 1, 0));
	DO(write(fd, "d", 1));
	DO(recv(accepted, &c, 1, 0));
	DO(close_range((unsigned)high, (unsigned)high, 0));
	DO(accept(high, NULL, NULL));
	close(listener), close(dialled), close(accepted), close(other);
}

/* What stands at the number now is written to as itself. */
static void as_pipe(int fd)
{
	int pipes[2];
	char c;

	sure(pipe(pipes) == 0 && dup2(pipes[1], fd) == fd, "pipe");
	DO(write(fd, "p", 1));
	DO(read(pipes[0], &c, 1));
	DO(send(fd, "p", 1, 0));
	DO(close(fd));
	DO(write(fd, "p", 1));
	close(pipes[0]), close(pipes[1]);
}

/* As high as it goes, which without privilege is the hard limit. */
static int raise_limit(struct rlimit *was)
{
	struct rlimit wide;
	FILE *f = fopen("/proc/sys/fs/nr_open", "re");
	int most;

	sure(f && fscanf(f, "%d", &most) == 1, "nr_open");
	fclose(f);
	getrlimit(RLIMIT_NOFILE, was);
	wide.rlim_cur = wide.rlim_max = (rlim_t)most;
	if (setrlimit(RLIMIT_NOFILE, &wide)) {
		wide.rlim_cur = wide.rlim_max = was->rlim_max;
		sure(setrlimit(RLIMIT_NOFILE, &wide) == 0, "RLIMIT_NOFILE");
	}
	return (int)wide.rlim_cur;
}

/* Who keeps a table sizes it at its start, by the memory that there may be. */
static void begin_with_little_memory(void)
{
	struct rlimit little = {16 << 20, RLIM_INFINITY};
	struct rlimit now;

	getrlimit(RLIMIT_DATA, &now);
	if (now.rlim_cur == little.rlim_cur)
		return;
	sure(setrlimit(RLIMIT_DATA, &little) == 0, "RLIMIT_DATA");
	execl("/proc/self/exe", "high", "beyond", (char *)NULL);
	die("exec");
}

int torture(const char *variant)
{
	int end[2], fd, limit;
	struct rlimit was;

	if (*variant == 'b')
		begin_with_little_memory();
	limit = raise_limit(&was);
	tcp_pair(end);
	fd = limit - 1;
	DO(dup2(end[0], fd) == fd);
	DO(dup2(end[0], limit));
	DO(fcntl(end[0], F_DUPFD, fd - 1) == fd - 1);
	DO(close(fd - 1));
	DO(close(end[0]));
	use(fd, end[1]);
	as_pipe(fd);
	DO(close(fd));
	setrlimit(RLIMIT_NOFILE, &was);
	return 0;
}
