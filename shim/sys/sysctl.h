/* SPDX-License-Identifier: MIT */
/* The kernel's own settings of the network, as far as this network namespace shows them. */
#ifndef PEERLESS_SYS_SYSCTL_H
#define PEERLESS_SYS_SYSCTL_H

/*
 * The number in /proc/sys/net/NAME, or fallback where it cannot be read (no /proc, an older kernel,
 * another namespace's).  Opens and closes one descriptor.  AS-safe; errno untouched.
 */
int sysctl_net(const char *name, int fallback);

#endif
