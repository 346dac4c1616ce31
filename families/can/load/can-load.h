/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file can-load.h
 * How much of a CAN bus is used, and by whom: the exact bits of a frame on the wire, and
 * statistics of buses and identifiers. Nothing here needs a socket or a kernel: frames may come
 * from anywhere.
 *
 *     struct kin_can_stats *stats;
 *
 *     kin_can_stats_new(0, &stats);
 *     kin_can_stats_set_bitrate(stats, ifindex, 500000, 2000000, 0);
 *     for each message: kin_can_stats_add(stats, kin_addr_ifindex(&msg->addr), msg->data, msg->len,
 *                                         msg->time_ns, msg->flags);
 *     each second: kin_can_stats_end_window(stats, now_ns);
 *                  printf("%.1f %%\n", 100 * kin_can_stats_bus(stats, ifindex)->load);
 */
#ifndef KIN_CAN_LOAD_H
#define KIN_CAN_LOAD_H

#include <kin/can.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Bits on the wire ---------------------------------------------------------------------- */

/**
 * How a frame is counted. 0: exactly, as ISO 11898-1 has it on the wire, and with the three bits
 * of the interframe space behind it.
 */
enum kin_can_bits_flags {
	/**
	 * The most that a frame of this format and length takes, whatever is in it: a dynamic
	 * stuff bit behind the first five bits and behind every four more (Davis, Burns, Bril,
	 * Lukkien: "Controller Area Network (CAN) schedulability analysis: Refuted, revisited and
	 * revised", 2007). An error frame with its flags superimposed.
	 */
	KIN_CAN_BITS_WORST = 1,
	/** Without dynamic stuff bits. The fixed ones of FD and XL are there. */
	KIN_CAN_BITS_UNSTUFFED = 2,
	/** Without the three bits of the interframe space. */
	KIN_CAN_BITS_NO_SPACE = 4,
	/** FD frames as of before ISO 11898-1:2015: no stuff count in the CRC field. */
	KIN_CAN_BITS_NON_ISO = 8,
};

/** The bits of a frame. Those on the wire are arbitration + data; the others are among them. */
struct kin_can_bits {
	uint32_t arbitration; /* at the bit rate */
	uint32_t data;        /* at the data bit rate: FD with BRS from ESI to the CRC delimiter,
			       * XL from DH1 to FCP. The bits where the rate changes, BRS and CRC
			       * delimiter, take together one bit time of each rate, and are
			       * counted so. */
	uint32_t payload;     /* of the message; a remote request has none */
	uint32_t stuff;       /* dynamic and fixed */
};

/**
 * Count the bits of a frame.
 *
 * Classic: SOF to EOF, the CRC-15 computed, a stuff bit behind each five equal bits from SOF to
 * the end of the CRC sequence, also behind its last bit. The DLC is the one on the wire, 9 to 15
 * included (len8_dlc).
 *
 * FD: dynamic stuff bits from SOF to the end of the data; then the fixed ones of the CRC field
 * (CRC-17 up to 16 bytes, else CRC-21), of which the first replaces a dynamic one that would be
 * due there. A length that no DLC has is padded to the next that one has.
 *
 * XL: the XLFF format of CiA 610-1 and ISO 11898-1:2024, as public sources tell it: SOF, 11
 * bits of priority, RRS, IDE, FDF, XLF, resXL with dynamic stuff bits, ADH; in the data phase DH1,
 * DH2, DL1, SDT (8), SEC, DLC (11), SBC (3), PCRC (13), VCID (8), AF (32), the data, FCRC (32)
 * with a fixed stuff bit behind every ten bits from DL1 on, FCP (4); then DAH, AH1, AL1, AH2, ACK,
 * its delimiter, EOF. Both CRCs change no count.
 *
 * Error frame (CAN_ERR_FLAG, in a classic or FD structure): of the classes CAN_ERR_PROT,
 * CAN_ERR_ACK and CAN_ERR_BUSERROR the error flag of 6 bits and its delimiter of 8; what was sent
 * of the frame before is not known. The others tell of the controller, and of no bits.
 *
 * @param frame  size bytes, aligned to 4
 * @param flags  KIN_CAN_BITS_* joined
 * @return 0; -EBADMSG: no frame (kin_can_frame_kind()); -EINVAL: unknown flags, or WORST and
 *         UNSTUFFED together
 */
KIN_API int kin_can_frame_bits(const void *frame, size_t size, unsigned flags,
			       struct kin_can_bits *ret_bits);

/**
 * How long bits are on the wire, in nanoseconds, rounded to the nearest.
 * @param bitrate  in bit/s
 * @param data_bitrate  of the data phase in bit/s; 0: bitrate
 * @return -EINVAL: bitrate is 0
 */
