/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The core's calls, over UNIX, UDP and TCP. */
#include "fault.h"

#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>

static const int64_t seconds = 1000000000;

static bool go_on(void *unused)
{
	(void)unused;
	return false;
}

/* ---- Opening by text ----------------------------------------------------------------------- */

static int endpoints(void)
{
	struct kin_endpoint *e KIN_CLEANUP(kin_endpoint_free) = NULL;
	struct kin_endpoint *other KIN_CLEANUP(kin_endpoint_free) = NULL;
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *again KIN_CLEANUP(kin_close) = NULL;
	struct kin_addr addr;
	char text[KIN_ADDR_TEXT];

	MAKE(e, kin_endpoint_parse("udp:127.0.0.1:0,rcvbuf=10000,broadcast=on,timeout=1.5", &e));
	TRY(kin_endpoint_set(e, "reuseaddr", "yes"));
	TRY(kin_endpoint_format(e, text, sizeof(text)));
	EXPECT(kin_endpoint_option(e, "rcvbuf") != NULL);
	MAKE(sock, kin_open_endpoint(e, KIN_RECEIVE, &sock));
	FILL(text, kin_opt_get(sock, "rcvbuf", text, sizeof(text)));
	EXPECT(strcmp(text, "20000") == 0 || strcmp(text, "10000") == 0);
	TRY(kin_opt_set(sock, "rcvbuf", "20000"));
	FILL(addr, kin_local_addr(sock, &addr));
	MAKE(other, kin_endpoint_new("udp", &addr, &other));
	MAKE(again, kin_open_endpoint(other, KIN_CONNECT, &again));
	return 0;
}

static int open_tcp(void)
{
	struct kin_sock *listener KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *client KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *server KIN_CLEANUP(kin_close) = NULL;
	struct kin_addr addr, peer;
	char text[KIN_ADDR_TEXT], data[16];

	MAKE(listener, kin_open("tcp:localhost:0,timeout=5", KIN_LISTEN, &listener));
	FILL(addr, kin_local_addr(listener, &addr));
	TRY(kin_addr_format(&addr, SOCK_STREAM, 0, text, sizeof(text)));
	strcat(text, ",timeout=5,nodelay=on");
	MAKE(client, kin_open(text, KIN_CONNECT, &client));
	MAKE(server, kin_accept(listener, &server, &peer));
	TRY(kin_send_all(client, "hello", 5, 0, NULL));
	TRY(kin_confirm(client));
	EXPECT(kin_sock_send_max(client) == 0);
	EXPECT(kin_sock_renew(client) == -EINVAL);
	TRY(kin_shutdown(client, SHUT_WR));
	TRY(kin_recv(server, data, sizeof(data), MSG_WAITALL));
	EXPECT(memcmp(data, "hello", 5) == 0);
	return 0;
}

static int addresses(void)
{
	struct kin_addr addr;
	char text[KIN_ADDR_TEXT];
	int index;

	FILL(addr, kin_addr_parse("udp:[fe80::1%lo]:5000", &addr));
	TRY(kin_addr_format(&addr, SOCK_DGRAM, 0, text, sizeof(text)));
	TRY(kin_parse_interface("lo", &index));
	return 0;
}

/* ---- Sockets ------------------------------------------------------------------------------- */

static int adopting(void)
{
	struct kin_sock *pair[2] = {};
	struct kin_sock *a KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *b KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *adopted KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *copy KIN_CLEANUP(kin_close) = NULL;
	int fd CLOSE_LATER = -1;
	int detached;

	MAKE(pair[0], kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	a = pair[0];
	b = pair[1];
	MAKE(copy, kin_adopt_copy(kin_fd(a), AF_UNIX, -1, -1, &copy));
	fd = dup(kin_fd(a));
	MAKE(adopted, kin_adopt_as(fd, -1, SOCK_STREAM, -1, &adopted));
	fd = -1;
	detached = kin_detach(adopted);
	adopted = NULL;
	fd = detached;
	MAKE(adopted, kin_adopt(fd, &adopted));
	fd = -1;
	EXPECT(kin_sock_domain(adopted) == AF_UNIX && kin_sock_type(adopted) == SOCK_STREAM);
	return 0;
}

static int duplicates(void)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *copy KIN_CLEANUP(kin_close) = NULL;

	MAKE(sock, kin_socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, &sock));
	MAKE(copy, kin_dup(sock, &copy));
	TRY(kin_inheritable(copy));
	TRY(kin_set_inheritable(copy, true));
	TRY(kin_set_blocking(sock, true));
	TRY(kin_set_timeout(copy, seconds));
	kin_sock_set_fd(copy, dup(kin_fd(sock)));
	return 0;
}

