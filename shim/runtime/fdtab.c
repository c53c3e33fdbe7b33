/* SPDX-License-Identifier: MIT */
/*
 * The descriptor table's mapping and its ownership.
 *
 * MADV_WIPEONFORK gives a fork child zeroes, which read as: no owner, every word UNKNOWN, pool
 * empty.  A vfork child finds the owner's pid, which is not its own.  That is the whole protocol
 * (KERNEL.md 15, PITFALLS B5 and B6): no atfork handler, nothing interposed.
 *
 * Where a filter may forbid madvise, a fork child finds its parent's pid, as a vfork child does,
 * but libc knows its number.  It goes on with what its parent knew: words are hints only.
 */
#include "runtime/fdtab.h"

#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/single_threaded.h>

#include "runtime/connpool.h"
#include "sys/raw.h"
#include "sys/tid.h"

/* Other libcs lack it, and their programs shall start, though without us. */
#pragma weak __libc_single_threaded

enum {
	FDS_MAX = 1 << 20,
	FDS_MIN = 1024,
	CONNS_MAX = 1 << 17,
	BYTES_A_FD = 64 * (sizeof(fdtab_word) + sizeof(struct conn)), /* a 64th of the limit */
	PAGE = 4096,
};

struct head {
	_Atomic int owner; /* pid; 0: nobody has moved in yet, or a fork child has not */
	_Atomic uint32_t top;
	uint32_t spare;
};

uint32_t fdtab_limit;
_Atomic fdtab_word *fdtab_slot;
static struct head *head;
static void *pool_memory;
static uint32_t pool_count, table_limit;
static bool wiped; /* on fork */

static uint64_t limit_of(int resource)
{
	struct rlimit limit;
	long rc = raw6(SYS_prlimit64, 0, resource, 0, (long)&limit, 0, 0);

	return rc || limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : limit.rlim_cur;
}

/* As many as this process may ever open, and a small part of memory that is limited. */
static uint32_t table_size(void)
{
	struct rlimit files = {0};
	uint64_t n = FDS_MAX, memory = limit_of(RLIMIT_AS);

	if (!raw6(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, (long)&files, 0, 0) && files.rlim_max < n)
		n = files.rlim_max;
	if (limit_of(RLIMIT_DATA) < memory)
		memory = limit_of(RLIMIT_DATA);
	if (memory / BYTES_A_FD < n)
		n = memory / BYTES_A_FD;
	return n < FDS_MIN ? FDS_MIN : (uint32_t)n;
}

static void move_in(int pid)
{
	connpool_place(pool_memory, pool_count);
	atomic_store(&head->owner, pid);
}

/* 0, or -Exxx: memory is back. */
static long advise(long at, uint64_t bytes)
{
	if (raw3(SYS_madvise, at, (long)bytes, MADV_WIPEONFORK)) { /* Linux 4.14 */
		raw3(SYS_munmap, at, (long)bytes, 0);
		return -ENOSYS;
	}
	raw3(SYS_madvise, at, (long)bytes, MADV_NOHUGEPAGE); /* touched here and there only */
	return 0;
}

uint32_t *fdtab_wiped_word(void)
{
	return wiped ? &head->spare : NULL;
}

