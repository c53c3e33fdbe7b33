/* SPDX-License-Identifier: MIT */
/* The subcommands, each in its cmd_NAME.c, and the one place that has the version. */
#ifndef PEERLESS_TOOLS_COMMANDS_H
#define PEERLESS_TOOLS_COMMANDS_H

#define PEERLESS_VERSION "0.1.0"

/* argv[0] is the subcommand's name; the result is the exit status. */
int cmd_run(int argc, char **argv);
int cmd_trace(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_watch(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_options(int argc, char **argv);

/* The body of `peerless help NAME`, on stdout: synopsis first. */
void cmd_run_help(void);
void cmd_trace_help(void);
void cmd_show_help(void);
void cmd_watch_help(void);
void cmd_check_help(void);
void cmd_options_help(void);

#endif
