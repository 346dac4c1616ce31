/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * NULL where it may not be, in every public function of the core: refused with the argument's
 * name, and no crash. tests/abi looks whether a function was forgotten here.
 */
#include "harness.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <kin/family.h>

static struct kin_addr addr = {.len = 2};
static struct kin_sock *sock, *other;
static struct kin_batch *batch;
static struct kin_endpoint *endpoint;
static struct kin_format *format;
static char text[64];

static void set_up(void)
{
	ck_ok(kin_socket(AF_UNIX, SOCK_DGRAM, 0, &sock));
	ck_ok(kin_batch_new(1, 8, 0, &batch));
	ck_ok(kin_endpoint_parse("unix-dgram:", &endpoint));
	ck_ok(kin_format_new(NULL, "text", &format));
	addr.sa.sa_family = AF_UNIX;
}

static void drop(void)
{
	ck_ok(kin_close(sock));
	kin_batch_free(batch);
	kin_endpoint_free(endpoint);
	kin_format_free(format);
	ck_assert_ptr_null(other);
}

/* The call fails with -EINVAL and "ARGUMENT is NULL". */
#define refused(call, argument) ck_fails(call, EINVAL, argument " is NULL")

/* It gives this for nothing, and the same words. */
#define gives(call, result, argument)                                                              \
	do {                                                                                       \
		kin_error_clear();                                                                 \
		ck_assert((call) == (result));                                                     \
		ck_assert_str_eq(kin_error_text(), argument " is NULL");                           \
	} while (0)

START_TEST(addresses)
{
	set_up();
	refused(kin_addr_parse(NULL, &addr), "text");
	refused(kin_addr_parse("unix:", NULL), "ret_addr");
	refused(kin_addr_format(NULL, 0, 0, text, 8), "addr");
	refused(kin_addr_format(&addr, 0, 0, NULL, 8), "buf");
	ck_assert_int_gt(kin_addr_format(&addr, 0, 0, NULL, 0), 0);
	gives(kin_addr_equal(NULL, &addr), false, "a");
	gives(kin_addr_equal(&addr, NULL), false, "b");
	refused(kin_addr_ifindex(NULL), "addr");
	drop();
}
END_TEST

START_TEST(endpoints)
{
	struct kin_endpoint *e;

	set_up();
	refused(kin_endpoint_parse(NULL, &e), "text");
	refused(kin_endpoint_parse("unix:", NULL), "ret_endpoint");
	refused(kin_endpoint_new(NULL, &addr, &e), "scheme");
	refused(kin_endpoint_new("unix", NULL, &e), "addr");
	refused(kin_endpoint_new("unix", &addr, NULL), "ret_endpoint");
	refused(kin_endpoint_set(NULL, "broadcast", "on"), "endpoint");
	refused(kin_endpoint_set(endpoint, NULL, "on"), "name");
	refused(kin_endpoint_set(endpoint, "broadcast", NULL), "value");
	kin_endpoint_free(NULL);
	refused(kin_endpoint_format(NULL, text, 8), "endpoint");
	refused(kin_endpoint_format(endpoint, NULL, 8), "buf");
	ck_assert_int_gt(kin_endpoint_format(endpoint, NULL, 0), 0);
	gives(kin_endpoint_family(NULL), NULL, "endpoint");
	gives(kin_endpoint_proto(NULL), NULL, "endpoint");
	gives(kin_endpoint_addr(NULL), NULL, "endpoint");
	gives(kin_endpoint_body(NULL), NULL, "endpoint");
	gives(kin_endpoint_option(NULL, "timeout"), NULL, "endpoint");
	gives(kin_endpoint_option(endpoint, NULL), NULL, "name");
	drop();
}
END_TEST

