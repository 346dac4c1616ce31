/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics of buses and identifiers: load, cycles, what changed, errors, and any number of ids.
 */
#include "harness.h"

#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <kin/can-load.h>

#define MS INT64_C(1000000)
#define S  (1000 * MS)

static struct kin_can_stats *make(unsigned flags)
{
	struct kin_can_stats *stats;

	ck_ok(kin_can_stats_new(flags, &stats));
	return stats;
}

static int add(struct kin_can_stats *stats, int ifindex, const char *text, int64_t time_ns,
	       int flags)
{
	union kin_can_frame frame;
	size_t size;

	ck_ok(kin_can_frame_parse(text, &frame, &size));
	return kin_can_stats_add(stats, ifindex, &frame, size, time_ns, flags);
}

/* A number of frames, one each period. @return the time of the next */
static int64_t add_cycle(struct kin_can_stats *stats, const char *text, int64_t start_ns,
			 int64_t period_ns, int n)
{
	for (int i = 0; i < n; i++, start_ns += period_ns)
		ck_assert_int_ge(add(stats, 1, text, start_ns, 0), 0);
	return start_ns;
}

static const struct kin_can_id *id_of(const struct kin_can_stats *stats, canid_t id)
{
	const struct kin_can_id *row = kin_can_stats_id(stats, 1, id, KIN_CAN_CLASSIC);

	ck_assert_ptr_nonnull(row);
	return row;
}

/* ---- Buses --------------------------------------------------------------------------------- */

START_TEST(load_over_windows)
{
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = make(KIN_CAN_BITS_UNSTUFFED);
	const struct kin_can_bus *bus;

	ck_ok(kin_can_stats_set_bitrate(stats, 1, 1000, 2000, 0));
	ck_ok(kin_can_stats_end_window(stats, 0));
	bus = kin_can_stats_bus(stats, 1);
	/* 111 bits at 1000 bit/s; 29 at 1000 and 41 at 2000; 47 */
	add(stats, 1, "123#1122334455667788", 1, MSG_DONTROUTE);
	add(stats, 1, "123##155", 2, 0);
	add(stats, 1, "124#R3", 3, 0);
	ck_assert_uint_eq(bus->running.frames, 3);
	ck_ok(kin_can_stats_end_window(stats, 2 * S));
	ck_assert_uint_eq(bus->window.frames, 3);
	ck_assert_uint_eq(bus->window.sent, 1);
	ck_assert_uint_eq(bus->window.remote, 1);
	ck_assert_uint_eq(bus->window.bits, 111 + 70 + 47);
	ck_assert_uint_eq(bus->window.data_bits, 41);
	ck_assert_uint_eq(bus->window.payload_bits, 72);
	ck_assert_int_eq(bus->window_ns, 2 * S);
	ck_assert_double_eq_tol(bus->load, (187 / 1000.0 + 41 / 2000.0) / 2, 1e-9);

	ck_ok(kin_can_stats_end_window(stats, 3 * S));
	ck_assert_uint_eq(bus->window.frames, 0);
	ck_assert_uint_eq(bus->all.frames, 3);
	ck_assert_double_eq(bus->load, 0);
	ck_assert_double_eq(bus->load_min, 0);
	ck_assert_double_eq_tol(bus->load_max, 0.10375, 1e-9);
	ck_fails(kin_can_stats_end_window(stats, 3 * S), EINVAL, "a window of 0 ns");
	/* Five bits fewer: no stuff count. */
	ck_ok(kin_can_stats_set_bitrate(stats, 1, 1000, 0, KIN_CAN_BITS_NON_ISO));
	add(stats, 1, "123##155", 4, 0);
	ck_assert_uint_eq(bus->running.bits, 70 - 5);
}
END_TEST

