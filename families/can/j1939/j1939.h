/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file j1939.h
 * SAE J1939 over CAN: addresses, NAMEs, parameter groups, transport sessions and address claiming.
 * Needs the kernel module can_j1939 (Linux 5.4). The structures are those of <linux/can/j1939.h>;
 * their meaning is told in Documentation/networking/j1939.rst of the kernel.
 *
 * A message of a "j1939:" socket is the data of one parameter group, 0 to KIN_J1939_MESSAGE_MAX
 * bytes: up to 8 go in one frame, more in a session of the transport protocol, which the kernel
 * runs. Its source comes as the message's address; destination and priority as ancillary data.
 */
#ifndef KIN_J1939_H
#define KIN_J1939_H

#include <linux/can.h>
#include <linux/can/j1939.h>

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Bytes of the longest message: of the extended transport protocol. */
#define KIN_J1939_MESSAGE_MAX 117440505

/** Bytes of the longest message to all, and without the extended transport protocol. */
#define KIN_J1939_TP_MAX 1785

/* ---- NAMEs --------------------------------------------------------------------------------- */

/** The fields of a NAME, by which a node is known whatever its address: J1939-81. */
struct kin_j1939_name {
	uint32_t identity;               /* 21 bits, the manufacturer's serial number */
	uint16_t manufacturer;           /* 11 bits, assigned by SAE */
	uint8_t ecu_instance;            /* 3 bits */
	uint8_t function_instance;       /* 5 bits */
	uint8_t function;                /* 8 bits: kin_j1939_function_text() */
	uint8_t vehicle_system;          /* 7 bits */
	uint8_t vehicle_system_instance; /* 4 bits */
	uint8_t industry_group;          /* 3 bits: kin_j1939_industry_text() */
	bool arbitrary;                  /* arbitrary address capable: may claim any of 128-247 */
	bool reserved;                   /* bit 48, zero on the bus */
};

/** Room that the text of any NAME fits in, NUL included. */
#define KIN_J1939_NAME_TEXT 256

/**
 * The 64 bits of a NAME.
 * @return 0; -EINVAL: a field has more bits than there is room for (the record says which)
 */
KIN_API int kin_j1939_name_pack(const struct kin_j1939_name *fields, uint64_t *ret_name);

/** The fields of a NAME. @return 0; -EINVAL: NULL */
KIN_API int kin_j1939_name_unpack(uint64_t name, struct kin_j1939_name *ret_fields);

/**
 * Read a NAME: a number in C notation (0x8000000000000001), or fields with commas between them,
 * those not named being zero: identity=N, manufacturer=N, ecu-instance=N, function-instance=N,
 * function=N, vehicle-system=N, vehicle-system-instance=N, industry-group=N, arbitrary.
 * @return 0; -EINVAL: also 0 as a whole, which is no NAME
 */
KIN_API int kin_j1939_name_parse(const char *text, uint64_t *ret_name);

/**
 * Write the fields that are not zero, as kin_j1939_name_parse() reads them.
 * @return the length of the text, which was cut when that is size or more
 */
KIN_API ssize_t kin_j1939_name_format(uint64_t name, char *buf, size_t size);

/* ---- Parameter groups ---------------------------------------------------------------------- */

/** Is it of PDU1, so that messages have one destination (255: all)? Else they go to all. */
KIN_API bool kin_j1939_pgn_is_pdu1(uint32_t pgn);

/**
 * Is it a parameter group number: not above 0x3FFFF, and of PDU1 with a low byte of 0?
 * @return 0; -EINVAL, with the rule in words
 */
KIN_API int kin_j1939_pgn_check(uint32_t pgn);

/** A parameter group that is known by name. */
struct kin_j1939_pgn {
	uint32_t pgn;
	const char *acronym; /* "CCVS1" */
	const char *name;    /* "Cruise Control/Vehicle Speed 1" */
};

/** What a parameter group is called. @return NULL: not known here */
KIN_API const struct kin_j1939_pgn *kin_j1939_pgn_find(uint32_t pgn);

/** Row i of those known, by number; NULL at the end. */
KIN_API const struct kin_j1939_pgn *kin_j1939_pgn_at(unsigned i);

/** A number in C notation or an acronym ("DM1"), in any case. @return 0; -EINVAL */
KIN_API int kin_j1939_pgn_parse(const char *text, uint32_t *ret_pgn);

/** What a 29-bit identifier says. */
struct kin_j1939_id {
	uint8_t priority; /* 0 (first) to 7 */
	uint32_t pgn;
	uint8_t source;
	uint8_t destination; /* 255: all */
};