START_TEST(birth_and_death)
{
	set_up();
	refused(kin_open(NULL, KIN_NONE, &other), "text");
	refused(kin_open("unix-dgram:", KIN_NONE, NULL), "ret_sock");
	refused(kin_open_endpoint(NULL, KIN_NONE, &other), "endpoint");
	refused(kin_open_endpoint(endpoint, KIN_NONE, NULL), "ret_sock");
	refused(kin_socket(AF_UNIX, SOCK_DGRAM, 0, NULL), "ret_sock");
	refused(kin_pair(AF_UNIX, SOCK_DGRAM, 0, NULL), "ret_pair");
	refused(kin_adopt(kin_fd(sock), NULL), "ret_sock");
	refused(kin_adopt_as(kin_fd(sock), -1, -1, -1, NULL), "ret_sock");
	refused(kin_adopt_copy(kin_fd(sock), -1, -1, -1, NULL), "ret_sock");
	refused(kin_dup(NULL, &other), "sock");
	refused(kin_dup(sock, NULL), "ret_sock");
	refused(kin_detach(NULL), "sock");
	ck_assert_int_eq(kin_close(NULL), 0);
	refused(kin_accept(NULL, &other, NULL), "sock");
	refused(kin_accept(sock, NULL, NULL), "ret_sock");
	refused(kin_open_target(NULL, &(struct kin_target){}, KIN_NONE, -1), "sock");
	refused(kin_open_target(sock, NULL, KIN_NONE, -1), "target");
	drop();
}
END_TEST

START_TEST(sockets)
{
	set_up();
	refused(kin_fd(NULL), "sock");
	gives(kin_sock_family(NULL), NULL, "sock");
	gives(kin_sock_proto(NULL), NULL, "sock");
	refused(kin_sock_domain(NULL), "sock");
	refused(kin_sock_type(NULL), "sock");
	refused(kin_sock_protocol(NULL), "sock");
	refused(kin_set_timeout(NULL, 0), "sock");
	refused(kin_timeout(NULL), "sock");
	refused(kin_set_blocking(NULL, true), "sock");
	gives(kin_blocking(NULL), false, "sock");
	refused(kin_inheritable(NULL), "sock");
	refused(kin_set_inheritable(NULL, true), "sock");
	kin_set_interrupt(NULL, NULL, NULL);
	kin_set_interrupt(sock, NULL, NULL);
	kin_set_default_interrupt(NULL, NULL);
	refused(kin_interrupted(NULL), "sock");
	refused(kin_bind(NULL, &addr), "sock");
	refused(kin_bind(sock, NULL), "addr");
	refused(kin_connect(NULL, &addr), "sock");
	refused(kin_connect(sock, NULL), "addr");
	refused(kin_listen(NULL, 1), "sock");
	refused(kin_confirm(NULL), "sock");
	refused(kin_sock_renew(NULL), "sock");
	refused(kin_shutdown(NULL, SHUT_RD), "sock");
	refused(kin_ioctl(NULL, 0, NULL), "sock");
	refused(kin_local_addr(NULL, &addr), "sock");
	refused(kin_local_addr(sock, NULL), "ret_addr");
	refused(kin_peer_addr(NULL, &addr), "sock");
	refused(kin_peer_addr(sock, NULL), "ret_addr");
	refused(kin_wait(NULL, POLLIN), "sock");
	kin_sock_set_state(NULL, text);
	gives(kin_sock_state(NULL), NULL, "sock");
	kin_sock_set_fd(NULL, -1);
	drop();
}
END_TEST

START_TEST(messages)
{
	struct iovec iov = {text, 8};
	size_t sent = 9;

	set_up();
	refused(kin_send(NULL, text, 1, 0), "sock");
	refused(kin_send(sock, NULL, 1, 0), "data");
	refused(kin_send_all(NULL, text, 1, 0, NULL), "sock");
	refused(kin_send_all(sock, NULL, 1, 0, &sent), "data");
	ck_assert_uint_eq(sent, 0);
	refused(kin_send_to(NULL, text, 1, 0, NULL), "sock");
	refused(kin_send_to(sock, NULL, 1, 0, NULL), "data");
	refused(kin_recv(NULL, text, 1, 0), "sock");
	refused(kin_recv(sock, NULL, 1, 0), "data");
	refused(kin_recv_from(NULL, text, 1, 0, NULL), "sock");
	refused(kin_recv_from(sock, NULL, 1, 0, NULL), "data");
	refused(kin_recv_into(NULL, text, 1, 0, 0, NULL), "sock");
	refused(kin_recv_into(sock, NULL, 1, 0, 0, NULL), "buf");
	refused(kin_send_msg(NULL, &iov, 1, NULL, 0), "sock");
	refused(kin_send_msg(sock, NULL, 1, NULL, 0), "iov");
	refused(kin_recv_msg(NULL, &iov, 1, NULL, 0), "sock");
	refused(kin_recv_msg(sock, NULL, 1, NULL, 0), "iov");
	drop();
}
END_TEST

