/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes over the channels of L2CAP: ATT, SMP, SDP and RFCOMM. */
#include "decoder.h"
#include "fields.h"
#include "names.h"

#include <string.h>

/* Core specification, volume 3, part F, 3.4. */
#define ATT_ERROR                                                                                  \
	"error:u1(1=Invalid_Handle|2=Read_Not_Permitted|3=Write_Not_Permitted|4=Invalid_PDU|"      \
	"5=Insufficient_Authentication|6=Request_Not_Supported|7=Invalid_Offset|"                  \
	"8=Insufficient_Authorization|9=Prepare_Queue_Full|10=Attribute_Not_Found|"                \
	"11=Attribute_Not_Long|12=Insufficient_Encryption_Key_Size|13=Invalid_Value_Length|"       \
	"14=Unlikely_Error|15=Insufficient_Encryption|16=Unsupported_Group_Type|"                  \
	"17=Insufficient_Resources|18=Database_Out_Of_Sync|19=Value_Not_Allowed)"
#define RANGE "first:x2 last:x2"

static const struct hci_event att[] = {
	{0x01, "Error Response", "request:x1 handle:x2 " ATT_ERROR},
	{0x02, "Exchange MTU Request", "mtu:u2"},
	{0x03, "Exchange MTU Response", "mtu:u2"},
	{0x04, "Find Information Request", RANGE},
	{0x05, "Find Information Response", "format:u1(1=16-bit|2=128-bit) information:b"},
	{0x06, "Find By Type Value Request", RANGE " type:w2 value:b"},
	{0x07, "Find By Type Value Response", "handles:{" RANGE "}"},
	{0x08, "Read By Type Request", RANGE " type:w"},
	{0x09, "Read By Type Response", "length:u1 values:b"},
	{0x0A, "Read Request", "handle:x2"},
	{0x0B, "Read Response", "value:b"},
	{0x0C, "Read Blob Request", "handle:x2 offset:u2"},
	{0x0D, "Read Blob Response", "value:b"},
	{0x0E, "Read Multiple Request", "handles:x2+"},
	{0x0F, "Read Multiple Response", "values:b"},
	{0x10, "Read By Group Type Request", RANGE " type:w"},
	{0x11, "Read By Group Type Response", "length:u1 values:b"},
	{0x12, "Write Request", "handle:x2 value:b"},
	{0x13, "Write Response", ""},
	{0x16, "Prepare Write Request", "handle:x2 offset:u2 value:b"},
	{0x17, "Prepare Write Response", "handle:x2 offset:u2 value:b"},
	{0x18, "Execute Write Request", "flags:u1(cancel|write)"},
	{0x19, "Execute Write Response", ""},
	{0x1B, "Handle Value Notification", "handle:x2 value:b"},
	{0x1D, "Handle Value Indication", "handle:x2 value:b"},
	{0x1E, "Handle Value Confirmation", ""},
	{0x20, "Read Multiple Variable Request", "handles:x2+"},
	{0x21, "Read Multiple Variable Response", "values:L+"},
	{0x23, "Multiple Handle Value Notification", "values:{handle:x2 value:L}"},
	{0x52, "Write Command", "handle:x2 value:b"},
	{0xD2, "Signed Write Command", "handle:x2 value_and_signature:b"},
	{},
};

/* Core specification, volume 3, part H, 3.5. */
#define PAIRING                                                                                    \
	"io_capability:u1(DisplayOnly|DisplayYesNo|KeyboardOnly|NoInputNoOutput|KeyboardDisplay) " \
	"oob_data:u1(no|yes) " AUTH " max_key_size:u1 initiator_keys:x1[LTK|IRK|CSRK|link_key] "   \
	"responder_keys:x1[LTK|IRK|CSRK|link_key]"
#define AUTH "authentication:x1[bonding||MITM|SC|keypress|CT2]"