/**
 * The identifier, with CAN_EFF_FLAG.
 * @return 0; -EINVAL: the priority is above 7, the PGN is none, or it is of PDU2 and destination
 *         is not 255
 */
KIN_API int kin_j1939_id_pack(const struct kin_j1939_id *fields, canid_t *ret_id);

/**
 * @param id  with or without CAN_EFF_FLAG
 * @return 0; -EINVAL: above 29 bits, or a remote request or an error
 */
KIN_API int kin_j1939_id_unpack(canid_t id, struct kin_j1939_id *ret_fields);

/** "Agricultural and Forestry Equipment". @return NULL: not assigned */
KIN_API const char *kin_j1939_industry_text(unsigned industry_group);

/** "Engine": of functions 0-127, which mean the same everywhere. @return NULL: not known here */
KIN_API const char *kin_j1939_function_text(unsigned function);

/** Who has that address by preference: "Engine #1". @return NULL: nobody, or not known here */
KIN_API const char *kin_j1939_addr_text(unsigned addr);

/* ---- Addresses ----------------------------------------------------------------------------- */

/**
 * One end of a message. Of this end: which address or NAME it sends from and what it receives;
 * of the peer: where messages go.
 * @param ifname  "can0", or "if7"; NULL, "" or "any": that of the socket, of a destination only
 * @param name    a NAME that stands for the address it holds; J1939_NO_NAME: addr
 * @param pgn     of this end, the one group that is received; of the peer, the one that is sent;
 *                J1939_NO_PGN: any, or said elsewhere
 * @param addr    0-253; J1939_IDLE_ADDR (254): none yet; J1939_NO_ADDR (255): none, or to all
 * @return 0; -EINVAL: a value is out of range; -ENODEV: no such CAN interface
 */
KIN_API int kin_j1939_addr(const char *ifname, uint64_t name, uint32_t pgn, unsigned addr,
			   struct kin_addr *ret_addr);

/**
 * What is in an address. @param ret_name, ret_pgn, ret_addr  NULL: not wanted
 * @return 0; -EINVAL: not an address of this family
 */
KIN_API int kin_j1939_addr_read(const struct kin_addr *addr, uint64_t *ret_name, uint32_t *ret_pgn,
				unsigned *ret_addr);

/* ---- Socket options ------------------------------------------------------------------------ */
/*
 * Each returns 0 or what setsockopt(2) said. What is sent to all is received, and may be sent,
 * with SO_BROADCAST alone: the option broadcast=on.
 */

/**
 * Receive what matches at least one filter: (x & mask) == (value & mask) for each of address, NAME
 * and PGN of the source (SO_J1939_FILTER, Linux 5.4). The kernel does not tell them back.
 * @param n  0: receive all, as at first
 * @return also -EINVAL: more than J1939_FILTER_MAX (512)
 */
KIN_API int kin_j1939_set_filters(struct kin_sock *sock, const struct j1939_filter *filters,
				  size_t n);

/** Receive what is for others, too (SO_J1939_PROMISC, Linux 5.4); off at first. */
KIN_API int kin_j1939_set_promisc(struct kin_sock *sock, bool on);

/**
 * The priority of what is sent (SO_J1939_SEND_PRIO, Linux 5.4); 6 at first.
 * @param priority  0 (first) to 7; below 2 takes CAP_NET_ADMIN
 */
KIN_API int kin_j1939_set_priority(struct kin_sock *sock, unsigned priority);

/**
 * Tell in the error queue how sessions fare (SO_J1939_ERRQUEUE, Linux 5.4): kin_j1939_report().
 * Failures then come there, and from no other call.
 */
KIN_API int kin_j1939_set_reports(struct kin_sock *sock, bool on);

/* ---- What comes with a message ------------------------------------------------------------- */

/** Where it was sent to: 0-254, 255 when it was to all. @return -EINVAL: NULL */
KIN_API int kin_j1939_destination(const struct kin_msg *msg);

/** The NAME that holds that address. @return 0; -ENOENT: not known, or it was to all */
KIN_API int kin_j1939_destination_name(const struct kin_msg *msg, uint64_t *ret_name);

/** @return 0-7; -ENOENT: the message has none with it */
KIN_API int kin_j1939_priority(const struct kin_msg *msg);

/* ---- Sessions ------------------------------------------------------------------------------ */

