/* SPDX-License-Identifier: MIT */
/* sending: a thread that sleeps within a call that sends on a socket is seen, and no other. */
#include "child_fixture.h"
#include "loopback_fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "sending.h"
#include "sys/compiler.h"

static int side[2], other[2], pipes[2], file;
static char data[1 << 20];

/* Each fills the buffers, as nobody reads, and then sleeps; a call that returned sent a part. */
static void way_write(void)
{
	write(side[0], data, sizeof(data));
}

static void way_writev(void)
{
	struct iovec v = {data, sizeof(data)};

	writev(side[0], &v, 1);
}

static void way_pwritev2(void)
{
	struct iovec v = {data, sizeof(data)};

	pwritev2(side[0], &v, 1, -1, 0);
}

static void way_send(void)
{
	send(side[0], data, sizeof(data), 0);
}

static void way_sendmsg(void)
{
	struct iovec v = {data, sizeof(data)};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};

	sendmsg(side[0], &m, 0);
}

static void way_sendmmsg(void)
{
	struct iovec v = {data, sizeof(data)};
	struct mmsghdr m = {.msg_hdr = {.msg_iov = &v, .msg_iovlen = 1}};

	sendmmsg(side[0], &m, 1, 0);
}

static void way_sendfile(void)
{
	off_t from = 0;

	sendfile(side[0], file, &from, sizeof(data));
}

/* Its queue is empty: only the call itself tells that something is under way. */
static void way_splice(void)
{
	splice(pipes[0], NULL, side[0], NULL, sizeof(data), 0);
}

static void way_read(void)
{
	read(side[0], data, sizeof(data));
}

static void way_poll(void)
{
	pause();
}

static const struct {
	const char *name;
	void (*run)(void);
	bool sends;
} ways[] = {
	{"write", way_write, true},
	{"writev", way_writev, true},
	{"pwritev2", way_pwritev2, true},
	{"send", way_send, true},
	{"sendmsg", way_sendmsg, true},
	{"sendmmsg", way_sendmmsg, true},
	{"sendfile", way_sendfile, true},
	{"splice", way_splice, true},
	{"read", way_read, false},
	{"pause", way_poll, false},
};

static void *for_ever(void *run)
{
	for (;;)
		((void (*)(void))(uintptr_t)run)();
	return NULL;
}

/* A child in which another thread than the first goes this way. */
static pid_t child_that(void (*run)(void))
{
	pid_t pid = fork();
	pthread_t thread;

	if (pid) {
		assert_true(pid > 0);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pthread_create(&thread, NULL, for_ever, (void *)(uintptr_t)run);
	for (;;)
		pause();
}

static uint32_t inode_of(int fd)
{
	struct stat st;

	assert_int_equal(fstat(fd, &st), 0);
	return (uint32_t)st.st_ino;
}

/* Are both of its threads asleep? */
static bool is_asleep(pid_t pid)
{
	char command[128];

	snprintf(command, sizeof(command),
		"test $(cat /proc/%d/task/*/stat | grep -c ') S ') = 2 2>/dev/null", (int)pid);
	return !system(command);
}

/* In half a second's worth of looks: is it seen in each of the last ten? */
static bool seen_sending(pid_t pid, int fd)
{
	unsigned row = 0;

	for (unsigned i = 0; i < 500 && row < 10; i++) {
		row = sending_now(pid, inode_of(fd)) ? row + 1 : 0;
		usleep(1000);
	}
	return row == 10;
}

static void set_up(void)
{
	connection("127.0.0.1", side);
	connection("127.0.0.1", other);
	assert_int_equal(pipe(pipes), 0);
	file = memfd_create("data", 0);
	assert_int_equal(write(file, data, sizeof(data)), sizeof(data));
}

static void tear_down(void)
{
	int *const used[] = {side, side + 1, other, other + 1, pipes, pipes + 1, &file};

	for (unsigned i = 0; i < ARRAY_SIZE(used); i++)
		close(*used[i]);
}

static void a_way(void (*run)(void), bool sends)
{
	pid_t pid;

	set_up();
	pid = child_that(run);
	for (unsigned i = 0; i < 500 && !is_asleep(pid); i++)
		usleep(1000);
	assert_int_equal(seen_sending(pid, side[0]), sends);
	assert_false(sending_now(pid, inode_of(other[0])));
	/* Stopped, the call is as unfinished as before. */
	kill(pid, SIGSTOP);
	usleep(10000);
	if (sends)
		assert_true(sending_now(pid, inode_of(side[0])));
	child_ended(pid);
	tear_down();
}

static void every_call_that_sends_is_seen(void **state)
{
	(void)state;
	for (unsigned i = 0; i < ARRAY_SIZE(ways); i++) {
		print_message("%s\n", ways[i].name);
		a_way(ways[i].run, ways[i].sends);
	}
}

static void what_cannot_be_known_counts_as_sending(void **state)
{
	pid_t pid = child_idle();

	(void)state;
	set_up();
	assert_false(sending_now(pid, inode_of(side[0])));
	child_ended(pid);
	assert_true(sending_now(pid, inode_of(side[0])));
	tear_down();
}

static void of_another_user(void)
{
	become_ordinary();
	drop_capabilities();
	assert_true(sending_now(getppid(), 1));
}

static void another_users_threads_cannot_be_known(void **state)
{
	(void)state;
	if (geteuid())
		skip();
	child_lives(of_another_user);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_that_sends_is_seen),
		cmocka_unit_test(what_cannot_be_known_counts_as_sending),
		cmocka_unit_test(another_users_threads_cannot_be_known),
	};

	return cmocka_run_group_tests_name("sending", tests, NULL, NULL);
}
