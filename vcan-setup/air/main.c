/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "air.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

struct options {
	unsigned count;
	struct address address;
	const char *socket;
	int fd;
	bool up, background;
	const char *name;
};

static void usage(void)
{
	printf("Usage: kin-air [OPTION...]                  makes Bluetooth controllers\n"
	       "       kin-air --socket PATH ORDER          tells them something\n"
	       "\n"
	       "Controllers on /dev/vhci, which hear each other: BR/EDR and LE, with SCO. They are "
	       "there as\n"
	       "long as this runs. Their names and addresses are printed when the kernel has them "
	       "all.\n"
	       "\n"
	       "  -n, --count N       how many (2), at most %d\n"
	       "  -u, --up            switches them on: LE, pairing, connectable, discoverable\n"
	       "  -a, --address ADDR  of the first (00:AA:01:01:00:01); the others follow\n"
	       "      --name NAME     what they are called, with -1, -2, ... behind it (kin-air)\n"
	       "  -s, --socket PATH   takes orders there\n"
	       "      --fd N          takes orders from this connected socket, of type "
	       "SOCK_SEQPACKET; ends\n"
	       "                      when it is closed\n"
	       "  -b, --background    returns when they are there\n"
	       "  -h, --help          this text\n"
	       "\n"
	       "Orders (WHO: hciN or an address):\n",
	       MAX_CONTROLLERS);
	control_usage();
}

__attribute__((noreturn, format(printf, 2, 3))) static void die(int status, const char *format, ...)
{
	va_list args;

	fputs("kin-air: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(status);
}

static unsigned parse_number(const char *name, const char *text, unsigned min, unsigned max)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || value < min || value > max)
		die(2, "%s %s: give a number from %u to %u", name, text, min, max);
	return (unsigned)value;
}

static struct options parse(int argc, char **argv)
{
	enum { NAME = 256, FD };
	static const struct option longs[] = {
		{"count", required_argument, NULL, 'n'},
		{"up", no_argument, NULL, 'u'},
		{"address", required_argument, NULL, 'a'},
		{"name", required_argument, NULL, NAME},
		{"socket", required_argument, NULL, 's'},
		{"fd", required_argument, NULL, FD},
		{"background", no_argument, NULL, 'b'},
		{"help", no_argument, NULL, 'h'},
		{},
	};
	struct options options = {.count = 2, .fd = -1, .name = "kin-air"};
	int option;

	address_parse("00:AA:01:01:00:01", &options.address);
	while ((option = getopt_long(argc, argv, "+n:ua:s:bh", longs, NULL)) >= 0)
		switch (option) {
		case 'n':
			options.count = parse_number("--count", optarg, 1, MAX_CONTROLLERS);
			break;
		case 'u':
			options.up = true;
			break;
		case 'a':
			if (!address_parse(optarg, &options.address))
				die(2, "--address %s: give six bytes, such as 00:AA:01:01:00:01",
				    optarg);
			break;
		case NAME:
			options.name = optarg;
			break;
		case 's':
			options.socket = optarg;
			break;
		case FD:
			options.fd = (int)parse_number("--fd", optarg, 0, 1 << 20);
			break;
		case 'b':
			options.background = true;
			break;
		case 'h':
			usage();
			exit(0);
		default:
			exit(2);
		}
	return options;
}

/* ---- orders from the command line ---- */

static bool unix_address(const char *path, struct sockaddr_un *ret_addr)
{
	*ret_addr = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(ret_addr->sun_path))
		return false;
	strcpy(ret_addr->sun_path, path);
	return true;
}

static int try_connect(const char *path)
{
	struct sockaddr_un addr;
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (!unix_address(path, &addr))
		die(2, "--socket %s: a path of at most %zu bytes", path, sizeof(addr.sun_path) - 1);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0) {
		int err = errno;

		close(fd);
		errno = err;
		return -1;
	}
	return fd;
}

static int tell(const char *path, char **words)
{
	char line[4096] = "", answer[8192];
	size_t at = 0;
	ssize_t len;
	int fd = try_connect(path);

	if (fd < 0)
		die(1, "%s: %s", path,
		    errno == ENOENT || errno == ECONNREFUSED
			    ? "no air takes orders there; are the controllers running?"
			    : strerror(errno));
	for (; *words; words++) {
		at += (size_t)snprintf(line + at, sizeof(line) - at, "%s%s", at ? " " : "", *words);
		if (at >= sizeof(line))
			die(2, "an order has at most %zu bytes", sizeof(line) - 1);
	}
	if (send(fd, line, at, 0) < 0 || (len = recv(fd, answer, sizeof(answer) - 1, 0)) <= 0)
		die(1, "%s: the air has ended", path);
	answer[len] = '\0';
	if (strncmp(answer, "ok\n", 3) != 0)
		die(1, "%s", strncmp(answer, "error: ", 7) == 0 ? answer + 7 : answer);
	fputs(answer + 3, stdout);
	return 0;
}