/** What a message of the error queue tells of a session. */
enum kin_j1939_report_kind {
	KIN_J1939_TX_PROGRESS = 1, /* the peer has taken so many bytes, or the first frame went */
	KIN_J1939_TX_DONE,         /* all of it was taken, or sent to all */
	KIN_J1939_TX_ABORTED,      /* error says why */
	KIN_J1939_RX_BEGIN,        /* somebody begins to send; Linux 5.15 */
	KIN_J1939_RX_PROGRESS,     /* of ETP, each part; Linux 5.15 */
	KIN_J1939_RX_ABORTED,      /* error says why; Linux 5.15 */
};

/** Set struct_size to sizeof(struct kin_j1939_report) before the call. */
struct kin_j1939_report {
	size_t struct_size;
	enum kin_j1939_report_kind kind;
	int error;      /* positive errno value of an abort, else 0: kin_j1939_abort_text() */
	uint32_t key;   /* which message on the socket: 0 is the first (SOF_TIMESTAMPING_OPT_ID) */
	uint32_t bytes; /* of TX_*: taken so far; of RX_BEGIN: those that will come */
	uint32_t pgn;   /* of RX_BEGIN, like those below */
	uint64_t source_name, destination_name;
	uint8_t source, destination;
};

/**
 * Read a message that was received with MSG_ERRQUEUE; needs reports, and SOF_TIMESTAMPING_TX_ACK,
 * TX_SCHED, RX_SOFTWARE, OPT_CMSG, OPT_TSONLY and OPT_STATS (SO_TIMESTAMPING): kin_j1939_send()
 * sets all that it needs.
 * @return 0; -ENOENT: it tells of no session
 */
KIN_API int kin_j1939_report(const struct kin_msg *msg, struct kin_j1939_report *ret_report);

/** Why a session was aborted, from the errno value that stands for the reason. Never NULL. */
KIN_API const char *kin_j1939_abort_text(int error);

/** Told by kin_j1939_send() whenever the peer has taken more. */
typedef void (*kin_j1939_progress_fn)(uint64_t taken, uint64_t total, void *data);

/**
 * Send one message and wait until the peer has taken all of it, or, to all, until it is on the
 * bus; within the socket's timeout. Nothing else may be under way on the socket, and when the
 * timeout ended it, something is: the message goes on, so close the socket. Switches on reports
 * and their time stamps.
 * @param addr      where to; NULL: where the socket is connected to
 * @param progress  NULL: not wanted
 * @return 0; -EINVAL: also a timeout of zero; -ETIMEDOUT; -EINTR; -EMSGSIZE, -EDESTADDRREQ: too
 *         long; -EACCES: to all, without broadcast=on; -EADDRNOTAVAIL: a NAME has no address;
 *         what the session was aborted with: -EHOSTUNREACH: nobody answers; -EALREADY,
 *         -ENOTRECOVERABLE, -EPROTO, ...
 */
KIN_API int kin_j1939_send(struct kin_sock *sock, const void *data, size_t len,
			   const struct kin_addr *addr, kin_j1939_progress_fn progress,
			   void *progress_data);

/* ---- Address claiming: J1939-81 ------------------------------------------------------------ */

/** A NAME that claims an address, defends it, moves when it must, and who else holds which. */
struct kin_j1939_claim;

/** Set struct_size to sizeof(struct kin_j1939_claim_config); all else may be zero. */
struct kin_j1939_claim_config {
	size_t struct_size;
	uint64_t name;
	const uint8_t *addrs;  /* those that may be claimed, each 0-253, the ones before the
				* others; NULL: preferred, then 128-247 if the NAME is arbitrary
				* address capable */
	size_t n_addrs;        /* at most 254 */
	bool has_preferred;    /* claim this one first, where it may be had: the one held last
				* time */
	uint8_t preferred;     /* 0-253 */
	bool at_once;          /* claim without asking first who is there, which takes 1.25 s */
	bool ignore_commanded; /* stay when commanded to another address */
};

enum kin_j1939_claim_state {
	KIN_J1939_LOOKING = 1, /* asked who is there, and listening for 1.25 s */
	KIN_J1939_CLAIMING,    /* claimed, waiting 250 ms whether somebody contests it */
	KIN_J1939_HOLDING,     /* the address may be used */
	KIN_J1939_CANNOT,      /* none is left: the address is 254, and "cannot claim" was said */
	KIN_J1939_DOWN,        /* the interface is; begins anew when it is up again */
};

enum kin_j1939_event_kind {
	KIN_J1939_STATE = 1, /* of ours has changed: state, addr */
	KIN_J1939_DEFENDED,  /* name claimed our addr in vain */
	KIN_J1939_LOST,      /* name has taken our addr: a new state follows */
	KIN_J1939_COMMANDED, /* somebody has us move to addr: a new state follows */
	KIN_J1939_SEEN,      /* name holds addr now; 254: it has said that it can't claim any */
	KIN_J1939_TWIN,      /* another node claims addr with our NAME: one of both must change */
};

