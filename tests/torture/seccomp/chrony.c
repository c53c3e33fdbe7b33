/* SPDX-License-Identifier: MIT */
/* A filter that looks at arguments, as chronyd's: a few options of setsockopt() and getsockopt(),
 * no gettid, no getpid; the program goes on making sockets.
 * variants: prctl-kill prctl-trap syscall-kill syscall-trap syscall-errno
 */
#include "filter.h"

#include <fcntl.h>

static void on_sigsys(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	say("trapped: %d", info->si_syscall);
}

static void allow_options(struct filter *f)
{
	const unsigned allow = SECCOMP_RET_ALLOW;

	filter_rule_args(f, SYS_setsockopt, 1, SOL_SOCKET, SO_REUSEADDR, allow);
	filter_rule_args(f, SYS_setsockopt, 1, SOL_SOCKET, SO_LINGER, allow);
	filter_rule_args(f, SYS_setsockopt, 1, IPPROTO_TCP, TCP_NODELAY, allow);
	filter_rule_args(f, SYS_getsockopt, 1, SOL_SOCKET, SO_ERROR, allow);
	filter_rule_args(f, SYS_fcntl, 1, F_SETFL, O_NONBLOCK | O_RDWR, allow);
}

static void install(const char *variant)
{
	struct filter f;

	filter_begin(&f);
	ALLOW(&f, SYS_read, SYS_write, SYS_close, SYS_exit_group, SYS_socket, SYS_bind, SYS_listen,
		SYS_connect, SYS_accept, SYS_getsockname, SYS_sendto, SYS_recvfrom, SYS_poll,
		SYS_sendmsg, SYS_recvmsg, SYS_rt_sigreturn, SYS_shutdown, SYS_dup2);
	allow_options(&f);
	filter_install(&f, filter_action(variant), variant);
}

static void options(int fd)
{
	struct linger at_once = {1, 0};
	int on = 1;

	DO(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)));
	DO(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)));
	DO(setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)));
	DO(fcntl(fd, F_SETFL, O_NONBLOCK | O_RDWR));
}

static void connection(void)
{
	int end[2], refused = socket(AF_INET, SOCK_STREAM, 0), err;
	struct sockaddr_in nobody = {.sin_family = AF_INET, .sin_addr.s_addr = 0x0100007f};
	socklen_t len = sizeof(err);
	char buf[8];

	tcp_pair(end);
	options(end[1]);
	DO(recv(end[1], buf, sizeof(buf), 0));
	DO(send(end[0], "hello", 5, MSG_NOSIGNAL));
	await(end[1], POLLIN);
	DO(recv(end[1], buf, sizeof(buf), 0));
	DO(close(end[1]));
	await(end[0], POLLIN);
	DO(getsockopt(end[0], SOL_SOCKET, SO_ERROR, &err, &len));
	say("SO_ERROR %s", errname(err));
	DO(send(end[0], "x", 1, MSG_NOSIGNAL));
	DO(dup2(end[0], refused + 40));
	DO(close(end[0]));
	DO(shutdown(refused + 40, SHUT_RDWR));
	DO(close(refused + 40));
	nobody.sin_port = htons(1);
	DO(connect(refused, (struct sockaddr *)&nobody, sizeof(nobody)));
	DO(close(refused));
}

int torture(const char *variant)
{
	struct sigaction on = {.sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO};
	int udp;

	view_wanted = false; /* it calls what the filter forbids */
	sigaction(SIGSYS, &on, NULL);
	install(variant);
	connection();
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	DO(sendto(udp, "x", 1, 0, (struct sockaddr *)&(struct sockaddr_in){AF_INET, 1}, 16));
	DO(close(udp));
	return 0;
}
