/* SPDX-License-Identifier: MIT */
/* A program whose descriptors 0, 1 and 2 are connections: their peers get what it sends and
 * nothing else, whatever there is to be logged.  It is started without these, or closes them.
 * part: of no_standard
 */
#include "case.h"

#include <fcntl.h>

static int kept, end[3][2];
static char report_text[4096];
static size_t report_len;

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report_len += (size_t)vsnprintf(
		report_text + report_len, sizeof(report_text) - report_len, format, args);
	va_end(args);
}

/* All that has come to fd, in text. */
static void note_received(const char *who, int fd)
{
	char text[256];
	ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	note("%s: %zd %.*s\n", who, n, n > 0 ? (int)n : 0, text);
}

/* The numbers 0, 1 and 2 are what is opened next. */
static void open_there(bool tcp)
{
	for (int i = 0; i < 3; i++) {
		if (tcp) {
			char address[32];
			int listener = listen_any(address), from = dial(address);

			end[i][1] = fcntl(accept(listener, NULL, NULL), F_DUPFD, 10);
			end[i][0] = from;
			dup2(from, 20 + i);
			close_range(0, 9, 0);
			end[i][0] = 20 + i;
		} else {
			sure(socketpair(AF_UNIX, SOCK_STREAM, 0, end[i]) == 0, "socketpair");
			end[i][1] = dup2(end[i][1], 10 + i);
			dup2(end[i][0], 20 + i);
			close_range(0, 9, 0);
			end[i][0] = 20 + i;
		}
	}
	for (int i = 0; i < 3; i++)
		sure(dup(20 + i) == i && close(20 + i) == 0, "number");
	for (int i = 0; i < 3; i++)
		end[i][0] = i;
}

/* Things that are logged: a reset, a refused connection, ends. */
static void something_to_log(void)
{
	struct linger at_once = {1, 0};
	char address[32], c;
	int listener = listen_any(address), a = dial(address), b = accept(listener, NULL, NULL);

	setsockopt(b, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(b);
	await(a, POLLIN);
	errno = 0;
	note("recv: %zd", recv(a, &c, 1, 0));
	note(" %s\n", errname(errno));
	note("send: %zd", send(a, &c, 1, MSG_NOSIGNAL));
	note(" %s\n", errname(errno));
	close(a);
	close(listener);
	signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
	/* Where the report goes: given by our parent, at 9, or standard output. */
	bool closed = fcntl(0, F_GETFD) < 0 && fcntl(1, F_GETFD) < 0 && fcntl(2, F_GETFD) < 0;

	kept = fcntl(closed ? 9 : 1, F_DUPFD, 100);
	note("closed at start: %d\n", closed);
	close_range(0, 9, 0);
	open_there(argc > 1 && !strcmp(argv[1], "tcp"));
	for (int i = 0; i < 3; i++)
		note("write %d: %zd\n", i, write(i, "mine", 4));
	something_to_log();
	for (int i = 0; i < 3; i++)
		note_received("peer", end[i][1]);
	for (int i = 0; i < 3; i++)
		note("send %d: %zd\n", i, send(end[i][1], "yours", 5, 0));
	for (int i = 0; i < 3; i++)
		note_received("we", i);
	for (int i = 0; i < 3; i++)
		note("close %d: %d\n", i, close(i));
	for (int i = 0; i < 3; i++)
		note_received("peer", end[i][1]);
	unseen_syscall(SYS_write, kept, (long)report_text, (long)report_len, 0, 0, 0);
	return 0;
}

int torture(const char *variant)
{
	(void)variant;
	return 99;
}
