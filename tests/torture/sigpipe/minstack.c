/* SPDX-License-Identifier: MIT */
/* A handler on an alternate stack that leaves it 2 KiB beside the kernel's frame, and writes, reads
 * and closes there: what lies below is not touched.
 * (Bound at start: the dynamic linker's own work needs more than that.)
 * variants: known first
 * cflags: -Wl,-z,now
 */
#include "ways.h"

enum { LEFT = 2048, AREA = 65536, TOUCHED = 32768 };

static char *area;
static int target[2], handled;
static size_t used; /* of the stack, when the kernel has laid its frame there */

static void on_stack_raw(int sig)
{
	used = (size_t)(area + AREA - (char *)__builtin_frame_address(0));
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

static void use_stack(size_t size)
{
	stack_t stack = {.ss_sp = area, .ss_size = size};

	sure(unseen_syscall(SYS_sigaltstack, (long)&stack, 0, 0, 0, 0, 0) == 0, "sigaltstack");
}

/* Below TOUCHED the stack cannot be touched: the kernel's frame and LEFT bytes are above it. */
static void make_stack(void)
{
	area = mmap(NULL, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sure(area != MAP_FAILED, "mmap");
	use_stack(AREA);
	set_action(on_stack_raw, SA_ONSTACK);
	unseen_syscall(SYS_kill, getpid(), SIGPIPE, 0, 0, 0, 0);
	sure(used > 0 && used + LEFT < AREA - TOUCHED, "the kernel's frame");
	sure(mprotect(area, TOUCHED, PROT_NONE) == 0, "mprotect");
	use_stack(TOUCHED + used + LEFT);
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

	make_stack();
	for (size_t k = 0; k < COUNT(KINDS); k++) {
		int fd = dead(KINDS[k]);

		for (size_t w = 0; w < COUNT(WAYS); w++) {
			set_action(on_stack, SA_ONSTACK);
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
