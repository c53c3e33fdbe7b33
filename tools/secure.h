/* SPDX-License-Identifier: MIT */
/*
 * Would execve(2) of a file, by us and now, be a privilege-elevated one (AT_SECURE)?  The loader
 * then ignores LD_PRELOAD, ld.so(8), and the library does nothing.
 */
#ifndef PEERLESS_TOOLS_SECURE_H
#define PEERLESS_TOOLS_SECURE_H

enum secure {
	SECURE_NO,
	SECURE_OURSELVES, /* our own real and effective ids differ: whatever we start is secure */
	SECURE_SETUID,
	SECURE_SETGID,
	SECURE_CAPABILITIES,
};

/* For the file that the kernel loads: the interpreter of a script, not the script. */
enum secure secure_exec(const char *path);

#endif
