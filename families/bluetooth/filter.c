/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter=event+acl, filter=event:0x0e+event:0x0f+opcode:0x0c03: which packets a raw socket of HCI
 * is given. At first it is given none.
 */
#include "internal.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

/* The packets of the transport (H4), and how the kernel's mask has them. */
static const struct kin_name types[] = {
	{"command", HCI_COMMAND_PKT},
	{"acl", HCI_ACLDATA_PKT},
	{"sco", HCI_SCODATA_PKT},
	{"event", HCI_EVENT_PKT},
	{"iso", HCI_ISODATA_PKT},
	{"vendor", 0},
	{},
};

/* The kernel counts the event of vendors (255) as the last of its mask. */
enum { EVENT_BIT = 1 << HCI_EVENT_PKT, VENDOR_BIT = 63, HCI_VENDOR_EVENT = 255 };

#define ALL_TYPES                                                                                  \
	(1U << 0 | 1U << HCI_COMMAND_PKT | 1U << HCI_ACLDATA_PKT | 1U << HCI_SCODATA_PKT |         \
	 EVENT_BIT | 1U << HCI_ISODATA_PKT)

struct filter {
	uint32_t types;
	uint64_t events;
	uint16_t opcode;
};

int kin_hci_set_filter(struct kin_sock *sock, uint32_t type_mask, uint64_t event_mask,
		       uint16_t opcode)
{
	struct hci_filter filter = {
		.type_mask = type_mask,
		.event_mask = {(uint32_t)event_mask, (uint32_t)(event_mask >> 32)},
		.opcode = htole16(opcode),
	};

	KIN_NEED(sock);
	return kin_setsockopt(sock, SOL_HCI, HCI_FILTER, &filter, sizeof(filter));
}

int kin_hci_filter(const struct kin_sock *sock, uint32_t *ret_type_mask, uint64_t *ret_event_mask,
		   uint16_t *ret_opcode)
{
	struct hci_filter filter;
	socklen_t len = sizeof(filter);
	int r;

	KIN_NEED(sock);
	r = kin_getsockopt(sock, SOL_HCI, HCI_FILTER, &filter, &len);
	if (r < 0)
		return r;
	if (ret_type_mask)
		*ret_type_mask = filter.type_mask;
	if (ret_event_mask)
		*ret_event_mask = filter.event_mask[0] | (uint64_t)filter.event_mask[1] << 32;
	if (ret_opcode)
		*ret_opcode = le16toh(filter.opcode);
	return 0;
}

/* One word: a type, "all", "none", "event:NUMBER" or "opcode:NUMBER". */
static int read_word(const char *word, struct filter *filter)
{
	int64_t number;
	int r;

	if (strncmp(word, "event:", 6) == 0) {
		r = kin_parse_int(word + 6, "event", 0, UINT8_MAX, &number);
		if (r == 0 && number >= VENDOR_BIT && number != HCI_VENDOR_EVENT)
			return kin_fail(EINVAL, "filter event:%d: a mask has those of 0-62 and 255",
					(int)number);
		filter->events |= r == 0 ? UINT64_C(1) << (number & 63) : 0;
		filter->types |= EVENT_BIT;
		return r;
	}
	if (strncmp(word, "opcode:", 7) == 0) {
		if (filter->opcode)
			return kin_fail(EINVAL, "filter: one opcode at most");
		r = kin_parse_int(word + 7, "opcode", 1, UINT16_MAX, &number);
		filter->opcode = r == 0 ? (uint16_t)number : 0;
		return r;
	}
	if (strcmp(word, "all") == 0) {
		filter->types |= ALL_TYPES;
		return 0;
	}
	for (const struct kin_name *type = types; type->name; type++)
		if (strcmp(type->name, word) == 0) {
			filter->types |= 1U << type->value;
			return 0;
		}
	return kin_fail(EINVAL,
			"filter %s is not all, none, command, acl, sco, event, iso, vendor, "
			"event:NUMBER or opcode:NUMBER",
			word);
}

static int read_filter(const char *text, struct filter *filter)
{
	char word[32];
	int r = 0;

	*filter = (struct filter){0};
	if (strcmp(text, "none") == 0)
		return 0;
	for (const char *at = text; at && r == 0;) {
		size_t len = strcspn(at, "+");

		if (len >= sizeof(word))
			return kin_fail(EINVAL, "filter: \"%.*s\" is no part of one",
					(int)(len < 64 ? len : 64), at);
		memcpy(word, at, len);
		word[len] = '\0';
		at = at[len] ? at + len + 1 : NULL;
		r = read_word(word, filter);
	}
	if (r == 0 && filter->opcode)
		filter->types |= EVENT_BIT;
	/* No event is named: all are meant. */
	if (filter->types & EVENT_BIT && filter->events == 0)
		filter->events = UINT64_MAX;
	return r;
}

static void put_filter(const struct filter *filter, struct kin_buf *out)
{
	bool some = filter->events != UINT64_MAX && filter->types & EVENT_BIT;
	const char *sep = "";

	if (filter->types == 0)
		kin_buf_puts(out, "none");
	for (const struct kin_name *type = types; type->name; type++) {
		if (!(filter->types & 1U << type->value) || (type->value == HCI_EVENT_PKT && some))
			continue;
		kin_buf_printf(out, "%s%s", sep, type->name);
		sep = "+";
	}
	for (unsigned i = 0; some && i < 64; i++) {
		if (!(filter->events >> i & 1))
			continue;
		kin_buf_printf(out, "%sevent:%u", sep, i == VENDOR_BIT ? HCI_VENDOR_EVENT : i);
		sep = "+";
	}
	if (filter->opcode)
		kin_buf_printf(out, "%sopcode:0x%04X", sep, filter->opcode);
}

int bluetooth_filter_check(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	struct filter filter;
	int r = read_filter(text, &filter);

	(void)opt;
	if (r == 0)
		put_filter(&filter, canonical);
	return r;
}

int bluetooth_filter_set(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	struct filter filter;
	int r = read_filter(text, &filter);

	(void)opt;
	return r < 0 ? r : kin_hci_set_filter(sock, filter.types, filter.events, filter.opcode);
}

int bluetooth_filter_get(struct kin_sock *sock, const struct kin_opt *opt, struct kin_buf *text)
{
	struct filter filter;
	int r = kin_hci_filter(sock, &filter.types, &filter.events, &filter.opcode);

	(void)opt;
	if (r == 0)
		put_filter(&filter, text);
	return r;
}
