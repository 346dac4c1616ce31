/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The management interface between the files of this folder. Numbers on it are little-endian. */
#ifndef KIN_BLUETOOTH_MGMT_INTERNAL_H
#define KIN_BLUETOOTH_MGMT_INTERNAL_H

#include <endian.h>
#include <string.h>

#include <kin/bluetooth-mgmt.h>
#include <kin/family.h>

/* Commands: BlueZ's doc/mgmt-api.txt, the kernel's include/net/bluetooth/mgmt.h */
enum {
	MGMT_READ_VERSION = 0x0001,
	MGMT_READ_INFO = 0x0004,
	MGMT_SET_POWERED = 0x0005,
	MGMT_SET_DISCOVERABLE = 0x0006,
	MGMT_SET_CONNECTABLE = 0x0007,
	MGMT_SET_FAST_CONNECTABLE = 0x0008,
	MGMT_SET_BONDABLE = 0x0009,
	MGMT_SET_LINK_SECURITY = 0x000A,
	MGMT_SET_SSP = 0x000B,
	MGMT_SET_HS = 0x000C,
	MGMT_SET_LE = 0x000D,
	MGMT_SET_CLASS = 0x000E,
	MGMT_SET_NAME = 0x000F,
	MGMT_DISCONNECT = 0x0014,
	MGMT_GET_CONNECTIONS = 0x0015,
	MGMT_START_DISCOVERY = 0x0023,
	MGMT_STOP_DISCOVERY = 0x0024,
	MGMT_CONFIRM_NAME = 0x0025,
	MGMT_BLOCK = 0x0026,
	MGMT_UNBLOCK = 0x0027,
	MGMT_SET_ADVERTISING = 0x0029,
	MGMT_SET_BREDR = 0x002A,
	MGMT_SET_STATIC_ADDRESS = 0x002B,
	MGMT_SET_SECURE_CONNECTIONS = 0x002D,
	MGMT_SET_DEBUG_KEYS = 0x002E,
	MGMT_SET_PRIVACY = 0x002F,
	MGMT_GET_CONNECTION = 0x0031,
	MGMT_READ_CONFIG = 0x0037,
	MGMT_START_SERVICE_DISCOVERY = 0x003A,
	MGMT_READ_INDEXES = 0x003C,
	MGMT_READ_ADV_FEATURES = 0x003D,
	MGMT_ADD_ADVERTISING = 0x003E,
	MGMT_REMOVE_ADVERTISING = 0x003F,
	MGMT_GET_PHYS = 0x0044,
	MGMT_SET_PHYS = 0x0045,
	MGMT_SET_WIDEBAND_SPEECH = 0x0047,
};

enum mgmt_status {
	MGMT_UNKNOWN_COMMAND = 0x01,
	MGMT_NOT_CONNECTED,
	MGMT_FAILED,
	MGMT_CONNECTION_FAILED,
	MGMT_AUTH_FAILED,
	MGMT_NOT_PAIRED,
	MGMT_NO_RESOURCES,
	MGMT_TIMEOUT,
	MGMT_ALREADY_CONNECTED,
	MGMT_BUSY,
	MGMT_REJECTED,
	MGMT_NOT_SUPPORTED,
	MGMT_INVALID_PARAMS,
	MGMT_DISCONNECTED,
	MGMT_NOT_POWERED,
	MGMT_CANCELLED,
	MGMT_INVALID_INDEX,
	MGMT_RFKILLED,
	MGMT_ALREADY_PAIRED,
	MGMT_PERMISSION_DENIED,
};

/* What a command's answer has behind its status: the channel's, until its next call. */
struct mgmt_answer {
	const uint8_t *data;
	size_t len;
};

/*
 * Send a command and wait for its answer.
 * @param least  bytes of an answer, else it is malformed: -EBADMSG
 * @param answer NULL: nothing of it is wanted
 */
int mgmt_call(struct kin_mgmt *mgmt, uint16_t opcode, long index, const void *params, size_t len,
	      size_t least, struct mgmt_answer *answer);

/* Fail with what a status means. @return as kin_fail() */
int mgmt_refused(uint16_t opcode, uint16_t index, uint8_t status);

/* Is it a status that trying again does not change soon: a scan that runs? */
bool mgmt_is_lasting(uint16_t opcode, uint8_t status);

/* rfkill*, soft and hard, in the folder of a controller. @return 0; -ENOENT: there is none */
int mgmt_rfkill(const char *folder, bool *ret_soft, bool *ret_hard);

/* 0, or refuse an index that is not one controller's. */
int mgmt_check_index(long index);

/* 0, or refuse a type of address that there is not. */
int mgmt_check_type(int type);

/* An address and its type, in the seven bytes that commands have. */
static inline void mgmt_put_device(uint8_t to[7], const struct kin_bdaddr *address, int type)
{
	memcpy(to, address, sizeof(*address));
	to[6] = (uint8_t)type;
}

static inline uint16_t mgmt_u16(const uint8_t *from)
{
	return (uint16_t)(from[0] | from[1] << 8);
}

static inline uint32_t mgmt_u32(const uint8_t *from)
{
	return mgmt_u16(from) | (uint32_t)mgmt_u16(from + 2) << 16;
}

static inline void mgmt_put_u16(uint8_t *to, unsigned value)
{
	to[0] = (uint8_t)value;
	to[1] = (uint8_t)(value >> 8);
}

static inline void mgmt_put_u32(uint8_t *to, uint32_t value)
{
	mgmt_put_u16(to, value);
	mgmt_put_u16(to + 2, value >> 16);
}

#endif