static int closing(void)
{
	struct kin_sock *sock = NULL;
	int fd = dup(2);

	TRY(kin_close_fd(fd));
	MAKE(sock, kin_socket(AF_UNIX, SOCK_DGRAM, 0, &sock));
	TRY(kin_close(sock));
	return 0;
}

static int connections(void)
{
	struct kin_sock *listener KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *client KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *server KIN_CLEANUP(kin_close) = NULL;
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct kin_addr addr = {.len = sizeof(any)};
	struct kin_addr peer;
	int value;

	memcpy(&addr.ss, &any, sizeof(any));
	MAKE(listener, kin_socket(AF_INET, SOCK_STREAM, 0, &listener));
	TRY(kin_setsockopt_int(listener, SOL_SOCKET, SO_REUSEADDR, 1));
	FILL(value, kin_getsockopt_int(listener, SOL_SOCKET, SO_REUSEADDR, &value));
	TRY(kin_bind(listener, &addr));
	TRY(kin_listen(listener, 1));
	TRY(kin_set_timeout(listener, 5 * seconds));
	FILL(addr, kin_local_addr(listener, &addr));
	MAKE(client, kin_socket(AF_INET, SOCK_STREAM, 0, &client));
	/* It waits in connect(2), which a signal can interrupt then. */
	TRY(kin_connect(client, &addr));
	FILL(peer, kin_accept(listener, &server, &peer));
	TRY(kin_wait(server, POLLOUT));
	FILL(addr, kin_peer_addr(server, &addr));
	EXPECT(kin_addr_equal(&addr, &peer));
	TRY(kin_ioctl(server, FIONREAD, &value));
	return 0;
}

static int options(void)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	const struct kin_family *family = kin_family_by_name("inet");
	const struct kin_opt *opt = NULL;
	struct linger linger = {};
	socklen_t len = sizeof(linger);
	int on = 1;

	MAKE(sock, kin_socket(AF_INET, SOCK_DGRAM, 0, &sock));
	TRY(kin_setsockopt(sock, SOL_SOCKET, SO_LINGER, &linger, len));
	TRY(kin_getsockopt(sock, SOL_SOCKET, SO_LINGER, &linger, &len));
	for (unsigned i = 0; (opt = kin_opt_at(family, kin_sock_proto(sock), i)); i++)
		if (strcmp(opt->name, "broadcast") == 0)
			break;
	EXPECT(opt != NULL);
	TRY(kin_opt_store(sock, opt, "on", opt->level, opt->optname, &on, sizeof(on)));
	return 0;
}

/* ---- Messages ------------------------------------------------------------------------------ */

static int batches(void)
{
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;

	MAKE(in, kin_open("unix-dgram:@kin-fault,timestamps=software,drops=on,timeout=5",
			  KIN_RECEIVE, &in));
	MAKE(out, kin_open("unix-dgram:@kin-fault", KIN_SEND, &out));
	MAKE(batch, kin_batch_new(4, 64, 0, &batch));
	for (unsigned i = 0; i < 4; i++)
		TRY(kin_msg_parse(kin_sock_family(out), kin_sock_proto(out), "text:hello",
				  kin_batch_msg(batch, i)));
	EXPECT(kin_sock_msg_max(in) >= 64);
	TRY(kin_send_batch(out, batch, 0, 4, 0));
	TRY(kin_recv_batch(in, batch, 0));
	EXPECT(memcmp(kin_batch_msg(batch, 3)->data, "hello", 5) == 0);
	return 0;
}

static int patterns(void)
{
	const struct kin_family *family = kin_family_by_name("unix");
	struct kin_pattern *pattern KIN_CLEANUP(kin_pattern_free) = NULL;
	unsigned char value[2], mask[2], data[] = "ab";
	struct kin_msg msg = {.data = data, .len = 2};

	MAKE(pattern, kin_pattern_new(family, family->protos, "hex:61x2", &pattern));
	EXPECT(kin_pattern_match(pattern, &msg));
	EXPECT(kin_pattern_begins(pattern, "abc", 3));
	EXPECT(kin_parse_masked("x1", "bytes", value, mask, 2) == 1);
	return 0;
}

