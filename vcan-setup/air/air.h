/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kin-air: Bluetooth controllers on /dev/vhci that hear each other, and nobody else.
 *
 *     air         the controllers, the links between them, who is out of whose range, time
 *     controller  one /dev/vhci: packets from the host and to it, handles, credits
 *     command     a packet from the host finds its row; rows live beside what they do
 *     link        BR/EDR connections         sync      SCO and eSCO on top of them
 *     security    pairing and encryption     inquiry   who is there, by which name
 *     le          LE connections             advertise LE advertising and scanning
 *     data        ACL and SCO data           settings  what the host writes and reads back
 *     mgmt        waits for the kernel       control   faults, by a socket
 *
 * Numbers are those of the Bluetooth Core specification 5.2, volume 4 part E (HCI).
 */
#ifndef KIN_AIR_H
#define KIN_AIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MAX_CONTROLLERS = 16,
	MAX_ENDS = 32,   /* links of a controller, of all kinds */
	MAX_ACL = 7,     /* peripherals of a piconet */
	ACL_SIZE = 1021, /* bytes of a packet between host and controller, and how many at a time */
	ACL_PACKETS = 16,
	SCO_SIZE = 64,
	SCO_PACKETS = 16,
	LE_SIZE = 251,
	LE_PACKETS = 16,
	LE_SIZE_MIN = 27,
	ACCEPT_LIST = 16,
	ADVERTISING_SETS = 4,
	ADVERTISING_SIZE = 251,
};

/* Volume 1 part F */
enum status {
	SUCCESS = 0x00,
	UNKNOWN_COMMAND = 0x01,
	UNKNOWN_CONNECTION = 0x02,
	PAGE_TIMEOUT = 0x04,
	AUTHENTICATION_FAILURE = 0x05,
	KEY_MISSING = 0x06,
	MEMORY_EXCEEDED = 0x07,
	SUPERVISION_TIMEOUT = 0x08,
	CONNECTION_LIMIT = 0x09,
	CONNECTION_EXISTS = 0x0B,
	COMMAND_DISALLOWED = 0x0C,
	ACCEPT_TIMEOUT = 0x10,
	INVALID_PARAMETERS = 0x12,
	REMOTE_TERMINATED = 0x13,
	LOCAL_TERMINATED = 0x16,
	PAIRING_NOT_ALLOWED = 0x18,
	UNSUPPORTED_REMOTE_FEATURE = 0x1A,
	ADVERTISING_TIMEOUT = 0x3C,
	MIC_FAILURE = 0x3D,
	UNKNOWN_ADVERTISER = 0x42,
};

/* Packet types between host and controller */
enum { COMMAND_PACKET = 1, ACL_PACKET, SCO_PACKET, EVENT_PACKET, VENDOR_PACKET = 0xFF };

enum event {
	INQUIRY_COMPLETE = 0x01,
	INQUIRY_RESULT = 0x02,
	CONNECTION_COMPLETE = 0x03,
	CONNECTION_REQUEST = 0x04,
	DISCONNECTION_COMPLETE = 0x05,
	AUTHENTICATION_COMPLETE = 0x06,
	REMOTE_NAME = 0x07,
	ENCRYPTION_CHANGE = 0x08,
	REMOTE_FEATURES = 0x0B,
	REMOTE_VERSION = 0x0C,
	COMMAND_COMPLETE = 0x0E,
	COMMAND_STATUS = 0x0F,
	ROLE_CHANGE = 0x12,
	COMPLETED_PACKETS = 0x13,
	PIN_CODE_REQUEST = 0x16,
	LINK_KEY_REQUEST = 0x17,
	LINK_KEY_NOTIFICATION = 0x18,
	BUFFER_OVERFLOW = 0x1A,
	CLOCK_OFFSET = 0x1C,
	PACKET_TYPE_CHANGED = 0x1D,
	INQUIRY_RESULT_RSSI = 0x22,
	REMOTE_EXTENDED_FEATURES = 0x23,
	SYNC_CONNECTION_COMPLETE = 0x2C,
	EXTENDED_INQUIRY_RESULT = 0x2F,
	KEY_REFRESH_COMPLETE = 0x30,
	IO_CAPABILITY_REQUEST = 0x31,
	IO_CAPABILITY_RESPONSE = 0x32,
	USER_CONFIRMATION_REQUEST = 0x33,
	USER_PASSKEY_REQUEST = 0x34,
	SIMPLE_PAIRING_COMPLETE = 0x36,
	SUPERVISION_TIMEOUT_CHANGED = 0x38,
	USER_PASSKEY_NOTIFICATION = 0x3B,
	REMOTE_HOST_FEATURES = 0x3D,
	LE_META = 0x3E,
};

