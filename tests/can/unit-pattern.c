/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Patterns of frames: what they match, and what is refused. */
#include <errno.h>

#include <kin/can.h>
#include <kin/family.h>

#include "harness.h"

static const struct kin_proto *can(void)
{
	return kin_family_by_name("can")->protos;
}

/* Does the pattern match the frame? Both as text. */
static bool matches(const char *text, const char *frame_text)
{
	struct kin_pattern *pattern = NULL;
	union kin_can_frame frame;
	struct kin_msg msg = {.data = (unsigned char *)&frame};
	bool r;

	ck_ok(kin_can_frame_parse(frame_text, &frame, &msg.len));
	ck_ok(kin_pattern_new(kin_family_by_name("can"), can(), text, &pattern));
	r = kin_pattern_match(pattern, &msg);
	kin_pattern_free(pattern);
	return r;
}

static void refused(const char *text, int err, const char *words)
{
	struct kin_pattern *pattern = NULL;

	ck_fails(kin_pattern_new(kin_family_by_name("can"), can(), text, &pattern), err, words);
	ck_assert_ptr_null(pattern);
}

START_TEST(filters)
{
	ck_assert(matches("123:7FF", "123#11"));
	ck_assert(matches("123:7FF", "123#R"));
	ck_assert(matches("123:7FF", "00000123#"));
	ck_assert(!matches("123:C00007FF", "00000123#"));
	ck_assert(matches("12345678:DFFFFFFF", "12345678#"));
	ck_assert(!matches("123:7FF", "124#11"));
	ck_assert(matches("123~7FF", "124#11"));
	ck_assert(!matches("123~7FF", "123#11"));
	ck_assert(matches("0:0", "7FF##1AA"));
	ck_assert(!matches("0:0", "20000004#0008000000006070"));
}
END_TEST

START_TEST(identifiers)
{
	ck_assert(matches("123", "123#"));
	ck_assert(matches("123", "123#1122"));
	ck_assert(matches("123", "123#R"));
	ck_assert(matches("123", "123##1AA"));
	ck_assert(!matches("123", "124#1122"));
	ck_assert(!matches("123", "00000123#"));
	ck_assert(!matches("123", "20000004#0008000000006070"));
	ck_assert(matches("7xx", "7FF#11"));
	ck_assert(!matches("7xx", "6FF#11"));
	ck_assert(matches("12345678", "12345678#11"));
	ck_assert(matches("1234567x", "12345670#R"));
	ck_assert(!matches("1234567x", "12345680#"));
}
END_TEST

START_TEST(content)
{
	ck_assert(matches("123#11xx", "123#1122"));
	ck_assert(!matches("123#11xx", "123#1222"));
	ck_assert(!matches("123#11xx", "123#112233"));
	ck_assert(!matches("123#11xx", "123#11"));
	ck_assert(matches("123#11*", "123#11"));
	ck_assert(matches("123#11*", "123##111FF"));
	/* Padding is no content. */
	ck_assert(!matches("123#1100*", "123#11"));
	ck_assert(matches("123#", "123#"));
	ck_assert(!matches("123#", "123#00"));
	ck_assert(!matches("123#", "00000123#"));
	ck_assert(!matches("123#*", "123#R"));
	ck_assert(matches("123#R", "123#R4"));
	ck_assert(!matches("123#R", "123#"));
	ck_assert(matches("7xx#*", "7E8#0102"));
	ck_assert(!matches("7xx#*", "6E8#0102"));
	ck_assert(matches("18DAxxF1#x1*", "18DA10F1#0102"));
	ck_assert(!matches("18DAxxF1#x1*", "18DA10F2#0102"));
	ck_assert(matches("123#11*", "45123#81:00:12345678#1122"));
	ck_assert(matches("hex:xxxxxxxx02", "123#1122"));
	ck_assert(!matches("hex:xxxxxxxx03", "123#1122"));
	ck_assert(matches("text:abc", "123#0061626300"));
	ck_assert(!matches("text:abc", "123#6162"));
}
END_TEST

START_TEST(errors)
{
	ck_assert(matches("error", "20000004#0008000000006070"));
	ck_assert(matches("error:bus-off", "20000040#0000000000000000"));
	ck_assert(matches("error:bus-off+crtl", "20000044#0000000000000000"));
	ck_assert(!matches("error:bus-off", "20000004#0008000000006070"));
	ck_assert(!matches("error", "123#"));
	ck_assert(!matches("123#*", "20000123#0000000000000000"));
}
END_TEST

START_TEST(refusals)
{
	refused("", EINVAL, "pattern:  is not ID:MASK or ID~MASK, such as 123:7FF");
	refused("12g", EINVAL, "pattern: 12g is not ID:MASK or ID~MASK, such as 123:7FF");
	refused("12", EINVAL, "12: an identifier has 3 digits or 8, not 2");
	refused("0x123", EINVAL, "0x123: an identifier has 3 digits or 8, not 5");
	refused("923", EINVAL, "923: identifier 923 is above 7FF");
	refused("12#", EINVAL, "12#: an identifier has 3 digits or 8, not 2");
	refused("8xx#", EINVAL, "8xx#: identifier 800 is above 7FF");
	refused("2xxxxxxx#", EINVAL, "2xxxxxxx#: identifier 20000000 is above 1FFFFFFF");
	refused("12G#", EINVAL, "identifier: 012G is not hex digits and x, at position 4");
	refused("123#1", EINVAL, "content: 1 has an odd number of digits");
	refused("123#1X", EINVAL, "content: 1X is not hex digits and x, at position 2");
	refused("123#*11*", EINVAL, "content: *11 has an odd number of digits");
	refused("error:none", EINVAL, "error classes 0 are not in 1-0x1fffffff");
	refused("hex:1", EINVAL, "pattern: 1 has an odd number of digits");
	refused("text:", EINVAL, "no text to look for");
	refused("00000000000000000000000000000000000000123:7FF", EINVAL,
		"pattern: 41 digits of an identifier");
	refused("123#"
		"00000000000000000000000000000000000000000000000000000000000000000000000000000000"
		"000000000000000000000000000000000000000000000000000000",
		EINVAL, "134 digits are more than the 128 of 64 bytes");
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{filters, "filters"}, {identifiers, "identifiers"}, {content, "content"},
		{errors, "errors"},   {refusals, "refusals"},       {},
	};

	return run_cases("can/pattern", cases);
}