static int one_message(void)
{
	struct kin_sock *in KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *out KIN_CLEANUP(kin_close) = NULL;
	struct kin_addr to, from;
	char data[8] = "";

	MAKE(in, kin_open("udp:127.0.0.1:0,timeout=5", KIN_RECEIVE, &in));
	FILL(to, kin_local_addr(in, &to));
	MAKE(out, kin_socket(AF_INET, SOCK_DGRAM, 0, &out));
	TRY(kin_send_to(out, "one", 3, 0, &to));
	FILL(from, kin_recv_from(in, data, sizeof(data), 0, &from));
	TRY(kin_connect(out, &to));
	TRY(kin_send(out, "two", 3, 0));
	TRY(kin_recv_into(in, data, sizeof(data), 4, 0, NULL));
	EXPECT(memcmp(data, "two", 3) == 0);
	return 0;
}

static int pieces(void)
{
	struct kin_sock *pair[2] = {};
	struct kin_sock *a KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *b KIN_CLEANUP(kin_close) = NULL;
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	char data[8] = "abcdefg";
	const struct iovec iov[] = {{data, 3}, {data + 3, 4}};
	struct kin_msg *msg;
	int fd CLOSE_LATER = -1;
	int one = 1;

	MAKE(pair[0], kin_pair(AF_UNIX, SOCK_SEQPACKET, 0, pair));
	a = pair[0];
	b = pair[1];
	MAKE(batch, kin_batch_new(1, 16, 0, &batch));
	msg = kin_batch_msg(batch, 0);
	TRY(kin_add_cmsg(msg, SOL_SOCKET, SCM_RIGHTS, &one, sizeof(one)));
	TRY(kin_send_msg(a, iov, 2, msg, 0));
	TRY(kin_recv_msg(b, iov, 2, batch, 0));
	EXPECT(kin_take_fds(batch, msg, &fd, 1) == 1);
	return 0;
}

static int recorded(void)
{
	static const char text[] = "{\"scheme\":\"unix-dgram\",\"time\":1.5,\"len\":1,"
				   "\"data\":\"00\",\"x\":true}\n";
	struct kin_reader *reader KIN_CLEANUP(kin_reader_free) = NULL;
	const struct kin_record *record;
	char copy[sizeof(text)];
	struct kin_json json = {.text = copy};
	int64_t number;
	bool on;

	MAKE(reader, kin_reader_new(NULL, NULL, &reader));
	TRY(kin_reader_feed(reader, text, sizeof(text) - 1));
	FILL(record, kin_reader_next(reader, &record));
	EXPECT(record->msg->len == 1 && kin_reader_style(reader) != NULL);
	EXPECT(kin_reader_kept(reader) != NULL);
	memcpy(copy, text, sizeof(text));
	while (kin_json_next(&json) > 0) {
		if (strcmp(json.name, "time") == 0)
			TRY(kin_json_time(&json, &number));
		else if (strcmp(json.name, "len") == 0)
			TRY(kin_json_int(&json, 0, 1, &number));
		else if (strcmp(json.name, "x") == 0)
			TRY(kin_json_bool(&json, &on));
	}
	return 0;
}

static int generated(void)
{
	const struct kin_family *family = kin_family_by_name("unix");
	struct kin_generator *generator KIN_CLEANUP(kin_generator_free) = NULL;
	unsigned char data[64];
	struct kin_msg msg = {.data = data, .size = sizeof(data)};

	MAKE(generator, kin_generator_new(family, family->protos, 1, &generator));
	TRY(kin_generator_set(generator, "len", "inc"));
	TRY(kin_generator_set(generator, "data", "11xx"));
	TRY(kin_generator_set_content(generator, "counting"));
	TRY(kin_generator_next(generator, 4, &msg));
	EXPECT(msg.len == 4 && kin_gen_is_set(generator, 0) && !kin_gen_is_value(generator, 0));
	EXPECT(kin_gen_len(generator, 1) == 2 && kin_gen_varying(generator) == 3);
	EXPECT(kin_gen_kept(generator));
	EXPECT(kin_gen_number(generator, 0, 0, 9) == 4);
	kin_gen_bytes(generator, 1, data, 1);
	EXPECT(data[0] == 0x11);
	return 0;
}

