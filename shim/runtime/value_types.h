/* SPDX-License-Identifier: MIT */
/* What the members of struct config can hold. */
#ifndef PEERLESS_RUNTIME_VALUE_TYPES_H
#define PEERLESS_RUNTIME_VALUE_TYPES_H

#include <stdbool.h>
#include <stdint.h>

/* What a timeout holds when it is `derived` or `off`. */
enum { TIMEOUT_DERIVED = -1, TIMEOUT_OFF = 0 };

enum keepalive_mode { KEEPALIVE_DERIVED, KEEPALIVE_OFF, KEEPALIVE_EXPLICIT };
enum override { OVERRIDE_APP, OVERRIDE_FORCE };
enum sigpipe_mode { SIGPIPE_AUTO, SIGPIPE_SAFE, SIGPIPE_OFF };
/* ACTION(name, word) */
#define ACTION_KINDS(ACTION)         \
	ACTION(LOG, "log")           \
	ACTION(ERROR, "error")       \
	ACTION(SHUTDOWN, "shutdown") \
	ACTION(EXIT, "exit")         \
	ACTION(ABORT, "abort")       \
	ACTION(SIGNAL, "signal")
enum action_kind {
#define ACTION(name, word) ACTION_##name,
	ACTION_KINDS(ACTION)
#undef ACTION
};
enum also { ALSO_NONE, ALSO_CLOSED };
enum target_kind { TARGET_STDERR, TARGET_FILE, TARGET_OFF };
enum level { LEVEL_CONFIG, LEVEL_DEATH, LEVEL_CONN };
enum format { FORMAT_TEXT, FORMAT_JSON };
enum children { CHILDREN_INHERIT, CHILDREN_STRIP, CHILDREN_FORCE };
enum full { FULL_OVERWRITE, FULL_STOP };
enum seccomp { SECCOMP_AUTO, SECCOMP_STRICT, SECCOMP_IGNORE };

struct keepalive {
	enum keepalive_mode mode;
	int idle_s, interval_s, count; /* KEEPALIVE_EXPLICIT only */
};

struct action {
	enum action_kind kind;
	int number; /* exit status or signal */
};

struct target {
	enum target_kind kind;
	const char *path; /* TARGET_FILE only; lives as long as the settings */
};

#define HEARTBEAT_BYTES_MAX 48

struct heartbeat {
	int32_t idle_ms; /* 0: off */
	uint8_t len;
	char bytes[HEARTBEAT_BYTES_MAX];
};

#define SOCKOPTS_MAX      16
#define SOCKOPT_VALUE_MAX 16

/* One SOCKOPTS entry, ready for setsockopt(2). */
struct sockopt_value {
	uint8_t id; /* enum sockopt_id, sys/sockopt.h */
	uint8_t len;
	_Alignas(8) unsigned char bytes[SOCKOPT_VALUE_MAX];
};

struct sockopts {
	unsigned count;
	struct sockopt_value item[SOCKOPTS_MAX];
};

#endif