START_TEST(buses_are_apart)
{
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = make(0);

	ck_assert_int_eq(add(stats, 7, "123#", 0, 0), 1);
	ck_assert_int_eq(add(stats, 3, "123#", 0, 0), 1);
	ck_assert_int_eq(add(stats, 7, "123#", 1, 0), 0);
	ck_assert_int_eq(kin_can_stats_bus_at(stats, 0)->ifindex, 7);
	ck_assert_int_eq(kin_can_stats_bus_at(stats, 1)->ifindex, 3);
	ck_assert_ptr_null(kin_can_stats_bus_at(stats, 2));
	ck_assert_ptr_null(kin_can_stats_bus(stats, 4));
	ck_assert_uint_eq(kin_can_stats_ids(stats), 2);
	ck_assert_uint_eq(kin_can_stats_id(stats, 7, 0x123, KIN_CAN_CLASSIC)->frames, 2);
	ck_assert_uint_eq(kin_can_stats_id(stats, 3, 0x123, KIN_CAN_FD)->frames, 1);
	/* No bit rate, no load. */
	ck_ok(kin_can_stats_end_window(stats, 0));
	add(stats, 7, "123#", 2, 0);
	ck_ok(kin_can_stats_end_window(stats, S));
	ck_assert_double_eq(kin_can_stats_bus(stats, 7)->load, 0);
}
END_TEST

START_TEST(errors_and_states)
{
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = make(0);
	static const struct {
		const char *frame;
		enum kin_can_state state;
	} steps[] = {
		{"20000002#0A00000000000000", KIN_CAN_STATE_UNKNOWN}, /* lost arbitration */
		{"20000204#0008000000006005", KIN_CAN_STATE_WARNING}, /* 96 and 5 errors */
		{"20000004#0010000000000000", KIN_CAN_STATE_PASSIVE},
		{"20000088#0000000000000000", KIN_CAN_STATE_PASSIVE}, /* bus error */
		{"20000040#0000000000000000", KIN_CAN_STATE_OFF},
		{"20000100#0000000000000000", KIN_CAN_STATE_ACTIVE}, /* restarted */
		{"20000004#0004000000000000", KIN_CAN_STATE_WARNING},
		{"20000004#0040000000000000", KIN_CAN_STATE_ACTIVE},
	};
	const struct kin_can_bus *bus;

	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		ck_assert_int_eq(add(stats, 1, steps[i].frame, 0, 0), 0);
		bus = kin_can_stats_bus(stats, 1);
		ck_assert_msg(bus->state == steps[i].state, "%s: %d", steps[i].frame, bus->state);
	}
	ck_assert_uint_eq(bus->state_changes, 6);
	ck_assert(bus->counters_known);
	ck_assert_uint_eq(bus->tx_errors, 96);
	ck_assert_uint_eq(bus->rx_errors, 5);
	ck_assert_uint_eq(bus->error_classes[1], 1);
	ck_assert_uint_eq(bus->error_classes[2], 4);
	ck_assert_uint_eq(bus->error_classes[3], 1);
	ck_assert_uint_eq(bus->error_classes[6], 1);
	ck_assert_uint_eq(bus->error_classes[7], 1);
	ck_assert_uint_eq(bus->running.errors, 8);
	ck_assert_uint_eq(bus->running.frames, 0);
	ck_assert_uint_eq(bus->running.bits, 17);
	ck_assert_uint_eq(kin_can_stats_ids(stats), 0);
}
END_TEST

/* ---- Identifiers --------------------------------------------------------------------------- */

START_TEST(tells_identifiers_apart)
{
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = make(0);
	static const char *const frames[] = {
		"123#",
		"00000123#",
		"123#R",
		"00000123#R",
		"00123#80:00:00000000#11",
		"45123#80:00:00000000#11",
	};

	for (int round = 1; round >= 0; round--)
		for (size_t i = 0; i < 6; i++)
			ck_assert_int_eq(add(stats, 1, frames[i], 1 - round, 0), round);
	/* FD is no other identifier. */
	ck_assert_int_eq(add(stats, 1, "123##5AABB", 2, 0), 0);
	ck_assert_uint_eq(kin_can_stats_ids(stats), 6);
	ck_assert_uint_eq(kin_can_stats_id_at(stats, 0)->kind, KIN_CAN_FD);
	ck_assert_uint_eq(kin_can_stats_id_at(stats, 0)->flags, CANFD_BRS | CANFD_FDF);
	ck_assert_uint_eq(kin_can_stats_id_at(stats, 1)->id, 0x123 | CAN_EFF_FLAG);
	ck_assert_uint_eq(kin_can_stats_id_at(stats, 5)->id, 0x450123);
	ck_assert_ptr_null(kin_can_stats_id_at(stats, 6));
	ck_assert_uint_eq(kin_can_stats_id(stats, 1, 0x450123, KIN_CAN_XL)->frames, 2);
	ck_assert_ptr_null(kin_can_stats_id(stats, 1, 0x125, KIN_CAN_CLASSIC));
}
END_TEST