static const struct hci_event smp[] = {
	{0x01, "Pairing Request", PAIRING},
	{0x02, "Pairing Response", PAIRING},
	{0x03, "Pairing Confirm", "confirm:b16"},
	{0x04, "Pairing Random", "random:b16"},
	{0x05, "Pairing Failed",
	 "reason:u1(1=Passkey_Entry_Failed|2=OOB_Not_Available|3=Authentication_Requirements|"
	 "4=Confirm_Value_Failed|5=Pairing_Not_Supported|6=Encryption_Key_Size|"
	 "7=Command_Not_Supported|8=Unspecified_Reason|9=Repeated_Attempts|10=Invalid_Parameters|"
	 "11=DHKey_Check_Failed|12=Numeric_Comparison_Failed|13=BR/EDR_Pairing_In_Progress|"
	 "14=Cross-transport_Key_Not_Allowed|15=Key_Rejected)"},
	{0x06, "Encryption Information", "long_term_key:b16"},
	{0x07, "Central Identification", "diversifier:x2 random:x8"},
	{0x08, "Identity Information", "irk:b16"},
	{0x09, "Identity Address Information", "address_type:u1(public|random) address:a"},
	{0x0A, "Signing Information", "csrk:b16"},
	{0x0B, "Security Request", AUTH},
	{0x0C, "Pairing Public Key", "x:b32 y:b32"},
	{0x0D, "Pairing DHKey Check", "check:b16"},
	{0x0E, "Pairing Keypress Notification",
	 "type:u1(started|digit_entered|digit_erased|cleared|completed)"},
	{},
};

/* Core specification, volume 3, part B, 4.4; these numbers have their first byte first. */
#define SDP "transaction:U2 length:U2"

static const struct hci_event sdp[] = {
	{0x01, "Error Response",
	 SDP " error:U2(1=Unsupported_Version|2=Invalid_Handle|3=Invalid_Syntax|4=Invalid_PDU_Size|"
	     "5=Invalid_Continuation_State|6=Insufficient_Resources)"},
	{0x02, "Service Search Request", SDP " parameters:b"},
	{0x03, "Service Search Response", SDP " total:U2 count:U2 handles:b"},
	{0x04, "Service Attribute Request", SDP " record:X4 max_bytes:U2 parameters:b"},
	{0x05, "Service Attribute Response", SDP " bytes:U2 attributes:b"},
	{0x06, "Service Search Attribute Request", SDP " parameters:b"},
	{0x07, "Service Search Attribute Response", SDP " bytes:U2 attributes:b"},
	{},
};

static const struct hci_event *find(const struct hci_event *rows, uint8_t code)
{
	while (rows->name && rows->code != code)
		rows++;
	return rows->name ? rows : NULL;
}

/* A PDU whose first byte says what it is. */
static void put_coded(struct emit *e, const struct hci_event *rows, const char *key,
		      const char *label, const uint8_t *data, size_t len)
{
	const struct hci_event *row = len ? find(rows, data[0]) : NULL;

	if (len == 0) {
		emit_section(e, key, label, "Empty");
		emit_section_end(e);
		return;
	}
	emit_section(e, key, label, row ? row->name : "Unknown");
	if (e->json || !row)
		emit_hex(e, "code", data[0], 2);
	fields_put(e, row ? row->fields : NULL, data + 1, len - 1);
	emit_section_end(e);
}

void att_put(struct emit *e, const uint8_t *data, size_t len)
{
	put_coded(e, att, "att", "ATT", data, len);
}

void smp_put(struct emit *e, const uint8_t *data, size_t len)
{
	put_coded(e, smp, "smp", "SMP", data, len);
}

void sdp_put(struct emit *e, const uint8_t *data, size_t len)
{
	put_coded(e, sdp, "sdp", "SDP", data, len);
}

/* ---- RFCOMM: TS 07.10 of ETSI, and the specification of RFCOMM with TS 07.10 ---- */

enum { POLL_FINAL = 0x10, UIH = 0xEF };

