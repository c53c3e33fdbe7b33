/* SPDX-License-Identifier: MIT */
/* Wrapped functions found by name, by version, by address: each is there as bare, and works.
 * variants: default next version address
 * cflags: -ldl
 */
#include "io.h"

#include <dlfcn.h>
#include <gnu/lib-names.h>

static const char *const name[] = {"socket", "socketpair", "connect", "listen", "accept", "accept4",
	"close", "close_range", "closefrom", "dup", "dup2", "dup3", "fcntl", "fcntl64", "shutdown",
	"fclose", "read", "readv", "recv", "recvfrom", "recvmsg", "recvmmsg", "__read_chk",
	"__recv_chk", "__recvfrom_chk", "write", "writev", "send", "sendto", "sendmsg", "sendmmsg",
	"sendfile", "sendfile64", "splice", "setsockopt", "getsockopt", "sigaction", "__sigaction",
	"signal", "bsd_signal", "ssignal", "sysv_signal", "__sysv_signal", "sigset", "sigignore",
	"execve", "execv", "execvp", "execvpe", "execl", "execle", "execlp", "fexecve", "execveat",
	"posix_spawn", "posix_spawnp", "prctl", "syscall", "mlockall", "epoll_ctl", "__connect",
	"__close", "__dup2", "__fcntl", "_IO_fclose", "__read", "__write", "__send", "poll",
	"ppoll", "__poll_chk", "__ppoll_chk", "select", "pselect", "epoll_wait", "epoll_pwait",
	"epoll_pwait2", "fork", "__poll", "__select", "__fork", "no_such_call"};

/* What was found reads, writes and closes. */
static void use(ssize_t (*found_read)(int, void *, size_t),
	ssize_t (*found_write)(int, const void *, size_t), int (*found_close)(int))
{
	int end[2];
	char c;

	tcp_pair(end);
	DO(found_write(end[0], "x", 1));
	DO(found_read(end[1], &c, 1));
	DO(found_close(end[1]));
	DO(found_read(end[0], &c, 1));
	DO(found_close(end[0]));
	DO(found_close(end[0]));
}

static void by_name(void *where)
{
	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++)
		say("%s: %d", name[i], dlsym(where, name[i]) != NULL);
	use(dlsym(where, "read"), dlsym(where, "write"), dlsym(where, "close"));
}

static void by_version(void)
{
	const char *old = "GLIBC_2.2.5";
	void *libc = dlopen(LIBC_SO, RTLD_NOW | RTLD_NOLOAD);

	for (size_t i = 0; i < sizeof(name) / sizeof(*name); i++) {
		say("%s: %d %d %d", name[i], dlvsym(RTLD_DEFAULT, name[i], old) != NULL,
			dlvsym(RTLD_NEXT, name[i], old) != NULL,
			dlvsym(RTLD_DEFAULT, name[i], "GLIBC_1.0") != NULL);
		say("%s in libc: %d", name[i], dlsym(libc, name[i]) != NULL);
	}
	use(dlvsym(RTLD_DEFAULT, "read", old), dlvsym(RTLD_DEFAULT, "write", old),
		dlvsym(RTLD_DEFAULT, "close", old));
	use(dlsym(libc, "read"), dlsym(libc, "write"), dlsym(libc, "close"));
	dlclose(libc);
}

static int (*volatile kept_close)(int) = close;
static ssize_t (*volatile kept_read)(int, void *, size_t) = read;
static ssize_t (*volatile kept_write)(int, const void *, size_t) = write;

static void by_address(void)
{
	Dl_info info;

	DO(kept_close == close);
	DO(kept_read == read);
	DO((void *)kept_close == dlsym(RTLD_DEFAULT, "close"));
	DO((void *)kept_read == dlsym(RTLD_DEFAULT, "read"));
	DO((void *)kept_read == (void *)kept_write);
	DO(dladdr((void *)kept_close, &info) != 0);
	DO(info.dli_fname && *info.dli_fname == '/');
	use(kept_read, kept_write, kept_close);
}

int torture(const char *variant)
{
	if (!strcmp(variant, "default"))
		by_name(RTLD_DEFAULT);
	else if (!strcmp(variant, "next"))
		by_name(RTLD_NEXT);
	else if (!strcmp(variant, "version"))
		by_version();
	else
		by_address();
	return 0;
}
