/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated frames: every mode of every field, and what can't be. */
#include "harness.h"

#include <errno.h>
#include <string.h>
#include <kin/can.h>
#include <kin/family.h>

enum { RUN = 400 };

static const struct kin_family *can;
static union kin_can_frame frame;
static struct kin_msg msg = {.data = (unsigned char *)&frame, .size = sizeof(frame)};

/* "id=123 len=8", and the seed; "content=counting" comes last. */
static struct kin_generator *generator(const char *fields, uint64_t seed)
{
	struct kin_generator *g;
	char words[256], *word, *rest = words;

	can = kin_family_by_name("can");
	ck_ok(kin_generator_new(can, can->protos, seed, &g));
	strcpy(words, fields);
	while ((word = strsep(&rest, " "))) {
		char *value = strchr(word, '=');

		if (!value)
			continue;
		*value++ = '\0';
		if (strcmp(word, "content") == 0)
			ck_ok(kin_generator_set_content(g, value));
		else
			ck_ok(kin_generator_set(g, word, value));
	}
	return g;
}

/* Message number of a run, as text. */
static const char *text_of(struct kin_generator *g, uint64_t number)
{
	static char text[KIN_CAN_FRAME_TEXT];

	ck_ok(kin_generator_next(g, number, &msg));
	ck_assert_int_gt(kin_can_frame_kind(&frame, msg.len), 0);
	ck_ok(kin_can_frame_format(&frame, msg.len, text, sizeof(text)));
	return text;
}

static void expect(const char *fields, uint64_t number, const char *text)
{
	struct kin_generator *g = generator(fields, 1);

	ck_assert_str_eq(text_of(g, number), text);
	kin_generator_free(g);
}

START_TEST(says_what_was_said)
{
	expect("id=123 len=4 data=11223344", 7, "123#11223344");
	expect("id=123 data=11223344", 7, "123#11223344");
	expect("id=123 len=6 data=1122", 7, "123#112200000000");
	expect("id=123 len=1 data=1122", 7, "123#11");
	expect("id=0 len=0", 7, "000#");
	expect("id=12345678 extended=on data=AA", 7, "12345678#AA");
	expect("id=123 rtr=on len=5", 7, "123#R5");
	expect("id=123 fd=on data=AA", 7, "123##4AA");
	expect("id=123 fd=on brs=on esi=on data=AA", 7, "123##7AA");
	expect("id=123 len=12 data=00", 7, "123##4000000000000000000000000");
	expect("id=123 dlc=on len=15 data=1122334455667788", 7, "123#1122334455667788_F");
	expect("id=123 dlc=on len=9 rtr=on", 7, "123#R8_9");
	expect("id=123 xl=on sec=on sdt=45 af=12345678 data=AA", 7, "00123#81:45:12345678#AA");
	expect("id=123 xl=on rrs=on vcid=AB data=AA", 7, "AB123#82:00:00000000#AA");
}
END_TEST

START_TEST(counts)
{
	expect("content=counting", 0x12345, "345#0000000000012345");
	expect("len=2 content=counting", 0x12345, "345#2345");
	expect("extended=on content=counting", 0x12345, "00012345#0000000000012345");
	expect("id=7 len=inc data=inc", 10, "007#0A");
	expect("id=7 len=inc data=inc", 9 + 8, "007#0000000000000011");
	expect("id=7 len=inc fd=on data=inc", 9, "007##4000000000000000000000009");
}
END_TEST

/* An XL frame of 2048 bytes is compared by its beginning. */
START_TEST(counts_xl)
{
	struct kin_generator *g = generator("id=inc len=inc xl=on data=inc", 1);

	ck_ok(kin_generator_next(g, 2047, &msg));
	ck_assert_uint_eq(frame.xl.len, 2048);
	ck_assert_uint_eq(msg.len, CANXL_MTU);
	ck_assert_mem_eq(frame.xl.data + 2046, "\x07\xFF", 2);
	ck_assert_uint_eq(frame.xl.prio, 0x7FF);
	kin_generator_free(g);
}
END_TEST

START_TEST(same_seed_same_frames)
{
	struct kin_generator *one = generator("content=mixed", 42),
			     *same = generator("content=mixed", 42);
	struct kin_generator *other = generator("content=mixed", 43);
	char text[KIN_CAN_FRAME_TEXT];
	unsigned different = 0;

	for (uint64_t i = 0; i < RUN; i++) {
		strcpy(text, text_of(one, i));
		ck_assert_str_eq(text_of(same, i), text);
		different += strcmp(text_of(other, i), text) != 0;
	}
	/* Whatever order they are asked for in. */
	ck_assert_str_eq(text_of(one, 5), text_of(same, 5));
	ck_assert_uint_gt(different, RUN * 9 / 10);
	kin_generator_free(one);
	kin_generator_free(same);
	kin_generator_free(other);
}
END_TEST