static int formatted(void)
{
	const struct kin_family *family = kin_family_by_name("unix");
	struct kin_format *format KIN_CLEANUP(kin_format_free) = NULL;
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_batch *batch KIN_CLEANUP(kin_batch_free) = NULL;
	char line[1024];
	struct kin_buf buf = {line, sizeof(line), 0};

	MAKE(sock, kin_open("unix-dgram:@kin-fault-2", KIN_RECEIVE, &sock));
	MAKE(batch, kin_batch_new(1, 16, 0, &batch));
	MAKE(format, kin_format_new(family, "json", &format));
	kin_format_set_time(format, KIN_TIME_ABSOLUTE, true);
	TRY(kin_format_add(format, sock));
	TRY(kin_format_begin(format, line, sizeof(line)));
	TRY(kin_format_msg(format, sock, kin_batch_msg(batch, 0), line, sizeof(line)));
	kin_format_put_json_head(format, sock, kin_batch_msg(batch, 0), &buf);
	kin_format_put_json_tail(format, sock, kin_batch_msg(batch, 0), &buf);
	kin_format_put_time(format, 1, &buf);
	EXPECT(kin_format_ifname(format, 1) != NULL);
	TRY(kin_format_end(format, line, sizeof(line)));
	return 0;
}

/* ---- Files and streams --------------------------------------------------------------------- */

static int send_from(int fd)
{
	struct kin_sock *pair[2] = {};
	struct kin_sock *a KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *b KIN_CLEANUP(kin_close) = NULL;
	char data[8] = "";

	MAKE(pair[0], kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	a = pair[0];
	b = pair[1];
	TRY(kin_set_timeout(a, 5 * seconds));
	TRY(kin_send_file(a, fd, 0, 5, NULL));
	TRY(kin_recv(b, data, sizeof(data), 0));
	EXPECT(strcmp(data, "hello") == 0);
	return 0;
}

static int send_regular_file(void)
{
	int fd CLOSE_LATER = memfd_create("kin-fault", MFD_CLOEXEC);

	EXPECT(OWN(write(fd, "hello", 5)) == 5);
	return send_from(fd);
}

static int send_pipe(void)
{
	int in CLOSE_LATER = -1;
	int out CLOSE_LATER = -1;
	int ends[2];

	EXPECT(OWN(pipe2(ends, O_CLOEXEC)) == 0);
	in = ends[0];
	out = ends[1];
	EXPECT(OWN(write(out, "hello", 5)) == 5);
	return send_from(in);
}

/* A socket: by reading and sending. */
static int send_socket(void)
{
	int in CLOSE_LATER = -1;
	int out CLOSE_LATER = -1;
	int ends[2];

	EXPECT(OWN(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)) == 0);
	in = ends[0];
	out = ends[1];
	EXPECT(OWN(write(out, "hello", 5)) == 5);
	return send_from(in);
}

static int streams(void)
{
	struct kin_sock *pair[2] = {};
	struct kin_sock *a KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *b KIN_CLEANUP(kin_close) = NULL;
	struct kin_stream *in KIN_CLEANUP(kin_stream_close) = NULL;
	struct kin_stream *out = NULL;
	char *all FREE_LATER = NULL;
	const char *line = NULL;
	char data[8];
	int r;

	MAKE(pair[0], kin_pair(AF_UNIX, SOCK_STREAM, 0, pair));
	a = pair[0];
	b = pair[1];
	TRY(kin_set_timeout(a, 5 * seconds));
	TRY(kin_set_timeout(b, 5 * seconds));
	MAKE(in, kin_stream_new(b, "r", -1, NULL, &in));
	MAKE(out, kin_stream_new(a, "w", -1, "\r\n", &out));
	r = kin_stream_write(out, "a line\n", 7, NULL);
	if (r == 0)
		r = kin_stream_printf(out, "%d words and more\nto the end\n", 4);
	if (r == 0)
		r = kin_stream_flush(out);
	if (r < 0) {
		r = scenario_fails(r, "kin_stream_write()", true);
		kin_stream_close(out);
		return r;
	}
	TRY(kin_stream_close(out));
	TRY(kin_shutdown(a, SHUT_WR));
	MAKE(line, kin_stream_read_line(in, 0, &line));
	EXPECT(strcmp(line, "a line\n") == 0);
	TRY(kin_stream_read(in, data, 4));
	TRY(kin_stream_read_some(in, data, 4));
	MAKE(all, kin_stream_read_all(in, 0, &all));
	EXPECT(strcmp(all, "and more\nto the end\n") == 0);
	return 0;
}

