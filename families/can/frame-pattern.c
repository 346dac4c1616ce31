/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which frames are meant: as a filter says it, by the content, or error frames.
 *
 *     123:7FF  123~7FF      as the option filter= (not for error frames)
 *     123  7xx  12345678    an identifier, whatever the content
 *     123#11xx  123#11*     an identifier and content, x any digit, * and whatever follows
 *     7xx#*  12345678#R     an identifier may have x as well; remote requests
 *     error  error:bus-off  error frames, of these classes
 */
#include <errno.h>
#include <string.h>

#include "internal.h"

/* What is kept in kin_pattern.state; the content lies in value, mask and len. */
struct __attribute__((may_alias)) frame_pattern {
	uint32_t id, mask; /* with the flags of an identifier that matter */
	uint32_t classes;  /* of an error frame; 0: no error frames */
	bool inverted;     /* everything but these identifiers */
	bool content;      /* is looked at */
	bool more;         /* may follow */
};

_Static_assert(sizeof(struct frame_pattern) <= sizeof(((struct kin_pattern *)0)->state),
	       "frame_pattern fits into kin_pattern.state");

static int parse_error(const char *text, struct frame_pattern *p)
{
	struct kin_opt row = {
		.name = "error",
		.type = KIN_OPT_FLAGS,
		.names = can_error_names,
	};
	union {
		uint32_t classes;
		unsigned char bytes[KIN_OPT_VALUE];
	} value;
	socklen_t len;
	int r;

	p->classes = CAN_ERR_MASK;
	if (*text == '\0')
		return 0;
	r = kin_opt_read(&row, text + 1, value.bytes, &len);
	if (r < 0)
		return r;
	if (value.classes == 0 || value.classes & ~CAN_ERR_MASK)
		return kin_fail(EINVAL, "error classes %#x are not in 1-%#x", value.classes,
				(unsigned)CAN_ERR_MASK);
	p->classes = value.classes;
	return 0;
}

/* Three digits or eight. */
static int parse_id(const char *text, size_t digits, struct frame_pattern *p)
{
	unsigned char value[4], mask[4];
	char even[9] = "0"; /* in front of three digits */
	bool extended = digits == 8;
	uint32_t most = extended ? CAN_EFF_MASK : CAN_SFF_MASK;
	ssize_t n;

	if (digits != 3 && digits != 8)
		return kin_fail(EINVAL, "%.48s: an identifier has 3 digits or 8, not %zu", text,
				digits);
	memcpy(even + !extended, text, digits);
	even[digits + !extended] = '\0';
	n = kin_parse_masked(even, "identifier", value, mask, sizeof(value));
	if (n < 0)
		return (int)n;
	for (ssize_t i = 0; i < n; i++) {
		p->id = p->id << 8 | value[i];
		p->mask = p->mask << 8 | mask[i];
	}
	if (p->id > most)
		return kin_fail(EINVAL, "%.48s: identifier %X is above %X", text, p->id, most);
	p->mask = (p->mask & most) | CAN_EFF_FLAG;
	p->id |= extended ? CAN_EFF_FLAG : 0;
	return 0;
}

static int parse_content(const char *text, struct kin_pattern *pattern, struct frame_pattern *p)
{
	char digits[2 * CANFD_MAX_DLEN + 2];
	size_t len = strlen(text);
	ssize_t n;

	if (strcmp(text, "R") == 0) {
		p->id |= CAN_RTR_FLAG;
		p->mask |= CAN_RTR_FLAG;
		return 0;
	}
	p->content = true;
	p->more = len > 0 && text[len - 1] == '*';
	len -= p->more;
	if (len > 2 * CANFD_MAX_DLEN)
		return kin_fail(EINVAL, "%zu digits are more than the %d of 64 bytes", len,
				2 * CANFD_MAX_DLEN);
	memcpy(digits, text, len);
	digits[len] = '\0';
	n = kin_parse_masked(digits, "content", pattern->value, pattern->mask, CANFD_MAX_DLEN);
	if (n < 0)
		return (int)n;
	pattern->len = (size_t)n;
	return 0;
}

int can_frame_pattern_parse(const struct kin_proto *proto, const char *text,
			    struct kin_pattern *pattern)
{
	struct frame_pattern *p = (struct frame_pattern *)pattern->state;
	size_t digits = strcspn(text, "#");
	struct can_filter filter;
	int r;

	(void)proto;
	if (strncmp(text, "error", 5) == 0 && (text[5] == '\0' || text[5] == ':'))
		return parse_error(text + 5, p);
	if (*text && text[strspn(text, "0123456789abcdefABCDEFxX")] == '\0')
		return parse_id(text, digits, p);
	if (text[digits] == '#') {
		r = parse_id(text, digits, p);
		return r < 0 ? r : parse_content(text + digits + 1, pattern, p);
	}
	r = can_parse_filter("pattern", text, &filter);
	if (r < 0)
		return r;
	p->inverted = filter.can_id & CAN_INV_FILTER;
	p->id = filter.can_id & ~CAN_INV_FILTER;
	p->mask = filter.can_mask;
	return 0;
}

bool can_frame_pattern_match(const struct kin_pattern *pattern, const struct kin_msg *msg)
{
	const struct frame_pattern *p = (const struct frame_pattern *)pattern->state;
	const union kin_can_frame *frame = (const union kin_can_frame *)(void *)msg->data;
	int kind = kin_can_frame_kind(frame, msg->len);
	bool xl = kind == KIN_CAN_XL;
	uint32_t id;

	if (kind < 0)
		return false;
	id = xl ? frame->id & CANXL_PRIO_MASK : frame->id;
	if (id & CAN_ERR_FLAG)
		return (id & p->classes) != 0;
	if (p->classes || (((id ^ p->id) & p->mask) == 0) == p->inverted)
		return false;
	if (!p->content)
		return true;
	if (!p->more && (xl ? frame->xl.len : frame->fd.len) != pattern->len)
		return false;
	if (kind == KIN_CAN_CLASSIC && id & CAN_RTR_FLAG)
		return false;
	return kin_pattern_begins(pattern, xl ? frame->xl.data : frame->fd.data,
				  xl ? frame->xl.len : frame->fd.len);
}