START_TEST(random_is_everything_there_is)
{
	struct kin_generator *g = generator("", 7);
	bool lengths[9] = {}, low = false, high = false;

	for (uint64_t i = 0; i < RUN; i++) {
		ck_ok(kin_generator_next(g, i, &msg));
		ck_assert_int_eq(kin_can_frame_kind(&frame, msg.len), KIN_CAN_CLASSIC);
		ck_assert_uint_le(frame.id, CAN_SFF_MASK);
		lengths[frame.classic.len] = true;
		low |= frame.id < 0x80;
		high |= frame.id > 0x780;
	}
	for (unsigned i = 0; i <= 8; i++)
		ck_assert(lengths[i]);
	ck_assert(low && high);
	kin_generator_free(g);
}
END_TEST

START_TEST(mixes_all_kinds)
{
	struct kin_generator *g = generator("xl=random content=mixed", 7);
	bool kinds[4] = {}, extended = false, rtr = false, brs = false, esi = false, dlc = false;

	for (uint64_t i = 0; i < RUN; i++) {
		int kind;

		ck_ok(kin_generator_next(g, i, &msg));
		kind = kin_can_frame_kind(&frame, msg.len);
		ck_assert_int_gt(kind, 0);
		kinds[kind] = true;
		if (kind == KIN_CAN_XL)
			continue;
		extended |= (frame.id & CAN_EFF_FLAG) != 0;
		rtr |= (frame.id & CAN_RTR_FLAG) != 0;
		brs |= kind == KIN_CAN_FD && (frame.fd.flags & CANFD_BRS);
		esi |= kind == KIN_CAN_FD && (frame.fd.flags & CANFD_ESI);
		dlc |= kind == KIN_CAN_CLASSIC && frame.classic.len8_dlc > 8;
	}
	ck_assert(kinds[KIN_CAN_CLASSIC] && kinds[KIN_CAN_FD] && kinds[KIN_CAN_XL]);
	ck_assert(extended && rtr && brs && esi && dlc);
	kin_generator_free(g);
}
END_TEST

START_TEST(lengths_of_fd_and_xl)
{
	struct kin_generator *fd = generator("fd=on", 7), *xl = generator("xl=on", 7);
	bool lengths[65] = {}, long_xl = false;

	for (uint64_t i = 0; i < RUN; i++) {
		ck_ok(kin_generator_next(fd, i, &msg));
		ck_assert_uint_eq(msg.len, CANFD_MTU);
		lengths[frame.fd.len] = true;
		ck_ok(kin_generator_next(xl, i, &msg));
		ck_assert_int_eq(kin_can_frame_kind(&frame, msg.len), KIN_CAN_XL);
		/* cangen stops at 64. */
		long_xl |= frame.xl.len > 1900;
	}
	for (unsigned dlc = 0; dlc < 16; dlc++)
		ck_assert(lengths[kin_can_fd_dlc_to_len(dlc)]);
	ck_assert(long_xl);
	kin_generator_free(fd);
	kin_generator_free(xl);
}
END_TEST

START_TEST(digits_that_are_random)
{
	struct kin_generator *g = generator("id=1x3 data=x122xx", 7);
	unsigned seen = 0;

	for (uint64_t i = 0; i < RUN; i++) {
		ck_ok(kin_generator_next(g, i, &msg));
		ck_assert_uint_eq(frame.id & 0xF0F, 0x103);
		ck_assert_uint_eq(frame.classic.len, 3);
		ck_assert_uint_eq(frame.classic.data[0] & 0xF, 1);
		ck_assert_uint_eq(frame.classic.data[1], 0x22);
		seen |= frame.classic.data[2];
	}
	ck_assert_uint_eq(seen, 0xFF);
	kin_generator_free(g);
	/* Never an identifier that there is not. */
	g = generator("id=xxx", 7);
	for (uint64_t i = 0; i < RUN; i++)
		ck_ok(kin_generator_next(g, i, &msg));
	kin_generator_free(g);
}
END_TEST

START_TEST(even_and_odd)
{
	struct kin_generator *g = generator("id=even len=odd data=even", 7);

	for (uint64_t i = 0; i < RUN; i++) {
		ck_ok(kin_generator_next(g, i, &msg));
		ck_assert_uint_eq(frame.id % 2, 0);
		ck_assert_uint_eq(frame.classic.len % 2, 1);
		ck_assert_uint_eq(frame.classic.data[frame.classic.len - 1] % 2, 0);
	}
	kin_generator_free(g);
}
END_TEST

