/* SPDX-License-Identifier: MIT */
/* MSG_PEEK leaves the bytes where they are, also at the end of a stream.
 * variants: tcp unix
 */
#include "case.h"

int torture(const char *variant)
{
	char buf[16];
	int end[2];

	if (*variant == 't')
		tcp_pair(end);
	else
		unix_pair(end);
	DO(send(end[0], "hello", 5, 0));
	await(end[1], POLLIN);
	DO(recv(end[1], buf, 2, MSG_PEEK));
	DO(recv(end[1], buf, sizeof(buf), MSG_PEEK | MSG_TRUNC));
	DO(recv(end[1], buf, sizeof(buf), 0));
	say("%.5s", buf);
	DO(recv(end[1], buf, sizeof(buf), MSG_PEEK | MSG_DONTWAIT));
	DO(shutdown(end[0], SHUT_WR));
	await(end[1], POLLIN);
	DO(recv(end[1], buf, sizeof(buf), MSG_PEEK));
	DO(recv(end[1], buf, sizeof(buf), 0));
	return 0;
}