/* Frames, by their control byte without the poll or final bit. */
static const struct hci_event frames[] = {
	{0x2F, "SABM", NULL},
	{0x63, "UA", NULL},
	{0x0F, "DM", NULL},
	{0x43, "DISC", NULL},
	{UIH, "UIH", NULL},
	{0x03, "UI", NULL},
	{},
};

/* Commands of the multiplexer, by the upper six bits of their first byte. */
static const struct hci_event commands[] = {
	{0x04, "Non Supported Command", "type:x1"},
	{0x08, "Test", "data:b"},
	{0x10, "Power Saving Control", NULL},
	{0x14, "Remote Line Status", "dlci:x1 status:x1"},
	{0x18, "Flow Control Off", ""},
	{0x20, "Parameter Negotiation",
	 "dlci:u1 convergence:x1 priority:u1 timer:u1 frame_size:u2 retransmissions:u1 credits:u1"},
	{0x24, "Remote Port Negotiation", NULL},
	{0x28, "Flow Control On", ""},
	{0x30, "Close Down", ""},
	{0x34, "Service Negotiation", NULL},
	{0x38, "Modem Status", "dlci:x1 signals:x1[1=FC|2=RTC|3=RTR|6=IC|7=DV]"},
	{},
};

/* One or two bytes. False: they are not there. */
static bool read_length(const uint8_t **data, size_t *len, unsigned *ret_length)
{
	size_t n = *len && ((*data)[0] & 1) ? 1 : 2;

	if (*len < n)
		return false;
	*ret_length = (unsigned)(*data)[0] >> 1 | (n == 2 ? (unsigned)(*data)[1] << 7 : 0);
	*data += n;
	*len -= n;
	return true;
}

static void put_command(struct emit *e, const uint8_t *data, size_t len)
{
	const struct hci_event *row = len ? find(commands, data[0] >> 2) : NULL;
	bool command = len && data[0] & 2;
	unsigned length;

	if (len == 0)
		return;
	emit_section(e, "multiplexer", "", row ? row->name : "Unknown Command");
	emit_word(e, "kind", command ? "command" : "response");
	data++;
	len--;
	if (!read_length(&data, &len, &length)) {
		emit_bool(e, "truncated", true);
	} else {
		/* The byte behind all is the frame's checksum. */
		fields_put(e, row ? row->fields : NULL, data, len < length ? len : length);
		if (len < length)
			emit_bool(e, "truncated", true);
	}
	emit_section_end(e);
}

void rfcomm_put(struct emit *e, const uint8_t *data, size_t len)
{
	const struct hci_event *row = len > 1 ? find(frames, data[1] & ~POLL_FINAL) : NULL;
	unsigned dlci, length = 0;
	bool credits;

	emit_section(e, "rfcomm", "RFCOMM", row ? row->name : "Malformed");
	if (!row) {
		emit_bytes(e, "data", data, len);
		emit_section_end(e);
		return;
	}
	dlci = data[0] >> 2;
	emit_unsigned(e, "dlci", dlci);
	emit_bool(e, "poll", data[1] & POLL_FINAL);
	/* With the specification's flow control by credits. */
	credits = (data[1] & ~POLL_FINAL) == UIH && data[1] & POLL_FINAL && dlci != 0;
	data += 2;
	len -= 2;
	if (!read_length(&data, &len, &length) || (credits && len == 0)) {
		emit_bool(e, "truncated", true);
		emit_section_end(e);
		return;
	}
	emit_unsigned(e, "length", length);
	if (credits) {
		emit_unsigned(e, "credits", data[0]);
		data++;
		len--;
	}
	if (dlci == 0 && length > 0)
		put_command(e, data, len < length ? len : length);
	else if (length > 0)
		emit_bytes(e, "data", data, len < length ? len : length);
	if (len < length)
		emit_bool(e, "truncated", true);
	emit_section_end(e);
}
