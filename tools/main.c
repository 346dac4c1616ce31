/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <kin/family.h>
#include "command.h"
#include "families.h"
#include "help.h"

static int run_verb(int argc, char **argv)
{
	const char *path = NULL;
	const struct group *group;
	const struct command *command;
	const char *names[N_NAMES];

	while ((group = find_group_in(path, argv[0]))) {
		path = group->path;
		if (argc < 2) {
			help_overview(stderr, path);
			return STATUS_USAGE;
		}
		if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
			help_overview(stdout, path);
			return STATUS_DONE;
		}
		argc--, argv++;
	}
	command = find_command(path, argv[0]);
	if (command)
		return run_command(command, argc, argv);
	return misspelt("verb", argv[0], verb_names(path, names));
}

static int dispatch(int argc, char **argv)
{
	static const char *const names[] = {"--help", "--version", NULL};

	if (argc < 2) {
		help_overview(stderr, NULL);
		return STATUS_USAGE;
	}
	if (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0) {
		help_overview(stdout, NULL);
		return STATUS_DONE;
	}
	if (strcmp(argv[1], "-V") == 0 || strcmp(argv[1], "--version") == 0) {
		printf("kin %s\n", kin_version());
		return STATUS_DONE;
	}
	if (argv[1][0] == '-')
		return misspelt("option", argv[1], names);
	return run_verb(argc - 1, argv + 1);
}

/*
 * A socket must not take the place of a standard stream that was closed. What is written to a
 * closed standard output fails, instead of being lost.
 */
static void open_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR);
}

#define DECLARE(name) const struct kin_family *kin_plugin_##name(void);
#define REGISTER(name) kin_family_register(kin_plugin_##name());
KIN_LINKED_FAMILIES(DECLARE)

int main(int argc, char **argv)
{
	int status, err;

	open_standard_streams();
	open_output();
	/* A reader that goes away is told by EPIPE, and quietly. */
	signal(SIGPIPE, SIG_IGN);
	KIN_LINKED_FAMILIES(REGISTER)
	status = dispatch(argc, argv);
	/* A disk may be full only now. */
	err = flush_output();
	if (err == 0 || err == -EPIPE)
		return status;
	complain("standard output: %s (%s)", strerror(-err), strerrorname_np(-err));
	return status == STATUS_DONE || status == STATUS_LOST ? STATUS_FAILED : status;
}
