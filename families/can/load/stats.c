/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Statistics of buses and identifiers, from frames and their times. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <kin/family.h>

#include "../internal.h"
#include "can-load.h"

enum {
	FIRST_SLOTS = 256,
	LEARN = 8,           /* regular gaps, until a cycle is believed in */
	FOLLOW = 16,         /* the part of a deviation by which the cycle follows is 1 in this */
	IRREGULAR = 5,       /* gaps that are no cycle may be 1 in this */
	GAPS_KEPT = 256,     /* those that this is judged by, about */
	ROOM = CAN_MAX_DLEN, /* for data, at first */
	BITS_FLAGS = 0xFFFF, /* of all flags, those for kin_can_frame_bits() */
};

/* In place of an identifier's flag of error frames, which have none. */
#define XL_MARK CAN_ERR_FLAG

struct entry {
	struct kin_can_id view; /* data, changed and muted point into bytes */
	uint8_t *bytes;         /* once or three times room */
	unsigned room;
	uint32_t regular, irregular; /* gaps */
	int64_t candidate_ns;        /* a cycle that is not believed in yet */
	uint8_t small[];
};

struct kin_can_stats {
	unsigned flags;
	unsigned copies; /* of an entry's room: data alone, or with changed and muted */
	struct kin_can_bus **buses;
	size_t n_buses;
	struct entry **entries; /* in the order in which they came */
	size_t n_entries;
	uint32_t *slots; /* hash table: the number of an entry + 1, or 0 */
	size_t n_slots;  /* a power of two, at least twice n_entries */
	int64_t window_start_ns;
	bool started; /* window_start_ns holds something */
};

int kin_can_stats_new(unsigned flags, struct kin_can_stats **ret_stats)
{
	const union kin_can_frame none = {.classic = {.len = 0}};
	struct kin_can_bits bits;
	struct kin_can_stats *stats;
	int r;

	if (!ret_stats)
		return kin_fail(EINVAL, "no place for the statistics");
	if (flags & ~(unsigned)(BITS_FLAGS | KIN_CAN_STATS_DIFFER))
		return kin_fail(EINVAL, "flags %#x are none of statistics", flags);
	r = kin_can_frame_bits(&none, CAN_MTU, flags & BITS_FLAGS, &bits);
	if (r < 0)
		return r;
	stats = calloc(1, sizeof(*stats));
	if (!stats)
		return kin_fail(ENOMEM, "no memory for statistics");
	stats->flags = flags;
	stats->copies = flags & KIN_CAN_STATS_DIFFER ? 3 : 1;
	*ret_stats = stats;
	return 0;
}

void kin_can_stats_free(struct kin_can_stats *stats)
{
	if (!stats)
		return;
	for (size_t i = 0; i < stats->n_buses; i++)
		free(stats->buses[i]);
	for (size_t i = 0; i < stats->n_entries; i++) {
		if (stats->entries[i]->bytes != stats->entries[i]->small)
			free(stats->entries[i]->bytes);
		free(stats->entries[i]);
	}
	free(stats->buses);
	free(stats->entries);
	free(stats->slots);
	free(stats);
}

/* ---- Buses --------------------------------------------------------------------------------- */

static struct kin_can_bus *find_bus(const struct kin_can_stats *stats, int ifindex)
{
	for (size_t i = 0; i < stats->n_buses; i++)
		if (stats->buses[i]->ifindex == ifindex)
			return stats->buses[i];
	return NULL;
}

static struct kin_can_bus *need_bus(struct kin_can_stats *stats, int ifindex)
{
	struct kin_can_bus *bus = find_bus(stats, ifindex), **buses;

	if (bus)
		return bus;
	buses = reallocarray(stats->buses, stats->n_buses + 1, sizeof(struct kin_can_bus *));
	if (buses)
		stats->buses = buses;
	bus = buses ? calloc(1, sizeof(*bus)) : NULL;
	if (!bus) {
		kin_fail(ENOMEM, "no memory for a bus");
		return NULL;
	}
	bus->ifindex = ifindex;
	stats->buses[stats->n_buses++] = bus;
	return bus;
}

