/* SPDX-License-Identifier: MIT */
/* Around listen() and accept().  AS-safe; errno is kept; nothing changes in a vfork child. */
#ifndef PEERLESS_POLICY_LISTENER_H
#define PEERLESS_POLICY_LISTENER_H

#include <stdbool.h>
#include <sys/socket.h>

/* Before listen().  True: if that fails, listener_failed() is to take it back. */
bool listener_listening(int fd);
void listener_failed(int fd);
/* After accept(): peer is what the kernel wrote, or NULL to ask it. */
void listener_accepted(int listener, int fd, const struct sockaddr *peer, socklen_t len);

#endif
