/* SPDX-License-Identifier: MIT */
/* A program for any libc and any way to link it: it talks to itself and tells how it was started.
 * part: of unlike.sh, which builds it
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <unistd.h>

static void tell(const char *what, long ret)
{
	printf("%s: %ld %s\n", what, ret, ret < 0 ? strerror(errno) : "");
}

int main(void)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0), peer;
	socklen_t len = sizeof(in);
	char buf[8];

	tell("secure", (long)getauxval(AT_SECURE));
	tell("listen", listen(listener, 1));
	tell("getsockname", getsockname(listener, (struct sockaddr *)&in, &len));
	tell("connect", connect(fd, (struct sockaddr *)&in, len));
	tell("accept", (peer = accept(listener, NULL, NULL)) >= 0);
	tell("write", write(fd, "hello", 5));
	tell("read", read(peer, buf, sizeof(buf)));
	tell("send", send(peer, "hello", 5, 0));
	tell("recv", recv(fd, buf, sizeof(buf), 0));
	tell("fclose", fclose(fdopen(fd, "r+")));
	tell("recv", recv(peer, buf, sizeof(buf), 0));
	tell("close", close(fd));
	fflush(stdout);
	return execlp("echo", "echo", "its child", (char *)NULL);
}
