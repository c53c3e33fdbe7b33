/* SPDX-License-Identifier: MIT */
/*
 * fsize0 HOW ADDRESS: RLIMIT_FSIZE is 0, as sshd sets it on itself (R10), and a peer dies, so that
 * a library would like to write its log.  HOW: die, or file, which writes to a file itself and
 * shows that the limit kills.
 */
#include <fcntl.h>
#include <sys/resource.h>

#include "victim.h"

int main(int argc, char **argv)
{
	const struct rlimit none = {0, 0};
	int fd, file;
	char c;

	if (argc != 3)
		return 2;
	fd = dial(argv[2]);
	file = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	setrlimit(RLIMIT_FSIZE, &none);
	if (!strcmp(argv[1], "file") && write(file, "x", 1) == 1)
		return 3;
	if (write(fd, "x", 1) != 1)
		return 4;
	report("read", read(fd, &c, 1));
	report("write", write(fd, "x", 1));
	return 0;
}
