/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fault.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <kin/inet.h>
#include <kin/names.h>

static const int64_t seconds = 1000000000;

/* ---- Names --------------------------------------------------------------------------------- */

static int hosts(void)
{
	struct kin_inet_row *rows FREE_LATER = NULL;
	struct kin_addr *addrs FREE_LATER = NULL;
	struct kin_inet_names *names FREE_LATER = NULL;
	struct kin_inet_names *back FREE_LATER = NULL;
	struct kin_addr addr;
	char name[300];

	MAKE(rows,
	     kin_inet_lookup("localhost", "80", AF_INET, SOCK_STREAM, 0, AI_CANONNAME, &rows));
	MAKE(addrs, kin_inet_resolve("localhost", "80", AF_INET, SOCK_STREAM, 0, &addrs));
	FILL(addr, kin_inet_host_by_name("localhost", &addr));
	MAKE(names, kin_inet_host_by_name_ex("localhost", &names));
	MAKE(back, kin_inet_host_by_addr(&addr, &back));
	FILL(name, kin_inet_name_info(&addr, name, sizeof(name), NULL, 0, 0));
	FILL(name, kin_inet_fqdn("127.0.0.1", name, sizeof(name)));
	return 0;
}

static int services(void)
{
	char name[64];

	TRY(kin_inet_service_port("http", "tcp"));
	FILL(name, kin_inet_service_name(80, "tcp", name, sizeof(name)));
	TRY(kin_inet_protocol_number("tcp"));
	return 0;
}

static int international(void)
{
	char name[64];

	FILL(name, kin_inet_idna("b\xC3\xBC"
				 "cher.example",
				 name, sizeof(name)));
	return 0;
}

static int abilities(void)
{
	kin_inet_has_ipv6();
	kin_inet_has_dualstack();
	return 0;
}

/* ---- Connections --------------------------------------------------------------------------- */

static int connect_to(struct kin_inet_connect_options *how)
{
	struct kin_inet_listen_options any = {.struct_size = sizeof(any), .reuse_port = true};
	struct kin_sock *listener KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *client KIN_CLEANUP(kin_close) = NULL;
	struct kin_addr addr;
	char port[8];

	MAKE(listener, kin_inet_listen("127.0.0.1", 0, &any, &listener));
	FILL(addr, kin_local_addr(listener, &addr));
	snprintf(port, sizeof(port), "%d", kin_inet_port(&addr));
	MAKE(client, kin_inet_connect("localhost", port, how, &client));
	TRY(kin_inet_set_keepalive(client, true, 10 * seconds, seconds, 3));
	TRY(kin_inet_is_mptcp(client));
	return 0;
}

static int one_by_one(void)
{
	struct kin_inet_connect_options how = {.struct_size = sizeof(how),
					       .timeout_ns = 5 * seconds};

	TRY(kin_inet_addr("127.0.0.1", 0, &how.source));
	return connect_to(&how);
}

static int racing(void)
{
	struct kin_inet_connect_options how = {
		.struct_size = sizeof(how), .timeout_ns = 5 * seconds, .race = true};

	return connect_to(&how);
}

/* ---- Groups, and what comes with messages -------------------------------------------------- */

static int groups(void)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_addr group, source;

	FILL(group, kin_inet_addr("239.1.2.3", 0, &group));
	FILL(source, kin_inet_addr("127.0.0.1", 0, &source));
	MAKE(sock, kin_socket(AF_INET, SOCK_DGRAM, 0, &sock));
	TRY(kin_inet_join(sock, &group, 1, NULL));
	TRY(kin_inet_block(sock, &group, 1, &source));
	TRY(kin_inet_unblock(sock, &group, 1, &source));
	TRY(kin_inet_leave(sock, &group, 1, NULL));
	return 0;
}

static int errors(void)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	struct kin_inet_error error = {.struct_size = sizeof(error)};
	struct kin_addr to;

	MAKE(sock, kin_open("udp:127.0.0.1:1,recverr=on,timeout=5", KIN_CONNECT, &sock));
	MAKE(batch, kin_batch_new(1, 64, 512, &batch));
	TRY(kin_send(sock, "x", 1, 0));
	TRY(kin_recv_batch(sock, batch, MSG_ERRQUEUE));
	TRY(kin_inet_error(kin_batch_msg(batch, 0), &error));
	EXPECT(error.error == ECONNREFUSED && kin_inet_error_what(&error));
	EXPECT(kin_inet_pktinfo(kin_batch_msg(batch, 0), &to, NULL, NULL) == -ENOENT);
	return 0;
}

/* ---- What can't fail ----------------------------------------------------------------------- */

static int without_calls(void)
{
	unsigned char packed[16];
	struct kin_addr addr;
	char text[64];

	TRY(kin_inet6_addr("::1", 80, 1, 0, &addr));
	EXPECT(kin_inet_flowinfo(&addr) == 1 && kin_inet_scope(&addr) == 0);
	TRY(kin_inet_set_port(&addr, 81));
	TRY(kin_inet_host(&addr, text, sizeof(text)));
	TRY(kin_inet_aton("127.1", packed));
	TRY(kin_inet_ntoa(packed, 4, text, sizeof(text)));
	EXPECT(kin_inet_pton(AF_INET6, "::1", packed, sizeof(packed)) == 16);
	TRY(kin_inet_ntop(AF_INET6, packed, 16, text, sizeof(text)));
	EXPECT(strcmp(text, "::1") == 0);
	return 0;
}

const struct scenario scenarios[] = {
	{"inet-hosts", hosts},
	{"inet-services", services},
	{"inet-international", international},
	{"inet-abilities", abilities},
	{"inet-one-by-one", one_by_one, .waits = true},
	{"inet-racing", racing, .waits = true},
	{"inet-groups", groups},
	{"inet-errors", errors, .waits = true},
	{"inet-without-calls", without_calls, .pure = true},
	{},
};
