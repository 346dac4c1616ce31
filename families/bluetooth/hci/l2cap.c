/* SPDX-License-Identifier: GPL-2.0-or-later */
/* PDUs of L2CAP: which channel they are of, and what its signals say of the other channels. */
#include "decoder.h"
#include "fields.h"
#include "names.h"

#include <string.h>

/* Fixed channels. */
enum {
	CID_SIGNALLING = 1,
	CID_CONNECTIONLESS = 2,
	CID_ATT = 4,
	CID_LE_SIGNALLING = 5,
	CID_SMP = 6,
	CID_SMP_BREDR = 7,
};

enum { PSM_SDP = 0x01, PSM_RFCOMM = 0x03, PSM_ATT = 0x1F };

/* Signals that tell what channels are for. */
enum {
	CONNECTION_REQUEST = 0x02,
	CONNECTION_RESPONSE = 0x03,
	CONFIGURE_REQUEST = 0x04,
	CONFIGURE_RESPONSE = 0x05,
	DISCONNECTION_RESPONSE = 0x07,
	LE_CONNECTION_REQUEST = 0x14,
	LE_CONNECTION_RESPONSE = 0x15,
	ENHANCED_CONNECTION_REQUEST = 0x17,
	ENHANCED_CONNECTION_RESPONSE = 0x18,
};

#define RESULT                                                                                     \
	"result:u2(success|pending|refused:_PSM|refused:_security|refused:_no_resources|5="        \
	"refused:_"                                                                                \
	"controller|6=refused:_invalid_source_CID|7=refused:_source_CID_taken)"
#define LE_RESULT                                                                                  \
	"result:u2(success|2=refused:_PSM|4=refused:_no_resources|5=refused:_authentication|"      \
	"6=refused:_authorization|7=refused:_key_size|8=refused:_encryption|"                      \
	"9=refused:_invalid_source_CID|10=refused:_source_CID_taken|"                              \
	"11=refused:_unacceptable_parameters|12=refused:_invalid_parameters|13=pending|"           \
	"14=pending:_authentication|15=pending:_authorization)"
#define CONFIGURED "result:u2(success|unacceptable|rejected|unknown_options|pending|flow_rejected)"

/* Core specification, volume 3, part A, chapter 4. */
static const struct hci_event signals[] = {
	{0x01, "Command Reject", "reason:u2(not_understood|MTU_exceeded|invalid_CID) data:b"},
	{CONNECTION_REQUEST, "Connection Request", "psm:p source_cid:u2"},
	{CONNECTION_RESPONSE, "Connection Response",
	 "destination_cid:u2 source_cid:u2 " RESULT
	 " status:u2(none|authentication_pending|authorization_pending)"},
	{CONFIGURE_REQUEST, "Configure Request", "destination_cid:u2 flags:x2[continues]"},
	{CONFIGURE_RESPONSE, "Configure Response", "source_cid:u2 flags:x2[continues] " CONFIGURED},
	{0x06, "Disconnection Request", "destination_cid:u2 source_cid:u2"},
	{DISCONNECTION_RESPONSE, "Disconnection Response", "destination_cid:u2 source_cid:u2"},
	{0x08, "Echo Request", "data:b"},
	{0x09, "Echo Response", "data:b"},
	{0x0A, "Information Request",
	 "type:u2(1=connectionless_MTU|2=extended_features|3=fixed_channels)"},
	{0x0B, "Information Response",
	 "type:u2(1=connectionless_MTU|2=extended_features|3=fixed_channels) "
	 "result:u2(success|not_supported) data:b"},
	{0x0C, "Create Channel Request", "psm:p source_cid:u2 controller_id:u1"},
	{0x0D, "Create Channel Response", "destination_cid:u2 source_cid:u2 " RESULT " status:u2"},
	{0x0E, "Move Channel Request", "initiator_cid:u2 controller_id:u1"},
	{0x0F, "Move Channel Response", "initiator_cid:u2 result:u2"},
	{0x10, "Move Channel Confirmation", "initiator_cid:u2 result:u2"},
	{0x11, "Move Channel Confirmation Response", "initiator_cid:u2"},
	{0x12, "Connection Parameter Update Request",
	 "min_interval:u2*1250 max_interval:u2*1250 latency:u2 timeout:u2*10000"},
	{0x13, "Connection Parameter Update Response", "result:u2(accepted|rejected)"},
	{LE_CONNECTION_REQUEST, "LE Connection Request",
	 "psm:p source_cid:u2 mtu:u2 mps:u2 credits:u2"},
	{LE_CONNECTION_RESPONSE, "LE Connection Response",
	 "destination_cid:u2 mtu:u2 mps:u2 credits:u2 " LE_RESULT},
	{0x16, "LE Flow Control Credit", "cid:u2 credits:u2"},
	{ENHANCED_CONNECTION_REQUEST, "Enhanced Credit Connection Request",
	 "psm:p mtu:u2 mps:u2 credits:u2 source_cids:u2+"},
	{ENHANCED_CONNECTION_RESPONSE, "Enhanced Credit Connection Response",
	 "mtu:u2 mps:u2 credits:u2 " LE_RESULT " destination_cids:u2+"},
	{0x19, "Enhanced Credit Reconfigure Request", "mtu:u2 mps:u2 destination_cids:u2+"},
	{0x1A, "Enhanced Credit Reconfigure Response",
	 "result:u2(success|MTU_reduced|MPS_reduced|invalid_CID|unacceptable)"},
	{},
};