COLD int fdtab_open(bool filtered)
{
	uint32_t fds = table_size();
	uint64_t words = ((uint64_t)fds * sizeof(fdtab_word) + PAGE - 1) / PAGE * PAGE;
	uint64_t bytes;
	long at;

	pool_count = fds < CONNS_MAX ? fds : CONNS_MAX;
	bytes = PAGE + words + connpool_bytes(pool_count);
	/* MAP_STACK is what MADV_NOHUGEPAGE is, from Linux 6.7 on, and no filter looks at it. */
	at = raw6(SYS_mmap, 0, (long)bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
	if ((unsigned long)at >= -4095UL)
		return (int)at;
	wiped = !filtered;
	if (wiped && advise(at, bytes))
		return -ENOSYS;
	head = (struct head *)at;
	fdtab_slot = (_Atomic fdtab_word *)(at + PAGE);
	pool_memory = (void *)(at + PAGE + (long)words);
	connpool_place(pool_memory, pool_count);
	table_limit = fds;
	fdtab_reopen();
	return 0;
}

static void give_back(long from, long to)
{
	from = (from + PAGE - 1) / PAGE * PAGE;
	if (from < to)
		raw3(SYS_munmap, from, to - from, 0);
}

/* Not while another thread may be looking at what goes. */
COLD void fdtab_trim(int flags)
{
	long pool = (long)pool_memory;
	uint64_t n;

	if (!(flags & MCL_CURRENT) || !fdtab_mine() || !&__libc_single_threaded ||
		!__libc_single_threaded)
		return;
	n = limit_of(RLIMIT_NOFILE);
	n = n < fdtab_top() ? fdtab_top() : n;
	n = n < FDS_MIN ? FDS_MIN : n;
	if (n >= pool_count || !connpool_trim(n))
		return;
	give_back(
		pool + (long)connpool_bytes((uint32_t)n), pool + (long)connpool_bytes(pool_count));
	pool_count = table_limit = (uint32_t)n;
	fdtab_reopen();
	give_back((long)&fdtab_slot[n], pool);
}

void fdtab_reopen(void)
{
	__atomic_store_n(&fdtab_limit, table_limit, __ATOMIC_RELEASE);
}

void fdtab_shut(void)
{
	__atomic_store_n(&fdtab_limit, 0, __ATOMIC_RELEASE);
}

COLD bool fdtab_mine(void)
{
	int pid, owner;

	if (!fdtab_limit)
		return false;
	pid = (int)raw3(SYS_getpid, 0, 0, 0);
	owner = atomic_load(&head->owner);
	if (owner == pid)
		return true;
	if (owner && wiped)
		return false;
	if (!tid_is_known_to_libc()) /* a vfork child, its parent perhaps not here yet */
		return false;
	move_in(pid); /* threads of the child that race here store the same */
	return true;
}

COLD bool fdtab_borrowed(void)
{
	int owner = fdtab_limit ? atomic_load(&head->owner) : 0;

	return owner && owner != (int)raw3(SYS_getpid, 0, 0, 0) && !fdtab_mine();
}

static void reach(uint32_t wanted)
{
	uint32_t top = atomic_load_explicit(&head->top, memory_order_relaxed);

	while (top < wanted && !atomic_compare_exchange_weak(&head->top, &top, wanted))
		;
}

fdtab_word fdtab_exchange(int fd, fdtab_word w)
{
	if ((uint32_t)fd >= fdtab_limit)
		return FDTAB_OUTSIDE;
	if (w)
		reach((uint32_t)fd + 1);
	return atomic_exchange(&fdtab_slot[fd], w);
}

bool fdtab_claim(int fd, fdtab_word w)
{
	fdtab_word unknown = FDTAB_UNKNOWN;

	if ((uint32_t)fd >= fdtab_limit)
		return false;
	reach((uint32_t)fd + 1);
	return atomic_compare_exchange_strong(&fdtab_slot[fd], &unknown, w);
}

void fdtab_flags(int fd, fdtab_word w, uint32_t on, uint32_t off)
{
	fdtab_word now = fdtab_load(fd);

	while (fdtab_is_socket(now) && now >> 16 == w >> 16 &&
		!atomic_compare_exchange_weak(&fdtab_slot[fd], &now, (now | on) & ~(fdtab_word)off))
		;
}

void fdtab_forget(int fd, fdtab_word w)
{
	if ((uint32_t)fd < fdtab_limit)
		atomic_compare_exchange_strong(&fdtab_slot[fd], &w, FDTAB_UNKNOWN);
}

uint32_t fdtab_top(void)
{
	return fdtab_limit ? atomic_load(&head->top) : 0;
}
