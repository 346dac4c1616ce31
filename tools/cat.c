/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <unistd.h>

#include "relay.h"

/* Open an address as a side. @return 0, or a STATUS_ after a complaint */
static int open_side(const char *address, enum kin_role role, struct relay_side *side)
{
	int r = kin_open(address, role, &side->sock);

	side->name = address;
	return r < 0 ? complain_of(address, r) : 0;
}

static int join(const struct invocation *inv, struct relay *relay)
{
	struct relay_side first = {}, second = relay_stdio();
	enum kin_role role = inv_has(inv, "one-way") ? KIN_RECEIVE : KIN_CONNECT;
	int status = open_side(inv->args[0], role, &first);

	if (status == 0 && inv->n_args > 1)
		status = open_side(inv->args[1], KIN_CONNECT, &second);
	relay->a = first;
	relay->b = second;
	if (status != 0)
		return status;
	/* Only now: what opens an address waits without looking at signals. */
	relay->stop = stop_fd();
	status = relay_run(relay);
	if (inv_has(inv, "verbose"))
		remark("%s: %llu bytes received, %llu sent", inv->args[0],
		       (unsigned long long)relay->a_to_b, (unsigned long long)relay->b_to_a);
	return status;
}

static int run(const struct invocation *inv)
{
	struct relay relay = {
		.one_way = inv_has(inv, "one-way"), .idle_ns = -1, .wait_ns = 1000000000};
	int64_t timeout = -1;
	int status;

	if (inv_duration(inv, "timeout", &timeout) || inv_duration(inv, "idle", &relay.idle_ns) ||
	    inv_duration(inv, "wait", &relay.wait_ns))
		return STATUS_USAGE;
	kin_set_default_timeout(timeout);
	status = join(inv, &relay);
	kin_close(relay.a.sock);
	kin_close(relay.b.sock);
	return status;
}

const struct command command_cat = {
	.name = "cat",
	.args = "ADDRESS [ADDRESS]",
	.summary = "join an address to standard input and output, or to another address",
	.text = "Connects to the address, sends it standard input and writes what comes back to "
		"standard output. With a second address, what one sends goes to the other, both ways.\n"
		"\n"
		"The end of one side is passed on as the end of what is sent, and the other side may "
		"still answer: kin ends when both sides have ended. A terminal, and a socket without "
		"connections such as UDP, can't tell their end: once the other side has ended, kin "
		"waits for them as long as they are not silent for the time of --wait.\n"
		"\n"
		"Where both sides have messages, each message stays one. A stream becomes messages of "
		"what is read at a time, and messages become a stream by losing their boundaries.",
	.options =
		(const struct command_option[]){
			{"one-way", 'u', NULL, "only from the first side: ADDRESS to standard output"},
			{"idle", 'i', "DURATION", "end when nothing came for so long, from either side"},
			{"wait", 'w', "DURATION",
			 "how long a side that can't tell its end is waited for [1s]"},
			{"timeout", 't', "DURATION", "how long connecting may take [for ever]"},
			{"verbose", 'v', NULL, "count the bytes, on standard error, at the end"},
			{},
		},
	.examples =
		(const struct command_example[]){
			{"kin cat tcp:127.0.0.1:5000 <request >answer", "ask a server"},
			{"kin cat unix:/run/a.sock tcp:127.0.0.1:5000", "join two streams"},
			{"kin cat -u udp:127.0.0.1:5000 >datagrams", "only receive"},
			{},
		},
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