/* ---- Sharing ------------------------------------------------------------------------------- */

static int sharing(void)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_sock *got KIN_CLEANUP(kin_close) = NULL;
	struct kin_share *share KIN_CLEANUP(kin_share_free) = NULL;

	MAKE(sock, kin_socket(AF_UNIX, SOCK_DGRAM, 0, &sock));
	MAKE(share, kin_share_new(sock, getpid(), &share));
	EXPECT(kin_share_fd(share) >= 0);
	/* Where it can't be taken it is asked for, and nobody answers here. */
	kin_set_default_timeout(seconds / 20);
	MAKE(got, kin_from_share(kin_share_text(share), &got));
	TRY(kin_share_serve(share, seconds / 5));
	return 0;
}

/* ---- This machine, the registry, hooks ----------------------------------------------------- */

static int machine(void)
{
	struct kin_if *list FREE_LATER = NULL;
	char name[64];

	FILL(name, kin_hostname(name, sizeof(name)));
	TRY(kin_set_hostname("kin-fault"));
	MAKE(list, kin_if_list(&list));
	TRY(kin_if_index("lo"));
	FILL(name, kin_if_name(1, name, sizeof(name)));
	EXPECT(strcmp(name, "lo") == 0);
	return 0;
}

static int registry(void)
{
	static const struct kin_family *inet;
	static const struct kin_proto protos[] = {{.scheme = "fault", .type = SOCK_DGRAM}, {}};
	static struct kin_family own;
	struct kin_probe probe = {.struct_size = sizeof(probe)};
	int r;

	inet = kin_family_by_name("inet");
	own = (struct kin_family){.abi = KIN_FAMILY_ABI,
				  .struct_size = sizeof(own),
				  .name = "fault",
				  .domain = 250,
				  .protos = protos,
				  .parse = inet->parse,
				  .format = inet->format};
	TRY(kin_family_register(&own));
	TRY(kin_probe(inet, inet->protos, &probe));
	r = kin_plugin_load("/nonexistent/libkin-none.so");
	return r == -ELIBACC ? 0 : scenario_fails(r, "kin_plugin_load()", true);
}

static int let_happen(const struct kin_audit *what, void *data)
{
	(void)what;
	(void)data;
	return 0;
}

static int hooks(void)
{
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	struct kin_target target = {};
	struct kin_audit what = {.event = KIN_AUDIT_OPEN};

	kin_set_audit_hook(let_happen, NULL);
	kin_set_default_interrupt(go_on, NULL);
	TRY(kin_audit_ask(&what));
	TRY(kin_audit_lookup("localhost", "80"));
	MAKE(sock, kin_socket(AF_INET, SOCK_DGRAM, 0, &sock));
	kin_set_interrupt(sock, go_on, NULL);
	TRY(kin_interrupted(sock));
	FILL(target.addr, kin_addr_parse("udp:127.0.0.1:0", &target.addr));
	TRY(kin_open_target(sock, &target, KIN_RECEIVE, kin_deadline(seconds)));
	return 0;
}

/* ---- What can't fail ----------------------------------------------------------------------- */

static int words_and_numbers(void)
{
	unsigned char bytes[8];
	int64_t number;
	uint64_t hex;
	bool on;
	ssize_t n;

	kin_error_clear();
	EXPECT(kin_error_code() == 0 && kin_error_domain() == KIN_ERR_ERRNO && !*kin_error_text());
	EXPECT(kin_fail(EIO, "%s", "words") == -EIO);
	EXPECT(kin_fail_in(KIN_ERR_HOST, 1, EREMOTEIO, "%s", "words") == -EREMOTEIO);
	TRY(kin_parse_int("5", "number", 0, 9, &number));
	TRY(kin_parse_hex("7FF", "identifier", 0x7FF, &hex));
	TRY(kin_parse_bool("on", "switch", &on));
	n = kin_parse_bytes("00:11", "bytes", bytes, sizeof(bytes));
	EXPECT(n == 2);
	EXPECT(kin_ntohs(kin_htons(80)) == 80 && kin_ntohl(kin_htonl(80)) == 80);
	EXPECT(kin_cmsg_len(4) > 0 && kin_cmsg_space(4) > 0);
	EXPECT(kin_now() < kin_deadline(seconds));
	return *kin_version() && *kin_audit_event_name(KIN_AUDIT_BIND) ? 0 : -1;
}