int kin_can_stats_set_bitrate(struct kin_can_stats *stats, int ifindex, uint32_t bitrate,
			      uint32_t data_bitrate, unsigned flags)
{
	struct kin_can_bus *bus;

	if (!stats)
		return kin_fail(EINVAL, "no statistics");
	if (data_bitrate && !bitrate)
		return kin_fail(EINVAL, "data bit rate %u without a bit rate", data_bitrate);
	if (flags & ~(unsigned)KIN_CAN_BITS_NON_ISO)
		return kin_fail(EINVAL, "flags %#x are none of a bus", flags);
	bus = need_bus(stats, ifindex);
	if (!bus)
		return -ENOMEM;
	bus->flags = flags;
	bus->bitrate = bitrate;
	bus->data_bitrate = data_bitrate ? data_bitrate : bitrate;
	return 0;
}

static enum kin_can_state told_state(const struct can_frame *frame, enum kin_can_state state)
{
	unsigned crtl = frame->can_id & CAN_ERR_CRTL ? frame->data[1] : 0;

	if (frame->can_id & CAN_ERR_BUSOFF)
		return KIN_CAN_STATE_OFF;
	if (crtl & (CAN_ERR_CRTL_RX_PASSIVE | CAN_ERR_CRTL_TX_PASSIVE))
		return KIN_CAN_STATE_PASSIVE;
	if (crtl & (CAN_ERR_CRTL_RX_WARNING | CAN_ERR_CRTL_TX_WARNING))
		return KIN_CAN_STATE_WARNING;
	if (crtl & CAN_ERR_CRTL_ACTIVE || frame->can_id & CAN_ERR_RESTARTED)
		return KIN_CAN_STATE_ACTIVE;
	return state;
}

static void add_error(struct kin_can_bus *bus, const struct can_frame *frame)
{
	enum kin_can_state state = told_state(frame, bus->state);

	bus->state_changes += state != bus->state;
	bus->state = state;
	for (unsigned i = 0; i < KIN_CAN_ERROR_CLASSES; i++)
		bus->error_classes[i] += frame->can_id >> i & 1;
	/* CAN_ERR_CNT, Linux 6.0 */
	if (frame->can_id & CAN_ERR_CNT) {
		bus->counters_known = true;
		bus->tx_errors = frame->data[6];
		bus->rx_errors = frame->data[7];
	}
}

/* ---- Identifiers --------------------------------------------------------------------------- */

/* What tells identifiers from each other; the higher half is the bus. */
static uint64_t key_of(int ifindex, canid_t id, enum kin_can_kind kind)
{
	if (kind == KIN_CAN_XL)
		id = (id & (CANXL_PRIO_MASK | CANXL_VCID_MASK)) | XL_MARK;
	else if (id & CAN_EFF_FLAG)
		id &= CAN_EFF_FLAG | CAN_RTR_FLAG | CAN_EFF_MASK;
	else
		id &= CAN_RTR_FLAG | CAN_SFF_MASK;
	return (uint64_t)(uint32_t)ifindex << 32 | id;
}

static uint64_t entry_key(const struct entry *e)
{
	return key_of(e->view.ifindex, e->view.id, e->view.kind);
}

/* Neighbours are common among keys, and have to lie apart. */
static size_t hash(uint64_t key)
{
	key = (key ^ key >> 31) * UINT64_C(0x9E3779B97F4A7C15);
	return key ^ key >> 29;
}

/* The slot of a key, or the free one where it belongs. There are always free ones. */
static uint32_t *find_slot(const struct kin_can_stats *stats, uint64_t key)
{
	for (size_t i = hash(key);; i++) {
		uint32_t *slot = &stats->slots[i & (stats->n_slots - 1)];

		if (*slot == 0 || entry_key(stats->entries[*slot - 1]) == key)
			return slot;
	}
}

static struct entry *find_entry(const struct kin_can_stats *stats, uint64_t key)
{
	uint32_t slot = stats->n_slots ? *find_slot(stats, key) : 0;

	return slot ? stats->entries[slot - 1] : NULL;
}

