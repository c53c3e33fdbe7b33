/* SPDX-License-Identifier: MIT */
/* Little memory, or none for the shim's table: the program starts and works as bare.
 * variants: as data nomap
 */
#include "../seccomp/filter.h"
#include "wrapped.h"

#include <sys/mman.h>
#include <sys/resource.h>

/* mmap() with MAP_NORESERVE fails, as where memory is accounted strictly and there is none. */
static void forbid_reserving(void)
{
	struct filter f;

	filter_begin(&f);
	filter_op(&f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 3));
	filter_op(&f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			      offsetof(struct seccomp_data, args) + 8 * 3));
	filter_op(
		&f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, MAP_NORESERVE, 0, 1));
	filter_op(&f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOMEM));
	filter_install(&f, SECCOMP_RET_ALLOW, "unseen");
}

static void limit(const char *variant)
{
	const struct rlimit as = {6 << 20, 6 << 20}, data = {512 << 10, 512 << 10};

	if (!strcmp(variant, "as"))
		setrlimit(RLIMIT_AS, &as);
	else if (!strcmp(variant, "data"))
		setrlimit(RLIMIT_DATA, &data);
	else
		forbid_reserving();
}

/* It finds the end of memory, works there, and gives all back. */
static void exhaust(void)
{
	static void *page[4096];
	int n = 0;

	while ((page[n] = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			0)) != MAP_FAILED)
		sure(++n < 4096, "no end of memory");
	say("%s", errname(errno));
	wrapped_all();
	while (n)
		munmap(page[--n], 4096);
}

int torture(const char *variant)
{
	pid_t pid;

	if (!strcmp(variant, "limited")) {
		wrapped_all();
		exhaust();
		return 0;
	}
	if (!strcmp(variant, "unreserved")) {
		wrapped_all();
		return 0;
	}
	pid = fork();
	if (!pid) {
		limit(variant);
		execl("/proc/self/exe", "memory", *variant == 'n' ? "unreserved" : "limited", NULL);
		_exit(98);
	}
	say("status %d", child_status(pid));
	return 0;
}
