/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file can-gateway.h
 * Rules of the kernel's CAN gateway (module can-gw, Linux 3.2): frames that arrive on one CAN
 * interface are sent on another, some of them, changed on the way. The interface to the kernel is
 * <linux/can/gw.h>.
 *
 *     struct kin_can_gw_rule rule = {
 *             .struct_size = sizeof(rule),
 *             .source = kin_if_index("can0"),
 *             .destination = kin_if_index("can1"),
 *             .filter = {.can_id = 0x123, .can_mask = CAN_SFF_MASK},
 *             .mods[KIN_CAN_GW_SET] = {.fields = KIN_CAN_GW_ID, .id = 0x456},
 *     };
 *
 *     if (kin_can_gw_add(&rule) < 0)
 *             errx(1, "%s", kin_error_text());
 *
 * The rules are those of the calling thread's network namespace. Changing them needs CAP_NET_ADMIN
 * there; listing them needs nothing.
 */
#ifndef KIN_CAN_GATEWAY_H
#define KIN_CAN_GATEWAY_H

#include <linux/can.h>
#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Rules --------------------------------------------------------------------------------- */

/** kin_can_gw_rule.flags, the numbers of CGW_FLAGS_CAN_*. */
enum kin_can_gw_flags {
	KIN_CAN_GW_ECHO = 1,      /* this host's sockets on the destination see what is sent */
	KIN_CAN_GW_TIMESTAMP = 2, /* keep the time stamp of arrival */
	KIN_CAN_GW_BACK = 4,      /* a frame may go out where it came in */
	KIN_CAN_GW_FD = 8,        /* takes CAN FD frames, and no others; Linux 5.4. Without it:
				   * classic frames, and no others */
};

/** What is done to a frame, in this order. */
enum kin_can_gw_op {
	KIN_CAN_GW_AND,
	KIN_CAN_GW_OR,
	KIN_CAN_GW_XOR,
	KIN_CAN_GW_SET,
	KIN_CAN_GW_OPS,
};

/** kin_can_gw_mod.fields, the numbers of CGW_MOD_*. */
enum kin_can_gw_field {
	KIN_CAN_GW_ID = 1,    /* 32 bits, with CAN_EFF_FLAG, CAN_RTR_FLAG, CAN_ERR_FLAG */
	KIN_CAN_GW_LEN = 2,   /* classic: the DLC, 9-15 since Linux 5.11; FD: the length in bytes */
	KIN_CAN_GW_DATA = 4,  /* classic: 8 bytes; FD: 64, whatever the length */
	KIN_CAN_GW_FLAGS = 8, /* FD only: CANFD_BRS, CANFD_ESI, CANFD_FDF */
};

/**
 * One operation on the fields of a frame. The kernel keeps the values of fields that are not
 * named too, and compares them when a rule is deleted.
 */
struct kin_can_gw_mod {
	unsigned fields; /* KIN_CAN_GW_ID, ... joined; 0: no such operation */
	canid_t id;
	uint8_t len;
	uint8_t flags;
	uint8_t data[CANFD_MAX_DLEN]; /* of a classic rule, the first 8 */
};

/**
 * The XOR of init and data[from] to data[to], put into data[result]. Indices count from 0, and
 * below 0 from the end of the frame's data: -1 is the last byte. from may be above to.
 */
struct kin_can_gw_xor {
	bool on;
	int from, to, result; /* classic: -8 to 7; FD: -64 to 63 */
	uint8_t init;
};

/** What else goes into a CRC-8, behind the data: CGW_CRC8PRF_*. */
enum kin_can_gw_profile {
	KIN_CAN_GW_PROFILE_NONE,
	KIN_CAN_GW_PROFILE_1U8,   /* profile_data[0] */
	KIN_CAN_GW_PROFILE_16U8,  /* profile_data[data[1] & 0xF] */
	KIN_CAN_GW_PROFILE_SFFID, /* both bytes of a standard identifier, joined by XOR */
};

/**
 * A CRC-8 over data[from] to data[to] by a table, with init at first and final joined to the
 * outcome by XOR, put into data[result].
 *
 * Beware of indices below 0 in kernels before 7.0: those without the correction "can: gw: fix OOB
 * heap access in cgw_csum_crc8_rel()" read and write other bytes than these, of an FD frame even
 * beyond the frame.
 */
struct kin_can_gw_crc8 {
	bool on;
	int from, to, result; /* as of struct kin_can_gw_xor */
	uint8_t init, final;
	uint8_t profile; /* enum kin_can_gw_profile */
	uint8_t profile_data[20];
	uint8_t table[256]; /* kin_can_gw_crc8_table() */
};

/** A rule. Checksums are computed after the modifications, the CRC-8 before the XOR. */
struct kin_can_gw_rule {
	size_t struct_size;      /* sizeof(struct kin_can_gw_rule), before every call */
	int source, destination; /* indices of CAN interfaces */
	/** As of kin_can_set_filters(); all 0: every frame. With CAN_ERR_FLAG in can_mask: error
	 * frames, of the classes in the rest of it. */
	struct can_filter filter;
	unsigned flags; /* KIN_CAN_GW_ECHO, ... joined */
	/** How many rules a frame may pass that this one takes first: 1-6, and at most the
	 * parameter max_hops of the module (at first 1); 0: max_hops. */
	unsigned hops;
	/** Not 0: adding another rule with the same one changes the modifications of this one. */
	uint32_t uid;
	struct kin_can_gw_mod mods[KIN_CAN_GW_OPS];
	struct kin_can_gw_crc8 crc8;
	struct kin_can_gw_xor xor8;
	/** Of a rule that was listed: frames sent on; those that could not be sent, because the
	 * destination is down or its queue full; those that had passed too many rules, or that the
	 * modifications made impossible. All modulo 2^32. */
	uint32_t handled, dropped, deleted;
};

