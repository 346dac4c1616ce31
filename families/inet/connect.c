/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A connection to the first address of a host that answers. */
#include "connect.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void tries_note(struct tries *tries, const struct kin_addr *addr, int result)
{
	struct kin_inet_connect_options *options = tries->options;

	if (options->attempts && options->n_attempts < options->max_attempts)
		options->attempts[options->n_attempts] =
			(struct kin_inet_attempt){.addr = *addr, .error = result};
	options->n_attempts++;
}

void tries_note_failure(struct tries *tries, const struct kin_addr *addr, int result)
{
	char text[KIN_ADDR_TEXT];

	tries->domain = kin_error_domain();
	tries->code = kin_error_code();
	tries->result = result;
	/* On request all are told, else the last one. */
	if (!tries->options->attempts)
		tries->words.len = 0;
	kin_addr_format(addr, SOCK_STREAM, IPPROTO_TCP, text, sizeof(text));
	kin_buf_printf(&tries->words, "%s%s: %s", tries->words.len ? "; " : "", text,
		       kin_error_text());
	tries_note(tries, addr, result);
}

/* The source address, in the version of IP that is asked for. */
static int source_for(const struct kin_addr *source, int version, struct kin_addr *ret_addr)
{
	*ret_addr = *source;
	if (inet_version(source) == version)
		return 0;
	if (!inet_is_any(source))
		return kin_fail(EAFNOSUPPORT, "the source address is one of %s",
				inet_version_name(inet_version(source)));
	return inet_any(version, kin_inet_port(source), ret_addr);
}

int tries_socket(const struct tries *tries, const struct kin_inet_row *row, int flags,
		 struct kin_sock **ret_sock)
{
	const struct kin_inet_connect_options *options = tries->options;
	struct kin_sock *sock;
	struct kin_addr source;
	int r = 0;

	if (options->source.len)
		r = source_for(&options->source, row->domain, &source);
	if (r == 0)
		r = kin_socket(row->domain, row->type | flags, row->protocol, &sock);
	if (r < 0)
		return r;
	if (!flags)
		r = kin_set_timeout(sock, options->timeout_ns);
	if (r == 0 && options->source.len)
		r = kin_bind(sock, &source);
	if (r < 0) {
		close(kin_detach(sock));
		return r;
	}
	*ret_sock = sock;
	return 0;
}

static int try_one(const struct tries *tries, const struct kin_inet_row *row,
		   struct kin_sock **ret_sock)
{
	struct kin_sock *sock;
	int r = tries_socket(tries, row, 0, &sock);

	if (r < 0)
		return r;
	r = kin_connect(sock, &row->addr);
	if (r < 0) {
		close(kin_detach(sock));
		return r;
	}
	*ret_sock = sock;
	return 0;
}

static int try_in_turn(struct tries *tries, struct kin_sock **ret_sock)
{
	for (int i = 0; i < tries->n_rows; i++) {
		const struct kin_inet_row *row = tries->rows[i];
		int r = try_one(tries, row, ret_sock);

		if (r == 0) {
			tries_note(tries, &row->addr, 0);
			return 0;
		}
		tries_note_failure(tries, &row->addr, r);
		/* Whoever interrupts one attempt does not want the others. */
		if (r == -EINTR)
			break;
	}
	return tries->result;
}

static int check(const struct kin_inet_connect_options *options)
{
	if (options->struct_size < sizeof(*options))
		return kin_fail(EINVAL, "kin_inet_connect_options.struct_size %zu is too small",
				options->struct_size);
	if (options->domain && options->domain != AF_INET && options->domain != AF_INET6)
		return kin_fail(EINVAL, "domain %d is neither AF_INET, AF_INET6 nor 0",
				options->domain);
	if (options->source.len && inet_version(&options->source) == 0)
		return kin_fail(EINVAL, "the source address is neither of IPv4 nor of IPv6");
	if (options->race_delay_ns < 0)
		return kin_fail(EINVAL, "race_delay_ns %jd is below 0",
				(intmax_t)options->race_delay_ns);
	return 0;
}

static int try_all(struct tries *tries, const struct kin_inet_row *rows, struct kin_sock **ret_sock)
{
	int r;

	tries->rows = calloc((size_t)tries->n_rows, sizeof(struct kin_inet_row *));
	if (!tries->rows)
		return kin_fail(ENOMEM, "out of memory");
	for (int i = 0; i < tries->n_rows; i++)
		tries->rows[i] = &rows[i];
	/* Without any time there is nothing to wait for, side by side or else. */
	r = tries->options->race && tries->options->timeout_ns ? inet_race(tries, ret_sock)
							       : try_in_turn(tries, ret_sock);
	free(tries->rows);
	if (r < 0 && tries->result == r)
		kin_fail_in(tries->domain, tries->code, -r, "%s", kin_buf_end(&tries->words));
	return r;
}

int kin_inet_connect(const char *host, const char *service,
		     struct kin_inet_connect_options *options, struct kin_sock **ret_sock)
{
	struct kin_inet_connect_options own = {.struct_size = sizeof(own)};
	char words[1024];
	struct tries tries = {.options = &own, .words = {.data = words, .size = sizeof(words)}};
	struct kin_inet_row *rows;
	int r;

	KIN_NEED(ret_sock);
	if (options) {
		r = check(options);
		if (r < 0)
			return r;
		options->n_attempts = 0;
		own = *options;
	}
	if (own.timeout_ns == 0)
		own.timeout_ns = kin_default_timeout();
	tries.n_rows = kin_inet_lookup(host, service, own.domain, SOCK_STREAM, 0, 0, &rows);
	if (tries.n_rows < 0)
		return tries.n_rows;
	r = try_all(&tries, rows, ret_sock);
	free(rows);
	if (options)
		options->n_attempts = own.n_attempts;
	return r;
}
