/* SPDX-License-Identifier: GPL-2.0-or-later */
/**
 * @file bluetooth-mgmt.h
 * Bluetooth controllers of this machine through the kernel's management interface (the control
 * channel of HCI; BlueZ's doc/mgmt-api.txt): settings, names, scanning, advertising, connections.
 *
 *     struct kin_mgmt *mgmt;
 *     uint16_t index;
 *
 *     if (kin_mgmt_open(&mgmt) < 0 || kin_mgmt_find(mgmt, "hci0", &index) < 0 ||
 *         kin_mgmt_set(mgmt, index, KIN_MGMT_POWERED, 1, NULL) < 0)
 *             errx(1, "%s", kin_error_text());
 *     kin_mgmt_close(mgmt);
 *
 * What is read needs no capability; what is set, scanned and advertised takes CAP_NET_ADMIN. A
 * refusal is a negative errno value whose words say what stands in the way, and which command
 * mends it:
 *
 *     -EACCES      CAP_NET_ADMIN is missing        -ENODEV     there is no such controller
 *     -ENETDOWN    the controller is down          -ERFKILL    it is blocked: kin_hci_rfkill()
 *     -EBUSY       it does this or the like now    -EOPNOTSUPP the controller can't do it
 *     -EPERM       not in the state that it is in  -EINVAL     the kernel takes no such value
 *     -ENOSYS      this kernel has no such call    -ENOTCONN   no connection to the device
 *     -EIO         the controller failed           -ETIMEDOUT  nobody answered in time
 *     -EHOSTDOWN   the device did not answer       -EBADMSG    the kernel's answer is too short
 *
 * Settings and advertising stay in the kernel when the program ends, until the controller goes.
 */
#ifndef KIN_BLUETOOTH_MGMT_H
#define KIN_BLUETOOTH_MGMT_H

#include <kin/bluetooth-hci.h>
#include <kin/bluetooth.h>