/* Room for one more entry. */
static int grow_table(struct kin_can_stats *stats)
{
	size_t n = stats->n_slots ? 2 * stats->n_slots : FIRST_SLOTS;
	struct entry **entries;
	uint32_t *slots;

	if (stats->n_entries < stats->n_slots / 2)
		return 0;
	if (n / 2 > UINT32_MAX)
		return kin_fail(ENOMEM, "more than %zu identifiers", stats->n_entries);
	entries = reallocarray(stats->entries, n / 2, sizeof(struct entry *));
	if (entries)
		stats->entries = entries;
	slots = entries ? calloc(n, sizeof(*slots)) : NULL;
	if (!slots)
		return kin_fail(ENOMEM, "no memory for %zu identifiers", n / 2);
	free(stats->slots);
	stats->slots = slots;
	stats->n_slots = n;
	for (size_t i = 0; i < stats->n_entries; i++)
		*find_slot(stats, entry_key(entries[i])) = (uint32_t)(i + 1);
	return 0;
}

static void point_into_bytes(const struct kin_can_stats *stats, struct entry *e, uint8_t *bytes,
			     unsigned room)
{
	e->bytes = bytes;
	e->room = room;
	e->view.data = bytes;
	if (stats->copies > 1) {
		e->view.changed = bytes + room;
		e->view.muted = bytes + 2 * room;
	}
}

static struct entry *add_entry(struct kin_can_stats *stats, uint64_t key, enum kin_can_kind kind)
{
	struct entry *e;

	if (grow_table(stats) < 0)
		return NULL;
	e = calloc(1, sizeof(*e) + (size_t)stats->copies * ROOM);
	if (!e) {
		kin_fail(ENOMEM, "no memory for an identifier");
		return NULL;
	}
	e->view.ifindex = (int)(key >> 32);
	e->view.id = (canid_t)key;
	if (kind == KIN_CAN_XL)
		e->view.id &= ~XL_MARK;
	e->view.kind = (uint8_t)kind;
	point_into_bytes(stats, e, e->small, ROOM);
	*find_slot(stats, key) = (uint32_t)(stats->n_entries + 1);
	stats->entries[stats->n_entries++] = e;
	return e;
}

/* Room for len bytes, with what is in it. */
static int make_room(struct kin_can_stats *stats, struct entry *e, size_t len)
{
	unsigned room = len <= CANFD_MAX_DLEN ? CANFD_MAX_DLEN : CANXL_MAX_DLEN;
	uint8_t *bytes;

	if (len <= e->room)
		return 0;
	bytes = calloc(stats->copies, room);
	if (!bytes)
		return kin_fail(ENOMEM, "no memory for %zu bytes of data", len);
	for (unsigned i = 0; i < stats->copies; i++)
		memcpy(bytes + i * room, e->bytes + i * e->room, e->room);
	if (e->bytes != e->small)
		free(e->bytes);
	point_into_bytes(stats, e, bytes, room);
	return 0;
}

/* ---- Cycles -------------------------------------------------------------------------------- */

static void learn(struct entry *e, int64_t gap)
{
	int64_t away = gap - e->candidate_ns;

	if (e->regular == 0 || 2 * llabs(away) > e->candidate_ns) {
		e->candidate_ns = gap;
		e->regular = 1;
		return;
	}
	e->candidate_ns += away / ++e->regular;
	if (e->regular == LEARN) {
		e->view.expected_ns = e->candidate_ns;
		e->irregular = 0;
	}
}

/* How many cycles lie between two frames, but for the one that they end. */
static uint64_t missing_in(int64_t gap, int64_t cycle)
{
	return 2 * (gap / 3) > cycle ? (uint64_t)((gap - cycle / 2) / cycle) : 0;
}

static void count_gap(struct entry *e, int64_t gap)
{
	int64_t cycle = e->view.expected_ns;
	uint64_t missing;

	if (cycle == 0) {
		learn(e, gap);
		return;
	}
	missing = missing_in(gap, cycle);
	e->view.missing += missing;
	if (e->view.period_given)
		return;
	if (missing > 0 || gap < cycle / 2) {
		e->irregular++;
	} else {
		e->regular++;
		e->view.expected_ns += (gap - cycle) / FOLLOW;
	}
	if (e->irregular > LEARN && e->irregular > (e->regular + e->irregular) / IRREGULAR) {
		e->view.expected_ns = 0;
		e->regular = 0;
	}
	if (e->regular + e->irregular > GAPS_KEPT) {
		e->regular /= 2;
		e->irregular /= 2;
	}
}