START_TEST(batches)
{
	struct kin_msg none = {.control_size = 64}, *msg;
	struct kin_cmsg cmsg = {};
	int fd;

	set_up();
	msg = kin_batch_msg(batch, 0);
	refused(kin_batch_new(1, 1, 0, NULL), "ret_batch");
	kin_batch_free(NULL);
	gives(kin_batch_capacity(NULL), 0, "batch");
	gives(kin_batch_msg(NULL, 0), NULL, "batch");
	ck_assert_ptr_null(kin_batch_msg(batch, 1));
	ck_assert_str_eq(kin_error_text(), "message 1 is not in a batch of 1");
	refused(kin_recv_batch(NULL, batch, 0), "sock");
	refused(kin_recv_batch(sock, NULL, 0), "batch");
	refused(kin_send_batch(NULL, batch, 0, 1, 0), "sock");
	refused(kin_send_batch(sock, NULL, 0, 1, 0), "batch");
	gives(kin_next_cmsg(NULL, &cmsg), false, "msg");
	gives(kin_next_cmsg(msg, NULL), false, "cmsg");
	none.control_len = 32;
	ck_assert(!kin_next_cmsg(&none, &cmsg));
	refused(kin_add_cmsg(NULL, 0, 0, text, 1), "msg");
	refused(kin_add_cmsg(msg, 0, 0, NULL, 1), "data");
	refused(kin_add_cmsg(&none, 0, 0, text, 1), "msg->control");
	gives(kin_take_fds(NULL, msg, &fd, 1), 0, "batch");
	gives(kin_take_fds(batch, NULL, &fd, 1), 0, "msg");
	ck_assert_uint_eq(kin_take_fds(batch, msg, NULL, 1), 0);
	drop();
}
END_TEST

START_TEST(options)
{
	const struct kin_opt opt = {.name = "some", .type = KIN_OPT_INT, .doc = "some"};
	struct kin_buf out = {text, sizeof(text), 0};
	char value[KIN_OPT_VALUE];
	socklen_t len = 4;

	set_up();
	refused(kin_setsockopt(NULL, 0, 0, NULL, 0), "sock");
	refused(kin_getsockopt(NULL, 0, 0, value, &len), "sock");
	refused(kin_getsockopt(sock, 0, 0, NULL, &len), "value");
	refused(kin_getsockopt(sock, 0, 0, value, NULL), "len");
	refused(kin_setsockopt_int(NULL, 0, 0, 0), "sock");
	refused(kin_getsockopt_int(NULL, 0, 0, &(int){0}), "sock");
	refused(kin_getsockopt_int(sock, 0, 0, NULL), "ret_value");
	refused(kin_opt_set(NULL, "broadcast", "on"), "sock");
	refused(kin_opt_set(sock, NULL, "on"), "name");
	refused(kin_opt_set(sock, "broadcast", NULL), "value");
	refused(kin_opt_get(NULL, "broadcast", text, 8), "sock");
	refused(kin_opt_get(sock, NULL, text, 8), "name");
	refused(kin_opt_get(sock, "broadcast", NULL, 8), "buf");
	ck_assert_ptr_nonnull(kin_opt_at(NULL, NULL, 0));
	refused(kin_opt_read(NULL, "1", value, &len), "opt");
	refused(kin_opt_read(&opt, NULL, value, &len), "text");
	refused(kin_opt_read(&opt, "1", NULL, &len), "value");
	refused(kin_opt_read(&opt, "1", value, NULL), "ret_len");
	kin_opt_put(NULL, value, 4, &out);
	kin_opt_put(&opt, NULL, 4, &out);
	kin_opt_put(&opt, value, 4, NULL);
	ck_assert_uint_eq(out.len, 0);
	refused(kin_opt_store(NULL, &opt, NULL, 0, 0, value, 4), "sock");
	refused(kin_opt_store(sock, NULL, NULL, 0, 0, value, 4), "opt");
	drop();
}
END_TEST