#ifdef __cplusplus
extern "C" {
#endif

struct kin_mgmt;

/** The index of what is no controller's: of commands and events about all of them. */
#define KIN_MGMT_INDEX_NONE 65535

/** How long an answer is waited for at first: switching on a controller may take ten seconds. */
#define KIN_MGMT_TIMEOUT_NS INT64_C(20000000000)

/* ---- The channel --------------------------------------------------------------------------- */

/**
 * Open the management interface (Linux 3.4).
 * @return 0; -EAFNOSUPPORT: this kernel has no Bluetooth, or not in this network namespace; -ENOMEM
 */
KIN_API int kin_mgmt_open(struct kin_mgmt **ret_mgmt);

/**
 * Take over a socket that is bound to hci:none,channel=control, such as one that a process with
 * more capabilities has opened. It stays the caller's when this fails.
 */
KIN_API int kin_mgmt_adopt(struct kin_sock *sock, struct kin_mgmt **ret_mgmt);

KIN_API void kin_mgmt_close(struct kin_mgmt *mgmt);

/** Its socket, to wait for events; it stays the library's. Read what kin_mgmt_event() has first. */
KIN_API struct kin_sock *kin_mgmt_sock(const struct kin_mgmt *mgmt);

/** How long each call may wait for its answer. @param timeout_ns  below zero: for ever */
KIN_API int kin_mgmt_set_timeout(struct kin_mgmt *mgmt, int64_t timeout_ns);

/**
 * A command that no other function here has: send it and wait for its answer. Events that come in
 * the meantime are kept for kin_mgmt_event(). After a timeout the same command to the same
 * controller is refused (-EBUSY) until its answer has come, so that no answer is taken for another.
 * @param opcode  1-65535
 * @param index   0-65535: the controller; KIN_MGMT_INDEX_NONE
 * @param params  len bytes, up to 65535, as mgmt-api.txt has them
 * @param data    up to size bytes of the answer's, behind its status; NULL with size 0
 * @return the length of those; they were cut when that is above size
 */
KIN_API ssize_t kin_mgmt_call(struct kin_mgmt *mgmt, long opcode, long index, const void *params,
			      size_t len, void *data, size_t size);

/** What happened. Only the library makes these. */
struct kin_mgmt_event {
	uint16_t code;  /* enum kin_mgmt_event_code, or another of mgmt-api.txt */
	uint16_t index; /* the controller; KIN_MGMT_INDEX_NONE */
	const uint8_t *data;
	size_t len;
};

enum kin_mgmt_event_code {
	KIN_MGMT_CONTROLLER_ERROR = 0x03,
	KIN_MGMT_INDEX_ADDED = 0x04, /* a controller came, or went */
	KIN_MGMT_INDEX_REMOVED = 0x05,
	KIN_MGMT_NEW_SETTINGS = 0x06,
	KIN_MGMT_DEVICE_CONNECTED = 0x0B,
	KIN_MGMT_DEVICE_DISCONNECTED = 0x0C,
	KIN_MGMT_CONNECT_FAILED = 0x0D,
	KIN_MGMT_DEVICE_FOUND = 0x12, /* kin_mgmt_found_read() */
	KIN_MGMT_DISCOVERING = 0x13,  /* kin_mgmt_discovering_read() */
	KIN_MGMT_ADVERTISING_REMOVED = 0x24,
};

/**
 * The next event. Those that nobody reads are kept up to 64 KiB, the newest are lost then. Without
 * CAP_NET_ADMIN few kinds come.
 * @param timeout_ns  below zero: for ever; zero: only what is there
 * @param ret_event   its data is the library's, until the next call with mgmt
 * @return 1; 0: none in time; -EINTR: kin_set_interrupt() of the socket said so; else recv(2)'s
 */
KIN_API int kin_mgmt_event(struct kin_mgmt *mgmt, int64_t timeout_ns,
			   struct kin_mgmt_event *ret_event);

/** Events that were lost so far because nobody read them. */
KIN_API uint64_t kin_mgmt_lost(const struct kin_mgmt *mgmt);

/** The version of the interface: 1.22 with Linux 6.1. Each result may be NULL. */
KIN_API int kin_mgmt_version(struct kin_mgmt *mgmt, unsigned *ret_version, unsigned *ret_revision);

/* ---- Controllers --------------------------------------------------------------------------- */

/** Settings of a controller: bits of kin_mgmt_controller.current and .supported. */
enum kin_mgmt_setting_bit {
	KIN_MGMT_POWERED = 1 << 0,
	KIN_MGMT_CONNECTABLE = 1 << 1,
	KIN_MGMT_FAST_CONNECTABLE = 1 << 2,
	KIN_MGMT_DISCOVERABLE = 1 << 3,
	KIN_MGMT_BONDABLE = 1 << 4,
	KIN_MGMT_LINK_SECURITY = 1 << 5,
	KIN_MGMT_SSP = 1 << 6,
	KIN_MGMT_BREDR = 1 << 7,
	KIN_MGMT_HS = 1 << 8,
	KIN_MGMT_LE = 1 << 9,
	KIN_MGMT_ADVERTISING = 1 << 10,
	KIN_MGMT_SECURE_CONNECTIONS = 1 << 11,
	KIN_MGMT_DEBUG_KEYS = 1 << 12,
	KIN_MGMT_PRIVACY = 1 << 13,
	KIN_MGMT_CONFIGURATION = 1 << 14,
	KIN_MGMT_STATIC_ADDRESS = 1 << 15,
	KIN_MGMT_PHY_CONFIGURATION = 1 << 16,
	KIN_MGMT_WIDEBAND_SPEECH = 1 << 17,
	KIN_MGMT_CIS_CENTRAL = 1 << 18,
	KIN_MGMT_CIS_PERIPHERAL = 1 << 19,
	KIN_MGMT_ISO_BROADCASTER = 1 << 20,
	KIN_MGMT_ISO_SYNC_RECEIVER = 1 << 21,
	KIN_MGMT_LL_PRIVACY = 1 << 22,
};

/** A setting by name. Only the library makes these, so more fields may follow. */
struct kin_mgmt_setting {
	const char *name; /* "connectable" */
	uint32_t bit;
	const char *doc;
	unsigned max; /* kin_mgmt_set() takes 0 to this; 0: it sets this one not */
};

/** Setting i of those that there are; NULL at the end. */
KIN_API const struct kin_mgmt_setting *kin_mgmt_setting_at(unsigned i);

/** A controller. Only the library makes these, so more fields may follow. */
struct kin_mgmt_controller {
	size_t struct_size; /* what the library knows of this structure */
	uint16_t index;
	char device[10]; /* "hci0" */
	bool configured; /* false: it lacks what missing says, and all but address and bus is 0 */
	uint8_t bus;     /* HCI_VIRTUAL, HCI_USB, ... of bluetooth/hci.h: kin_mgmt_bus_name() */
	struct kin_bdaddr address; /* 00:00:00:00:00:00: none yet, as of one that was never up */
	uint8_t version;           /* of HCI: kin_mgmt_version_name() */
	uint16_t manufacturer;     /* kin_mgmt_manufacturer_name() */
	uint32_t supported;        /* enum kin_mgmt_setting_bit: what the controller can do */
	uint32_t current;          /* and what is on */
	uint32_t device_class;     /* 24 bits: services, major and minor class */
	char name[249];            /* as other devices see it: bytes of anybody's choice */
	char short_name[11];
	uint32_t missing;  /* of one that is not configured: 1 external, 2 an address */
	bool blocked_soft; /* by rfkill: a program did it, */
	bool blocked_hard; /* or a switch of the machine */
};

/** @return 0; -ENODEV: there is none of that index; -ENOMEM */
KIN_API int kin_mgmt_controller_read(struct kin_mgmt *mgmt, long index,
				     struct kin_mgmt_controller **ret_controller);
KIN_API void kin_mgmt_controller_free(struct kin_mgmt_controller *controller);

/**
 * All of them, those that are not configured as well, by index (Linux 4.1).
 * @param ret_list  ended by NULL, for kin_mgmt_controllers_free()
 * @return how many
 */
KIN_API int kin_mgmt_controllers(struct kin_mgmt *mgmt, struct kin_mgmt_controller ***ret_list);
KIN_API void kin_mgmt_controllers_free(struct kin_mgmt_controller **list);

/**
 * The index of the controller that a text names.
 * @param text  "hci0", "0", or the controller's address; NULL: the only one that there is
 * @return 0; -EINVAL: none of these; -ENODEV: there is none such, and the words list those there
 *         are; -ENOTUNIQ: NULL, and there are several
 */
KIN_API int kin_mgmt_find(struct kin_mgmt *mgmt, const char *text, uint16_t *ret_index);

/** Of HCI's version: "5.3"; "unknown" for what is none. */
KIN_API const char *kin_mgmt_version_name(unsigned version);

/** Of a company's number (bt_compidtostr() of BlueZ's library): "Intel Corp."; or "not assigned" */
KIN_API const char *kin_mgmt_manufacturer_name(unsigned manufacturer);

/** "USB", "Virtual", ...; "unknown" */
KIN_API const char *kin_mgmt_bus_name(unsigned bus);

/**
 * Is the controller blocked by rfkill? Asks /sys, and needs no capability.
 * @param device  0-65534: 0 is hci0
 * @return 0; -ENOENT: nothing can block it, or it is not there
 */
KIN_API int kin_hci_rfkill(long device, bool *ret_soft, bool *ret_hard);

/* ---- Settings ------------------------------------------------------------------------------ */

/**
 * Set one setting.
 * @param setting  an enum kin_mgmt_setting_bit that has a max
 * @param value    0: off; 1: on; 2 of those that have it: discoverable for a limited time (not
 *                 here: kin_mgmt_set_discoverable()), advertising that can be connected to, secure
 *                 connections only, debug keys in use
 * @param ret_current  all settings then; or NULL
 */
KIN_API int kin_mgmt_set(struct kin_mgmt *mgmt, long index, uint32_t setting, unsigned value,
			 uint32_t *ret_current);

/**
 * @param mode       0: off; 1: general; 2: limited, which takes a time
 * @param seconds    0-65535: until it is switched off; 0: never
 */
KIN_API int kin_mgmt_set_discoverable(struct kin_mgmt *mgmt, long index, unsigned mode,
				      long seconds, uint32_t *ret_current);

/**
 * Resolvable private addresses. The controller must be down.
 * @param mode  0: off; 1: always; 2: only while it is discoverable
 * @param irk   16 bytes: the key to resolve them by; NULL with mode 0
 */
KIN_API int kin_mgmt_set_privacy(struct kin_mgmt *mgmt, long index, unsigned mode,
				 const uint8_t *irk, uint32_t *ret_current);

/**
 * @param name        up to 248 bytes of UTF-8
 * @param short_name  up to 10 bytes, for advertising; NULL: as it is
 */
KIN_API int kin_mgmt_set_name(struct kin_mgmt *mgmt, long index, const char *name,
			      const char *short_name);

/** The class of device: major 0-31, minor 0-63 (the bits as they are counted, not shifted). */
KIN_API int kin_mgmt_set_class(struct kin_mgmt *mgmt, long index, unsigned major, unsigned minor);

/** LE's static random address; both highest bits are 1. The controller must be down. NULL: none */
KIN_API int kin_mgmt_set_static_address(struct kin_mgmt *mgmt, long index,
					const struct kin_bdaddr *address);

/** Kinds of modulation: bits as the socket option phy= has them. Linux 4.19. */
struct kin_mgmt_phys {
	uint32_t supported, configurable, selected;
};

KIN_API int kin_mgmt_phys(struct kin_mgmt *mgmt, long index, struct kin_mgmt_phys *ret_phys);

/** @param selected  with all that are supported and not configurable */
KIN_API int kin_mgmt_set_phys(struct kin_mgmt *mgmt, long index, uint32_t selected);

/* ---- Scanning ------------------------------------------------------------------------------ */

/** What is scanned for; joined by |. */
enum kin_mgmt_transport {
	KIN_MGMT_SCAN_BREDR = 1 << KIN_BDADDR_BREDR,
	KIN_MGMT_SCAN_LE = 1 << KIN_BDADDR_LE_PUBLIC | 1 << KIN_BDADDR_LE_RANDOM,
};

/** What is found is limited to. */
struct kin_mgmt_filter {
	size_t struct_size;              /* sizeof(struct kin_mgmt_filter) */
	int rssi;                        /* dBm, -127 to 20: at least; 127: any */
	const struct kin_bt_uuid *uuids; /* one of these services; LE, and BR/EDR that tells */
	size_t n_uuids;                  /* up to 255 */
};

/**
 * Begin to look for devices. The kernel ends it after some ten seconds, or kin_mgmt_scan_stop():
 * KIN_MGMT_DISCOVERING tells.
 * @param transports  enum kin_mgmt_transport
 * @param filter      NULL: all; else Linux 4.0
 * @return 0; -EBUSY: a scan runs already; -ENETDOWN; -EPERM: LE or BR/EDR is switched off
 */
KIN_API int kin_mgmt_scan_start(struct kin_mgmt *mgmt, long index, unsigned transports,
				const struct kin_mgmt_filter *filter);

/** @param transports  as it was started. @return 0; -EPERM: none runs */
KIN_API int kin_mgmt_scan_stop(struct kin_mgmt *mgmt, long index, unsigned transports);

enum kin_mgmt_found_flag {
	KIN_MGMT_FOUND_CONFIRM_NAME = 1 << 0, /* kin_mgmt_confirm_name() is wanted */
	KIN_MGMT_FOUND_LEGACY_PAIRING = 1 << 1,
	KIN_MGMT_FOUND_NOT_CONNECTABLE = 1 << 2,
	KIN_MGMT_FOUND_NAME_FAILED = 1 << 4, /* it did not tell its name (Linux 5.18) */
	KIN_MGMT_FOUND_SCAN_RESPONSE = 1 << 5,
};

/** A device that was found, of an event. Only the library makes these. */
struct kin_mgmt_found {
	struct kin_bdaddr address;
	uint8_t type;   /* enum kin_bdaddr_type */
	int8_t rssi;    /* dBm; 127 or 0: not known */
	uint32_t flags; /* enum kin_mgmt_found_flag */
	const uint8_t
		*eir; /* what it told of itself, as long as the event; <kin/bluetooth-hci.h> */
	size_t eir_len;
};

/** @return 0; -EINVAL: another event; -EBADMSG: its lengths do not fit */
KIN_API int kin_mgmt_found_read(const struct kin_mgmt_event *event,
				struct kin_mgmt_found *ret_found);

/** Did a scan begin, or end? @return as kin_mgmt_found_read() */
KIN_API int kin_mgmt_discovering_read(const struct kin_mgmt_event *event, unsigned *ret_transports,
				      bool *ret_on);

/** Say whether the name of a device is known; if it is not, the kernel asks the device for it. */
KIN_API int kin_mgmt_confirm_name(struct kin_mgmt *mgmt, long index,
				  const struct kin_bdaddr *address, int type, bool known);

/* ---- Advertising (LE) ---------------------------------------------------------------------- */

enum kin_mgmt_adv_flag {
	KIN_MGMT_ADV_CONNECTABLE = 1 << 0,
	KIN_MGMT_ADV_DISCOVERABLE = 1 << 1,
	KIN_MGMT_ADV_LIMITED = 1 << 2, /* discoverable for a limited time */
	KIN_MGMT_ADV_MANAGED =
		1 << 3, /* the flags that are sent follow the controller's settings */
	KIN_MGMT_ADV_TX_POWER = 1 << 4, /* the transmit power is sent along */
	KIN_MGMT_ADV_APPEARANCE = 1 << 5,
	KIN_MGMT_ADV_LOCAL_NAME = 1 << 6, /* so is the controller's name, in the scan response */
};

/** What a controller can advertise. Linux 4.1. Only the library makes these. */
struct kin_mgmt_adv_features {
	uint32_t flags;         /* enum kin_mgmt_adv_flag: those that it takes */
	unsigned max_data;      /* bytes of advertising data, */
	unsigned max_response;  /* and of scan response; the flags take some of them */
	unsigned max_instances; /* at a time */
	unsigned n_instances;   /* that there are, */
	uint8_t instances[255]; /* their numbers */
};

KIN_API int kin_mgmt_adv_features(struct kin_mgmt *mgmt, long index,
				  struct kin_mgmt_adv_features *ret_features);

struct kin_mgmt_adv;

/** What is to be advertised, empty at first. */
KIN_API int kin_mgmt_adv_new(struct kin_mgmt_adv **ret_adv);
KIN_API void kin_mgmt_adv_free(struct kin_mgmt_adv *adv);

/** @param flags  enum kin_mgmt_adv_flag, joined by | */
KIN_API int kin_mgmt_adv_set_flags(struct kin_mgmt_adv *adv, uint32_t flags);

/**
 * @param turn_s   0-65535 seconds: a turn among several instances; 0: the kernel's 2
 * @param limit_s  0-65535 seconds: gone then; 0: stays
 */
KIN_API int kin_mgmt_adv_set_times(struct kin_mgmt_adv *adv, long turn_s, long limit_s);

/**
 * Fields, in the order of the calls. What advertising data has no room for goes to the scan
 * response; names, which may be long, begin there.
 * @return 0; -EMSGSIZE: neither has room for it
 */
KIN_API int kin_mgmt_adv_add_name(struct kin_mgmt_adv *adv, const char *name);

/** Those of a length are one field: call it for all of a length one after another. */
KIN_API int kin_mgmt_adv_add_uuid(struct kin_mgmt_adv *adv, const struct kin_bt_uuid *uuid);

/** @param company  0-65535: 65535 for tests */
KIN_API int kin_mgmt_adv_add_manufacturer(struct kin_mgmt_adv *adv, long company, const void *data,
					  size_t len);

/** Any other field. @param type  1-255: the AD type, such as 0x16, service data */
KIN_API int kin_mgmt_adv_add(struct kin_mgmt_adv *adv, long type, const void *data, size_t len);

/** What was put together, up to 255 bytes each, as long as adv. Each result may be NULL. */
KIN_API int kin_mgmt_adv_data(const struct kin_mgmt_adv *adv, const uint8_t **ret_data,
			      size_t *ret_len, const uint8_t **ret_response,
			      size_t *ret_response_len);

/**
 * Advertise it. It goes on when the program ends.
 * @param instance      1-255: this one, replaced when it is there; 0: one that is free
 * @param ret_instance  which it became; or NULL
 * @return 0; -EPERM: LE is off; -EOPNOTSUPP: no LE; -EMSGSIZE: more than the controller sends;
 *         -ENOSPC: no instance is free
 */
KIN_API int kin_mgmt_adv_start(struct kin_mgmt *mgmt, long index, const struct kin_mgmt_adv *adv,
			       long instance, unsigned *ret_instance);

/** @param instance  1-255; 0: all of them */
KIN_API int kin_mgmt_adv_stop(struct kin_mgmt *mgmt, long index, long instance);

/* ---- Connections --------------------------------------------------------------------------- */

/** A device, by its address. */
struct kin_mgmt_device {
	struct kin_bdaddr address;
	uint8_t type; /* enum kin_bdaddr_type */
};

/**
 * Devices that are connected.
 * @param ret_list  for free(3); NULL when there are none
 * @return how many
 */
KIN_API int kin_mgmt_connections(struct kin_mgmt *mgmt, long index,
				 struct kin_mgmt_device **ret_list);

/** What a value of dBm is when the controller does not know it. */
#define KIN_MGMT_UNKNOWN_DBM 127

/** @param ret_rssi, ret_power, ret_power_max  dBm; each may be NULL. Linux 3.16. */
KIN_API int kin_mgmt_connection_read(struct kin_mgmt *mgmt, long index,
				     const struct kin_bdaddr *address, int type, int *ret_rssi,
				     int *ret_power, int *ret_power_max);

KIN_API int kin_mgmt_disconnect(struct kin_mgmt *mgmt, long index, const struct kin_bdaddr *address,
				int type);

/** Refuse connections of this device; or take them again. */
KIN_API int kin_mgmt_block(struct kin_mgmt *mgmt, long index, const struct kin_bdaddr *address,
			   int type, bool block);

/* ---- Devices around ------------------------------------------------------------------------ */

/** How many pages of features BR/EDR devices have. */
#define KIN_REMOTE_PAGES 3

/** What a device tells of itself over HCI. Only the library makes these. */
struct kin_remote {
	struct kin_bdaddr address;
	uint8_t type;   /* enum kin_bdaddr_type */
	char name[249]; /* BR/EDR: bytes of anybody's choice; "": it told none */
	bool has_version;
	uint8_t version; /* kin_mgmt_version_name() */
	uint16_t manufacturer, subversion;
	unsigned n_pages; /* of LMP's features; of LE's 1; 0: it told none */
	uint8_t features[KIN_REMOTE_PAGES][8];
};

/**
 * Ask a device what it is, over a connection that is there or is made for it. The controller must
 * be up. Takes CAP_NET_RAW.
 * @param device      0-65534: the controller; 0 is hci0
 * @param type        an enum kin_bdaddr_type
 * @param timeout_ns  for all of it; below zero: for ever
 * @return 0; -EHOSTDOWN: no answer; -ENETDOWN: the controller is down; -ETIMEDOUT;
 *         -EPERM: CAP_NET_RAW is missing; else what connect(2) said
 */
KIN_API int kin_remote_read(long device, const struct kin_bdaddr *address, int type,
			    int64_t timeout_ns, struct kin_remote *ret_remote);

/**
 * The link to a device of BR/EDR or LE, made when it is not there: a raw socket of L2CAP, on which
 * commands of the link's signalling channel are sent and received. The link goes some seconds after
 * the last socket on it. Takes CAP_NET_RAW.
 * @param device  0-65534: the controller; 0 is hci0
 * @return as kin_remote_read()
 */
KIN_API int kin_link_open(long device, const struct kin_bdaddr *address, int type,
			  int64_t timeout_ns, struct kin_sock **ret_sock);

/** Feature bit of a page (of LE: page 0), such as "role switch"; NULL: none is known. */
KIN_API const char *kin_remote_feature_name(int type, unsigned page, unsigned bit);

/* ---- Cleanup ------------------------------------------------------------------------------- */

static inline void kin_mgmt_close_cleanup(struct kin_mgmt **mgmt)
{
	kin_mgmt_close(*mgmt);
}
static inline void kin_mgmt_controller_free_cleanup(struct kin_mgmt_controller **controller)
{
	kin_mgmt_controller_free(*controller);
}
static inline void kin_mgmt_controllers_free_cleanup(struct kin_mgmt_controller ***list)
{
	kin_mgmt_controllers_free(*list);
}
static inline void kin_mgmt_adv_free_cleanup(struct kin_mgmt_adv **adv)
{
	kin_mgmt_adv_free(*adv);
}

#ifdef __cplusplus
}
#endif

#endif