/* Options of configure requests and responses: chapter 5. */
static const struct hci_event options[] = {
	{0x01, "MTU", "-mtu:u2"},
	{0x02, "Flush Timeout", "-timeout_ms:u2"},
	{0x03, "QoS",
	 "flags:x1 service:u1(none|best_effort|guaranteed) token_rate:u4 token_bucket:u4 "
	 "peak_bandwidth:u4 latency_us:u4 delay_variation_us:u4"},
	{0x04, "Mode",
	 "-mode:u1(basic|retransmission|flow_control|enhanced_retransmission|streaming) "
	 "tx_window:u1 max_transmit:u1 retransmission_timeout_ms:u2 monitor_timeout_ms:u2 mps:u2"},
	{0x05, "FCS", "-fcs:u1(none|16-bit)"},
	{0x06, "Extended Flow Specification",
	 "identifier:u1 service:u1(none|best_effort|guaranteed) max_sdu:u2 interarrival_us:u4 "
	 "latency_us:u4 flush_timeout_us:u4"},
	{0x07, "Extended Window Size", "-window:u2"},
	{},
};

/* Nobody has more options: what is behind these is told as bytes. */
enum { OPTION_MODE = 4, OPTION_HINT = 0x80, OPTIONS = 32 };

static const struct hci_event *find(const struct hci_event *rows, uint8_t code)
{
	while (rows->name && rows->code != code)
		rows++;
	return rows->name ? rows : NULL;
}

static uint16_t u16(const uint8_t *data)
{
	return (uint16_t)(data[0] | data[1] << 8);
}

/* ---- What signals say of other channels ---- */

/* Where a signal goes to, and what it says. */
struct signal {
	struct kin_hci_decoder *decoder;
	struct link *link;
	bool sent;
	uint8_t code, ident;
	const uint8_t *data;
	size_t len;
};

static void add_channel(const struct signal *s, bool sent, uint16_t cid, uint16_t psm, bool credits)
{
	channel_add(s->decoder, s->link, sent, cid, psm)->credit_based = credits;
}

/* The answer is given to who has the source: that one receives by its own number for it. */
static void learn_connection(const struct signal *s)
{
	struct channel *asked;

	if (s->code == CONNECTION_REQUEST && s->len >= 4) {
		add_channel(s, !s->sent, u16(s->data + 2), u16(s->data), false);
	} else if (s->code == CONNECTION_RESPONSE && s->len >= 6 && u16(s->data + 4) == 0) {
		asked = channel_find(s->decoder, s->link, s->sent, u16(s->data + 2));
		if (asked)
			add_channel(s, !s->sent, u16(s->data), asked->psm, false);
	} else if (s->code == DISCONNECTION_RESPONSE && s->len >= 4) {
		channel_remove(s->decoder, s->link, !s->sent, u16(s->data));
		channel_remove(s->decoder, s->link, s->sent, u16(s->data + 2));
	}
}

