/* SPDX-License-Identifier: MIT */
/* family: which processes are watched. */
#include "family_fixture.h"

#include "policy/kin.h"

static void expect_refused(pid_t pid, int rc, const char *why)
{
	struct family f = {.descendants = true};
	char text[128];

	assert_int_equal(family_add(&f, pid), rc);
	assert_null(f.first);
	family_explain(pid, rc, text, sizeof(text));
	assert_non_null(strstr(text, why));
}

static void *show_tid(void *tid)
{
	*(_Atomic pid_t *)tid = gettid();
	while (*(_Atomic pid_t *)tid)
		short_pause();
	return NULL;
}

static void refuses_what_is_no_process(void **state)
{
	_Atomic pid_t tid = 0;
	pthread_t thread;
	char why[64];
	pid_t child;

	(void)state;
	expect_refused(getpid(), -EINVAL, "this command itself");
	expect_refused(0, -ESRCH, "no such process");
	expect_refused(-1, -ESRCH, "no such process");
	assert_int_equal(pthread_create(&thread, NULL, show_tid, &tid), 0);
	while (!tid)
		short_pause();
	snprintf(why, sizeof(why), "a thread of process %d;", (int)getpid());
	expect_refused(tid, -EINVAL, why);
	tid = 0;
	pthread_join(thread, NULL);
	child = child_idle();
	kill(child, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)child, &(siginfo_t){0}, WEXITED | WNOWAIT), 0);
	expect_refused(child, -ESRCH, "no such process"); /* a zombie */
	waitpid(child, NULL, 0);
	expect_refused(child, -ESRCH, "no such process");
}

static void note_kernel_thread(void *context, pid_t pid)
{
	struct family_proc p;

	if (!family_proc_read(pid, &p) && p.kernel)
		*(pid_t *)context = pid;
}

static void refuses_a_thread_of_the_kernel(void **state)
{
	pid_t pid = 0;

	(void)state;
	family_proc_all(note_kernel_thread, &pid);
	if (!pid)
		skip(); /* a process namespace has none */
	expect_refused(pid, -EINVAL, "thread of the kernel");
}

static void follow(bool scans, bool descendants)
{
	struct family f = {.descendants = descendants, .scans = scans};
	/* That sh is one of them, its two children, and a child's child. */
	pid_t pid = shell("sleep 60 & (sleep 60 & wait) & wait", NULL);

	assert_int_equal(family_add(&f, pid), 0);
	assert_int_equal(family_add(&f, pid), 0);
	if (descendants) {
		until(&f, 4);
	} else {
		short_pause();
		until(&f, 1);
		f.descendants = true;
		until(&f, 4);
	}
	assert_int_equal(f.first->pid, pid);
	for (struct member *m = f.first; m; m = m->next) {
		assert_true(m->pidfd >= 0);
		assert_int_equal(m->error, 0);
		assert_false(m->preloaded);
		assert_int_equal(m->netns, family_proc_netns(getpid()));
		assert_ptr_equal(family_find(&f, m->pid), m);
	}
	kill(pid, SIGKILL);
	until(&f, 3); /* its children are watched on */
	assert_null(family_find(&f, pid));
	end_all(&f);
}

static void follows_children(void **state)
{
	(void)state;
	follow(false, true);
	follow(false, false);
	follow(true, true);
}

static void follows_children_of_any_thread(void **state)
{
	struct family f = {.descendants = true};
	pid_t pid = fork();
	pthread_t thread;

	(void)state;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pthread_create(&thread, NULL, bear, NULL);
		pause();
		_exit(0);
	}
	assert_int_equal(family_add(&f, pid), 0);
	until(&f, 2);
	end_all(&f);
}

/* The child of a process that bore it and ended at once, unseen; returns its number. */
static pid_t orphan(struct family *f)
{
	char script[128], text[16] = "";
	int out[2];
	pid_t pid;

	assert_int_equal(pipe(out), 0);
	snprintf(script, sizeof(script),
		"kill -STOP $$; sleep 60 & echo $! >/proc/self/fd/%d; exit 0", out[1]);
	pid = shell(script, FAMILY_MARK "=" MARK);
	until_stopped(pid);
	assert_int_equal(family_add(f, pid), 0);
	until(f, 1);
	kill(pid, SIGCONT);
	waitpid(pid, NULL, 0);
	assert_true(read(out[0], text, sizeof(text) - 1) > 0);
	close(out[0]);
	close(out[1]);
	return atoi(text);
}

