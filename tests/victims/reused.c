/* SPDX-License-Identifier: MIT */
/*
 * cflags: -ldl
 * reused HOW WHAT: a live connection's number comes to belong to something else behind a library's
 * back (R11, R12), and is used as that.  HOW: close, fclose, closefrom, dup2, syscall,
 * instruction, deepbind (with $PLUGIN), dlmopen, freopen.  WHAT: pipe (its SIGPIPE is wanted),
 * file, dgram.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "victim.h"

static void plugin(int fd, bool own_namespace)
{
	const char *path = getenv("PLUGIN");
	void *handle = own_namespace ? dlmopen(LM_ID_NEWLM, path, RTLD_NOW)
				     : dlopen(path, RTLD_NOW | RTLD_DEEPBIND);
	int (*plugin_close)(int) = handle ? (int (*)(int))dlsym(handle, "plugin_close") : NULL;

	if (!plugin_close || plugin_close(fd) < 0)
		die("plugin");
}

/* Descriptor `from` shall be fd: however the program does it, fd is a socket no more. */
static void replace(const char *how, int fd, int from)
{
	if (!strcmp(how, "dup2")) {
		dup2(from, fd);
		return;
	}
	if (!strcmp(how, "close"))
		close(fd);
	else if (!strcmp(how, "fclose"))
		fclose(fdopen(fd, "w"));
	else if (!strcmp(how, "closefrom"))
		closefrom(fd);
	else if (!strcmp(how, "syscall"))
		syscall(SYS_close, fd);
	else if (!strcmp(how, "instruction"))
		unseen_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
	else
		plugin(fd, !strcmp(how, "dlmopen"));
	if (!strcmp(how, "instruction"))
		unseen_syscall(SYS_dup2, from, fd, 0, 0, 0, 0);
	else
		syscall(SYS_dup2, from, fd);
}

int main(int argc, char **argv)
{
	int pair[2], conn[2], listener, fd = 60, from;
	char address[32];
	struct iovec iov[2] = {{"ab", 2}, {"cd", 2}};

	if (argc != 3)
		return 2;
	listener = listen_any(address);
	conn[0] = dial(address);
	conn[1] = accept(listener, NULL, NULL);
	dup2(conn[0], fd);
	close(conn[0]);
	if (write(fd, "hello", 5) != 5 || pipe(pair) < 0)
		die("write");
	from = !strcmp(argv[2], "file") ? open("/tmp", O_TMPFILE | O_RDWR, 0600) : pair[1];
	if (!strcmp(argv[2], "dgram")) {
		if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
			die("socketpair");
		from = pair[1];
	}
	replace(argv[1], fd, from);
	report("write", write(fd, "xyz", 3));
	report("writev", writev(fd, iov, 2));
	close(pair[0]);
	report("after", write(fd, "x", 1));
	return 0;
}
