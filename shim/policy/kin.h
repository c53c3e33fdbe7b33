/* SPDX-License-Identifier: MIT */
/* The page by which a sentinel finds this process: sys/kin_mark.h. */
#ifndef PEERLESS_POLICY_KIN_H
#define PEERLESS_POLICY_KIN_H

/*
 * Before main: maps it where envp carries a mark; where something else is there, nothing happens.
 * By calls that ld.so has made too, as a filter may be inherited.
 */
void kin_show(char *const *envp);

#endif
