/* SPDX-License-Identifier: MIT */
/* fcntl and prctl: every command, with all its words, on sockets, files and what is not open.
 * variants: fcntl prctl
 */
#include "states.h"

#include <limits.h>
#include <linux/capability.h>
#include <sys/prctl.h>

int __fcntl(int fd, int cmd, ...);

static void numbers(int fd)
{
	int cmd;

	for (cmd = -1; cmd < 40; cmd++)
		if (cmd != F_SETLKW && cmd != F_OFD_SETLKW && cmd != F_GETOWN) {
			long ret = fcntl(fd, cmd, 0);

			say("  %d = %ld %s", cmd, ret, ret < 0 ? errname(errno) : "");
			if (cmd == F_DUPFD)
				close(ret);
		}
	for (cmd = 1024; cmd < 1044; cmd++)
		if (cmd != F_DUPFD_CLOEXEC)
			say("  %d = %d", cmd, fcntl(fd, cmd, 0));
}

static void owners(int fd)
{
	struct f_owner_ex owner = {F_OWNER_TID, gettid()};
	uint64_t hint = 2;

	DO(fcntl(fd, F_SETOWN_EX, &owner));
	owner.pid = 0;
	DO(fcntl(fd, F_GETOWN_EX, &owner));
	say("  %d", owner.pid == gettid());
	DO(fcntl(fd, F_SETOWN, INT_MIN));
	DO(fcntl(fd, F_SETOWN, 0));
	DO(fcntl(fd, F_SET_RW_HINT, &hint));
	DO(fcntl(fd, F_GET_RW_HINT, &hint));
	DO(fcntl(fd, F_SETLEASE, F_RDLCK));
	DO(fcntl(fd, F_NOTIFY, 0));
	DO(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
	DO(fcntl(fd, F_GET_SEALS));
}

static void duplicates(int fd)
{
	DO(fcntl(fd, F_DUPFD, 30));
	DO(fcntl64(fd, F_DUPFD_CLOEXEC, 30));
	DO(__fcntl(fd, F_DUPFD, 30));
	DO(fcntl(fd, F_DUPFD, -1));
	DO(fcntl(fd, F_DUPFD, INT_MAX));
	DO(fcntl(30, F_GETFD));
	DO(fcntl(31, F_GETFD));
	DO(fcntl(31, F_SETFD, 0));
	DO(fcntl(31, F_SETFD, -1));
	DO(fcntl(31, F_GETFD));
	DO(write(31, "x", 1));
	DO(close(30));
	DO(write(30, "x", 1));
	DO(write(32, "x", 1));
	close(31);
	close(32);
}

static void by_fcntl(void)
{
	static const char *const v[] = {"tcp", "unix", "udp", "listening", "file", "nothing"};
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(*v); i++) {
		int fd = state(v[i]);

		say("-- %s", v[i]);
		numbers(fd);
		owners(fd);
		duplicates(fd);
		state_end(fd);
	}
	DO(fcntl(1, F_GETPIPE_SZ));
}

static void by_prctl(void)
{
	char name[16] = "", *map;
	int value = -1;
	long slack;

	DO(prctl(PR_SET_NAME, "a name of fifteen"));
	DO(prctl(PR_GET_NAME, name));
	say("  %s", name);
	DO(prctl(PR_SET_PDEATHSIG, SIGUSR1));
	DO(prctl(PR_GET_PDEATHSIG, &value));
	say("  %d", value);
	DO(prctl(PR_SET_PDEATHSIG, 999));
	DO(prctl(PR_SET_PDEATHSIG, 0));
	DO(prctl(PR_CAPBSET_READ, CAP_CHOWN));
	DO(prctl(PR_CAPBSET_READ, 999));
	DO(prctl(PR_SET_DUMPABLE, 3));
	DO(prctl(PR_SET_TIMERSLACK, 12345));
	slack = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
	say("  %ld", slack);
	DO(prctl(PR_SET_TIMERSLACK, 0));
	DO(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 1));
	DO(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 1, 0));
	DO(prctl(PR_SET_NO_NEW_PRIVS, 2, 0, 0, 0));
	DO(prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0));
	DO(prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
	DO(prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0));
	map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	value = prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, map, 4096, "named");
	say("vma: %d", value);
	DO(prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, map, 4096, "[bad]"));
	DO(prctl(PR_SET_VMA, 99, map, 4096, NULL));
	munmap(map, 4096);
	DO(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 0));
	DO(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_CHOWN, 0, 1));
	DO(prctl(PR_SET_CHILD_SUBREAPER, 1));
	DO(prctl(PR_GET_CHILD_SUBREAPER, &value));
	say("  %d", value);
	DO(prctl(PR_GET_SECCOMP));
	DO(prctl(PR_SET_SECCOMP, 99, 0, 0, 0));
	DO(prctl(-1, 1, 2, 3, 4));
}

int torture(const char *variant)
{
	block_sigpipe();
	*variant == 'f' ? by_fcntl() : by_prctl();
	return 0;
}
