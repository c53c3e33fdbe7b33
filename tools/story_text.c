/* SPDX-License-Identifier: MIT */
/* See story_text.h.  A word for each number of an enum, in the enum's order. */
#include "story_text.h"

#include <stddef.h>
#include <string.h>

#include "policy/verdict.h"
#include "runtime/connpool.h"
#include "runtime/value_types.h"
#include "sys/compiler.h"
#include "sys/tcpinfo.h"

static const char *const event_words[STORY_TEXT_EVENTS] = {
	[EVENT_CALL] = "call",
	[EVENT_OPEN] = "open",
	[EVENT_ARMED] = "armed",
	[EVENT_VERDICT] = "verdict",
	[EVENT_CLOSE] = "close",
	[EVENT_PROCESS] = "process",
	[EVENT_LOST] = "lost",
};

static const char *const process_words[] = {
	[STORY_START] = "start",
	[STORY_FORK] = "fork",
	[STORY_EXEC] = "exec",
	[STORY_EXIT] = "exit",
	[STORY_STRICT] = "strict",
};

static const char *const socket_words[] = {
	[SOCKET_TCP] = "tcp",
	[SOCKET_UDP] = "udp",
	[SOCKET_UNIX] = "unix",
	[SOCKET_UNIX_DGRAM] = "unix-dgram",
	[SOCKET_OTHER] = "other",
};

static const char *const side_words[] = {[SIDE_US] = "us", [SIDE_PEER] = "peer"};

#define CAUSE(name, text)  [CAUSE_##name] = text,
#define METHOD(name, text) [METHOD_##name] = text,
#define HOW(name, text)    [CONN_##name] = text,
#define ACTION(name, text) [ACTION_##name] = text,
static const char *const how_words[] = {CONN_HOWS(HOW)};
static const char *const cause_words[] = {VERDICT_CAUSES(CAUSE)};
static const char *const method_words[] = {VERDICT_METHODS(METHOD)};
static const char *const action_words[] = {ACTION_KINDS(ACTION)};

#define WORD(table, number) ((number) < ARRAY_SIZE(table) ? (table)[number] : NULL)

const char *story_text_event(unsigned kind)
{
	return WORD(event_words, kind);
}

const char *story_text_process(unsigned kind)
{
	return WORD(process_words, kind);
}

const char *story_text_how(unsigned how)
{
	return WORD(how_words, how);
}

const char *story_text_socket(unsigned socket)
{
	return WORD(socket_words, socket);
}

const char *story_text_side(unsigned side)
{
	return WORD(side_words, side);
}

const char *story_text_cause(unsigned cause)
{
	return cause == CAUSE_NONE ? NULL : WORD(cause_words, cause);
}

const char *story_text_method(unsigned method)
{
	return WORD(method_words, method);
}

const char *story_text_action(unsigned action)
{
	return WORD(action_words, action);
}

const char *story_text_state(unsigned state)
{
	return state ? tcpinfo_state_name((enum tcpinfo_state)state) : NULL;
}

void story_text_signal(struct line *l, int signal)
{
	const char *name = sigabbrev_np(signal);

	line_str(l, name ? "SIG" : "signal ");
	if (name)
		line_str(l, name);
	else
		line_int(l, signal);
}