START_TEST(keeps_the_last_data)
{
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = make(0);
	const struct kin_can_id *id;

	add(stats, 1, "123#1122", 0, 0);
	add(stats, 1, "123#1122", 5, 0);
	id = id_of(stats, 0x123);
	ck_assert_uint_eq(id->changes, 0);
	add(stats, 1, "123#1123", 7, 0);
	ck_assert_uint_eq(id->changes, 1);
	ck_assert_int_eq(id->changed_ns, 7);
	add(stats, 1, "123#112300", 8, 0);
	ck_assert_uint_eq(id->changes, 2);
	ck_assert_uint_eq(id->len, 3);
	ck_assert_mem_eq(id->data, "\x11\x23\x00", 3);
	add(stats, 1, "123#1122334455667788_E", 9, 0);
	ck_assert_uint_eq(id->dlc, 14);
	ck_assert_uint_eq(id->len, 8);
	add(stats, 1, "123##400112233445566778899AABB", 10, 0);
	ck_assert_uint_eq(id->len, 12);
	ck_assert_mem_eq(id->data, "\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xAA\xBB", 12);
	ck_assert_ptr_null(id->changed);
	ck_assert_uint_eq(id->frames, 6);
	ck_assert_int_eq(id->first_ns, 0);
	ck_assert_int_eq(id->last_ns, 10);
	ck_ok(kin_can_stats_end_window(stats, 0));
	add(stats, 1, "123#R4", 11, 0);
	ck_assert_uint_eq(id->window, 6);
}
END_TEST

START_TEST(tells_which_bits_changed)
{
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = make(KIN_CAN_STATS_DIFFER);
	uint8_t mask[64] = {[63] = 0x80};
	const struct kin_can_id *id;

	add(stats, 1, "123#1100", 0, 0);
	id = id_of(stats, 0x123);
	ck_assert_mem_eq(id->changed, "\0\0", 2);
	add(stats, 1, "123#1101", 1, 0);
	add(stats, 1, "123#1108", 2, 0);
	ck_assert_mem_eq(id->changed, "\x00\x09", 2);
	add(stats, 1, "123#110855", 3, 0);
	ck_assert_mem_eq(id->changed, "\x00\x09\xFF", 3);
	ck_ok(kin_can_id_settle(stats, id, true));
	ck_assert_mem_eq(id->changed, "\x00\x00\x00", 3);
	ck_assert_mem_eq(id->muted, "\x00\x09\xFF", 3);
	add(stats, 1, "123#3108", 4, 0);
	ck_assert_mem_eq(id->changed, "\x20\x00\xFF", 3);
	ck_ok(kin_can_id_settle(stats, id, false));
	ck_assert_mem_eq(id->changed, "\x00\x00\x00", 3);
	ck_assert_mem_eq(id->muted, "\x00\x09\xFF", 3);
	ck_ok(kin_can_id_set_muted(stats, id, mask, 64));
	ck_assert_uint_eq(id->muted[63], 0x80);
	ck_assert_uint_eq(id->muted[1], 0);
	ck_assert_mem_eq(id->data, "\x31\x08", 2);
	ck_ok(kin_can_id_set_muted(stats, id, NULL, 0));
	ck_assert_uint_eq(id->muted[63], 0);
	ck_fails(kin_can_id_set_muted(stats, id, mask, 2049), EMSGSIZE,
		 "2049 bytes are more than 2048");
}
END_TEST

/* ---- Cycles -------------------------------------------------------------------------------- */

START_TEST(periods_and_jitter)
{
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = make(0);
	const struct kin_can_id *id;
	/* Gaps of 10, 12, 8, 10 ms: mean 10, deviation sqrt(8 / 4) = 1.414 */
	static const int64_t times[] = {100, 110, 122, 130, 140};

	for (size_t i = 0; i < 5; i++)
		add(stats, 1, "123#", times[i] * MS, 0);
	id = id_of(stats, 0x123);
	ck_assert_int_eq(id->period_ns, 10 * MS);
	ck_assert_int_eq(id->period_min_ns, 8 * MS);
	ck_assert_int_eq(id->period_max_ns, 12 * MS);
	ck_assert_double_eq_tol(id->period_mean_ns, 10e6, 1e-3);
	ck_assert_int_eq(kin_can_id_jitter(id), 1414214);
	/* A clock that was set back: counted, its gap is not. */
	add(stats, 1, "123#", 90 * MS, 0);
	ck_assert_uint_eq(id->frames, 6);
	ck_assert_int_eq(id->period_min_ns, 8 * MS);
	ck_assert_int_eq(kin_can_id_jitter(NULL), 0);
}
END_TEST

