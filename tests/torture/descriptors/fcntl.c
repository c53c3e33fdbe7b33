/* SPDX-License-Identifier: MIT */
/* fcntl by each of its names, with every kind of third argument, or none.
 * variants: fcntl fcntl64 __fcntl
 */
#include "case.h"

#include <fcntl.h>

extern int __fcntl(int fd, int cmd, ...);
static int (*by)(int fd, int cmd, ...);

static int seen_by_child(int fd)
{
	struct flock lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET, .l_len = 1};
	pid_t pid = fork();

	if (pid == 0)
		_exit(by(fd, F_GETLK, &lock) == 0 && lock.l_type == F_WRLCK &&
			lock.l_pid == getppid());
	return child_status(pid);
}

static void on_files(void)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 10};
	int fd = open("locked", O_CREAT | O_RDWR | O_CLOEXEC, 0600), pipes[2];

	DO(by(fd, F_SETLK, &lock));
	say("seen by another: %d", seen_by_child(fd));
	lock.l_type = F_UNLCK;
	DO(by(fd, F_SETLKW, &lock));
	DO(by(fd, F_OFD_SETLK, &lock));
	DO(by(fd, F_SETLEASE, F_RDLCK));
	DO(by(fd, F_GETLEASE));
	DO(by(fd, F_SETLK, (void *)8));
	DO(by(fd, F_SETFL, O_APPEND | O_NONBLOCK));
	DO(by(fd, F_GETFL));
	DO(by(fd, F_DUPFD, 100));
	DO(by(fd, F_DUPFD_CLOEXEC, 100));
	DO(by(100, F_GETFD));
	DO(by(101, F_GETFD));
	DO(by(fd, F_DUPFD, -1));
	DO(close(fd));
	DO(by(fd, F_GETFL));
	sure(pipe(pipes) == 0, "pipe");
	DO(by(pipes[0], F_SETPIPE_SZ, 131072));
	DO(by(pipes[1], F_GETPIPE_SZ));
	DO(by(pipes[1], F_SETPIPE_SZ, -1));
	DO(by(open("/", O_RDONLY | O_CLOEXEC), F_NOTIFY, 0));
	DO(by(AT_FDCWD, F_GETFD));
	DO(by(-1, F_DUPFD, 0));
	DO(by(0, 12345, 1L << 40));
}

static void on_sockets(int end[2])
{
	struct f_owner_ex owner = {.type = F_OWNER_PID, .pid = getpid()};
	uint64_t hint = 0;
	char c;

	DO(by(end[0], F_SETOWN_EX, &owner));
	memset(&owner, 0, sizeof(owner));
	DO(by(end[0], F_GETOWN_EX, &owner));
	say("owner: type %d, us %d", owner.type, owner.pid == getpid());
	DO(by(end[0], F_SETOWN, 0));
	DO(by(end[0], F_GETOWN));
	DO(by(end[0], F_SETSIG, SIGUSR1));
	DO(by(end[0], F_GETSIG));
	DO(by(end[0], F_GET_RW_HINT, &hint));
	DO(by(end[0], F_SETFD, FD_CLOEXEC));
	DO(by(end[0], F_GETFD));
	DO(by(end[0], F_SETFL, O_NONBLOCK));
	DO(by(end[0], F_GETFL));
	DO(recv(end[0], &c, 1, 0));
	DO(by(end[0], F_GETPIPE_SZ));
	DO(by(end[0], F_DUPFD, 200));
	DO(close(end[0]));
	DO(write(200, "x", 1));
	DO(read(end[1], &c, 1));
}

int torture(const char *variant)
{
	int end[2];

	by = *variant == '_' ? __fcntl : variant[5] ? fcntl64 : fcntl;
	tcp_pair(end);
	on_files();
	on_sockets(end);
	return 0;
}