START_TEST(formats)
{
	struct kin_buf out = {text, sizeof(text), 0};
	struct kin_msg none = {.len = 1}, *msg;
	struct kin_format *f;
	struct kin_pattern *pattern;
	unsigned char bytes[8];

	set_up();
	msg = kin_batch_msg(batch, 0);
	refused(kin_format_new(NULL, NULL, &f), "style");
	refused(kin_format_new(NULL, "text", NULL), "ret_format");
	kin_format_free(NULL);
	kin_format_set_time(NULL, KIN_TIME_NONE, false);
	refused(kin_format_add(NULL, sock), "format");
	refused(kin_format_add(format, NULL), "sock");
	refused(kin_format_begin(NULL, text, 8), "format");
	refused(kin_format_begin(format, NULL, 8), "buf");
	refused(kin_format_end(NULL, text, 8), "format");
	refused(kin_format_end(format, NULL, 8), "buf");
	refused(kin_format_msg(NULL, sock, msg, text, 8), "format");
	refused(kin_format_msg(format, NULL, msg, text, 8), "sock");
	refused(kin_format_msg(format, sock, NULL, text, 8), "msg");
	refused(kin_format_msg(format, sock, &none, text, 8), "msg->data");
	refused(kin_format_msg(format, sock, msg, NULL, 8), "buf");
	refused(kin_msg_parse(NULL, NULL, NULL, msg), "text");
	refused(kin_msg_parse(NULL, NULL, "text:a", NULL), "msg");
	refused(kin_pattern_new(NULL, NULL, NULL, &pattern), "text");
	refused(kin_pattern_new(NULL, NULL, "text:a", NULL), "ret_pattern");
	refused(kin_pattern_new(kin_family_at(0), NULL, "text:a", &pattern), "proto");
	gives(kin_sock_msg_max(NULL), 0, "sock");
	gives(kin_sock_send_max(NULL), 0, "sock");
	gives(kin_pattern_match(NULL, msg), false, "pattern");
	gives(kin_pattern_begins(NULL, text, 8), false, "pattern");
	refused(kin_parse_masked(NULL, "what", bytes, bytes, 8), "text");
	refused(kin_parse_masked("00", NULL, bytes, bytes, 8), "what");
	refused(kin_parse_masked("00", "what", NULL, bytes, 8), "value");
	refused(kin_parse_masked("00", "what", bytes, NULL, 8), "mask");
	kin_pattern_free(NULL);
	kin_format_put_time(NULL, 0, &out);
	kin_format_put_time(format, 0, NULL);
	kin_format_put_json_head(NULL, NULL, msg, &out);
	kin_format_put_json_head(format, sock, NULL, &out);
	kin_format_put_json_head(format, sock, msg, NULL);
	kin_format_put_json_tail(NULL, NULL, msg, &out);
	kin_format_put_json_tail(format, sock, NULL, &out);
	kin_format_put_json_tail(format, sock, msg, NULL);
	ck_assert_uint_eq(out.len, 0);
	gives(kin_format_ifname(NULL, 1), NULL, "format");
	drop();
}
END_TEST

