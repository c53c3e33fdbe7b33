/* SPDX-License-Identifier: MIT */
/* A 32-bit program that needs no 32-bit headers or startup files.
 * part: of unlike.sh, which builds it
 */
extern int socketpair(int domain, int type, int protocol, int end[2]);
extern int write(int fd, const void *buf, unsigned len);
extern int read(int fd, void *buf, unsigned len);
extern int printf(const char *format, ...);
extern void exit(int status);

void _start(void)
{
	char buf[8];
	int end[2];

	printf("socketpair: %d\n", socketpair(1, 1, 0, end));
	printf("write: %d\n", write(end[0], "hello", 5));
	printf("read: %d\n", read(end[1], buf, sizeof(buf)));
	exit(3);
}
