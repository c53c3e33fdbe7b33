/* SPDX-License-Identifier: MIT */
/* family_member: what is known of a process that is watched. */
#include "family_fixture.h"

#include <dlfcn.h>

static void until_named(struct family *f, pid_t pid, const char *name)
{
	for (int i = 0; i < 2000 && strcmp(family_find(f, pid)->name, name); i++) {
		short_pause();
		refresh(f);
	}
	assert_string_equal(family_find(f, pid)->name, name);
}

/* Of a library of that name. */
static char folder[] = "/tmp/test_family.XXXXXX", library[64], preload[96];

static int make_library(void **state)
{
	char command[256];
	Dl_info any;

	(void)state;
	if (!mkdtemp(folder) || !dladdr((void *)_assert_true, &any))
		return -1;
	snprintf(library, sizeof(library), "%s/libpeerless.so", folder);
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s", library);
	snprintf(command, sizeof(command), "cp %s %s", any.dli_fname, library);
	return system(command);
}

static int remove_library(void **state)
{
	(void)state;
	return unlink(library) || rmdir(folder);
}

static void sees_what_exec_changes(void **state)
{
	struct family f = {.descendants = true};
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		raise(SIGSTOP);
		putenv(preload);
		execl("/bin/sh", "sh", "-c", "kill -STOP $$; unset LD_PRELOAD; exec sleep 60",
			NULL);
		_exit(1);
	}
	until_stopped(pid);
	assert_int_equal(family_add(&f, pid), 0);
	until(&f, 1);
	assert_false(f.first->preloaded);
	kill(pid, SIGCONT);
	until_stopped(pid);
	until(&f, 1);
	assert_string_equal(f.first->name, "sh");
	assert_true(f.first->preloaded);
	kill(pid, SIGCONT);
	until_named(&f, pid, "sleep");
	assert_false(f.first->preloaded);
	end_all(&f);
}

/* exec shows before the loader has mapped anything. */
static void looks_again_for_the_library(void **state)
{
	struct family f = {.descendants = true};
	pid_t pid = shell("kill -STOP $$", preload);

	(void)state;
	until_stopped(pid);
	assert_int_equal(family_add(&f, pid), 0);
	f.first->preloaded = false;
	refresh(&f);
	assert_true(f.first->preloaded);
	f.first->preloaded = false;
	refresh(&f);
	assert_false(f.first->preloaded); /* by then it has had its time */
	end_all(&f);
}

static void lives_on_without_its_first_thread(void **state)
{
	struct family f = {.descendants = true};
	struct family_proc p;
	pid_t pid = fork();
	pthread_t thread;

	(void)state;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pthread_create(&thread, NULL, bear, NULL);
		pthread_exit(NULL);
	}
	do {
		short_pause();
		assert_int_equal(family_proc_read(pid, &p), 0);
	} while (p.thread == pid);
	assert_false(p.ended);
	assert_int_equal(family_add(&f, pid), 0);
	until(&f, 2);
	assert_int_equal(f.first->pid, pid);
	assert_int_equal(f.first->netns, family_proc_netns(getpid()));
	end_all(&f);
}

static void does_without_a_pidfd(void **state)
{
	struct family f = {.descendants = true};
	pid_t pid = child_idle();
	uint64_t started;

	(void)state;
	assert_int_equal(family_add(&f, pid), 0);
	close(f.first->pidfd);
	f.first->pidfd = -1;
	f.look_ms = INT64_MAX;
	assert_int_equal(family_refresh(&f, now_ms), 1);
	f.look_ms = 0;
	assert_int_equal(refresh(&f), 1);
	assert_true(f.first->pidfd >= 0); /* again */
	close(f.first->pidfd);
	f.first->pidfd = -1;
	started = f.first->started;
	f.first->started--; /* then that number is another process' */
	f.look_ms = INT64_MAX;
	assert_int_equal(family_refresh(&f, now_ms), 0);
	assert_true(started > 0);
	child_ended(pid);
	family_free(&f);
}

static void try_what_may_not_be_read(void)
{
	struct family f = {.descendants = true};
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		become_ordinary(); /* and so not dumpable */
		prctl(PR_SET_DUMPABLE, 0);
		raise(SIGSTOP);
	}
	until_stopped(pid);
	become_ordinary();
	assert_int_equal(family_add(&f, pid), 0);
	assert_int_equal(f.first->error, EACCES);
	assert_int_equal(f.first->netns, 0);
	f.first->error = 0;
	until(&f, 1);
	until(&f, 1);
	assert_int_equal(f.first->error, 0); /* told already */
	end_all(&f);
}

static void notes_what_may_not_be_read(void **state)
{
	(void)state;
	child_lives(try_what_may_not_be_read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sees_what_exec_changes),
		cmocka_unit_test(looks_again_for_the_library),
		cmocka_unit_test(lives_on_without_its_first_thread),
		cmocka_unit_test(does_without_a_pidfd),
		cmocka_unit_test(notes_what_may_not_be_read),
	};

	return cmocka_run_group_tests(tests, make_library, remove_library);
}