START_TEST(registry)
{
	const struct kin_family *family = kin_family_at(0);
	struct kin_probe probe = {.struct_size = sizeof(probe)};

	gives(kin_const_find(NULL), NULL, "name");
	gives(kin_const_elsewhere(NULL), NULL, "name");
	ck_assert_ptr_nonnull(kin_const_at(0, NULL));
	ck_assert(!kin_const_word(NULL, "AF_", text));
	ck_assert(!kin_const_word(kin_const_at(0, NULL), NULL, text));
	ck_assert(!kin_const_word(kin_const_at(0, NULL), "AF_", NULL));
	gives(kin_family_by_name(NULL), NULL, "name");
	refused(kin_family_register(NULL), "family");
	refused(kin_plugin_load(NULL), "path");
	refused(kin_probe(NULL, family->protos, &probe), "family");
	refused(kin_probe(family, NULL, &probe), "proto");
	refused(kin_probe(family, family->protos, NULL), "probe");
	kin_set_audit_hook(NULL, NULL);
	ck_ok(kin_audit_lookup(NULL, NULL));
	refused(kin_audit_ask(NULL), "what");
	gives(kin_scheme_in("a b", NULL), false, "scheme");
	ck_assert(kin_scheme_in(NULL, "a"));
}
END_TEST

START_TEST(this_machine)
{
	refused(kin_hostname(NULL, 8), "buf");
	ck_assert_int_gt(kin_hostname(NULL, 0), 0);
	refused(kin_set_hostname(NULL), "name");
	refused(kin_if_list(NULL), "ret_list");
	refused(kin_if_index(NULL), "name");
	refused(kin_if_name(1, NULL, 8), "buf");
}
END_TEST

START_TEST(reading_and_failing)
{
	/* Without what the compiler knows of formats. */
	int (*refuse)(int err, const char *words, ...) = kin_fail;
	int (*refuse_in)(enum kin_errdomain domain, int code, int err, const char *words, ...) =
		kin_fail_in;
	void (*print)(struct kin_buf * buf, const char *words, ...) = kin_buf_printf;
	struct kin_buf out = {text, sizeof(text), 0};
	int64_t number;
	uint64_t hex;
	int index;
	bool on;

	refused(kin_parse_int(NULL, "what", 0, 1, &number), "text");
	refused(kin_parse_int("1", NULL, 0, 1, &number), "what");
	refused(kin_parse_int("1", "what", 0, 1, NULL), "ret_value");
	refused(kin_parse_hex(NULL, "what", 1, &hex), "text");
	refused(kin_parse_hex("1", NULL, 1, &hex), "what");
	refused(kin_parse_hex("1", "what", 1, NULL), "ret_value");
	refused(kin_parse_bool(NULL, "what", &on), "text");
	refused(kin_parse_bool("on", NULL, &on), "what");
	refused(kin_parse_bool("on", "what", NULL), "ret_value");
	refused(kin_parse_bytes(NULL, "what", text, 8), "text");
	refused(kin_parse_bytes("00", NULL, text, 8), "what");
	refused(kin_parse_bytes("00", "what", NULL, 8), "data");
	ck_fails(kin_parse_interface(NULL, &index), EINVAL, NULL);
	ck_fails(kin_parse_interface("lo", NULL), EINVAL, NULL);
	kin_buf_put_interface(NULL, 0);
	ck_fails(refuse(EINVAL, NULL), EINVAL, "");
	ck_fails(refuse_in(KIN_ERR_HOST, 1, EREMOTEIO, NULL), EREMOTEIO, "");
	/* Text: to no buffer nothing is put, and of NULL nothing. */
	kin_buf_put(NULL, "a", 1);
	kin_buf_put(&out, NULL, 1);
	kin_buf_puts(NULL, "a");
	kin_buf_puts(&out, NULL);
	print(NULL, "a");
	print(&out, NULL);
	kin_buf_put_hex(NULL, "a", 1, 0);
	kin_buf_put_hex(&out, NULL, 1, 0);
	kin_buf_put_body(NULL, "a", 1);
	kin_buf_put_body(&out, NULL, 1);
	kin_buf_put_json(NULL, "a", 1);
	kin_buf_put_nearest(NULL, "a", (const char *const[]){"a", NULL});
	kin_buf_put_nearest(&out, NULL, (const char *const[]){"a", NULL});
	kin_buf_put_nearest(&out, "a", NULL);
	ck_assert_uint_eq(out.len, 0);
	kin_buf_put_json(&out, NULL, 1);
	ck_assert_str_eq(kin_buf_end(&out), "\"\"");
	ck_assert_ptr_null(kin_buf_end(NULL));
	ck_assert_ptr_null(kin_buf_room(NULL, 1));
}
END_TEST

