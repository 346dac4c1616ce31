/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel's refusals mean, and the way out. */
#include <errno.h>
#include <stdio.h>

#include "mgmt.h"

/* Beside what a status always means: what it means of a command. */
static const struct refusal {
	uint16_t opcode; /* 0: of any */
	uint8_t status;
	int err;
	const char *words;
	const char *verb, *value; /* kin bt VERB hciN VALUE mends it; NULL: nothing known does */
} refusals[] = {
	{MGMT_SET_DISCOVERABLE, MGMT_REJECTED, EPERM,
	 "it can't be discoverable while it is not connectable", "connectable", "on"},
	{MGMT_SET_DISCOVERABLE, MGMT_NOT_POWERED, ENETDOWN,
	 "it is down, and then can't count the time", "power", "on"},
	{MGMT_SET_FAST_CONNECTABLE, MGMT_REJECTED, EPERM, "BR/EDR is switched off", NULL, NULL},
	{MGMT_SET_LE, MGMT_REJECTED, EPERM, "it has nothing but LE, which can't be switched off",
	 NULL, NULL},
	{MGMT_SET_BREDR, MGMT_REJECTED, EPERM,
	 "BR/EDR can't be switched off while it is up, nor at all without LE", "power", "off"},
	{MGMT_SET_PRIVACY, MGMT_REJECTED, EPERM, "privacy can't be changed while it is up", "power",
	 "off"},
	{MGMT_SET_STATIC_ADDRESS, MGMT_REJECTED, EPERM,
	 "the static address can't be changed while it is up", "power", "off"},
	{MGMT_SET_ADVERTISING, MGMT_REJECTED, EPERM, "LE is switched off", "le", "on"},
	{MGMT_READ_ADV_FEATURES, MGMT_REJECTED, EPERM, "LE is switched off", "le", "on"},
	{MGMT_ADD_ADVERTISING, MGMT_REJECTED, EPERM, "LE is switched off", "le", "on"},
	{MGMT_ADD_ADVERTISING, MGMT_INVALID_PARAMS, EINVAL,
	 "it does not take these flags, fields or lengths", NULL, NULL},
	{MGMT_REMOVE_ADVERTISING, MGMT_INVALID_PARAMS, EINVAL, "there is no such instance", NULL,
	 NULL},
	{MGMT_START_DISCOVERY, MGMT_REJECTED, EPERM,
	 "what is to be scanned, LE or BR/EDR, is switched off", "le", "on"},
	{MGMT_START_SERVICE_DISCOVERY, MGMT_REJECTED, EPERM,
	 "what is to be scanned, LE or BR/EDR, is switched off", "le", "on"},
	{MGMT_START_DISCOVERY, MGMT_BUSY, EBUSY, "a scan is running already", NULL, NULL},
	{MGMT_START_SERVICE_DISCOVERY, MGMT_BUSY, EBUSY, "a scan is running already", NULL, NULL},
	{MGMT_STOP_DISCOVERY, MGMT_REJECTED, EPERM, "no such scan is running", NULL, NULL},
	{MGMT_DISCONNECT, MGMT_DISCONNECTED, ENOTCONN, "there is no connection to the device", NULL,
	 NULL},
	{MGMT_SET_CLASS, MGMT_INVALID_PARAMS, EINVAL, "no such class", NULL, NULL},

	{0, MGMT_UNKNOWN_COMMAND, ENOSYS, "this kernel has no such call", NULL, NULL},
	{0, MGMT_NOT_CONNECTED, ENOTCONN, "there is no connection to the device", NULL, NULL},
	{0, MGMT_FAILED, EIO, "the controller failed to do it", NULL, NULL},
	{0, MGMT_CONNECTION_FAILED, EHOSTDOWN, "the device did not answer", NULL, NULL},
	{0, MGMT_AUTH_FAILED, EKEYREJECTED, "the pairing failed", NULL, NULL},
	{0, MGMT_NOT_PAIRED, ENOKEY, "there is no pairing with the device", NULL, NULL},
	{0, MGMT_NO_RESOURCES, ENOMEM, "the kernel or the controller has no room for it", NULL,
	 NULL},
	{0, MGMT_TIMEOUT, ETIMEDOUT, "the device or the controller did not answer in time", NULL,
	 NULL},
	{0, MGMT_ALREADY_CONNECTED, EISCONN, "the device is connected already", NULL, NULL},
	{0, MGMT_BUSY, EBUSY, "it is busy with the like; try again", NULL, NULL},
	{0, MGMT_REJECTED, EPERM, "not in the state that it is in", NULL, NULL},
	{0, MGMT_NOT_SUPPORTED, EOPNOTSUPP, "this controller can't do it", NULL, NULL},
	{0, MGMT_INVALID_PARAMS, EINVAL, "the kernel does not take these values", NULL, NULL},
	{0, MGMT_DISCONNECTED, ECONNRESET, "the device went away", NULL, NULL},
	{0, MGMT_NOT_POWERED, ENETDOWN, "it is down", "power", "on"},
	{0, MGMT_CANCELLED, ECANCELED, "it was cancelled", NULL, NULL},
	{0, MGMT_INVALID_INDEX, ENODEV, "there is no such controller", NULL, NULL},
	{0, MGMT_ALREADY_PAIRED, EEXIST, "the device is paired already", NULL, NULL},
	{0, MGMT_PERMISSION_DENIED, EACCES, "CAP_NET_ADMIN is missing; run it as root", NULL, NULL},
	{0},
};

/* Before Linux 6.9 a controller that is blocked just fails. */
static bool may_be_blocked(uint16_t opcode, uint8_t status)
{
	return status == MGMT_RFKILLED || (opcode == MGMT_SET_POWERED && status == MGMT_FAILED);
}

static int fail_blocked(bool hard)
{
	if (hard)
		return kin_fail(ERFKILL, "it is blocked by a switch of this machine (rfkill, "
					 "hard); only that switch mends it");
	return kin_fail(
		ERFKILL,
		"it is blocked by software (rfkill, soft); `sudo rfkill unblock bluetooth`");
}

static const struct refusal *find_refusal(uint16_t opcode, uint8_t status)
{
	const struct refusal *row = refusals;

	while (row->err && (row->status != status || (row->opcode && row->opcode != opcode)))
		row++;
	return row;
}

bool mgmt_is_lasting(uint16_t opcode, uint8_t status)
{
	return find_refusal(opcode, status)->opcode != 0;
}

int mgmt_refused(uint16_t opcode, uint16_t index, uint8_t status)
{
	const struct refusal *row = find_refusal(opcode, status);
	bool soft = false, hard = false;

	if (may_be_blocked(opcode, status) &&
	    ((kin_hci_rfkill(index, &soft, &hard) == 0 && (soft || hard)) ||
	     status == MGMT_RFKILLED))
		return fail_blocked(hard);
	if (!row->err)
		return kin_fail(EPROTO, "the kernel refused it with status %#04x", status);
	if (row->verb && index != KIN_MGMT_INDEX_NONE)
		return kin_fail(row->err, "%s; `sudo kin bt %s hci%u %s`", row->words, row->verb,
				index, row->value);
	return kin_fail(row->err, "%s", row->words);
}