/* Answers about channels with credits do not repeat what was asked. */
static void learn_credit_request(const struct signal *s, size_t first_cid)
{
	struct link *link = s->link;
	unsigned i = link->n_requests[s->sent]++ % REQUESTS;

	link->requests[s->sent][i] = (struct request){s->ident, u16(s->data)};
	for (size_t at = first_cid; at + 2 <= s->len; at += 2) {
		add_channel(s, !s->sent, u16(s->data + at), u16(s->data), true);
		if (s->code == LE_CONNECTION_REQUEST)
			break;
	}
}

static void learn_credit_response(const struct signal *s, size_t first_cid)
{
	struct request *request = s->link->requests[!s->sent], *end = request + REQUESTS;

	while (request < end && (request->psm == 0 || request->ident != s->ident))
		request++;
	if (request == end)
		return;
	for (size_t at = first_cid; at + 2 <= s->len; at += 2) {
		if (u16(s->data + at))
			add_channel(s, !s->sent, u16(s->data + at), request->psm, true);
		if (s->code == LE_CONNECTION_RESPONSE)
			break;
	}
	request->psm = 0;
}

static void learn(const struct signal *s)
{
	if (s->code == LE_CONNECTION_REQUEST && s->len >= 4)
		learn_credit_request(s, 2);
	else if (s->code == LE_CONNECTION_RESPONSE && s->len >= 2)
		learn_credit_response(s, 0);
	else if (s->code == ENHANCED_CONNECTION_REQUEST && s->len >= 10)
		learn_credit_request(s, 8);
	else if (s->code == ENHANCED_CONNECTION_RESPONSE && s->len >= 10)
		learn_credit_response(s, 8);
	else
		learn_connection(s);
}

static void learn_mode(const struct signal *s, uint8_t mode)
{
	struct channel *c =
		s->len < 2 ? NULL : channel_find(s->decoder, s->link, s->sent, u16(s->data));

	/* A request names the channel by the number that its receiver gave it. */
	if (c && s->code == CONFIGURE_REQUEST)
		c->mode = mode;
}

/* ---- Signals ---- */

static void put_options(struct emit *e, const struct signal *s, size_t at)
{
	emit_list(e, "options");
	for (unsigned i = 0; i < OPTIONS && at + 2 <= s->len; i++) {
		uint8_t type = s->data[at] & ~OPTION_HINT;
		size_t len = s->data[at + 1];
		const struct hci_event *row = find(options, type);

		at += 2;
		if (len > s->len - at)
			len = s->len - at;
		emit_object(e, NULL);
		emit_head(e, "type", row ? row->name : "Unknown");
		if (!row)
			emit_unsigned(e, "number", type);
		fields_put(e, row ? row->fields : NULL, s->data + at, len);
		emit_object_end(e);
		if (type == OPTION_MODE && len > 0)
			learn_mode(s, s->data[at]);
		at += len;
	}
	emit_list_end(e);
	if (at < s->len)
		emit_bytes(e, "extra", s->data + at, s->len - at);
}

static void put_signal(struct emit *e, const struct signal *s)
{
	const struct hci_event *row = find(signals, s->code);
	size_t taken;

	emit_section(e, "signal", "L2CAP", row ? row->name : "Unknown Signal");
	if (e->json || !row)
		emit_hex(e, "code", s->code, 2);
	emit_unsigned(e, "ident", s->ident);
	if (s->code == CONFIGURE_REQUEST || s->code == CONFIGURE_RESPONSE) {
		taken = fields_put_some(e, row->fields, s->data, s->len);
		put_options(e, s, taken);
	} else {
		fields_put(e, row ? row->fields : NULL, s->data, s->len);
	}
	emit_section_end(e);
	learn(s);
}

