/* SPDX-License-Identifier: MIT */
/* sendfile and splice into and out of everything: offsets, counts, a part where the other side is
 * full, and pipes that have ended.
 * variants: tcp unix piper file
 */
#include "states.h"

#include <sys/sendfile.h>

static const char *v;
static int file, end[2];

static void drain(int fd)
{
	char buf[65536];
	int flags = fcntl(fd, F_GETFL);

	fcntl(fd, F_SETFL, flags | O_NONBLOCK);
	while (read(fd, buf, sizeof(buf)) > 0)
		;
	fcntl(fd, F_SETFL, flags);
}

static void files(int to)
{
	off_t at = 1;
	off64_t at64 = 2;

	DO(sendfile(to, file, NULL, 3));
	DO(lseek(file, 0, SEEK_CUR));
	DO(sendfile(to, file, &at, 3));
	say("  at %ld", (long)at);
	DO(sendfile64(to, file, &at64, 100));
	say("  at %ld", (long)at64);
	DO(lseek(file, 0, SEEK_CUR));
	DO(sendfile(to, file, &at64, 4));
	DO(sendfile(to, file, NULL, 0));
	DO(sendfile(to, to, NULL, 4));
	DO(sendfile(to, end[0], NULL, 4));
	DO(sendfile(to, -1, NULL, 4));
	DO(sendfile(-1, file, NULL, 4));
}

/* Until it is full: the rest is not sent, and the offset tells. */
static void full(int to)
{
	off_t at = 0;
	ssize_t n;
	int big = memfd_create("big", 0), rounds = 0;

	sure(ftruncate(big, 64 << 20) == 0, "ftruncate");
	while ((n = sendfile(to, big, &at, 64 << 20)) > 0 && at < 64 << 20)
		rounds++;
	say("  full: %d", n < 0 ? errno == EAGAIN : at == 64 << 20);
	at = 0;
	n = sendfile(to, big, &at, 1 << 20);
	say("  moved: %d", at == (n > 0 ? n : 0));
	close(big);
}

static void pipes(int fd)
{
	off64_t at = 1;

	drain(end[0]);
	sure(write(end[1], "abcdefgh", 8) == 8, "write");
	DO(splice(end[0], NULL, fd, NULL, 2, 0));
	DO(splice(end[0], &at, fd, NULL, 2, 0));
	DO(splice(end[0], NULL, fd, &at, 2, 0));
	say("  at %ld", (long)at);
	DO(splice(end[0], NULL, fd, NULL, 2, SPLICE_F_MORE | SPLICE_F_MOVE));
	drain(end[0]);
	DO(splice(end[0], NULL, fd, NULL, 100, SPLICE_F_NONBLOCK));
	DO(splice(fd, NULL, fd, NULL, 2, SPLICE_F_NONBLOCK));
	DO(splice(fd, NULL, end[1], NULL, 4, SPLICE_F_NONBLOCK));
	DO(splice(fd, NULL, end[1], NULL, 100, SPLICE_F_NONBLOCK));
	DO(splice(fd, NULL, end[0], NULL, 4, SPLICE_F_NONBLOCK));
	DO(splice(fd, NULL, file, NULL, 4, SPLICE_F_NONBLOCK));
	DO(splice(-1, NULL, end[1], NULL, 4, 0));
	DO(splice(fd, NULL, -1, NULL, 4, 0));
}

/* The other end goes: data, then its end, then nothing to write to. */
static void ending(int fd)
{
	close(peer);
	peer = -1;
	drain(end[0]);
	await(fd, *v == 'f' ? POLLIN : POLLRDHUP);
	DO(splice(fd, NULL, end[1], NULL, 65536, SPLICE_F_NONBLOCK) >= 0);
	sure(write(end[1], "abcd", 4) == 4, "write");
	close(end[0]);
	TRY(splice(fd, NULL, end[1], NULL, 10, SPLICE_F_NONBLOCK));
	TRY(sendfile(end[1], file, &(off_t){0}, 4));
}

int torture(const char *variant)
{
	int fd;

	v = variant;
	block_sigpipe();
	sure(pipe(end) == 0 && write(end[1], "pipe", 4) == 4, "pipe");
	file = state_file();
	fd = state(v);
	state_feed(fd);
	files(fd);
	pipes(fd);
	if (*v != 'f' && *v != 'p')
		full(fd);
	ending(fd);
	state_end(fd);
	return 0;
}