START_TEST(learns_cycles_and_misses_frames)
{
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = make(0);
	int64_t next = add_cycle(stats, "123#", S, 10 * MS, 8);
	const struct kin_can_id *id = id_of(stats, 0x123);

	ck_assert_int_eq(id->expected_ns, 0);
	next = add_cycle(stats, "123#", next, 10 * MS, 1);
	ck_assert_int_eq(id->expected_ns, 10 * MS);
	ck_assert_uint_eq(id->missing, 0);
	/* Two frames do not come. */
	next = add_cycle(stats, "123#", next + 20 * MS, 10 * MS, 5);
	ck_assert_uint_eq(id->missing, 2);
	ck_assert_int_eq(id->expected_ns, 10 * MS);
	/* Silence: the last one came at next - 10 ms. */
	ck_assert_uint_eq(kin_can_id_missing(id, next), 2);
	ck_assert_uint_eq(kin_can_id_missing(id, next + 4 * MS), 2);
	ck_assert_uint_eq(kin_can_id_missing(id, next + 90 * MS), 2 + 9);
	ck_assert_uint_eq(kin_can_id_missing(id, next - 20 * MS), 2);
	/* A cycle that drifts is followed. */
	for (int i = 0; i < 400; i++, next += 10 * MS + i * MS / 50)
		add(stats, 1, "123#", next, 0);
	ck_assert_uint_eq(id->missing, 2);
	ck_assert_int_gt(id->expected_ns, 17 * MS);
}
END_TEST

START_TEST(sporadic_frames_have_no_cycle)
{
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = make(0);
	int64_t time_ns = 0;
	const struct kin_can_id *id;

	for (int i = 0; i < 2000; i++) {
		add(stats, 1, "123#", time_ns, 0);
		time_ns += 1 << test_random() % 30;
	}
	id = id_of(stats, 0x123);
	ck_assert_int_eq(id->expected_ns, 0);
	ck_assert_uint_lt(id->missing, 100);
	/* Then it is cyclic after all, with another cycle than it had, and again another. */
	time_ns = add_cycle(stats, "123#", time_ns + S, 5 * MS, 12);
	ck_assert_int_eq(id->expected_ns, 5 * MS);
	time_ns = add_cycle(stats, "123#", time_ns, 100 * MS, 100);
	ck_assert_int_eq(id->expected_ns, 100 * MS);
	ck_assert_uint_eq(kin_can_id_missing(id, time_ns), id->missing);
}
END_TEST

START_TEST(given_cycles)
{
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = make(0);
	const struct kin_can_id *id;

	ck_ok(kin_can_stats_set_period(stats, 1, 0x123, KIN_CAN_CLASSIC, 10 * MS));
	id = id_of(stats, 0x123);
	ck_assert_uint_eq(id->frames, 0);
	ck_assert_uint_eq(kin_can_id_missing(id, S), 0);
	ck_assert_int_eq(add(stats, 1, "123#", S, 0), 1);
	add(stats, 1, "123#", S + 30 * MS, 0);
	ck_assert_uint_eq(id->missing, 2);
	ck_assert_int_eq(id->expected_ns, 10 * MS);
	ck_fails(kin_can_stats_set_period(stats, 1, 0x123, KIN_CAN_CLASSIC, 0), EINVAL,
		 "period 0 ns is not above 0");
	ck_fails(kin_can_stats_set_period(stats, 1, 0x800, KIN_CAN_CLASSIC, 1), EINVAL,
		 "identifier 800 is beyond its size");
	ck_fails(kin_can_stats_set_period(stats, 1, 0x800, KIN_CAN_XL, 1), EINVAL, NULL);
	ck_fails(kin_can_stats_set_period(stats, 1, 0x123, 0, 1), EINVAL, NULL);
	ck_ok(kin_can_stats_set_period(stats, 1, 0x450123, KIN_CAN_XL, 1));
}
END_TEST