START_TEST(recordings)
{
	struct kin_json json = {.text = text};
	struct kin_reader *reader;
	const struct kin_record *record;
	int64_t number;
	bool on;

	refused(kin_reader_new(NULL, "json", NULL), "ret_reader");
	ck_ok(kin_reader_new(NULL, NULL, &reader));
	refused(kin_reader_feed(NULL, text, 1), "reader");
	refused(kin_reader_feed(reader, NULL, 1), "data");
	refused(kin_reader_next(NULL, &record), "reader");
	refused(kin_reader_next(reader, NULL), "ret_record");
	gives(kin_reader_style(NULL), NULL, "reader");
	ck_assert_ptr_null(kin_reader_kept(NULL));
	kin_reader_free(reader);
	kin_reader_free(NULL);
	refused(kin_json_next(NULL), "json");
	refused(kin_json_next(&(struct kin_json){}), "json->text");
	refused(kin_json_bool(NULL, &on), "json");
	refused(kin_json_bool(&json, &on), "json->value");
	refused(kin_json_int(NULL, 0, 1, &number), "json");
	refused(kin_json_int(&json, 0, 1, &number), "json->value");
	refused(kin_json_time(NULL, &number), "json");
	refused(kin_json_time(&json, &number), "json->value");
	json.value = "1";
	refused(kin_json_bool(&json, NULL), "ret_value");
	refused(kin_json_int(&json, 0, 1, NULL), "ret_value");
	refused(kin_json_time(&json, NULL), "ret_ns");
}
END_TEST

START_TEST(generators)
{
	const struct kin_family *family = kin_family_at(0);
	struct kin_generator *generator;
	struct kin_msg msg = {};

	refused(kin_generator_new(family, NULL, 1, &generator), "proto");
	refused(kin_generator_new(family, family->protos, 1, NULL), "ret_generator");
	ck_ok(kin_generator_new(NULL, family->protos, 1, &generator));
	refused(kin_generator_set(NULL, "len", "1"), "generator");
	refused(kin_generator_set(generator, NULL, "1"), "field");
	refused(kin_generator_set(generator, "len", NULL), "value");
	refused(kin_generator_set_content(NULL, "random"), "generator");
	refused(kin_generator_set_content(generator, NULL), "content");
	refused(kin_generator_next(NULL, 1, &msg), "generator");
	refused(kin_generator_next(generator, 1, NULL), "msg");
	refused(kin_generator_next(generator, 1, &msg), "msg->data");
	gives(kin_gen_is_set(NULL, 0), false, "generator");
	gives(kin_gen_is_value(NULL, 0), false, "generator");
	gives(kin_gen_len(NULL, 0), 0, "generator");
	gives(kin_gen_varying(NULL), 0, "generator");
	ck_assert_ptr_null(kin_gen_kept(NULL));
	gives(kin_gen_number(NULL, 0, 3, 4), 3, "generator");
	kin_gen_bytes(NULL, 0, text, 1);
	kin_gen_bytes(generator, 1, NULL, 1);
	/* No field of its own. */
	ck_assert_uint_eq(kin_gen_number(generator, 99, 3, 4), 3);
	kin_generator_free(generator);
	kin_generator_free(NULL);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{addresses, "addresses"},
		{endpoints, "endpoints"},
		{birth_and_death, "birth_and_death"},
		{sockets, "sockets"},
		{messages, "messages"},
		{batches, "batches"},
		{options, "options"},
		{formats, "formats"},
		{recordings, "recordings"},
		{generators, "generators"},
		{registry, "registry"},
		{this_machine, "this_machine"},
		{reading_and_failing, "reading_and_failing"},
		{},
	};

	return run_cases("core/null", cases);
}
