/* SPDX-License-Identifier: MIT */
/*
 * The rival that does nothing but TCP_USER_TIMEOUT: preloaded, it gives every new TCP socket the
 * value of USER_TIMEOUT_MS, at the place where libkeepalive0 gives its own: in socket().  So the
 * handshake has it too, as with a program that sets the option itself at the first chance.
 */
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

int socket(int domain, int type, int protocol)
{
	int (*real)(int, int, int) = (int (*)(int, int, int))dlsym(RTLD_NEXT, "socket");
	const char *text = getenv("USER_TIMEOUT_MS");
	unsigned int ms = text ? (unsigned int)atoi(text) : 0;
	int fd = real(domain, type, protocol), err = errno;

	/* Not TCP: the kernel refuses, and nobody minds. */
	if (fd >= 0 && (domain == AF_INET || domain == AF_INET6))
		setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof(ms));
	errno = err;
	return fd;
}