KIN_API int64_t kin_can_bits_time(const struct kin_can_bits *bits, uint32_t bitrate,
				  uint32_t data_bitrate);

/* ---- Statistics ---------------------------------------------------------------------------- */

struct kin_can_stats;

/** What is counted, in all or in a window. */
struct kin_can_counts {
	uint64_t frames;    /* data frames and remote requests */
	uint64_t sent;      /* of them, those sent from this host (MSG_DONTROUTE) */
	uint64_t remote;    /* of them, remote requests */
	uint64_t errors;    /* error frames, which frames does not count */
	uint64_t bits;      /* on the wire, those of error frames too */
	uint64_t data_bits; /* of them, at the data bit rate */
	uint64_t payload_bits;
};

/** State of a controller, as its error frames tell. */
enum kin_can_state {
	KIN_CAN_STATE_UNKNOWN, /* no error frame told yet */
	KIN_CAN_STATE_ACTIVE,
	KIN_CAN_STATE_WARNING, /* a counter of errors reached 96 */
	KIN_CAN_STATE_PASSIVE, /* 128 */
	KIN_CAN_STATE_OFF,     /* 256 */
};

/** Bits of CAN_ERR_* classes that are counted one by one. */
#define KIN_CAN_ERROR_CLASSES 10

/** A bus. Only the library makes these, so more fields may follow. */
struct kin_can_bus {
	int ifindex;
	uint32_t bitrate, data_bitrate; /* bit/s; 0: not known */
	unsigned flags;                 /* KIN_CAN_BITS_NON_ISO */
	struct kin_can_counts running;  /* since the last kin_can_stats_end_window() */
	struct kin_can_counts window;   /* of the window before that */
	struct kin_can_counts all;      /* of all windows that ended */
	int64_t window_ns;              /* how long that was; 0: none ended yet */
	double load; /* of that window: the part of the time in which bits were on the wire, 1.0
		      * for a full bus; 0 while the bit rate is not known */
	double load_min, load_max; /* of all windows */
	enum kin_can_state state;
	uint64_t state_changes;
	uint64_t error_classes[KIN_CAN_ERROR_CLASSES]; /* frames with CAN_ERR_* class 1 << i */
	bool counters_known;                           /* the next two were told */
	uint8_t tx_errors, rx_errors;
};

/** An identifier on a bus. Only the library makes these, so more fields may follow. */
struct kin_can_id {
	canid_t id; /* with CAN_EFF_FLAG, CAN_RTR_FLAG; of XL: priority and VCID */
	int ifindex;
	uint8_t kind;  /* of the last frame: KIN_CAN_CLASSIC, _FD, _XL; XL ids are apart */
	uint8_t flags; /* of the last frame: CANFD_*, CANXL_* */
	uint16_t dlc;
	uint16_t len;      /* bytes in data; 0 for a remote request */
	bool period_given; /* by kin_can_stats_set_period() */
	uint32_t running;  /* frames since the last kin_can_stats_end_window() */
	uint32_t window;   /* frames in the window before that */
	uint64_t frames;
	uint64_t bits;
	uint64_t changes; /* frames that differ from the one before in length or data */
	uint64_t missing; /* cycles in which no frame came: kin_can_id_missing() */
	int64_t first_ns, last_ns, changed_ns; /* frames, and the last change; the feeder's clock */
	int64_t period_ns; /* between the last two frames; 0: there were not two yet */
	int64_t period_min_ns, period_max_ns;
	double period_mean_ns;
	double period_squares; /* sum of the squared distances from the mean: kin_can_id_jitter() */
	int64_t expected_ns;   /* the cycle, given or learned; 0: not cyclic */
	const uint8_t *data;   /* the last */
	/**
	 * With KIN_CAN_STATS_DIFFER, else NULL: the bits that changed since
	 * kin_can_id_settle(), and those that are muted; as many bytes as data.
	 */
	const uint8_t *changed, *muted;
};

enum kin_can_stats_flags {
	KIN_CAN_STATS_DIFFER = 1 << 16, /* keep what changed bit by bit */
};

/**
 * Statistics of any number of buses and identifiers. Memory: about 240 bytes for an identifier
 * whose data has up to 8 bytes; for longer data 64 or 2048 bytes more. With KIN_CAN_STATS_DIFFER
 * the room for data is there three times. Nothing is allocated for a frame but for the first one
 * of an identifier, and the first one longer than its room.
 * @param flags  KIN_CAN_BITS_* (how bits are counted), KIN_CAN_STATS_* joined
 * @return 0; -EINVAL: unknown flags; -ENOMEM
 */
KIN_API int kin_can_stats_new(unsigned flags, struct kin_can_stats **ret_stats);
KIN_API void kin_can_stats_free(struct kin_can_stats *stats);