/* Mean and squares by Welford's way, which loses no digits to large sums. */
static void add_gap(struct entry *e, int64_t gap)
{
	struct kin_can_id *v = &e->view;
	double away = (double)gap - v->period_mean_ns;

	v->period_ns = gap;
	if (v->frames == 1 || gap < v->period_min_ns)
		v->period_min_ns = gap;
	if (gap > v->period_max_ns)
		v->period_max_ns = gap;
	v->period_mean_ns += away / (double)v->frames;
	v->period_squares += away * ((double)gap - v->period_mean_ns);
	count_gap(e, gap);
}

int64_t kin_can_id_jitter(const struct kin_can_id *id)
{
	double variance, root;

	if (!id || id->frames < 3)
		return 0;
	variance = id->period_squares / (double)(id->frames - 1);
	if (!(variance >= 1))
		return 0;
	/* Newton's way from above: its steps fall until they no longer can. */
	root = variance;
	for (double next; (next = (root + variance / root) / 2) < root;)
		root = next;
	return (int64_t)(root + 0.5);
}

uint64_t kin_can_id_missing(const struct kin_can_id *id, int64_t now_ns)
{
	if (!id)
		return 0;
	if (id->expected_ns == 0 || id->frames == 0 || now_ns < id->last_ns)
		return id->missing;
	return id->missing + missing_in(now_ns - id->last_ns, id->expected_ns);
}

/* ---- Frames -------------------------------------------------------------------------------- */

/* The id, data and flags of a frame of every kind. */
struct content {
	canid_t id;
	uint8_t flags;
	uint16_t dlc, len;
	const uint8_t *data;
};

static struct content content_of(const union kin_can_frame *f, enum kin_can_kind kind)
{
	struct content c = {
		.id = f->id,
		.dlc = (uint16_t)can_frame_dlc(f, kind),
		.len = f->fd.len,
		.data = f->fd.data,
	};

	if (kind == KIN_CAN_XL) {
		c.flags = f->xl.flags;
		c.len = f->xl.len;
		c.data = f->xl.data;
	} else if (kind == KIN_CAN_FD) {
		c.flags = f->fd.flags;
	} else if (f->id & CAN_RTR_FLAG) {
		c.len = 0;
	}
	return c;
}

/* Which bits differ; those of bytes that were or are not there do. */
static void differ(struct entry *e, const struct content *c)
{
	unsigned before = e->view.len, both = before < c->len ? before : c->len;
	unsigned most = before > c->len ? before : c->len;
	uint8_t *changed = e->bytes + e->room;

	for (unsigned i = 0; i < both; i++)
		changed[i] |= e->bytes[i] ^ c->data[i];
	memset(changed + both, 0xFF, most - both);
}

static int add_content(struct kin_can_stats *stats, struct entry *e, const struct content *c,
		       int64_t time_ns)
{
	struct kin_can_id *v = &e->view;
	bool first = v->frames == 0;

	if (!first && v->len == c->len && memcmp(e->bytes, c->data, c->len) == 0)
		return 0;
	if (make_room(stats, e, c->len) < 0)
		return -ENOMEM;
	if (!first) {
		v->changes++;
		if (stats->copies > 1)
			differ(e, c);
	}
	v->changed_ns = time_ns;
	v->len = c->len;
	memcpy(e->bytes, c->data, c->len);
	return 0;
}

static int add_to_entry(struct kin_can_stats *stats, int ifindex, const union kin_can_frame *f,
			enum kin_can_kind kind, uint64_t bits, int64_t time_ns)
{
	struct content c = content_of(f, kind);
	uint64_t key = key_of(ifindex, c.id, kind);
	struct entry *e = find_entry(stats, key);
	struct kin_can_id *v;

