/* SPDX-License-Identifier: MIT */
/*
 * Reading the config file inside somebody else's process: never block on it, never trust its
 * size, leave no descriptor and no memory behind.  Its bytes are read into pages of our own and not
 * mapped, because a file that shrinks under a mapping kills the reader.
 */
#include "runtime/config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "sys/errno_name.h"
#include "sys/raw.h"

_Static_assert(CONFIG_FILE_MAX_BYTES == 65536, "so says the message");
static const char too_large[] = "is larger than 65536 bytes";

#define BUFFER_BYTES (CONFIG_FILE_MAX_BYTES + 1) /* one more than legal shows growth */

/* What is being read; `named` by PEERLESS_CONFIG or just the fallback. */
struct reading {
	struct config_loader *load;
	struct span path;
	bool named;
};

static void complain(const struct reading *r, const char *why)
{
	static const struct span none;
	struct config_place place = {.dashes = "", .source = r->path};

	if (r->named)
		place.source = span_of("PEERLESS_CONFIG");
	config_set_complain(r->load, &place, r->named ? r->path : none, none, why);
}

static void complain_errno(const struct reading *r, const char *what, int err)
{
	char text[96];
	struct line why = line_over(text, sizeof(text));
	const char *name = errno_name(err);

	line_str(&why, what);
	line_str(&why, " (");
	if (name)
		line_str(&why, name);
	else
		line_int(&why, err);
	line_str(&why, ")");
	complain(r, text);
}

static const char *open_fault(int err)
{
	switch (err) {
	case ENOENT: return "does not exist";
	case EACCES: return "may not be read by this user";
	case ENXIO: return "is not a regular file: name one";
	default: return "cannot be opened";
	}
}

/* Why a file of this kind is not read, or NULL. */
static const char *refusal(const struct stat *st)
{
	if (S_ISDIR(st->st_mode))
		return "is a directory: name a regular file";
	if (!S_ISREG(st->st_mode))
		return "is not a regular file: name one";
	if (st->st_size > CONFIG_FILE_MAX_BYTES)
		return too_large;
	if (st->st_mode & S_IWOTH && raw3(SYS_geteuid, 0, 0, 0) == 0)
		return "is writable by everyone, and this process is root: chmod o-w it";
	return NULL;
}

/* Bytes read, at most `size`; or -Exxx. */
static long read_all(int fd, char *to, size_t size)
{
	size_t got = 0;
	long n = 1;

	while (got < size && n != 0) {
		n = raw3(SYS_read, fd, (long)(to + got), (long)(size - got));
		if (n < 0 && n != -EINTR)
			return n;
		got += n > 0 ? (size_t)n : 0;
	}
	return (long)got;
}

/* Without the byte order mark that some editors begin it with: it would be part of a first head. */
static struct span text_of(const char *at, size_t len)
{
	static const char mark[] = {'\xef', '\xbb', '\xbf'};
	bool marked = len >= sizeof(mark) && !memcmp(at, mark, sizeof(mark));

	return span_from((struct span){at, len}, marked ? sizeof(mark) : 0);
}

/* Is what was read a text?  Complains if not. */
static bool is_usable(const struct reading *r, const char *at, long len)
{
	if (len < 0)
		complain_errno(r, "cannot be read", (int)-len);
	else if (len > CONFIG_FILE_MAX_BYTES)
		complain(r, too_large);
	else if (len && memchr(at, '\0', (size_t)len))
		complain(r, "holds NUL bytes: it is no text file");
	else
		return true;
	return false;
}

/* The text of an open file, into file->mapped; 0, or -1 after a complaint. */
static int read_text(struct config_file *file, const struct reading *r, int fd)
{
	long base = raw6(SYS_mmap, 0, BUFFER_BYTES, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long len;

	if (base < 0 && base > -4096) {
		complain_errno(r, "cannot be read: there is no memory", (int)-base);
		return -1;
	}
	file->mapped = (void *)base;
	len = read_all(fd, file->mapped, BUFFER_BYTES);
	if (!is_usable(r, file->mapped, len))
		return -1;
	file->text = text_of(file->mapped, (size_t)len);
	return 0;
}

static int read_open(struct config_file *file, const struct reading *r, int fd)
{
	struct stat st;
	long rc = raw3(SYS_fstat, fd, (long)&st, 0);
	const char *fault = rc < 0 ? "cannot be examined" : refusal(&st);

	if (!fault)
		return read_text(file, r, fd);
	complain(r, fault);
	return -1;
}

static void read_path(struct config_file *file, const struct reading *r)
{
	long fd = raw6(SYS_openat, AT_FDCWD, (long)r->path.at,
		O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0, 0, 0);

	if (fd < 0 && !r->named && (fd == -ENOENT || fd == -ENOTDIR))
		return;
	if (fd < 0) {
		complain_errno(r, open_fault((int)-fd), (int)-fd);
		return;
	}
	if (read_open(file, r, (int)fd) == 0)
		memcpy(r->load->settings->path, r->path.at, r->path.len + 1);
	raw3(SYS_close, fd, 0, 0);
}

void config_file_open(struct config_file *file, struct config_loader *load, struct span named)
{
	const char *fallback = load->input->fallback_path;
	struct reading r = {load, named, named.at != NULL};

	*file = (struct config_file){{"", 0}, NULL};
	if (!r.named && fallback)
		r.path = span_of(fallback);
	if (!r.path.len)
		return;
	if (r.path.len >= sizeof(load->settings->path))
		complain(&r, "is too long a path: 255 bytes fit");
	else
		read_path(file, &r);
}

void config_file_close(struct config_file *file)
{
	if (file->mapped)
		raw3(SYS_munmap, (long)file->mapped, BUFFER_BYTES, 0);
	*file = (struct config_file){{"", 0}, NULL};
}