static inline void kin_can_stats_free_cleanup(struct kin_can_stats **stats)
{
	kin_can_stats_free(*stats);
}

/**
 * Bit rates of a bus, which its load is reckoned with. The bus is listed from then on.
 * @param bitrate  in bit/s; 0: not known
 * @param data_bitrate  0: bitrate
 * @param flags  KIN_CAN_BITS_NON_ISO: so are the FD frames of this bus; 0
 */
KIN_API int kin_can_stats_set_bitrate(struct kin_can_stats *stats, int ifindex, uint32_t bitrate,
				      uint32_t data_bitrate, unsigned flags);

/**
 * Say what the cycle of an identifier is, instead of having it learned. It is listed from then on,
 * with no frames.
 * @param id, kind  as kin_can_stats_id() takes them
 * @param period_ns  above 0
 * @return 0; -EINVAL: an identifier beyond its size, or a period; -ENOMEM
 */
KIN_API int kin_can_stats_set_period(struct kin_can_stats *stats, int ifindex, canid_t id,
				     enum kin_can_kind kind, int64_t period_ns);

/**
 * Count a frame.
 *
 * A cycle is learned from eight gaps between frames of which none is more than half of the mean
 * away from it; it follows a slow change. From then on gaps beyond 1.5 cycles count as missing
 * cycles, and when more than a fifth of all gaps since are no cycle, the identifier is no longer
 * seen as cyclic, until eight regular gaps come again.
 *
 * @param ifindex  of the bus; any number that tells it from others
 * @param frame  size bytes, aligned to 4
 * @param time_ns  when it came, by a clock that does not go back; frames that come with less than
 *                 the time of the one before are counted, their gap is not
 * @param flags  MSG_* of the message: MSG_DONTROUTE tells what this host sent
 * @return 0; 1: the first frame of its identifier; -EBADMSG: no frame; -ENOMEM
 */
KIN_API int kin_can_stats_add(struct kin_can_stats *stats, int ifindex, const void *frame,
			      size_t size, int64_t time_ns, int flags);

/**
 * End a window: running becomes window, and load is reckoned over the time since the last call.
 * The first call begins the first window, and no load is known by it.
 * @param now_ns  by any clock that does not go back
 */
KIN_API int kin_can_stats_end_window(struct kin_can_stats *stats, int64_t now_ns);

/** A bus, NULL when nothing is known of it. It belongs to stats and lives as long. */
KIN_API const struct kin_can_bus *kin_can_stats_bus(const struct kin_can_stats *stats, int ifindex);

/** Bus i, in the order in which they came; NULL at the end. */
KIN_API const struct kin_can_bus *kin_can_stats_bus_at(const struct kin_can_stats *stats, size_t i);

/**
 * An identifier, NULL when no such frame came. It belongs to stats and lives as long; its data may
 * move with the next frame.
 * @param id  with CAN_EFF_FLAG and CAN_RTR_FLAG; of XL: priority and VCID (CANXL_VCID_OFFSET)
 * @param kind  KIN_CAN_XL, or any other: classic and FD frames share their identifiers
 */
KIN_API const struct kin_can_id *kin_can_stats_id(const struct kin_can_stats *stats, int ifindex,
						  canid_t id, enum kin_can_kind kind);

/** Identifier i, in the order in which they came; NULL at the end. */
KIN_API const struct kin_can_id *kin_can_stats_id_at(const struct kin_can_stats *stats, size_t i);

/** How many identifiers there are. */
KIN_API size_t kin_can_stats_ids(const struct kin_can_stats *stats);

/** The standard deviation of the gaps between frames, in nanoseconds. */
KIN_API int64_t kin_can_id_jitter(const struct kin_can_id *id);

/**
 * Cycles that are missing so far, with those since its last frame.
 * @param now_ns  by the clock of the frames
 */
KIN_API uint64_t kin_can_id_missing(const struct kin_can_id *id, int64_t now_ns);

/**
 * Forget which bits of an identifier changed; first mute them if wanted.
 * @return 0; -EINVAL: without KIN_CAN_STATS_DIFFER; -ENOENT: not of these statistics
 */
KIN_API int kin_can_id_settle(struct kin_can_stats *stats, const struct kin_can_id *id, bool mute);

/**
 * Set the bits that are muted, replacing those before.
 * @param mask  len bytes, up to 2048
 * @return 0; as kin_can_id_settle(); -EMSGSIZE: too long; -ENOMEM
 */
KIN_API int kin_can_id_set_muted(struct kin_can_stats *stats, const struct kin_can_id *id,
				 const uint8_t *mask, size_t len);

#ifdef __cplusplus
}
#endif

#endif