	if (!e)
		e = add_entry(stats, key, kind);
	if (!e || add_content(stats, e, &c, time_ns) < 0)
		return -ENOMEM;
	v = &e->view;
	v->kind = (uint8_t)kind;
	v->flags = c.flags;
	v->dlc = c.dlc;
	if (v->frames == 0)
		v->first_ns = time_ns;
	else if (time_ns >= v->last_ns)
		add_gap(e, time_ns - v->last_ns);
	v->last_ns = time_ns;
	v->frames++;
	v->running++;
	v->bits += bits;
	return v->frames == 1;
}

int kin_can_stats_add(struct kin_can_stats *stats, int ifindex, const void *frame, size_t size,
		      int64_t time_ns, int flags)
{
	const union kin_can_frame *f = frame;
	int kind = kin_can_frame_kind(frame, size);
	struct kin_can_bits bits;
	struct kin_can_bus *bus;
	int r;

	if (!stats)
		return kin_fail(EINVAL, "no statistics");
	bus = need_bus(stats, ifindex);
	if (!bus)
		return -ENOMEM;
	r = kin_can_frame_bits(frame, size, (stats->flags & BITS_FLAGS) | bus->flags, &bits);
	if (r < 0)
		return r;
	bus->running.bits += (uint64_t)bits.arbitration + bits.data;
	bus->running.data_bits += bits.data;
	if (kind != KIN_CAN_XL && f->id & CAN_ERR_FLAG) {
		bus->running.errors++;
		if (kind == KIN_CAN_CLASSIC)
			add_error(bus, &f->classic);
		return 0;
	}
	r = add_to_entry(stats, ifindex, f, (enum kin_can_kind)kind,
			 (uint64_t)bits.arbitration + bits.data, time_ns);
	bus->running.frames++;
	bus->running.sent += (flags & MSG_DONTROUTE) != 0;
	bus->running.remote += kind == KIN_CAN_CLASSIC && f->id & CAN_RTR_FLAG;
	bus->running.payload_bits += bits.payload;
	return r;
}

/* ---- Windows ------------------------------------------------------------------------------- */

static void add_counts(struct kin_can_counts *sum, const struct kin_can_counts *more)
{
	sum->frames += more->frames;
	sum->sent += more->sent;
	sum->remote += more->remote;
	sum->errors += more->errors;
	sum->bits += more->bits;
	sum->data_bits += more->data_bits;
	sum->payload_bits += more->payload_bits;
}

static double load_of(const struct kin_can_bus *bus)
{
	const struct kin_can_counts *w = &bus->window;

	if (!bus->bitrate || bus->window_ns <= 0)
		return 0;
	return ((double)(w->bits - w->data_bits) / bus->bitrate +
		(double)w->data_bits / bus->data_bitrate) *
	       1e9 / (double)bus->window_ns;
}

static void end_window_of(struct kin_can_bus *bus, int64_t window_ns)
{
	bool first = bus->window_ns == 0;

	add_counts(&bus->all, &bus->running);
	bus->window = bus->running;
	bus->running = (struct kin_can_counts){};
	bus->window_ns = window_ns;
	bus->load = load_of(bus);
	if (first || bus->load < bus->load_min)
		bus->load_min = bus->load;
	if (first || bus->load > bus->load_max)
		bus->load_max = bus->load;
}

int kin_can_stats_end_window(struct kin_can_stats *stats, int64_t now_ns)
{
	int64_t window_ns;

	if (!stats)
		return kin_fail(EINVAL, "no statistics");
	if (stats->started && now_ns <= stats->window_start_ns)
		return kin_fail(EINVAL, "a window of %lld ns",
				(long long)(now_ns - stats->window_start_ns));
	window_ns = stats->started ? now_ns - stats->window_start_ns : 0;
	stats->started = true;
	stats->window_start_ns = now_ns;
	for (size_t i = 0; i < stats->n_buses; i++)
		end_window_of(stats->buses[i], window_ns);
	for (size_t i = 0; i < stats->n_entries; i++) {
		struct kin_can_id *v = &stats->entries[i]->view;

		v->window = v->running;
		v->running = 0;
	}
	return 0;
}

/* ---- Looking ------------------------------------------------------------------------------- */

const struct kin_can_bus *kin_can_stats_bus(const struct kin_can_stats *stats, int ifindex)
{
	return stats ? find_bus(stats, ifindex) : NULL;
}

