/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <unistd.h>

#include "connect.h"
#include "relay.h"

struct join {
	const char *first, *second; /* second NULL: standard input and output, or exec */
	const char *exec;
	bool to_first, from_first; /* the ways */
	struct connect connect;
	struct relay relay;
};

/* How an address is opened that is only read from, only written to, or both. */
static enum kin_role role_of(bool read, bool written)
{
	return read && written ? KIN_CONNECT : read ? KIN_RECEIVE : KIN_SEND;
}

static int open_sides(struct join *join, struct relay_side *first, struct relay_side *second)
{
	int status = connect_open(&join->connect, join->first,
				  role_of(join->from_first, join->to_first), &first->sock);

	first->name = join->first;
	if (status == 0 && join->second) {
		second->name = join->second;
		status = connect_open(&join->connect, join->second,
				      role_of(join->to_first, join->from_first), &second->sock);
	}
	return status;
}

/* Become the command, with the connection as its standard input and output. */
static int join_command(const struct join *join, struct kin_sock *sock)
{
	char peer[KIN_ADDR_TEXT] = "";
	struct kin_addr addr;

	if (kin_peer_addr(sock, &addr) == 0)
		address_text_of(sock, &addr, peer, sizeof(peer));
	return exec_over(join->exec, sock, peer);
}

static bool has_messages(const struct kin_sock *sock)
{
	return sock && kin_sock_type(sock) != SOCK_STREAM;
}

static int join_sides(struct join *join, struct relay_side first, struct relay_side second)
{
	struct relay *relay = &join->relay;
	int status;

	relay->one_way = !join->to_first || !join->from_first;
	relay->a = join->from_first ? first : second;
	relay->b = join->from_first ? second : first;
	/* Only now: what opens an address waits without looking at signals. */
	relay->stop = stop_fd();
	relay->progress.in_the_way = relay_uses_terminal(relay);
	progress_begin(&relay->progress, join->first, join->from_first ? &relay->a_to_b : NULL,
		       !join->to_first    ? NULL
		       : join->from_first ? &relay->b_to_a
					  : &relay->a_to_b);
	status = relay_run(relay);
	progress_end(&relay->progress);
	return status;
}

static int run(const struct invocation *inv)
{
	struct relay_side first = {}, second = relay_stdio();
	struct join join = {
		.first = inv->args[0],
		.second = inv->n_args > 1 ? inv->args[1] : NULL,
		.exec = inv_value(inv, "exec"),
		.to_first = !inv_has(inv, "one-way"),
		.from_first = !inv_has(inv, "send-only"),
	};
	int64_t timeout = -1;
	int status;

	if (inv_duration(inv, "timeout", &timeout) || connect_options(inv, &join.connect) ||
	    relay_options(inv, &join.relay) ||
	    inv_int(inv, "count", 1, INT64_MAX, &join.relay.count))
		return STATUS_USAGE;
	if (!join.to_first && !join.from_first)
		return misuse(inv->command, "--one-way and --send-only leave no way");
	if (join.exec && join.second)
		return misuse(inv->command, "--exec and %s exclude each other", join.second);
	kin_set_default_timeout(timeout);
	status = open_sides(&join, &first, &second);
	if (status == 0 && join.relay.count && !has_messages(first.sock) &&
	    !has_messages(second.sock))
		status = misuse(inv->command, "--count: %s has no messages", join.first);
	if (status == 0 && join.exec)
		return join_command(&join, first.sock);
	if (status == 0)
		status = join_sides(&join, first, second);
	kin_close(first.sock);
	kin_close(second.sock);
	return status;
}

const struct command command_cat = {
	.name = "cat",
	.args = "ADDRESS [ADDRESS]",
	.summary = "join an address to standard input and output, or to another address",
	.text = "Connects to the address, sends it standard input and writes what comes back to "
		"standard output. With a second address, what one sends goes to the other, both "
		"ways.\n"
		"\n"
		"The end of one side is passed on as the end of what is sent, and the other side "
		"may still answer: kin ends when both sides have ended. A terminal, and a socket "
		"without connections such as UDP, can't tell their end: once the other side has "
		"ended, kin waits for them as long as they are not silent for the time of "
		"--wait, which begins when the last message has been sent. Of ISO-TP that is 6 "
		"seconds, for UDS lets a controller take 5; what comes later is lost. --count says "
		"how many messages are the answer, so that the last of them is the end.\n"
		"\n"
		"A connection of Bluetooth ends both ways at once, so that the end of the other side "
		"can't be passed on to it: once something was sent there, kin closes it after the "
		"same silence, and until then waits for the peer's own end.\n"
		"\n"
		"Where both sides have messages, each message stays one. A stream becomes "
		"messages of what is read at a time, and messages become a stream by losing their "
		"boundaries.\n"
		"\n"
		"With --exec a command takes the place of standard input and output, in kin's own "
		"process: the connection is its standard input and output, and KIN_PEER and "
		"KIN_LOCAL in its environment are the addresses of both ends.",
	.options =
		(const struct command_option[]){
			{"one-way", 'u', NULL,
			 "only from the first side: ADDRESS to standard output"},
			{"send-only", 'U', NULL,
			 "only to the first side: standard input to ADDRESS"},
			{"count", 'n', "COUNT",
			 "the end of a side that has messages is its message COUNT; fewer are a "
			 "failure"},
			{"exec", 'e', "COMMAND", "join the address to a command of the shell's"},
			{"timeout", 't', "DURATION", "how long connecting may take [for ever]"},
			CONNECT_OPTIONS,
			RELAY_OPTIONS,
			{"verbose", 'v', NULL,
			 "tell of failed attempts, and count the bytes, on standard error"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin cat tcp:127.0.0.1:5000 <request >answer", "ask a server"},
			{"kin cat unix:/run/a.sock tcp:127.0.0.1:5000", "join two streams"},
			{"kin cat -u udp:127.0.0.1:5000 >datagrams", "only receive"},
			{"kin cat -U --retry forever unix:/run/late.sock <file",
			 "send a file as soon as there is somebody"},
			{"kin cat isotp:can0,tx=7E0,rx=7E8 <request >answer",
			 "ask a controller over ISO-TP: the file is one message, at most as long "
			 "as "
			 "the kernel takes"},
			{"kin cat -n 1 isotp:can0,tx=7E0,rx=7E8 <request >answer",
			 "the same, and end with its first message"},
			{"kin cat --rate 10M --progress always tcp:127.0.0.1:5000 <request >answer",
			 "no faster than 10 MiB/s, telling how far it is"},
			{},
		},
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
