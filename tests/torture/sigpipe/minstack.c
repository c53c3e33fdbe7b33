/* SPDX-License-Identifier: MIT */
/* A handler on an alternate stack that leaves it 2 KiB beside the kernel's frame, and writes, reads
 * and closes there: what lies below is not touched.
 * variants: known first
 */
#include "ways.h"

enum { LEFT = 2048, AREA = 65536, GUARD = 4096 };

static char *area;
static int target[2], handled;

static void on_stack_raw(int sig)
{
	unseen_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0);
}

static void on_stack(int sig)
{
	char c;

	handled += write(target[0], "ab", 2) == 2;
	handled += read(target[1], &c, 1) == 1;
	handled += recv(target[1], &c, 1, 0) == 1;
	handled += send(target[0], "c", 1, 0) == 1;
	handled += close(target[0]) == 0;
}

/* The stack grows down to a page that cannot be touched. */
static void use_stack(size_t size)
{
	stack_t stack = {.ss_sp = area + GUARD, .ss_size = size};

	sure(unseen_syscall(SYS_sigaltstack, (long)&stack, 0, 0, 0, 0, 0) == 0, "sigaltstack");
}

/* The least on which the kernel can start a handler, as a child finds out. */
static size_t least(void)
{
	size_t size;
	pid_t pid;

	for (size = MINSIGSTKSZ;; size += 64) {
		sure(size < AREA - GUARD, "no stack is enough");
		pid = fork();
		if (!pid) {
			set_action(on_stack_raw, SA_ONSTACK);
			use_stack(size);
			unseen_syscall(SYS_kill, getpid(), SIGPIPE, 0, 0, 0, 0);
			_exit(0);
		}
		if (child_status(pid) == 0)
			return size;
	}
}

static void set_target(bool known)
{
	char c;

	if (known) {
		unix_pair(target);
		sure(write(target[0], "x", 1) == 1 && read(target[1], &c, 1) == 1, "use");
		return;
	}
	sure(unseen_syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, (long)target, 0, 0) == 0,
		"socketpair");
}

int torture(const char *variant)
{
	stack_t off = {.ss_flags = SS_DISABLE};
	size_t size;

	area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sure(area != MAP_FAILED && mprotect(area, GUARD, PROT_NONE) == 0, "mmap");
	size = least() + LEFT;
	for (size_t k = 0; k < COUNT(KINDS); k++) {
		int fd = dead(KINDS[k]);

		for (size_t w = 0; w < COUNT(WAYS); w++) {
			set_action(on_stack, SA_ONSTACK);
			use_stack(size);
			set_target(*variant == 'k');
			write_by(&WAYS[w], KINDS[k], fd);
			say("handled: %d", handled);
			handled = 0;
			close(target[0]);
			close(target[1]);
		}
		DO(close(fd));
	}
	sure(sigaltstack(&off, NULL) == 0 && munmap(area, AREA) == 0, "off");
	return 0;
}
