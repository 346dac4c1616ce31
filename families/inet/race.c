/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Happy eyeballs: addresses are tried side by side, the next one a moment after the last (RFC
 * 8305). */
#include "connect.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct race {
	struct tries *tries;
	struct kin_sock **socks; /* of each row: NULL when it is not running */
	struct pollfd *fds;
	int started, running;
	int64_t deadline_ns; /* of all; below zero: none */
	int64_t next_ns;     /* when the next row starts, if there is one */
};

/* The versions of IP take turns, beginning with the one that the resolver has first. */
static void interleave(const struct kin_inet_row **rows, int n)
{
	for (int i = 1; i < n; i++) {
		int j = i;

		while (j < n && rows[j]->domain == rows[i - 1]->domain)
			j++;
		if (j < n && j > i) {
			const struct kin_inet_row *moved = rows[j];

			memmove(&rows[i + 1], &rows[i], (size_t)(j - i) * sizeof(*rows));
			rows[i] = moved;
		}
	}
}

static void lose(struct race *race, int i, int result)
{
	const struct kin_addr *addr = &race->tries->rows[i]->addr;

	close(kin_detach(race->socks[i]));
	race->socks[i] = NULL;
	race->running--;
	if (result == -ECANCELED)
		tries_note(race->tries, addr, result);
	else
		tries_note_failure(race->tries, addr, result);
}

/* Row i is connected: the others are no longer needed. */
static int win(struct race *race, int i, struct kin_sock **ret_sock)
{
	struct kin_sock *sock = race->socks[i];
	int r = kin_set_timeout(sock, race->tries->options->timeout_ns);

	if (r < 0)
		return r;
	tries_note(race->tries, &race->tries->rows[i]->addr, 0);
	race->socks[i] = NULL;
	race->running--;
	*ret_sock = sock;
	return 0;
}

/* 1: it is on its way or has failed; 0: connected at once */
static int start(struct race *race, int64_t delay_ns, struct kin_sock **ret_sock)
{
	int i = race->started++;
	const struct kin_inet_row *row = race->tries->rows[i];
	int r = tries_socket(race->tries, row, SOCK_NONBLOCK, &race->socks[i]);

	race->next_ns = kin_deadline(delay_ns);
	if (r < 0) {
		tries_note_failure(race->tries, &row->addr, r);
		return 1;
	}
	race->running++;
	r = kin_connect(race->socks[i], &row->addr);
	if (r == 0)
		return win(race, i, ret_sock);
	if (r != -EINPROGRESS)
		lose(race, i, r);
	return 1;
}

/* A connection came to its end, one way or the other. 1: it failed */
static int finish(struct race *race, int i, struct kin_sock **ret_sock)
{
	const struct kin_target target = {.addr = race->tries->rows[i]->addr};
	char text[256];
	struct kin_buf words = {.data = text, .size = sizeof(text)};
	int err = 0, r;
	socklen_t len = sizeof(err);

	r = kin_getsockopt(race->socks[i], SOL_SOCKET, SO_ERROR, &err, &len);
	if (r < 0)
		err = -r;
	if (err == 0)
		return win(race, i, ret_sock);
	inet_explain(kin_sock_proto(race->socks[i]), "connect", err, &target, &words);
	if (words.len == 0)
		kin_buf_puts(&words, strerrordesc_np(err));
	kin_fail(err, "%s", kin_buf_end(&words));
	lose(race, i, -err);
	/* A failure starts the next one at once. */
	race->next_ns = 0;
	return 1;
}

static void time_out(struct race *race)
{
	for (int i = 0; i < race->started; i++) {
		if (!race->socks[i])
			continue;
		kin_fail_in(KIN_ERR_DEADLINE, ETIMEDOUT, ETIMEDOUT, "timed out");
		lose(race, i, -ETIMEDOUT);
	}
}

/* All of them have the same hook, which is asked once for a signal: it may count. */
static int ask_hook(const struct race *race)
{
	int i = 0;

	while (!race->socks[i])
		i++;
	return kin_interrupted(race->socks[i]);
}

/* Wait until something has happened, the next one starts, or the time is over. */
static int wait(struct race *race)
{
	int64_t until_ns = race->started < race->tries->n_rows ? race->next_ns : -1;
	struct timespec left;
	int n = 0, r;

	if (until_ns < 0 || (race->deadline_ns >= 0 && race->deadline_ns < until_ns))
		until_ns = race->deadline_ns;
	if (until_ns >= 0) {
		int64_t left_ns = until_ns - kin_now();

		if (left_ns < 0)
			left_ns = 0;
		left = (struct timespec){left_ns / 1000000000, left_ns % 1000000000};
	}
	for (int i = 0; i < race->started; i++)
		race->fds[n++] = (struct pollfd){.fd = race->socks[i] ? kin_fd(race->socks[i]) : -1,
						 .events = POLLOUT};
	r = ppoll(race->fds, (nfds_t)n, until_ns < 0 ? NULL : &left, NULL);
	if (r >= 0)
		return 0;
	if (errno != EINTR)
		return kin_fail(errno, "poll: %s", strerrordesc_np(errno));
	/* Of a wait that was interrupted nothing is told. */
	for (int i = 0; i < n; i++)
		race->fds[i].revents = 0;
	return ask_hook(race);
}

/* 0: won; 1: nobody has so far */
static int look(struct race *race, struct kin_sock **ret_sock)
{
	for (int i = 0; i < race->started; i++) {
		int r = race->socks[i] && race->fds[i].revents ? finish(race, i, ret_sock) : 1;

		if (r <= 0)
			return r;
	}
	return 1;
}

static int run(struct race *race, int64_t delay_ns, struct kin_sock **ret_sock)
{
	for (;;) {
		int n = race->tries->n_rows;
		int r = 1;

		/* However little time there is, one is on its way before it is over. */
		if (race->running && race->deadline_ns >= 0 && kin_now() >= race->deadline_ns) {
			time_out(race);
			return race->tries->result;
		}
		if (race->started < n && (race->running == 0 || kin_now() >= race->next_ns)) {
			r = start(race, delay_ns, ret_sock);
		} else if (race->running) {
			r = wait(race);
			if (r == 0)
				r = look(race, ret_sock);
		} else {
			return race->tries->result;
		}
		if (r <= 0)
			return r;
	}
}

int inet_race(struct tries *tries, struct kin_sock **ret_sock)
{
	const struct kin_inet_connect_options *options = tries->options;
	int64_t delay_ns = options->race_delay_ns ? options->race_delay_ns : 250000000;
	struct race race = {.tries = tries, .deadline_ns = kin_deadline(options->timeout_ns)};
	int r = -ENOMEM;

	interleave(tries->rows, tries->n_rows);
	race.socks = calloc((size_t)tries->n_rows, sizeof(struct kin_sock *));
	race.fds = calloc((size_t)tries->n_rows, sizeof(struct pollfd));
	if (race.socks && race.fds)
		r = run(&race, delay_ns, ret_sock);
	else
		kin_fail(ENOMEM, "out of memory");
	for (int i = 0; i < race.started; i++)
		if (race.socks[i])
			lose(&race, i, -ECANCELED);
	free(race.socks);
	free(race.fds);
	return r;
}