enum le_event {
	LE_CONNECTION_COMPLETE = 0x01,
	LE_ADVERTISING_REPORT = 0x02,
	LE_CONNECTION_UPDATED = 0x03,
	LE_REMOTE_FEATURES = 0x04,
	LE_LTK_REQUEST = 0x05,
	LE_DATA_LENGTH_CHANGE = 0x07,
	LE_ENHANCED_CONNECTION_COMPLETE = 0x0A,
	LE_PHY_UPDATED = 0x0C,
	LE_EXTENDED_REPORT = 0x0D,
	LE_SCAN_TIMEOUT = 0x11,
	LE_ADVERTISING_TERMINATED = 0x12,
};

/* ---- bytes, little endian ---- */

static inline uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t get24(const uint8_t *p)
{
	return (uint32_t)(get16(p) | p[2] << 16);
}

/* The parameters of an event, as they are put together; never more than an event holds. */
struct bytes {
	size_t len;
	uint8_t data[255];
};

void put(struct bytes *bytes, const void *data, size_t len);
void put8(struct bytes *bytes, unsigned value);
void put16(struct bytes *bytes, unsigned value);
void put24(struct bytes *bytes, unsigned value);
void put32(struct bytes *bytes, uint32_t value);

struct address {
	uint8_t bytes[6];
};

bool address_equal(const struct address *a, const struct address *b);
/* "00:AA:01:01:00:01" */
bool address_parse(const char *text, struct address *ret_address);
void address_format(const struct address *address, char text[static 18]);

/* ---- time ---- */

struct air;

/* Part of the object that fire() is given; cleared before that. */
struct timer {
	uint64_t at; /* milliseconds; 0: not set */
	void (*fire)(void *object);
	void *object;
	struct timer *next;
};

void timer_set(struct air *air, struct timer *timer, unsigned ms, void (*fire)(void *object),
	       void *object);
void timer_clear(struct air *air, struct timer *timer);

/* ---- links ---- */

enum kind { SCO_LINK, ACL_LINK, ESCO_LINK, LE_LINK };

/* A packet on its way over slow air. */
struct packet {
	struct packet *next;
	uint64_t due;
	size_t len;
	uint8_t flags;
	uint8_t data[];
};

/* What a host has been asked while its link is paired. */
enum question { NOTHING, ITS_LINK_KEY, ITS_PIN, ITS_IO, ITS_CONFIRMATION, ITS_PASSKEY };

/* A link as one of its two controllers sees it. */
struct end {
	struct link *link;
	struct controller *controller; /* NULL while nobody answers */
	uint16_t handle;               /* 0: not yet connected */
	struct address address;        /* by which the other end knows it */
	uint8_t address_type;          /* LE: 0 public, 1 random */
	uint16_t tx_octets;            /* LE */
	uint16_t policy;
	unsigned completed; /* packets of its host that it has not been told of yet */
	/* What its host sent and the other has not received */
	struct packet *first, **last;
	unsigned waiting;
	uint64_t busy_until;
	struct timer delivery;
	/* Pairing */
	enum question asked;
	uint8_t key[16];
	uint8_t io[3]; /* capability, OOB data present, authentication requirements */
	uint32_t passkey;
};

struct link {
	struct link *next;
	struct air *air;
	enum kind kind;
	bool open;          /* else being set up */
	struct end ends[2]; /* [0] asked for it */
	struct end *central;
	struct link *acl; /* of a synchronous one */
	struct address wanted;
	uint64_t deadline; /* of being set up */
	struct timer timer;
	unsigned supervision; /* milliseconds */
	struct timer silence;
	/* Security */
	struct end *claimant; /* whose host wants it authenticated, while it goes on */
	bool authenticated, encrypted;
	/* Synchronous */
	uint16_t voice, packet_types, packet_size;
	/* LE */
	uint16_t interval, latency;
	uint8_t phy;
};

struct link *link_new(struct air *air, enum kind kind, struct controller *from,
		      struct controller *to);
void link_free(struct link *link);
struct end *link_end(struct link *link, const struct controller *controller);
struct end *end_other(struct end *end);
/* Over: told to the hosts of an open one, to the first with its own reason. Frees it, and what is
 * on it. */