static int texts(void)
{
	static const char *const names[] = {"nearest", NULL};
	const struct kin_opt opt = {.name = "on", .type = KIN_OPT_BOOL, .doc = ""};
	unsigned char value[KIN_OPT_VALUE];
	struct kin_addr addr = {};
	socklen_t len;
	char text[256];
	struct kin_buf buf = {text, sizeof(text), 0};

	kin_buf_put(&buf, "x", 1);
	kin_buf_puts(&buf, "y");
	kin_buf_printf(&buf, "%d", 1);
	kin_buf_put_hex(&buf, "z", 1, 0);
	kin_buf_put_body(&buf, "a,b", 3);
	kin_buf_put_json(&buf, "\"", 1);
	kin_buf_put_nearest(&buf, "nearst", names);
	TRY(kin_opt_read(&opt, "on", value, &len));
	kin_opt_put(&opt, value, len, &buf);
	EXPECT(kin_scheme_in("a b", "b") && kin_addr_equal(&addr, &addr));
	EXPECT(kin_addr_ifindex(&addr) == 0 && *kin_buf_end(&buf) == 'x');
	return 0;
}

static int registry_asked(void)
{
	const struct kin_const constant = {.name = "A_WORD", .header = "a.h"};
	char word[KIN_CONST_WORD];
	const struct kin_family *family = kin_family_at(0);

	EXPECT(family && kin_family_by_name(family->name) == family);
	EXPECT(kin_family_by_domain(family->domain) && !kin_plugin_refused_at(0));
	EXPECT(kin_const_at(0, NULL) && kin_const_find("SO_REUSEADDR"));
	EXPECT(!kin_const_elsewhere("SO_REUSEADDR") && !kin_const_elsewhere_at(100000));
	EXPECT(kin_const_word(&constant, "A_", word) && strcmp(word, "word") == 0);
	kin_set_default_timeout(-1);
	kin_set_audit_hook(NULL, NULL);
	kin_set_default_interrupt(NULL, NULL);
	EXPECT(kin_default_timeout() == -1);
	return 0;
}

/* Readers of what is there; nothing of these is a socket's or an endpoint's own to make. */
static int nulls(void)
{
	struct kin_cmsg cmsg = {};
	const struct kin_msg msg = {};

	EXPECT(!kin_endpoint_family(NULL) && !kin_endpoint_proto(NULL) && !kin_endpoint_addr(NULL));
	EXPECT(!kin_endpoint_body(NULL) && !kin_sock_family(NULL) && !kin_sock_state(NULL));
	EXPECT(kin_sock_protocol(NULL) < 0 && !kin_blocking(NULL) && kin_timeout(NULL) <= 0);
	kin_sock_set_state(NULL, NULL);
	EXPECT(kin_batch_capacity(NULL) == 0 && !kin_next_cmsg(&msg, &cmsg));
	kin_buf_put_interface(NULL, 0);
	return 0;
}

const struct scenario scenarios[] = {
	{"endpoints", endpoints, .waits = true},
	{"open-tcp", open_tcp, .waits = true},
	{"addresses", addresses},
	{"adopt", adopting, .waits = true},
	{"duplicates", duplicates, .waits = true},
	{"close", closing, .waits = true},
	{"connections", connections, .waits = true},
	{"options", options},
	{"batches", batches, .waits = true},
	{"patterns", patterns},
	{"one-message", one_message, .waits = true},
	{"pieces", pieces, .waits = true},
	{"formatted", formatted},
	{"recorded", recorded},
	{"generated", generated},
	{"send-file", send_regular_file, .waits = true},
	{"send-file-pipe", send_pipe, .waits = true},
	{"send-file-socket", send_socket, .waits = true},
	{"streams", streams, .waits = true},
	{"sharing", sharing, .waits = true},
	{"machine", machine},
	{"registry", registry},
	{"hooks", hooks},
	{"words-and-numbers", words_and_numbers, .pure = true},
	{"texts", texts, .pure = true},
	{"registry-asked", registry_asked, .pure = true},
	{"nulls", nulls, .pure = true},
	{},
};
