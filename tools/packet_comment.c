/* SPDX-License-Identifier: MIT */
/* See packet_comment.h. */
#include "packet_comment.h"

#include <string.h>

#include "runtime/line.h"

static void add_unix_name(struct line *l, const struct story_open *o)
{
	if ((o->socket != SOCKET_UNIX && o->socket != SOCKET_UNIX_DGRAM) || !o->path[0])
		return;
	line_str(l, " unix:");
	line_mem(l, o->path, strnlen(o->path, sizeof(o->path)));
}

void packet_comment(char out[PACKET_COMMENT_MAX], const struct event *e, const char *what)
{
	struct line l = line_over(out, PACKET_COMMENT_MAX);

	line_str(&l, "pid ");
	line_uint(&l, e->pid);
	line_char(&l, '/');
	line_uint(&l, e->tid);
	line_char(&l, ' ');
	line_str(&l, e->prog);
	if (e->fd >= 0) {
		line_str(&l, " fd ");
		line_int(&l, e->fd);
	}
	line_char(&l, ' ');
	line_str(&l, what ? what : "?");
	line_str(&l, " conn ");
	line_uint(&l, e->conn->id);
	if (e->conn->opened)
		add_unix_name(&l, &e->conn->open);
}