/* ---- controllers ---- */

static int listen_at(const char *path)
{
	struct sockaddr_un addr;
	int fd = try_connect(path);

	if (fd >= 0)
		die(1, "%s: controllers are running already; they take orders there", path);
	/* What one that was killed has left */
	if (errno == ECONNREFUSED)
		unlink(path);
	unix_address(path, &addr);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 || listen(fd, 8) < 0)
		die(1, "%s: %s", path, strerror(errno));
	return fd;
}

static void why_no_mgmt(int err)
{
	switch (err) {
	case EAFNOSUPPORT:
		die(77, "this kernel has no Bluetooth, or this is not the initial network "
			"namespace, the "
			"only one that has it (EAFNOSUPPORT); modprobe bluetooth, leave the "
			"namespace, or "
			"use the VM: vcan-setup/vm");
	case EPROTONOSUPPORT:
		die(77, "this kernel's Bluetooth has no HCI sockets (EPROTONOSUPPORT); use the VM: "
			"vcan-setup/vm");
	default:
		die(1, "management of Bluetooth: %s", strerror(err));
	}
}

static void why_no_vhci(int err)
{
	switch (err) {
	case ENOENT:
	case ENODEV:
	case ENXIO:
		die(77,
		    "/dev/vhci: %s: the module hci_vhci is not loaded, or this kernel lacks it; "
		    "modprobe hci_vhci, or use the VM: vcan-setup/vm",
		    strerror(err));
	case EACCES:
	case EPERM:
		die(1,
		    "/dev/vhci: no permission: only root may make controllers; put sudo in front");
	default:
		die(1, "/dev/vhci: %s", strerror(err));
	}
}

static void make(struct air *air, const struct options *options)
{
	struct controller **at = &air->controllers;
	struct address address = options->address;

	for (unsigned i = 1; i <= options->count; i++) {
		*at = controller_new(air, i, &address);
		if (!*at)
			why_no_vhci(errno);
		at = &(*at)->next;
		address.bytes[0]++;
	}
}

/* The parent waits until the child says that it is ready, or has said why it can't be. */
static int go_to_background(void)
{
	int ends[2], status;
	char ready;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		die(1, "pipe: %s", strerror(errno));
	child = fork();
	if (child < 0)
		die(1, "fork: %s", strerror(errno));
	if (child > 0) {
		close(ends[1]);
		if (read(ends[0], &ready, 1) == 1)
			_exit(0);
		_exit(waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status)
									       : 1);
	}
	close(ends[0]);
	setsid();
	return ends[1];
}

static void announce(struct air *air, int parent)
{
	char text[1024];
	int null;

	control_list(air, text, sizeof(text));
	fputs(text, stdout);
	fflush(stdout);
	if (parent < 0)
		return;
	/* Nobody is to wait for the end of what we print. */
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	if (write(parent, "", 1) != 1)
		air->ended = true;
	close(parent);
}

int main(int argc, char **argv)
{
	struct options options = parse(argc, argv);
	struct air air = {.up = options.up, .listener = -1, .name = options.name};
	int parent = -1;

	if (optind < argc) {
		if (!options.socket)
			die(2, "\"%s\": an order needs --socket PATH; see --help", argv[optind]);
		return tell(options.socket, argv + optind);
	}
	for (unsigned i = 0; i < sizeof(air.clients) / sizeof(*air.clients); i++)
		air.clients[i].fd = -1;
	signal(SIGPIPE, SIG_IGN);
	if (options.socket)
		air.listener = listen_at(options.socket);
	if (options.fd >= 0)
		control_add(&air, options.fd, true);
	if (options.background)
		parent = go_to_background();
	air.mgmt = mgmt_open();
	if (air.mgmt < 0)
		why_no_mgmt(-air.mgmt);
	make(&air, &options);
	air_start(&air);
	if (air.ready) {
		announce(&air, parent);
		air_run(&air);
	}
	air_end(&air);
	if (options.socket)
		unlink(options.socket);
	return air.ready ? 0 : 1;
}