/** Set struct_size to sizeof(struct kin_j1939_event) before the call. */
struct kin_j1939_event {
	size_t struct_size;
	enum kin_j1939_event_kind kind;
	enum kin_j1939_claim_state state; /* after it */
	uint8_t addr;
	uint64_t name; /* the other's; of STATE ours */
};

/**
 * Begin to claim. It lives as long as the object: free it, and the address is up for grabs.
 * @param ifname  "can0"
 * @return 0; -EINVAL: config is wrong; -ENODEV, -ENETDOWN: the interface is not there or not up
 */
KIN_API int kin_j1939_claim_new(const char *ifname, const struct kin_j1939_claim_config *config,
				struct kin_j1939_claim **ret_claim);

/** Says nothing on the bus: kin_j1939_claim_release() does. */
KIN_API void kin_j1939_claim_free(struct kin_j1939_claim *claim);

/** For poll(2): readable when kin_j1939_claim_step() has something to do. It stays the claim's. */
KIN_API int kin_j1939_claim_fd(const struct kin_j1939_claim *claim);

/** Nanoseconds until kin_j1939_claim_step() has to be called in any case; -1: never. */
KIN_API int64_t kin_j1939_claim_timeout(const struct kin_j1939_claim *claim);

/**
 * Do what is due, without waiting: read claims and requests, answer them, claim.
 * @return 1: *ret_event says what happened, and there may be more: call again; 0: nothing more;
 *         -ENODEV: the interface is gone; else what sending or receiving said
 */
KIN_API int kin_j1939_claim_step(struct kin_j1939_claim *claim, struct kin_j1939_event *ret_event);

/**
 * Step until an address is held. What happens meanwhile is not told.
 * @param timeout_ns  below zero: for ever
 * @return 0; -ETIMEDOUT; -EADDRNOTAVAIL: none is left
 */
KIN_API int kin_j1939_claim_wait(struct kin_j1939_claim *claim, int64_t timeout_ns);

/** @return enum kin_j1939_claim_state; -EINVAL: NULL */
KIN_API int kin_j1939_claim_state(const struct kin_j1939_claim *claim);

/** The address that is held. @return 0-253; -EADDRNOTAVAIL: none now */
KIN_API int kin_j1939_claim_addr(const struct kin_j1939_claim *claim);

/**
 * Who holds addr, as heard: the table goes on while the claim is stepped.
 * @return 0; -ENOENT: nobody that was heard of; -EINVAL: not in 0-253
 */
KIN_API int kin_j1939_claim_holder(const struct kin_j1939_claim *claim, unsigned addr,
				   uint64_t *ret_name);

/** Give the address up, telling all ("cannot claim"). The object can then only be freed. */
KIN_API int kin_j1939_claim_release(struct kin_j1939_claim *claim);

/* ---- Requests ------------------------------------------------------------------------------ */

/**
 * Ask for a parameter group (PGN 59904). The answers come as any message does; "I have none" as
 * an acknowledgement: kin_j1939_ack_read().
 * @param addr  of whom; J1939_NO_ADDR: of all, which takes broadcast=on
 * @return 0; -EINVAL; else what send(2) said
 */
KIN_API int kin_j1939_request(struct kin_sock *sock, uint32_t pgn, unsigned addr);

/** What an acknowledgement (PGN 59392) says. */
enum kin_j1939_ack_kind {
	KIN_J1939_ACK = 0,
	KIN_J1939_NACK,   /* not supported here */
	KIN_J1939_DENIED, /* supported, but not for who asked, or not now */
	KIN_J1939_BUSY,   /* supported, but not now */
};

struct kin_j1939_ack {
	enum kin_j1939_ack_kind kind;
	uint32_t pgn;    /* what was asked for */
	uint8_t address; /* who asked; 255: not said */
};

/** Read the data of an acknowledgement. @return 0; -EBADMSG: it is none */
KIN_API int kin_j1939_ack_read(const void *data, size_t len, struct kin_j1939_ack *ret_ack);

/** "not supported", "access denied", ... @return NULL: none of enum kin_j1939_ack_kind */
KIN_API const char *kin_j1939_ack_text(enum kin_j1939_ack_kind kind);

/* ---- Cleanup ------------------------------------------------------------------------------- */

static inline void kin_j1939_claim_free_cleanup(struct kin_j1939_claim **claim)
{
	kin_j1939_claim_free(*claim);
}

#ifdef __cplusplus
}
#endif

#endif
