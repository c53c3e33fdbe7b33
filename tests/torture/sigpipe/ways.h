/* SPDX-License-Identifier: MIT */
/* Every way in which a program may raise SIGPIPE: one byte, or a few, to a descriptor. */
#ifndef WAYS_H
#define WAYS_H

#include "dead.h"

#include <stdio_ext.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>

extern __typeof__(write) __write;
extern __typeof__(send) __send;

static struct iovec two[2] = {{"y", 1}, {"z", 1}};

static long by_write(int fd)
{
	return write(fd, "y", 1);
}

static long by___write(int fd)
{
	return __write(fd, "y", 1);
}

static long by_writev(int fd)
{
	return writev(fd, two, 2);
}

static long by_pwritev2(int fd)
{
	return pwritev2(fd, two, 2, -1, 0);
}

static long by_send(int fd)
{
	return send(fd, "y", 1, 0);
}

static long by___send(int fd)
{
	return __send(fd, "y", 1, 0);
}

static long by_sendto(int fd)
{
	return sendto(fd, "y", 1, 0, NULL, 0);
}

static long by_sendmsg(int fd)
{
	struct msghdr msg = {.msg_iov = two, .msg_iovlen = 2};

	return sendmsg(fd, &msg, 0);
}

static long by_sendmmsg(int fd)
{
	struct mmsghdr vec[2] = {
		{{.msg_iov = two, .msg_iovlen = 2}, 0}, {{.msg_iov = two, .msg_iovlen = 1}, 0}};

	return sendmmsg(fd, vec, 2, 0);
}

/* Closes the helper; errno stays. */
static long closing(int helper, long ret)
{
	int err = errno;

	close(helper);
	errno = err;
	return ret;
}

static int a_file(void)
{
	int file = memfd_create("file", 0);

	sure(file >= 0 && write(file, "yz", 2) == 2 && lseek(file, 0, SEEK_SET) == 0, "file");
	return file;
}

static long by_sendfile(int fd)
{
	int file = a_file();

	errno = ERRNO_KEPT;
	return closing(file, sendfile(fd, file, NULL, 2));
}

static long by_sendfile64(int fd)
{
	int file = a_file();
	off64_t from = 1;

	errno = ERRNO_KEPT;
	return closing(file, sendfile64(fd, file, &from, 1));
}

/* A pipe with two bytes in it; its writer is closed. */
static int a_pipe(void)
{
	int end[2];

	sure(pipe(end) == 0 && write(end[1], "yz", 2) == 2 && close(end[1]) == 0, "pipe");
	return end[0];
}

static long by_splice(int fd)
{
	int from = a_pipe();

	errno = ERRNO_KEPT;
	return closing(from, splice(from, NULL, fd, NULL, 2, 0));
}

static long by_tee(int fd)
{
	int from = a_pipe();

	errno = ERRNO_KEPT;
	return closing(from, tee(from, fd, 2, 0));
}

static long by_vmsplice(int fd)
{
	return vmsplice(fd, two, 2, 0);
}

static FILE *a_stream(int fd)
{
	FILE *f = fdopen(dup(fd), "w");

	sure(f, "fdopen");
	errno = ERRNO_KEPT;
	return f;
}

static long by_fflush(int fd)
{
	FILE *f = a_stream(fd);
	int ret = (fprintf(f, "line %d\n", 1), fflush(f)), err = errno;

	__fpurge(f);
	sure(fclose(f) == 0, "fclose");
	errno = err;
	return ret;
}

static long by_fclose(int fd)
{
	FILE *f = a_stream(fd);

	fputs("line\n", f);
	return fclose(f);
}

static long by_fputc_unbuffered(int fd)
{
	FILE *f = a_stream(fd);
	int ret, err;

	setvbuf(f, NULL, _IONBF, 0);
	ret = fputc('y', f);
	err = errno;
	__fpurge(f);
	sure(fclose(f) == 0, "fclose");
	errno = err;
	return ret;
}

static long by_dprintf(int fd)
{
	return dprintf(fd, "line %d\n", 1);
}

static long by_syscall_write(int fd)
{
	return syscall(SYS_write, fd, "y", 1);
}

static long by_syscall_sendto(int fd)
{
	return syscall(SYS_sendto, fd, "y", 1, 0, NULL, 0);
}

static long by_instruction(int fd)
{
	long ret = unseen_syscall(SYS_writev, fd, (long)two, 2, 0, 0, 0);

	if (ret < 0 && ret > -4096)
		errno = -ret;
	return ret < 0 ? -1 : ret;
}

static const struct way {
	const char *name;
	long (*write)(int fd);
} WAYS[] = {
	{"write", by_write},
	{"__write", by___write},
	{"writev", by_writev},
	{"pwritev2", by_pwritev2},
	{"send", by_send},
	{"__send", by___send},
	{"sendto", by_sendto},
	{"sendmsg", by_sendmsg},
	{"sendmmsg", by_sendmmsg},
	{"sendfile", by_sendfile},
	{"sendfile64", by_sendfile64},
	{"splice", by_splice},
	{"tee", by_tee},
	{"vmsplice", by_vmsplice},
	{"fflush", by_fflush},
	{"fclose", by_fclose},
	{"fputc", by_fputc_unbuffered},
	{"dprintf", by_dprintf},
	{"syscall write", by_syscall_write},
	{"syscall sendto", by_syscall_sendto},
	{"instruction", by_instruction},
};

/* Writes in this way, and says what came of it. */
static UNUSED void write_by(const struct way *way, const char *kind, int fd)
{
	long ret;

	errno = ERRNO_KEPT;
	ret = way->write(fd);
	say("%s: %s = %ld %s", kind, way->name, ret, errno == ERRNO_KEPT ? "" : errname(errno));
}

#endif
