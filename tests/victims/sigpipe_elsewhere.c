/* SPDX-License-Identifier: MIT */
/*
 * cflags: -pthread
 * sigpipe_elsewhere HOW: a SIGPIPE that no write to a socket has raised, in a program that has one
 * at hand; it must kill.  HOW: splice (from a live socket into a pipe that nobody reads), tee
 * (into such a pipe, with a length that is a socket's number), kill (by a thread, while main
 * waits in recv() with SO_RCVTIMEO, which ends by EINTR).
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>

#include "victim.h"

static int fd, server, broken[2];

static void by_splice(void)
{
	char c;

	if (write(server, "hello", 5) != 5 || recv(fd, &c, 1, MSG_PEEK) != 1)
		die("write");
	splice(fd, NULL, broken[1], NULL, 5, 0);
}

static void by_tee(void)
{
	int full[2];

	if (pipe(full) < 0 || write(full[1], "many bytes", 10) != 10)
		die("pipe");
	tee(full[0], broken[1], fd, 0);
}

/* Is the first thread asleep, which it is only in recv()? */
static bool waits(void)
{
	char path[64], text[256], *end;
	int file;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", getpid());
	file = open(path, O_RDONLY);
	n = read(file, text, sizeof(text) - 1);
	close(file);
	text[n > 0 ? n : 0] = 0;
	end = strrchr(text, ')');
	return end && end[2] == 'S';
}

static void *kill_myself(void *arg)
{
	while (!waits())
		usleep(1000);
	kill(getpid(), SIGPIPE);
	return arg;
}

static void by_kill(void)
{
	struct timeval t = {20, 0};
	pthread_t thread;
	sigset_t set;
	char c;

	/* Main is to take it. */
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_create(&thread, NULL, kill_myself, NULL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
	report("recv", recv(fd, &c, 1, 0));
}

int main(int argc, char **argv)
{
	char address[32];
	int listener = listen_any(address);

	fd = dial(address);
	server = accept(listener, NULL, NULL);
	if (argc != 2 || pipe(broken) < 0)
		return 2;
	close(broken[0]);
	if (!strcmp(argv[1], "splice"))
		by_splice();
	else if (!strcmp(argv[1], "tee"))
		by_tee();
	else
		by_kill();
	puts("alive");
	return 0;
}
