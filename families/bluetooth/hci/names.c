/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "names.h"

#include <kin/bluetooth-hci.h>
#include <stdlib.h>

static int compare_command(const void *key, const void *row)
{
	return *(const uint16_t *)key - ((const struct hci_command *)row)->opcode;
}

static int compare_event(const void *key, const void *row)
{
	return *(const uint8_t *)key - ((const struct hci_event *)row)->code;
}

const struct hci_command *hci_command(uint16_t opcode)
{
	return bsearch(&opcode, hci_commands, n_hci_commands, sizeof(*hci_commands),
		       compare_command);
}

const struct hci_event *hci_event(uint8_t code)
{
	return bsearch(&code, hci_events, n_hci_events, sizeof(*hci_events), compare_event);
}

const struct hci_event *hci_le_event(uint8_t subevent)
{
	return bsearch(&subevent, hci_le_events, n_hci_le_events, sizeof(*hci_le_events),
		       compare_event);
}

const struct hci_command *hci_mgmt_command(uint16_t opcode)
{
	return bsearch(&opcode, hci_mgmt_commands, n_hci_mgmt_commands, sizeof(*hci_mgmt_commands),
		       compare_command);
}

const struct hci_event *hci_mgmt_event(uint16_t event)
{
	uint8_t code = (uint8_t)event;

	return code != event ? NULL
			     : bsearch(&code, hci_mgmt_events, n_hci_mgmt_events,
				       sizeof(*hci_mgmt_events), compare_event);
}

const char *kin_hci_command_name(uint16_t opcode)
{
	const struct hci_command *row = hci_command(opcode);

	return row ? row->name : NULL;
}

const char *kin_hci_event_name(uint8_t event)
{
	const struct hci_event *row = hci_event(event);

	return row ? row->name : NULL;
}

const char *kin_hci_le_event_name(uint8_t subevent)
{
	const struct hci_event *row = hci_le_event(subevent);

	return row ? row->name : NULL;
}

const char *kin_mgmt_command_name(uint16_t opcode)
{
	const struct hci_command *row = hci_mgmt_command(opcode);

	return row ? row->name : NULL;
}

const char *kin_mgmt_event_name(uint16_t event)
{
	const struct hci_event *row = hci_mgmt_event(event);

	return row ? row->name : NULL;
}

/* Core specification, volume 1, part F. */
static const char *const statuses[] = {
	"Success",
	"Unknown HCI Command",
	"Unknown Connection Identifier",
	"Hardware Failure",
	"Page Timeout",
	"Authentication Failure",
	"PIN or Key Missing",
	"Memory Capacity Exceeded",
	"Connection Timeout",
	"Connection Limit Exceeded",
	"Synchronous Connection Limit to a Device Exceeded",
	"Connection Already Exists",
	"Command Disallowed",
	"Connection Rejected due to Limited Resources",
	"Connection Rejected due to Security Reasons",
	"Connection Rejected due to Unacceptable BD_ADDR",
	"Connection Accept Timeout Exceeded",
	"Unsupported Feature or Parameter Value",
	"Invalid HCI Command Parameters",
	"Remote User Terminated Connection",
	"Remote Device Terminated due to Low Resources",
	"Remote Device Terminated due to Power Off",
	"Connection Terminated By Local Host",
	"Repeated Attempts",
	"Pairing Not Allowed",
	"Unknown LMP PDU",
	"Unsupported Remote Feature",
	"SCO Offset Rejected",
	"SCO Interval Rejected",
	"SCO Air Mode Rejected",
	"Invalid LMP or LL Parameters",
	"Unspecified Error",
	"Unsupported LMP or LL Parameter Value",
	"Role Change Not Allowed",
	"LMP or LL Response Timeout",
	"LMP or LL Error Transaction Collision",
	"LMP PDU Not Allowed",
	"Encryption Mode Not Acceptable",
	"Link Key cannot be Changed",
	"Requested QoS Not Supported",
	"Instant Passed",
	"Pairing with Unit Key Not Supported",
	"Different Transaction Collision",
	"Reserved 0x2B",
	"QoS Unacceptable Parameter",
	"QoS Rejected",
	"Channel Classification Not Supported",
	"Insufficient Security",
	"Parameter Out of Mandatory Range",
	"Reserved 0x31",
	"Role Switch Pending",
	"Reserved 0x33",
	"Reserved Slot Violation",
	"Role Switch Failed",
	"Extended Inquiry Response Too Large",
	"Simple Pairing Not Supported by Host",
	"Host Busy - Pairing",
	"Connection Rejected - No Suitable Channel Found",
	"Controller Busy",
	"Unacceptable Connection Parameters",
	"Advertising Timeout",
	"Connection Terminated due to MIC Failure",
	"Connection Failed to be Established",
	"MAC Connection Failed",
	"Coarse Clock Adjustment Rejected",
	"Type0 Submap Not Defined",
	"Unknown Advertising Identifier",
	"Limit Reached",
	"Operation Cancelled by Host",
	"Packet Too Long",
	"Too Late",
	"Too Early",
	"Insufficient Channels",
};