const struct kin_can_bus *kin_can_stats_bus_at(const struct kin_can_stats *stats, size_t i)
{
	return stats && i < stats->n_buses ? stats->buses[i] : NULL;
}

const struct kin_can_id *kin_can_stats_id(const struct kin_can_stats *stats, int ifindex,
					  canid_t id, enum kin_can_kind kind)
{
	const struct entry *e = stats ? find_entry(stats, key_of(ifindex, id, kind)) : NULL;

	return e ? &e->view : NULL;
}

const struct kin_can_id *kin_can_stats_id_at(const struct kin_can_stats *stats, size_t i)
{
	return stats && i < stats->n_entries ? &stats->entries[i]->view : NULL;
}

size_t kin_can_stats_ids(const struct kin_can_stats *stats)
{
	return stats ? stats->n_entries : 0;
}

/* ---- Telling ------------------------------------------------------------------------------- */

/* An identifier that was given, not received: nothing of it may be left out. */
static int check_id(canid_t id, enum kin_can_kind kind)
{
	if (kind != KIN_CAN_CLASSIC && kind != KIN_CAN_FD && kind != KIN_CAN_XL)
		return kin_fail(EINVAL, "%d is no kind of frame", (int)kind);
	if ((canid_t)key_of(0, id, kind) != (kind == KIN_CAN_XL ? id | XL_MARK : id))
		return kin_fail(EINVAL, "identifier %X is beyond its size", id);
	return 0;
}

int kin_can_stats_set_period(struct kin_can_stats *stats, int ifindex, canid_t id,
			     enum kin_can_kind kind, int64_t period_ns)
{
	uint64_t key = key_of(ifindex, id, kind);
	struct entry *e;

	if (!stats)
		return kin_fail(EINVAL, "no statistics");
	if (check_id(id, kind) < 0)
		return -EINVAL;
	if (period_ns <= 0)
		return kin_fail(EINVAL, "period %lld ns is not above 0", (long long)period_ns);
	if (!need_bus(stats, ifindex))
		return -ENOMEM;
	e = find_entry(stats, key);
	if (!e)
		e = add_entry(stats, key, kind);
	if (!e)
		return -ENOMEM;
	e->view.expected_ns = period_ns;
	e->view.period_given = true;
	return 0;
}

/* The entry behind what a caller looks at. */
static int find_own(const struct kin_can_stats *stats, const struct kin_can_id *id,
		    struct entry **ret_entry)
{
	struct entry *e;

	if (!stats || !id)
		return kin_fail(EINVAL, stats ? "no identifier" : "no statistics");
	if (stats->copies == 1)
		return kin_fail(EINVAL, "statistics without KIN_CAN_STATS_DIFFER");
	e = find_entry(stats, key_of(id->ifindex, id->id, id->kind));
	if (!e || &e->view != id)
		return kin_fail(ENOENT, "identifier %X is not of these statistics", id->id);
	*ret_entry = e;
	return 0;
}

int kin_can_id_settle(struct kin_can_stats *stats, const struct kin_can_id *id, bool mute)
{
	struct entry *e = NULL;
	int r = find_own(stats, id, &e);

	if (r < 0)
		return r;
	for (unsigned i = 0; i < e->room && mute; i++)
		e->bytes[2 * e->room + i] |= e->bytes[e->room + i];
	memset(e->bytes + e->room, 0, e->room);
	return 0;
}

int kin_can_id_set_muted(struct kin_can_stats *stats, const struct kin_can_id *id,
			 const uint8_t *mask, size_t len)
{
	struct entry *e = NULL;
	int r;

	if (!mask && len)
		return kin_fail(EINVAL, "no mask");
	if (len > CANXL_MAX_DLEN)
		return kin_fail(EMSGSIZE, "%zu bytes are more than %d", len, CANXL_MAX_DLEN);
	r = find_own(stats, id, &e);
	if (r < 0)
		return r;
	if (make_room(stats, e, len) < 0)
		return -ENOMEM;
	memset(e->bytes + 2 * e->room, 0, e->room);
	if (len)
		memcpy(e->bytes + 2 * e->room, mask, len);
	return 0;
}
