/* SPDX-License-Identifier: MIT */
/*
 * main() of every case, and the view: what a program can see of its own process, printed when the
 * case returns.  Nothing in it depends on the run: no pid, port, address or time.
 */
#include "case.h"

#include <dirent.h>
#include <fcntl.h>
#include <locale.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

extern char **environ;

bool view_wanted = true;

/* Lines of a file below /proc/self, or the number behind this key; -1 if it cannot be read. */
static long proc_number(const char *path, const char *key)
{
	FILE *f = fopen(path, "re");
	long n = key ? -1 : 0;
	char line[1024];

	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f))
		if (!key)
			n += strchr(line, '\n') != NULL;
		else if (!strncmp(line, key, strlen(key)))
			n = atol(line + strlen(key));
	fclose(f);
	return n;
}

static void view_descriptor(int fd, int fd_flags)
{
	struct stat st;
	int flags = fcntl(fd, F_GETFL), type = 0, domain = 0;

	if (fstat(fd, &st) < 0) {
		say("view: fd %d: %s", fd, errname(errno));
		return;
	}
	if (S_ISSOCK(st.st_mode)) {
		type = option(fd, SOL_SOCKET, SO_TYPE);
		domain = option(fd, SOL_SOCKET, SO_DOMAIN);
	}
	say("view: fd %d: mode=%o flags=%x,%x socket=%d/%d", fd, st.st_mode & S_IFMT, fd_flags,
		flags, domain, type);
}

/* By asking for each number, as there may be none left to open a folder with. */
static void view_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct dirent *entry;
	int fd, high = 0;

	while (dir && (entry = readdir(dir)))
		high += atoi(entry->d_name) >= 65536;
	if (dir)
		closedir(dir);
	say("view: descriptors from 65536: %d", dir ? high : -1);
	for (fd = 0; fd < 65536; fd++) {
		int fd_flags = fcntl(fd, F_GETFD);

		if (fd_flags >= 0)
			view_descriptor(fd, fd_flags);
	}
}

static const char *handler_name(const struct sigaction *a)
{
	if (a->sa_flags & SA_SIGINFO)
		return "handler with siginfo";
	return a->sa_handler == SIG_DFL   ? "SIG_DFL"
	       : a->sa_handler == SIG_IGN ? "SIG_IGN"
					  : "handler";
}

static unsigned long long mask_bits(const sigset_t *set)
{
	unsigned long long bits = 0;
	int sig;

	for (sig = 1; sig < 65; sig++)
		bits |= (unsigned long long)(sigismember(set, sig) == 1) << (sig - 1);
	return bits;
}

static void view_signals(void)
{
	sigset_t blocked, pending;
	struct sigaction a;
	int sig;

	for (sig = 1; sig < 65; sig++)
		if (sigaction(sig, NULL, &a) == 0 &&
			(a.sa_flags || a.sa_handler != SIG_DFL || mask_bits(&a.sa_mask)))
			say("view: signal %d: %s flags=%x mask=%llx", sig, handler_name(&a),
				a.sa_flags & ~0x04000000 /* SA_RESTORER */, mask_bits(&a.sa_mask));
	sigprocmask(SIG_BLOCK, NULL, &blocked);
	sigpending(&pending);
	say("view: blocked=%llx pending=%llx", mask_bits(&blocked), mask_bits(&pending));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* All but the variables by which the shim came in. */
static void view_environment(void)
{
	size_t n = 0;
	char **e;

	while (environ && environ[n])
		n++;
	if (n)
		qsort(environ, n, sizeof(*environ), by_text);
	for (e = environ; e && *e; e++)
		if (strncmp(*e, "PEERLESS_", 9) != 0 && strncmp(*e, "LD_PRELOAD=", 11) != 0)
			say("view: %s", *e);
}

static void view_limits(void)
{
	struct rlimit limit;
	int r;

	for (r = 0; r < RLIM_NLIMITS; r++)
		if (getrlimit(r, &limit) == 0)
			say("view: limit %d: %lld/%lld", r, (long long)limit.rlim_cur,
				(long long)limit.rlim_max);
}

static void view_thread_keys(void)
{
	pthread_key_t key[PTHREAD_KEYS_MAX];
	int n = 0;

	while (n < PTHREAD_KEYS_MAX && pthread_key_create(&key[n], NULL) == 0)
		n++;
	say("view: thread keys left: %d", n);
	while (n > 0)
		pthread_key_delete(key[--n]);
}

static void view_process(long mappings_before)
{
	long mappings = proc_number("/proc/self/maps", NULL);
	mode_t mask = umask(0);
	struct itimerval timer;
	char cwd[4096];

	umask(mask);
	getitimer(ITIMER_REAL, &timer);
	say("view: threads: %ld", proc_number("/proc/self/status", "Threads:"));
	say("view: new mappings: %ld", mappings < 0 ? -1 : mappings - mappings_before);
	say("view: umask=%o timer=%d locale=%s dumpable=%d no_new_privs=%d cwd=%s", mask,
		timer.it_value.tv_sec || timer.it_value.tv_usec, setlocale(LC_ALL, NULL),
		prctl(PR_GET_DUMPABLE), prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
		getcwd(cwd, sizeof(cwd)) ? strrchr(cwd, '/') : errname(errno));
	say("view: random: %ld", random());
}

__attribute__((weak)) int main(int argc, char **argv)
{
	/* Twice: the first look allocates a buffer, whose mapping stays. */
	long mappings = proc_number("/proc/self/maps", NULL);
	int status;

	mappings = proc_number("/proc/self/maps", NULL);
	status = torture(argc > 1 ? argv[1] : "");
	if (!view_wanted)
		return status;
	view_descriptors();
	view_signals();
	view_environment();
	view_limits();
	view_thread_keys();
	view_process(mappings);
	return status;
}