void link_close(struct link *link, struct end *first, uint8_t reason, uint8_t others_reason);
/* Whether two controllers have one of that kind. */
struct link *link_between(const struct controller *a, const struct controller *b, enum kind kind);
/* Out of range, or back: after the supervision timeout an open link that is silent is lost. */
void link_silence(struct link *link, bool silent);
/* The open link of a handle, from the controller's side; NULL if there is none such. */
struct end *end_of_handle(const struct controller *controller, unsigned handle);
/* The BR/EDR link with an address. */
struct end *end_of_address(const struct controller *controller, const uint8_t *address);

/* ---- controllers ---- */

/* Of an LE advertising set; legacy commands have one of their own. */
struct set {
	struct controller *controller;
	bool exists, enabled, legacy_commands;
	uint8_t handle;
	uint16_t properties; /* as of LE Set Extended Advertising Parameters */
	unsigned interval;   /* milliseconds */
	uint8_t own_type, peer_type, policy, sid, phy;
	struct address random, peer;
	size_t data_len, response_len;
	uint8_t data[ADVERTISING_SIZE], response[ADVERTISING_SIZE];
	uint64_t until; /* 0: for ever */
	struct timer timer;
};

struct listed {
	uint8_t type;
	struct address address;
};

/* What Reset brings back to its beginning. */
struct settings {
	uint8_t event_mask[8], event_mask2[8], le_event_mask[8];
	uint8_t name[248];
	uint8_t class[3];
	uint8_t scan_enable; /* 1 answers inquiries, 2 answers pages */
	uint8_t inquiry_mode;
	uint8_t eir[241]; /* FEC wanted, data */
	uint8_t simple_pairing, le_host[2], authentication;
	uint8_t voice[2], page_timeout[2], accept_timeout[2], link_policy[2];
	uint8_t page_scan[4], inquiry_scan[4], page_scan_type, inquiry_scan_type;
	uint8_t iac[2][3]; /* the inquiry access codes that it answers */
	uint8_t erroneous_data;

	uint8_t random[6];
	uint8_t data_length[4]; /* octets and microseconds of a packet that it would like to send */
	uint8_t phys[3];
	struct listed accept_list[ACCEPT_LIST];
	unsigned accepted;
	struct set sets[ADVERTISING_SETS + 1]; /* the last is of the legacy commands */
	struct {
		bool enabled, extended, active, filter_duplicates;
		uint8_t policy, own_type;
		unsigned seen_count;
		uint32_t seen[64];
		struct timer timer;
	} scan;
	struct {
		bool active, use_list;
		uint8_t own_type;
		struct listed peer;
		uint16_t interval, latency, supervision;
	} initiating;
};

/* Somebody's name, while its owner is paged. */
struct name_request {
	struct controller *controller;
	struct address address;
	bool active;
	uint64_t deadline;
	struct timer timer;
};

struct controller {
	struct air *air;
	struct controller *next;
	unsigned number; /* the first is 1 */
	int fd;          /* of /dev/vhci */
	int index;       /* of hciN; -1 before the kernel has told it */
	bool gone;       /* to be freed when nobody is using it */
	unsigned mgmt_step;
	struct address address;
	struct end *ends[MAX_ENDS];

	/* While a command runs what follows it waits, so that the answer comes first. */
	bool running;
	struct held {
		struct held *next;
		size_t len;
		uint8_t data[];
	} * held, **held_last;

	struct settings settings;
	struct {
		bool active;
		uint8_t lap[3];
		unsigned limit, found;
		uint32_t seen; /* by number */
		uint64_t deadline;
		struct timer timer;
	} inquiry;
	struct name_request names[4];

	/* Faults */
	bool deaf; /* to pages */
	uint8_t refuses, refuses_sync;
	int8_t rssi;
};

struct controller *controller_new(struct air *air, unsigned number, const struct address *address);
void controller_free(struct controller *controller);
/* Reset by the host, or gone: nobody hears it any more. */
void controller_reset(struct controller *controller);
/* What the host has sent. */
void controller_read(struct controller *controller);
/* A packet of up to two parts to the host. */
void controller_send(struct controller *controller, const void *head, size_t head_len,
		     const void *body, size_t len);
/* Events that the host has masked out are not sent. */
void controller_event(struct controller *controller, enum event event, const struct bytes *bytes);
void controller_le_event(struct controller *controller, enum le_event event,
			 const struct bytes *bytes);
bool controller_wants_le_event(const struct controller *controller, enum le_event event);
/* A handle for an end; false when there are too many. */
bool controller_add(struct controller *controller, struct end *end);
void controller_remove(struct end *end);
unsigned controller_count(const struct controller *controller, enum kind kind);
/* Number Of Completed Packets, for all that are to be told. */
void controller_credit(struct controller *controller);

/* ---- commands ---- */

