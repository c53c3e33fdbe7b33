/* SPDX-License-Identifier: MIT */
/* A thread is cancelled while it waits in a call.  Its cleanups run, also those that unwinding
 * through the call's frames has to find, and the next call on the same descriptor works.
 * variants: deferred asynchronous disabled
 * cflags: -fexceptions
 */
#include "signals/blocking.h"

static const struct blocking *now;
static struct place place;
static int state, type;
static volatile int tid;
static volatile long returned;
static volatile int unwound, cleaned;

static void on_unwind(const int *unused)
{
	unwound++;
}

static void on_cleanup(void *unused)
{
	cleaned++;
}

static void deep(void)
{
	__attribute__((cleanup(on_unwind))) const int here = 0;

	returned = now->call(&place) + 0 * here;
}

static void *waiter(void *unused)
{
	pthread_setcancelstate(state, NULL);
	pthread_setcanceltype(type, NULL);
	pthread_cleanup_push(on_cleanup, NULL);
	__atomic_store_n(&tid, gettid(), __ATOMIC_RELEASE);
	deep();
	pthread_cleanup_pop(0);
	return NULL;
}

/* sendfile() is no cancellation point. */
static bool goes_on(const struct blocking *b)
{
	return state == PTHREAD_CANCEL_DISABLE ||
	       (b->call == call_sendfile && type == PTHREAD_CANCEL_DEFERRED);
}

static void cancel_in(const struct blocking *b)
{
	void *how = NULL;
	pthread_t thread;

	now = b;
	returned = -2;
	unwound = cleaned = tid = 0;
	enter(b, &place);
	pthread_create(&thread, NULL, waiter, NULL);
	await_flag(&tid, 1);
	await_asleep(tid);
	pthread_cancel(thread);
	if (goes_on(b)) {
		await_asleep(tid);
		b->end(&place);
	}
	pthread_join(thread, &how);
	say("%s: %s, returned %ld, unwound %d, cleaned %d", b->name,
		how == PTHREAD_CANCELED ? "cancelled" : "ended", returned, unwound, cleaned);
	if (!goes_on(b)) {
		b->end(&place);
		DO(b->call(&place));
	}
	leave(&place);
}

int torture(const char *variant)
{
	const struct blocking *b;

	state = !strcmp(variant, "disabled") ? PTHREAD_CANCEL_DISABLE : PTHREAD_CANCEL_ENABLE;
	type = *variant == 'a' ? PTHREAD_CANCEL_ASYNCHRONOUS : PTHREAD_CANCEL_DEFERRED;
	for (b = blocking; b->name; b++)
		cancel_in(b);
	return 0;
}
