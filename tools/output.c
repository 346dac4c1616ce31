/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said to people and to the next program in the pipe.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <kin/family.h>
#include "command.h"

#define RED "\033[31m"
#define PLAIN "\033[m"

bool use_colour(int fd)
{
	const char *no_colour = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return isatty(fd) && !(no_colour && *no_colour) && term && strcmp(term, "dumb") != 0;
}

/* One write, so that the lines of several processes do not mix. */
__attribute__((format(printf, 3, 0))) static void say(const char *before, const char *after,
                                                      const char *format, va_list args)
{
	char text[4096], line[4096 + 64];
	int len;

	vsnprintf(text, sizeof(text), format, args);
	len = snprintf(line, sizeof(line), "%skin: %s%s\n", before, text, after);
	write_all(STDERR_FILENO, line, len);
}

void complain(const char *format, ...)
{
	bool colour = use_colour(STDERR_FILENO);
	va_list args;

	va_start(args, format);
	say(colour ? RED : "", colour ? PLAIN : "", format, args);
	va_end(args);
}

void remark(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say("", "", format, args);
	va_end(args);
}

int misspelt(const char *what, const char *word, const char *const *names)
{
	char text[256];
	struct kin_buf nearest = {.data = text, .size = sizeof(text)};

	kin_buf_put_nearest(&nearest, word, names);
	kin_buf_end(&nearest);
	if (*text)
		complain("no %s %s; nearest: %s", what, word, text);
	else
		complain("no %s %s; see kin --help", what, word);
	return STATUS_USAGE;
}

/* Is this how a kernel says that it does not have a family or a protocol? */
static bool is_lack(int err)
{
	return err == EAFNOSUPPORT || err == EPROTONOSUPPORT || err == ESOCKTNOSUPPORT;
}

/* The protocol whose scheme an address begins with; false when there is none. */
static bool find_proto(const char *address, const struct kin_family **family,
                       const struct kin_proto **proto)
{
	size_t len = strcspn(address, ":");

	for (unsigned i = 0; (*family = kin_family_at(i)); i++)
		for (*proto = (*family)->protos; (*proto)->scheme; (*proto)++)
			if (strlen((*proto)->scheme) == len &&
			    strncmp((*proto)->scheme, address, len) == 0)
				return true;
	return false;
}

/* The status that tells why an address could not be opened, and what the probe adds to it. */
static int diagnose(const char *address, int err, struct kin_probe *probe)
{
	struct kin_endpoint *endpoint KIN_CLEANUP(kin_endpoint_free) = NULL;
	const struct kin_family *family;
	const struct kin_proto *proto;

	if (err == ENOPROTOOPT)
		return STATUS_LACKS;
	if ((err == EINVAL || err == ENAMETOOLONG || err == EAFNOSUPPORT) &&
	    kin_endpoint_parse(address, &endpoint) == -err)
		return STATUS_USAGE;
	/* A kernel without a family has no interface of its kind either. */
	if ((is_lack(err) || err == ENODEV || err == EPERM || err == EACCES) &&
	    find_proto(address, &family, &proto))
		kin_probe(family, proto, probe);
	return probe->status == KIN_MISSING || is_lack(err) ? STATUS_LACKS : STATUS_FAILED;
}

/* The name of the last failure's code, or of err when it was not the library that failed. */
static const char *code_name(int err, char *buf, size_t size)
{
	const struct kin_const *c;

	if (kin_error_domain() != KIN_ERR_RESOLVER)
		return strerrorname_np(err);
	for (unsigned i = 0; (c = kin_const_at(i, NULL)); i++)
		if (strncmp(c->name, "EAI_", 4) == 0 && llabs(c->value) == abs(kin_error_code()))
			return c->name;
	snprintf(buf, size, "EAI %d", kin_error_code());
	return buf;
}

int complain_of(const char *what, int err)
{
	struct kin_probe probe = {.struct_size = sizeof(probe), .status = KIN_WORKS};
	char words[1024], number[32];
	const char *name;
	int first, status;

	err = abs(err);
	/* The record may be of an older failure, when it was not the library that failed now. */
	if (kin_error_code() != err && kin_error_domain() == KIN_ERR_ERRNO)
		kin_fail(err, "%s", strerror(err));
	snprintf(words, sizeof(words), "%s", kin_error_text());
	name = code_name(err, number, sizeof(number));
	status = diagnose(what, err, &probe);
	/* The code stands behind the cause, before the way out. */
	first = strcspn(words, ";");
	/* The probe may have nothing to add. */
	if (probe.status == KIN_WORKS || (strstr(words, probe.reason) && !*probe.mend))
		complain("%.1024s: %.*s (%s)%s", what, first, words, name, words + first);
	else
		complain("%.1024s: %.*s (%s)%s; %s%s%s", what, first, words, name, words + first,
		         probe.reason, *probe.mend ? "; " : "", probe.mend);
	return status;
}

/* With SIGHUP, unless nohup(1) or who else started us wants it to be ignored. */
static sigset_t stop_signals(void)
{
	struct sigaction hangup;
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN)
		sigaddset(&signals, SIGHUP);
	return signals;
}

int stop_fd(void)
{
	sigset_t signals = stop_signals();

	sigprocmask(SIG_BLOCK, &signals, NULL);
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

void stop_at_once(bool at_once)
{
	sigset_t signals = stop_signals();

	sigprocmask(at_once ? SIG_UNBLOCK : SIG_BLOCK, &signals, NULL);
}

int write_all(int fd, const void *data, size_t len)
{
	const char *p = data;
	ssize_t n;

	while (len > 0) {
		n = write(fd, p, len);
		if (n >= 0) {
			p += n;
			len -= n;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
		} else if (errno != EINTR) {
			return -errno;
		}
	}
	return 0;
}

/* ---- Standard output ----------------------------------------------------------------------- */

/* The first failure to write it, as a negative errno value. */
static int output_error;

/* stdio writes when its buffer is full, too, and would not keep why that failed. */
static ssize_t write_output(void *cookie, const char *data, size_t size)
{
	(void)cookie;
	if (output_error == 0)
		output_error = write_all(STDOUT_FILENO, data, size);
	errno = -output_error;
	return output_error ? 0 : (ssize_t)size;
}

void open_output(void)
{
	/* A terminal's lines are written one by one, and curses looks for its descriptor. */
	FILE *out = isatty(STDOUT_FILENO)
			    ? NULL
			    : fopencookie(NULL, "w",
					  (cookie_io_functions_t){.write = write_output});

	if (out)
		stdout = out;
}

int flush_output(void)
{
	if (fflush(stdout) == EOF && output_error == 0)
		output_error = -errno;
	return output_error;
}

void put_json(FILE *out, const char *text)
{
	/* At worst each byte becomes \u00XX. */
	size_t size = text ? 6 * strlen(text) + 3 : 0;
	struct kin_buf buf = {.data = malloc(size), .size = size};

	if (text && buf.data) {
		kin_buf_put_json(&buf, text, strlen(text));
		fwrite(buf.data, 1, buf.len, out);
	} else {
		fputs("null", out);
	}
	free(buf.data);
}
