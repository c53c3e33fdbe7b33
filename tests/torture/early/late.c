/* SPDX-License-Identifier: MIT */
/* I/O at every moment of a process' life: before any constructor, in constructors of all
 * priorities, in exit handlers and destructors, after those of libraries.
 * variants: main quick exit thread
 */
#include "io.h"

static void pre(int argc, char **argv, char **envp)
{
	(void)argc, (void)argv, (void)envp;
	io_say(".preinit_array");
}

__attribute__((section(".preinit_array"), used)) static void (*const pre_slot)(
	int, char **, char **) = pre;

__attribute__((constructor(101))) static void earliest(void)
{
	io_say("constructor 101");
}

__attribute__((constructor(65534))) static void latest(void)
{
	io_say("constructor 65534");
}

__attribute__((constructor)) static void plain(void)
{
	io_say("constructor");
}

static void at_exit(void)
{
	io_say("atexit");
}

static void on_status(int status, void *arg)
{
	say("on_exit %d", status);
	io_say(arg);
}

__attribute__((destructor)) static void destructor(void)
{
	io_say("destructor");
}

__attribute__((destructor(101))) static void latest_destructor(void)
{
	io_say("destructor 101");
}

static void *in_thread(void *arg)
{
	io_say("thread");
	exit(7);
	return arg;
}

int torture(const char *variant)
{
	pthread_t thread;

	view_wanted = false;
	atexit(at_exit);
	on_exit(on_status, "on_exit");
	at_quick_exit(at_exit);
	io_say("torture");
	if (!strcmp(variant, "quick"))
		quick_exit(3);
	if (!strcmp(variant, "exit"))
		exit(4);
	if (!strcmp(variant, "thread")) {
		pthread_create(&thread, NULL, in_thread, NULL);
		pthread_join(thread, NULL);
	}
	return 5;
}