/* More than one may be in a PDU. */
static void put_signals(struct kin_hci_decoder *decoder, struct emit *e, struct link *link,
			bool sent, const uint8_t *data, size_t len)
{
	size_t at = 0;

	if (e->json)
		emit_list(e, "signals");
	while (len - at >= 4) {
		struct signal s = {
			.decoder = decoder,
			.link = link,
			.sent = sent,
			.code = data[at],
			.ident = data[at + 1],
			.data = data + at + 4,
			.len = u16(data + at + 2),
		};

		at += 4;
		if (s.len > len - at)
			s.len = len - at;
		if (e->json)
			emit_object(e, NULL);
		put_signal(e, &s);
		if (e->json)
			emit_object_end(e);
		at += s.len;
	}
	if (e->json)
		emit_list_end(e);
	if (at < len)
		emit_bytes(e, "extra", data + at, len - at);
}

/* ---- Data ---- */

/* The control field of enhanced retransmission and streaming mode: 3.3.2. */
static void put_control(struct emit *e, unsigned control)
{
	static const char *const supervisory[] = {"RR", "REJ", "RNR", "SREJ"};
	static const char *const segments[] = {"unsegmented", "start", "end", "middle"};

	emit_section(e, "control", "", control & 1 ? supervisory[control >> 2 & 3] : "I-frame");
	if (!(control & 1)) {
		emit_unsigned(e, "tx_sequence", control >> 1 & 0x3F);
		emit_word(e, "segment", segments[control >> 14]);
	} else {
		emit_bool(e, "poll", control & 0x10);
	}
	emit_unsigned(e, "request_sequence", control >> 8 & 0x3F);
	emit_bool(e, "final", control & 0x80);
	emit_section_end(e);
}

static void put_plain(struct emit *e, const uint8_t *data, size_t len)
{
	if (len > 0)
		emit_bytes(e, "data", data, len);
}

typedef void put_protocol(struct emit *e, const uint8_t *data, size_t len);

static put_protocol *find_protocol(uint16_t psm)
{
	switch (psm) {
	case PSM_SDP:
		return sdp_put;
	case PSM_RFCOMM:
		return rfcomm_put;
	case PSM_ATT:
		return att_put;
	default:
		return NULL;
	}
}

static void put_dynamic(struct emit *e, const struct channel *c, const uint8_t *data, size_t len)
{
	const char *name = hci_psm_name(c->psm);
	bool segmented = c->mode == ENHANCED || c->mode == STREAMING;
	put_protocol *put = segmented || c->credit_based ? NULL : find_protocol(c->psm);

	if (name && (e->json || !put))
		emit_word(e, "psm", name);
	else if (!name)
		emit_unsigned(e, "psm", c->psm);
	if (put) {
		put(e, data, len);
	} else if (segmented && len >= 2) {
		put_control(e, u16(data));
		put_plain(e, data + 2, len - 2);
	} else {
		put_plain(e, data, len);
	}
}

void l2cap_put(struct kin_hci_decoder *decoder, struct emit *e, struct link *link, bool sent,
	       const uint8_t *data, size_t len)
{
	uint16_t cid = u16(data + 2);
	size_t pdu_len = u16(data);
	const struct channel *c;

	data += L2CAP_HEADER;
	len -= L2CAP_HEADER;
	emit_unsigned(e, "cid", cid);
	if (e->json)
		emit_unsigned(e, "pdu_length", pdu_len);
	if (cid == CID_SIGNALLING || cid == CID_LE_SIGNALLING) {
		put_signals(decoder, e, link, sent, data, len);
	} else if (cid == CID_CONNECTIONLESS) {
		fields_put(e, "psm:p data:b", data, len);
	} else if (cid == CID_ATT) {
		att_put(e, data, len);
	} else if (cid == CID_SMP || cid == CID_SMP_BREDR) {
		smp_put(e, data, len);
	} else {
		c = channel_find(decoder, link, sent, cid);
		if (c)
			put_dynamic(e, c, data, len);
		else
			put_plain(e, data, len);
	}
	if (len < pdu_len)
		emit_bool(e, "cut", true);
}