/* ---- Many ---------------------------------------------------------------------------------- */

enum { IDS = 100000 };

static void add_all(struct kin_can_stats *stats, int round)
{
	struct can_frame frame = {.len = 8};

	for (uint32_t i = 0; i < IDS; i++) {
		/* In another order each time, some close together and some far apart. */
		uint32_t number = (uint32_t)((uint64_t)(i + 1) * 48271 % IDS);

		frame.can_id = CAN_EFF_FLAG | (number % 2 ? number : number << 12);
		memcpy(frame.data, &round, sizeof(round));
		ck_assert_int_eq(
			kin_can_stats_add(stats, 1, &frame, sizeof(frame), round * 10 * MS + i, 0),
			round == 0);
	}
}

START_TEST(a_hundred_thousand_identifiers)
{
	size_t before = mallinfo2().uordblks + mallinfo2().hblkhd, after;
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = make(0);

	for (int round = 0; round < 3; round++)
		add_all(stats, round);
	ck_assert_uint_eq(kin_can_stats_ids(stats), IDS);
	for (uint32_t i = 0; i < IDS; i++) {
		const struct kin_can_id *id = kin_can_stats_id_at(stats, i);

		ck_assert_uint_eq(id->frames, 3);
		ck_assert_uint_eq(id->changes, 2);
		ck_assert_ptr_eq(kin_can_stats_id(stats, 1, id->id, KIN_CAN_CLASSIC), id);
	}
	after = mallinfo2().uordblks + mallinfo2().hblkhd;
	/* With sanitizers malloc() is another, and tells nothing. */
	if (after != before)
		ck_assert_msg((after - before) / IDS <= 240, "%zu bytes", (after - before) / IDS);
	/* Frames of known identifiers allocate nothing. */
	add_all(stats, 3);
	ck_assert_uint_eq(mallinfo2().uordblks + mallinfo2().hblkhd, after);
}
END_TEST

START_TEST(refuses)
{
	struct kin_can_stats *stats KIN_CLEANUP(kin_can_stats_free) = make(0);
	struct kin_can_stats *other KIN_CLEANUP(kin_can_stats_free) = make(KIN_CAN_STATS_DIFFER);
	union kin_can_frame frame = {.classic = {.len = 9}};
	struct kin_can_stats *none = NULL;

	ck_fails(kin_can_stats_new(1 << 20, &none), EINVAL, NULL);
	ck_fails(kin_can_stats_new(KIN_CAN_BITS_WORST | KIN_CAN_BITS_UNSTUFFED, &none), EINVAL,
		 NULL);
	ck_assert_ptr_null(none);
	ck_fails(kin_can_stats_add(stats, 1, &frame, CAN_MTU, 0, 0), EBADMSG, NULL);
	ck_fails(kin_can_stats_set_bitrate(stats, 1, 0, 500000, 0), EINVAL,
		 "data bit rate 500000 without a bit rate");
	ck_fails(kin_can_stats_set_bitrate(stats, 1, 500000, 0, KIN_CAN_BITS_WORST), EINVAL,
		 "flags 0x1 are none of a bus");
	add(stats, 1, "123#", 0, 0);
	add(other, 1, "123#", 0, 0);
	ck_fails(kin_can_id_settle(stats, id_of(stats, 0x123), true), EINVAL,
		 "statistics without KIN_CAN_STATS_DIFFER");
	ck_fails(kin_can_id_settle(other, id_of(stats, 0x123), true), ENOENT,
		 "identifier 123 is not of these statistics");
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{load_over_windows, "load-over-windows"},
		{buses_are_apart, "buses-are-apart"},
		{errors_and_states, "errors-and-states"},
		{tells_identifiers_apart, "tells-identifiers-apart"},
		{keeps_the_last_data, "keeps-the-last-data"},
		{tells_which_bits_changed, "tells-which-bits-changed"},
		{periods_and_jitter, "periods-and-jitter"},
		{learns_cycles_and_misses_frames, "learns-cycles-and-misses-frames"},
		{sporadic_frames_have_no_cycle, "sporadic-frames-have-no-cycle"},
		{given_cycles, "given-cycles"},
		{a_hundred_thousand_identifiers, "a-hundred-thousand-identifiers"},
		{refuses, "refuses"},
		{},
	};

	return run_cases("can/stats", cases);
}
