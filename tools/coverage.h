/* SPDX-License-Identifier: MIT */
/*
 * Can the library get into a program?  The judgement over what elfcheck and secure found, and
 * the words for it.  What the settings say (ONLY, EXCEPT, DISABLE) is not looked at here.
 */
#ifndef PEERLESS_TOOLS_COVERAGE_H
#define PEERLESS_TOOLS_COVERAGE_H

#include "elfcheck.h"
#include "program.h"

/* COVERAGE(id, what the file is, what to do instead) */
#define COVERAGE_LIST(COVERAGE)                                                                   \
	COVERAGE(FULL, "can be covered", "")                                                      \
	COVERAGE(GO, "is a Go program: it makes its system calls itself, past libc",              \
		"Go arms keepalive itself (net.Dialer, net.ListenConfig: 15s by default); see "   \
		"`ss -tno` for its timers")                                                       \
	COVERAGE(STATIC, "is statically linked: no loader, so nothing can be preloaded",          \
		"install a dynamically linked build, or use the program's own settings; "         \
		"net.ipv4.tcp_keepalive_* (sysctl) acts on sockets that have SO_KEEPALIVE; "      \
		"`ss -tno` shows timers, `strace -f -e trace=network` the calls")                 \
	COVERAGE(SETUID, "is set-user-ID: the loader ignores LD_PRELOAD for it",                  \
		"start it as the user that it becomes; /etc/ld.so.preload is no way out, as the " \
		"library does nothing in a privileged start")                                     \
	COVERAGE(SETGID, "is set-group-ID: the loader ignores LD_PRELOAD for it",                 \
		"start it with that group as your own (sg, setpriv --regid); /etc/ld.so.preload " \
		"is no way out, as the library does nothing in a privileged start")               \
	COVERAGE(CAPABILITIES, "has file capabilities: the loader ignores LD_PRELOAD for it",     \
		"start it as root, or take them off the file and grant them from outside "        \
		"(systemd AmbientCapabilities=, setpriv --ambient-caps)")                         \
	COVERAGE(PRIVILEGED,                                                                      \
		"would start with our ids, of which real and effective differ: the "              \
		"loader ignores LD_PRELOAD",                                                      \
		"start peerless from a program that is not set-user-ID or set-group-ID")          \
	COVERAGE(MACHINE, "is not built for 64-bit x86-64, as the library is",                    \
		"install an amd64 build of the program")                                          \
	COVERAGE(LIBC, "is not linked to glibc's loader (/lib64/ld-linux-x86-64.so.2)",           \
		"install a glibc build of the program")                                           \
	COVERAGE(SCRUBBED, "empties its environment by `env -i` in its #! line",                  \
		"start the interpreter yourself: peerless run -- INTERPRETER SCRIPT")             \
	COVERAGE(UNREADABLE, "may be executed but not read, so it cannot be examined",            \
		"ask as a user who may read it")                                                  \
	COVERAGE(DAMAGED, "is no intact ELF executable", "install it again")

enum coverage_kind {
#define COVERAGE(id, what, instead) COVERAGE_##id,
	COVERAGE_LIST(COVERAGE)
#undef COVERAGE
};

struct coverage {
	enum coverage_kind kind;
	struct elfcheck elf; /* of the program that the kernel loads; zero where unreadable */
};

/* *c is to be given to coverage_free(). */
void coverage_judge(struct coverage *c, const struct program *t);
void coverage_free(struct coverage *c);

/* "is statically linked: ..." and what to do about it. */
const char *coverage_what(enum coverage_kind kind);
const char *coverage_instead(enum coverage_kind kind);

#endif