/* What all frames have in common is drawn once, until something else is said. */
START_TEST(one_shape_until_another_is_said)
{
	struct kin_generator *g = generator("id=inc len=2 data=inc", 1);

	ck_assert_uint_eq(kin_gen_varying(g), 1 | 1 << 2);
	ck_assert_str_eq(text_of(g, 1), "001#0001");
	memset(&frame, 0xFF, sizeof(frame));
	ck_assert_str_eq(text_of(g, 2), "002#0002");
	ck_assert_int_eq(frame.classic.data[7], 0);
	ck_ok(kin_generator_set(g, "extended", "on"));
	ck_assert_str_eq(text_of(g, 3), "00000003#0003");
	ck_ok(kin_generator_set(g, "fd", "on"));
	ck_ok(kin_generator_set(g, "len", "3"));
	ck_assert_str_eq(text_of(g, 4), "00000004##4000004");
	ck_ok(kin_generator_set(g, "xl", "on"));
	ck_ok(kin_generator_set(g, "sdt", "7"));
	ck_ok(kin_generator_set(g, "af", "9"));
	ck_assert_str_eq(text_of(g, 5), "00005#80:07:00000009#000005");
	ck_ok(kin_generator_set(g, "data", "1x"));
	ck_assert_uint_eq(kin_gen_varying(g), 1 | 1 << 2);
	ck_ok(kin_generator_set(g, "data", "11"));
	ck_assert_uint_eq(kin_gen_varying(g), 1);
	kin_generator_free(g);
}
END_TEST

static void refuse(const char *fields, int err, const char *words)
{
	struct kin_generator *g = generator(fields, 1);

	ck_fails(kin_generator_next(g, 0, &msg), err, words);
	ck_fails(kin_generator_next(g, 1, &msg), err, words);
	kin_generator_free(g);
}

START_TEST(refuses_what_there_is_not)
{
	struct kin_generator *g = generator("", 1);

	ck_fails(kin_generator_set(g, "if", "1"), ENOENT,
		 "messages of can have no field \"if\"; there are: id len data extended rtr dlc fd "
		 "brs "
		 "esi xl sec rrs vcid sdt af");
	ck_fails(kin_generator_set(g, "id", "20000000"), EINVAL,
		 "id: \"20000000\" is neither random, inc, even, odd nor hex digits, x for random "
		 "ones, up to 1FFFFFFF");
	ck_fails(kin_generator_set(g, "id", ""), EINVAL, NULL);
	ck_fails(kin_generator_set(g, "id", "0x1"), EINVAL, NULL);
	ck_fails(kin_generator_set(g, "id", "11111111111111111"), EINVAL, NULL);
	ck_fails(kin_generator_set(g, "len", "2049"), EINVAL,
		 "len: \"2049\" is neither random, inc, even, odd nor a number up to 2048");
	ck_fails(kin_generator_set(g, "len", "-1"), EINVAL, NULL);
	ck_fails(kin_generator_set(g, "data", "1"), EINVAL, NULL);
	ck_fails(kin_generator_set(g, "data", "1g"), EINVAL, NULL);
	ck_fails(kin_generator_set(g, "fd", "2"), EINVAL,
		 "fd: \"2\" is not one of on, off, random, inc");
	ck_fails(kin_generator_set(g, "fd", "even"), EINVAL, NULL);
	ck_fails(kin_generator_set_content(g, "noise"), EINVAL,
		 "\"noise\" is not one of random, counting, mixed");
	kin_generator_free(g);

	refuse("id=800", EINVAL, "id 800 is not in 0-7FF");
	refuse("len=9", EINVAL,
	       "an FD frame can't hold 9 bytes; it holds 12, 16, 20, 24, 32, 48 or 64");
	refuse("len=9 fd=off", EINVAL, "a classic frame can't hold 9 bytes, only 8");
	refuse("data=112233445566778899 fd=off", EINVAL,
	       "a classic frame can't hold 9 bytes, only 8");
	refuse("len=65 fd=on", EINVAL, "an FD frame can't hold 65 bytes, only 64");
	refuse("len=0 xl=on", EINVAL, "len 0 is not in 1-2048");
	msg.size = 16;
	refuse("len=12", EMSGSIZE, "a frame of 72 bytes is longer than the room of 16");
	msg.size = sizeof(frame);
}
END_TEST

START_TEST(what_sockets_need)
{
	struct kin_generator *g = generator("id=1", 1);

	ck_ok(kin_generator_next(g, 0, &msg));
	ck_assert_ptr_null(can->msg_needs(can->protos, &msg));
	ck_ok(kin_generator_set(g, "fd", "on"));
	ck_ok(kin_generator_next(g, 0, &msg));
	ck_assert_str_eq(can->msg_needs(can->protos, &msg), "fd");
	ck_ok(kin_generator_set(g, "xl", "on"));
	ck_ok(kin_generator_next(g, 0, &msg));
	ck_assert_str_eq(can->msg_needs(can->protos, &msg), "xl");
	kin_generator_free(g);
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{says_what_was_said, "says what was said"},
		{counts, "counts"},
		{counts_xl, "counts XL"},
		{same_seed_same_frames, "same seed, same frames"},
		{random_is_everything_there_is, "random is everything there is"},
		{mixes_all_kinds, "mixes all kinds"},
		{lengths_of_fd_and_xl, "lengths of FD and XL"},
		{digits_that_are_random, "digits that are random"},
		{even_and_odd, "even and odd"},
		{one_shape_until_another_is_said, "one shape until another is said"},
		{refuses_what_there_is_not, "refuses what there is not"},
		{what_sockets_need, "what sockets need"},
		{},
	};

	return run_cases("can/generate", cases);
}