/**
 * What kin_can_gw_add() checks before it asks the kernel: numbers out of range, and what the kernel
 * would take and then do nothing of (a checksum or an uid without a modification, a rule from an
 * interface to itself without KIN_CAN_GW_BACK, lengths that no frame has).
 * @return 0; -EINVAL: the record says which value breaks which rule
 */
KIN_API int kin_can_gw_check(const struct kin_can_gw_rule *rule);

/**
 * The table of a CRC-8.
 * @param polynomial  without its highest term, in normal order: 0x1D for x^8+x^4+x^3+x^2+1
 * @param reflected   bits go in and out lowest first
 */
KIN_API int kin_can_gw_crc8_table(uint8_t polynomial, bool reflected, uint8_t ret_table[256]);

/* ---- Rules in words ------------------------------------------------------------------------ */

/** Room that the text of any rule fits in, NUL included. */
#define KIN_CAN_GW_TEXT 2048

/**
 * Read a rule in words:
 *
 *     can0 can1 match 123:7FF set id 456 checksum xor from 0 to 6 at 7 hops 2 echo
 *
 * Source and destination ("can0", or "if7" by index), behind them "fd" for FD frames instead of
 * classic ones; then in any order, each at most once:
 *
 *     match ID:MASK | ID~MASK   as in filter= of "can:": an ID of eight digits is extended
 *     match errors CLASSES      error frames: "all", "bus-off+ack", as errors= of "can:"
 *     match raw ID:MASK         all 32 bits of both as the kernel has them
 *     and|or|xor|set FIELD...   operations on a frame's fields, done in this order
 *     checksum crc8 from INDEX to INDEX at INDEX [init BYTE] [final BYTE]
 *          poly BYTE [reflected] | table HEX   [profile 1u8|16u8|sffid-xor|NUMBER [HEX]]
 *     checksum xor from INDEX to INDEX at INDEX [init BYTE]
 *     hops N  uid N  echo  timestamp  back
 *     other-flags N             bits of the kernel's flags that have no word here
 *
 * and fields
 *
 *     id HEX                    set: 3 digits standard, 8 digits extended, "raw HEX" all 32 bits;
 *                               and, or, xor: all 32 bits, 80000000 for extended
 *     dlc N                     of classic frames, 0-15
 *     len N                     of FD frames, bytes
 *     flags brs+esi             of FD frames; a number; "none"
 *     data HEX [rest BYTE]      8 bytes, of FD frames 64; rest fills up what is not written
 *     unused FIELD              a value that the kernel keeps and does not use
 *
 * Identifiers, data and tables are hex, every other number is in C notation; an INDEX below 0 is
 * written end-1 for the last byte, and so on. What follows a word
 * that begins with '#' is a comment. Nothing is asked of the kernel but interfaces.
 * @param ret_rule  its struct_size must be set
 * @return 0; -EINVAL: the record names the word; -ENODEV: no such interface
 */
KIN_API int kin_can_gw_parse(const char *text, struct kin_can_gw_rule *ret_rule);

/**
 * Write a rule in words, which give the same rule when they are read, but for the statistics.
 * @return the length of the text, which was cut when that is size or more; -EINVAL: a value that no
 *         rule has
 */
KIN_API ssize_t kin_can_gw_format(const struct kin_can_gw_rule *rule, char *buf, size_t size);

/* ---- Rules in the kernel ------------------------------------------------------------------- */

/**
 * Add a rule. One that is there already is added again, and frames are then sent twice. With an
 * uid that a rule has, that rule gets these modifications and checksums; its interfaces, filter,
 * flags and hops must be the same.
 * @return 0; -EINVAL: kin_can_gw_check(), or more hops than the module allows; -EEXIST: the uid is
 *         another rule's; -ENODEV: no such interface, or it is no CAN interface; -EPERM: needs
 *         CAP_NET_ADMIN; -EOPNOTSUPP: this kernel has no CAN gateway, or its module is not loaded
 */
KIN_API int kin_can_gw_add(const struct kin_can_gw_rule *rule);

/**
 * Delete a rule: the first that is equal in all but the statistics, or that has the same uid,
 * interfaces, filter, flags and hops.
 * @return 0; -ENOENT: there is no such rule; -EINVAL, -EPERM, -EOPNOTSUPP: as kin_can_gw_add()
 */
KIN_API int kin_can_gw_delete(const struct kin_can_gw_rule *rule);

/** Delete all rules. @return 0; -EPERM, -EOPNOTSUPP: as kin_can_gw_add() */
KIN_API int kin_can_gw_flush(void);

struct kin_can_gw_list;

/** All rules, in the order in which they were added. @return 0; -EOPNOTSUPP: kin_can_gw_add() */
KIN_API int kin_can_gw_list(struct kin_can_gw_list **ret_list);

KIN_API void kin_can_gw_list_free(struct kin_can_gw_list *list);

/** How many they are. */
KIN_API size_t kin_can_gw_list_count(const struct kin_can_gw_list *list);

/**
 * A copy of rule i.
 * @param ret_rule  its struct_size must be set
 * @return 0; -ERANGE: i is not below the count
 */
KIN_API int kin_can_gw_list_get(const struct kin_can_gw_list *list, size_t i,
				struct kin_can_gw_rule *ret_rule);

static inline void kin_can_gw_list_free_cleanup(struct kin_can_gw_list **list)
{
	kin_can_gw_list_free(*list);
}

#ifdef __cplusplus
}
#endif

#endif
