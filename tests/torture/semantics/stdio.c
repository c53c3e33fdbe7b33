/* SPDX-License-Identifier: MIT */
/* stdio over sockets: libc's own reads and writes, freopen and fclose, which nobody sees but the
 * kernel; and what is then a socket, a file or nothing by the same number.
 * variants: tcp unix
 */
#include "states.h"

static void lines(FILE *f)
{
	char line[64] = "";

	sure(write(peer, "one\ntwo\n", 8) == 8, "write");
	DO(!!fgets(line, sizeof(line), f));
	say("  %s", line);
	DO(fgetc(f));
	DO(fprintf(f, "hello %d\n", 5));
	DO(fflush(f));
	await(peer, POLLIN);
	DO(read(peer, line, sizeof(line)));
	DO(dprintf(fileno(f), "more\n"));
	await(peer, POLLIN);
	DO(read(peer, line, sizeof(line)));
}

static void endings(FILE *f)
{
	char line[64];

	shutdown(peer, SHUT_WR);
	DO(!!fgets(line, sizeof(line), f));
	DO(!!fgets(line, sizeof(line), f));
	DO(feof(f));
	DO(ferror(f));
	DO(fputs("last", f));
	DO(fclose(f));
	await(peer, POLLIN);
	DO(read(peer, line, sizeof(line)));
}

/* The number is given on: to a file, to a pipe, back to a socket. */
static void given_on(void)
{
	int fd = state_tcp(), end[2], file;
	char buf[8];
	FILE *f = fdopen(fd, "r+");

	DO(write(fd, "abc", 3));
	f = freopen("file", "w+", f);
	DO(fileno(f) == fd);
	DO(write(fd, "abc", 3));
	DO(lseek(fd, 0, SEEK_CUR));
	DO(read(peer, buf, sizeof(buf)));
	DO(fclose(f));
	sure(pipe(end) == 0, "pipe");
	DO(write(end[1], "abc", 3));
	DO(read(end[0], buf, sizeof(buf)));
	file = open("file", O_RDONLY);
	DO(read(file, buf, sizeof(buf)));
	DO(write(file, "x", 1));
	close(file);
	close(end[0]);
	close(end[1]);
	close(peer);
	peer = -1;
}

static void no_descriptor(void)
{
	char text[8] = "";
	FILE *f = fmemopen(text, sizeof(text), "w");

	DO(fputs("abc", f));
	DO(fclose(f));
	DO(pclose(popen("exit 3", "r")));
}

int torture(const char *variant)
{
	int fd = state_made(variant);
	FILE *f = fdopen(fd, "r+");

	setvbuf(f, NULL, _IONBF, 0);
	lines(f);
	endings(f);
	close(peer);
	given_on();
	no_descriptor();
	view_wanted = false; /* stdio's own buffers are mappings */
	return 0;
}