static void finds_daemons_by_their_mark(void **state)
{
	static const char *const marks[] = {"", "0123456789abcde", "x", MARK};

	(void)state;
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		struct family f = {.descendants = true};
		pid_t pid;

		strcpy(f.mark, marks[i]);
		pid = orphan(&f);
		assert_int_equal(refresh(&f), !strcmp(marks[i], MARK));
		assert_true(!f.first || f.first->pid == pid);
		kill(pid, SIGKILL);
		end_all(&f);
	}
}

/* By the page, where the environment has no mark (any more). */
static pid_t titled(void)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		kin_show((char *[]){FAMILY_MARK "=" MARK, NULL});
		pause();
		_exit(1);
	}
	for (int i = 0; i < 2000 && !family_proc_marked(pid, MARK); i++)
		short_pause();
	return pid;
}

static void finds_daemons_by_their_page(void **state)
{
	struct family f = {.descendants = true, .mark = MARK};
	pid_t before = titled(), first, daemon;

	(void)state;
	usleep(20000); /* two of the ticks that /proc/PID/stat counts in */
	first = child_idle();
	daemon = titled();
	assert_int_equal(family_add(&f, first), 0);
	child_ended(first);
	assert_int_equal(refresh(&f), 1);
	assert_int_equal(f.first->pid, daemon);
	assert_null(family_find(&f, before)); /* what was there earlier is nobody's of ours */
	end_all(&f);
	child_ended(before);
}

/* Not where nobody has ended, before FAMILY_SEARCH_MS have passed. */
static void searches_now_and_then(void **state)
{
	struct family f = {.descendants = true, .mark = MARK};
	pid_t pid = child_idle(), daemon;

	(void)state;
	assert_int_equal(family_add(&f, pid), 0);
	assert_int_equal(refresh(&f), 1);
	daemon = shell("exec sleep 60", FAMILY_MARK "=" MARK);
	while (!family_proc_marked(daemon, MARK))
		short_pause();
	assert_int_equal(family_refresh(&f, now_ms + FAMILY_SEARCH_MS - 1), 1);
	assert_int_equal(family_refresh(&f, now_ms + FAMILY_SEARCH_MS), 2);
	end_all(&f);
}

static void note(void *context, pid_t pid)
{
	*(pid_t *)context = pid;
}

static void looks_no_more_often_than_its_cost_allows(void **state)
{
	struct family f = {.descendants = true};
	pid_t pid = shell("kill -STOP $$; sleep 60", NULL);
	struct family_proc p;
	pid_t child = 0;

	(void)state;
	until_stopped(pid);
	assert_int_equal(family_add(&f, pid), 0);
	assert_int_equal(refresh(&f), 1);
	assert_true(f.look_ms > now_ms);
	kill(pid, SIGCONT);
	while (!child) {
		short_pause();
		assert_int_equal(family_proc_read(pid, &p), 0);
		family_proc_children(pid, &p, note, &child);
	}
	assert_int_equal(family_refresh(&f, now_ms), 1);
	until(&f, 2);
	kill(pid, SIGKILL);
	/* Who has ended is forgotten at any time. */
	waitpid(pid, NULL, 0);
	assert_int_equal(family_refresh(&f, now_ms), 1);
	end_all(&f);
}

static int64_t waited_ms(const struct family *f, int signals)
{
	struct timespec a, b;

	clock_gettime(CLOCK_MONOTONIC, &a);
	family_wait(f, signals, 8000);
	clock_gettime(CLOCK_MONOTONIC, &b);
	return (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000;
}

static void waits_for_an_end_or_a_signal(void **state)
{
	struct family f = {.descendants = true};
	pid_t first = child_idle(), second = child_idle();
	int pipes[2];

	(void)state;
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(family_add(&f, first), 0);
	assert_int_equal(family_add(&f, second), 0);
	assert_int_equal(write(pipes[1], "", 1), 1);
	assert_true(waited_ms(&f, pipes[0]) < 8000);
	child_ended(second);
	assert_true(waited_ms(&f, -1) < 8000);
	assert_int_equal(refresh(&f), 1);
	child_ended(first);
	assert_int_equal(refresh(&f), 0);
	close(pipes[0]);
	close(pipes[1]);
	family_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_is_no_process),
		cmocka_unit_test(refuses_a_thread_of_the_kernel),
		cmocka_unit_test(follows_children),
		cmocka_unit_test(follows_children_of_any_thread),
		cmocka_unit_test(finds_daemons_by_their_mark),
		cmocka_unit_test(finds_daemons_by_their_page),
		cmocka_unit_test(searches_now_and_then),
		cmocka_unit_test(looks_no_more_often_than_its_cost_allows),
		cmocka_unit_test(waits_for_an_end_or_a_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