/* One that is run: its parameters, as many as its row says. */
struct call {
	struct controller *controller;
	struct end *end; /* of the handle that they begin with, if the row says so */
	const uint8_t *p;
	size_t len;
	/* The answer behind the status, as long as the row says: zero but for its echo. */
	uint8_t *ret;
};

/* Without a function it keeps its parameters in the settings, or answers with what is there. */
struct command {
	uint16_t opcode;
	uint16_t bit;       /* in the supported commands */
	uint8_t parameters; /* bytes */
	bool more;          /* or more of them */
	uint8_t answer; /* bytes of Command Complete behind the status; STATUS: Command Status */
	uint8_t echo;   /* of them, how many repeat the parameters: a handle or an address */
	uint8_t links;  /* the parameters begin with the handle of an open one, of these kinds */
	uint16_t at;    /* in struct settings */
	uint8_t (*run)(const struct call *call); /* status */
};

enum { STATUS = 255 };
enum { ON_ACL = 1 << ACL_LINK, ON_LE = 1 << LE_LINK, ON_ANY = 0xFF };

extern const struct command settings_commands[], inquiry_commands[], link_commands[],
	sync_commands[], security_commands[], le_commands[], advertise_commands[];

void command_run(struct controller *controller, const uint8_t *packet, size_t len);
/* Nothing is to be done, and zeros are the answer. */
uint8_t command_accept(const struct call *call);
void command_supported(uint8_t bits[static 64]);

/* ---- what they do for each other ---- */

void settings_reset(struct controller *controller);
const uint8_t *settings_features(const struct controller *controller, unsigned page);
extern const uint8_t le_features[8];

/* What answers a page of that address now, or NULL. */
struct controller *air_paged(struct controller *from, const struct address *address);
void inquiry_reset(struct controller *controller);
/* The event of a name that was asked for. */
void inquiry_name_event(struct controller *controller, uint8_t status,
			const struct address *address, const struct controller *named);

void link_drop(struct controller *controller, uint8_t others_reason);
/* As link_close(), for one that may still be being set up. */
void sync_close(struct link *link, const struct controller *first, uint8_t reason,
		uint8_t others_reason);

void le_connect(struct controller *initiator, struct set *set, const struct listed *advertiser);
/* LE Connection Complete of one that has not come about. */
void le_not_connected(struct controller *controller, uint8_t status, bool peripheral,
		      const struct listed *peer);

void advertise_reset(struct controller *controller);
/* Somebody begins to listen: who advertises is heard soon. */
void advertise_now(struct air *air);
/* A set that somebody has connected to. */
void advertise_connected(struct set *set, uint16_t connection);
bool accept_list_has(const struct controller *controller, const struct listed *listed);
/* Public or random, by the lowest bit of an own address type. */
void own_address(const struct controller *controller, uint8_t own_type, const void *random,
		 struct listed *ret_own);

void data_acl(struct controller *controller, const uint8_t *packet, size_t len);
void data_sync(struct controller *controller, const uint8_t *packet, size_t len);
/* From the other end, for the host of this one: in packets that it takes. */
void data_from_peer(struct end *to, const uint8_t *data, size_t len);
void data_free(struct end *end);

/* ---- the air ---- */

struct air {
	struct controller *controllers;
	struct link *links;
	struct timer *timers;
	/* By number: who does not hear whom. */
	bool apart[MAX_CONTROLLERS + 1][MAX_CONTROLLERS + 1];
	unsigned delay, rate; /* of a packet, milliseconds; bytes a second; 0: none, no limit */
	bool ended;

	bool ready; /* all controllers are registered, and up if that was asked for */
	bool up;
	int mgmt;
	const char *name;

	int listener;
	struct client {
		int fd;
		bool owner; /* the air ends with it */
	} clients[8];
};

uint64_t air_now(void);
struct controller *air_find(const struct air *air, const struct address *address);
bool air_hears(const struct controller *a, const struct controller *b);
/* Until it is ready, or can't be. */
void air_start(struct air *air);
/* Until it is ended. */
void air_run(struct air *air);
/* Those that are gone are forgotten. */
void air_bury(struct air *air);
/* All controllers go. */
void air_end(struct air *air);

/* A socket, or a negative errno value. */
int mgmt_open(void);
void mgmt_read(struct air *air);

/* A line for each controller: its name and address. */
void control_list(const struct air *air, char *text, size_t size);
void control_accept(struct air *air);
void control_read(struct air *air, struct client *client);
bool control_add(struct air *air, int fd, bool owner);
/* Tells what the air may be told; for --help. */
void control_usage(void);

#endif