const char *kin_hci_status_text(uint8_t status)
{
	return status < sizeof(statuses) / sizeof(*statuses) ? statuses[status] : "Unknown Status";
}

struct kind {
	unsigned kind;
	const char *name;
	enum kin_direction direction;
};

static const struct kind kinds[] = {
	{KIN_HCI_NEW_INDEX, "new-index", KIN_DIRECTION_UNKNOWN},
	{KIN_HCI_DEL_INDEX, "del-index", KIN_DIRECTION_UNKNOWN},
	{KIN_HCI_COMMAND, "command", KIN_DIRECTION_SENT},
	{KIN_HCI_EVENT, "event", KIN_DIRECTION_RECEIVED},
	{KIN_HCI_ACL_TX, "acl", KIN_DIRECTION_SENT},
	{KIN_HCI_ACL_RX, "acl", KIN_DIRECTION_RECEIVED},
	{KIN_HCI_SCO_TX, "sco", KIN_DIRECTION_SENT},
	{KIN_HCI_SCO_RX, "sco", KIN_DIRECTION_RECEIVED},
	{KIN_HCI_OPEN_INDEX, "open-index", KIN_DIRECTION_UNKNOWN},
	{KIN_HCI_CLOSE_INDEX, "close-index", KIN_DIRECTION_UNKNOWN},
	{KIN_HCI_INDEX_INFO, "index-info", KIN_DIRECTION_UNKNOWN},
	{KIN_HCI_VENDOR_DIAG, "vendor-diag", KIN_DIRECTION_UNKNOWN},
	{KIN_HCI_SYSTEM_NOTE, "system-note", KIN_DIRECTION_UNKNOWN},
	{KIN_HCI_USER_LOGGING, "user-logging", KIN_DIRECTION_UNKNOWN},
	{KIN_HCI_CTRL_OPEN, "ctrl-open", KIN_DIRECTION_UNKNOWN},
	{KIN_HCI_CTRL_CLOSE, "ctrl-close", KIN_DIRECTION_UNKNOWN},
	{KIN_HCI_CTRL_COMMAND, "mgmt-command", KIN_DIRECTION_UNKNOWN},
	{KIN_HCI_CTRL_EVENT, "mgmt-event", KIN_DIRECTION_UNKNOWN},
	{KIN_HCI_ISO_TX, "iso", KIN_DIRECTION_SENT},
	{KIN_HCI_ISO_RX, "iso", KIN_DIRECTION_RECEIVED},
	{KIN_HCI_MGMT, "mgmt-event", KIN_DIRECTION_UNKNOWN},
};

static const struct kind *find_kind(unsigned kind)
{
	for (unsigned i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (kinds[i].kind == kind)
			return &kinds[i];
	return NULL;
}

const char *kin_hci_kind_name(unsigned kind)
{
	const struct kind *row = find_kind(kind);

	return row ? row->name : "unknown";
}

enum kin_direction kin_hci_kind_direction(unsigned kind)
{
	const struct kind *row = find_kind(kind);

	return row ? row->direction : KIN_DIRECTION_UNKNOWN;
}

const char *hci_psm_name(uint16_t psm)
{
	static const struct {
		uint16_t psm;
		const char *name;
	} psms[] = {
		{0x0001, "SDP"},
		{0x0003, "RFCOMM"},
		{0x0005, "TCS-BIN"},
		{0x0007, "TCS-BIN-CORDLESS"},
		{0x000F, "BNEP"},
		{0x0011, "HID Control"},
		{0x0013, "HID Interrupt"},
		{0x0015, "UPnP"},
		{0x0017, "AVCTP"},
		{0x0019, "AVDTP"},
		{0x001B, "AVCTP Browsing"},
		{0x001D, "UDI C-Plane"},
		{0x001F, "ATT"},
		{0x0021, "3DSP"},
		{0x0023, "IPSP"},
		{0x0025, "OTS"},
		{0x0027, "EATT"},
	};

	for (unsigned i = 0; i < sizeof(psms) / sizeof(*psms); i++)
		if (psms[i].psm == psm)
			return psms[i].name;
	return NULL;
}
