/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reading frames in the compact notation, refusing what can't be represented exactly. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "internal.h"

struct scan {
	const char *text;
	const char *at;
};

/* Fail with a reason that is true at a place of the text. */
static int __attribute__((format(printf, 3, 4)))
refuse(const struct scan *scan, const char *at, const char *format, ...)
{
	char reason[160];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	return kin_fail(EINVAL, "%.48s%s: %s, at position %zu", *scan->text ? scan->text : "\"\"",
			strlen(scan->text) > 48 ? "..." : "", reason,
			(size_t)(at - scan->text) + 1);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' ^ 'A';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Something else stands where digits or the end should be. */
static int refuse_char(const struct scan *scan, const char *at)
{
	if (*at == '\0')
		return refuse(scan, at, "it ends too early");
	if (*at < ' ' || *at > '~')
		return refuse(scan, at, "byte %02X is not a hex digit", (unsigned char)*at);
	return refuse(scan, at, "'%c' is not a hex digit", *at);
}

static int scan_hex(struct scan *scan, unsigned digits, uint32_t *ret_value)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < digits; i++) {
		int digit = hex_digit(scan->at[i]);

		if (digit < 0) {
			refuse_char(scan, scan->at + i);
			return -EINVAL;
		}
		value = value << 4 | (uint32_t)digit;
	}
	scan->at += digits;
	*ret_value = value;
	return 0;
}

/*
 * Bytes up to something that is no hex digit. All are counted, those beyond max not kept.
 * @param dot  may a '.' stand before the first byte?
 */
static int scan_data(struct scan *scan, bool dot, uint8_t *data, size_t max, size_t *ret_len)
{
	size_t len = 0;

	for (;; len++) {
		int high, low;

		if (*scan->at == '.' && (len > 0 || dot)) {
			scan->at++;
			if (hex_digit(*scan->at) < 0)
				return refuse(scan, scan->at - 1, "no byte after the '.'");
		}
		high = hex_digit(scan->at[0]);
		if (high < 0)
			break;
		low = hex_digit(scan->at[1]);
		if (low < 0 && scan->at[1] != '\0' && scan->at[1] != '.' && scan->at[1] != '_')
			return refuse_char(scan, scan->at + 1);
		if (low < 0)
			return refuse(scan, scan->at, "odd number of hex digits");
		if (len < max)
			data[len] = (uint8_t)(high << 4 | low);
		scan->at += 2;
	}
	*ret_len = len;
	return 0;
}

static int scan_end(const struct scan *scan)
{
	if (*scan->at == '\0')
		return 0;
	if (*scan->at == '_')
		return refuse(scan, scan->at, "a DLC needs a classic frame of 8 bytes before it");
	if (hex_digit(*scan->at) >= 0)
		return refuse(scan, scan->at, "'%c' follows the end of the frame", *scan->at);
	return refuse_char(scan, scan->at);
}

/* "_9" to "_F" behind 8 bytes of data, or nothing. */
static int scan_dlc(struct scan *scan, struct can_frame *frame)
{
	int dlc;

	if (*scan->at != '_' || frame->len != CAN_MAX_DLEN)
		return scan_end(scan);
	dlc = hex_digit(scan->at[1]);
	if (dlc <= CAN_MAX_DLC)
		return refuse(scan, scan->at + 1, "a DLC of 9 to F must follow the '_'");
	frame->len8_dlc = (uint8_t)dlc;
	scan->at += 2;
	return scan_end(scan);
}

static int scan_remote(struct scan *scan, struct can_frame *frame)
{
	int len;

	if (frame->can_id & CAN_ERR_FLAG)
		return refuse(scan, scan->at, "an error frame can't be a remote request");
	frame->can_id |= CAN_RTR_FLAG;
	scan->at++;
	if (*scan->at == '\0')
		return 0;

	len = hex_digit(*scan->at);
	if (len < 0)
		return refuse_char(scan, scan->at);
	if (len > CAN_MAX_DLEN)
		return refuse(scan, scan->at,
			      "a remote request has a length of 0 to 8; "
			      "DLC %X is written R8_%X",
			      (unsigned)len, (unsigned)len);
	frame->len = (uint8_t)len;
	scan->at++;
	return scan_dlc(scan, frame);
}

static int scan_classic(struct scan *scan, struct can_frame *frame)
{
	const char *start = scan->at;
	size_t len;
	int err;

	if (*scan->at == 'R' || *scan->at == 'r')
		return scan_remote(scan, frame);

	err = scan_data(scan, false, frame->data, CAN_MAX_DLEN, &len);
	if (err < 0)
		return err;
	if (len > CAN_MAX_DLEN)
		return refuse(scan, start,
			      "a classic frame holds 8 bytes, not %zu; CAN FD has a second "
			      "'#' and flags before its data (##0)",
			      len);
	frame->len = (uint8_t)len;
	return scan_dlc(scan, frame);
}

static int scan_fd(struct scan *scan, struct canfd_frame *frame)
{
	const char *start;
	uint32_t flags;
	size_t len;
	unsigned dlc;
	int err;

	err = scan_hex(scan, 1, &flags);
	if (err < 0)
		return err;
	start = scan->at;
	if (*start == 'R' || *start == 'r')
		return refuse(scan, start, "CAN FD has no remote requests");
	err = scan_data(scan, true, frame->data, CANFD_MAX_DLEN, &len);
	if (err < 0)
		return err;
	if (len > CANFD_MAX_DLEN)
		return refuse(scan, start, "an FD frame holds 64 bytes, not %zu", len);
	dlc = kin_can_fd_len_to_dlc((unsigned)len);
	if (kin_can_fd_dlc_to_len(dlc) != len)
		return refuse(scan, start, "an FD frame can't hold %zu bytes: %u or %u", len,
			      kin_can_fd_dlc_to_len(dlc - 1), kin_can_fd_dlc_to_len(dlc));
	frame->flags = (uint8_t)flags;
	frame->len = (uint8_t)len;
	return scan_end(scan);
}

/* The field of an XL header that ends with a delimiter. */
static int scan_field(struct scan *scan, unsigned digits, char delimiter, uint32_t *ret_value)
{
	int err = scan_hex(scan, digits, ret_value);

	if (err < 0)
		return err;
	if (*scan->at != delimiter) {
		refuse(scan, scan->at,
		       "an XL header is FLAGS:TYPE:ACCEPTANCE#, "
		       "with 2, 2 and 8 hex digits");
		return -EINVAL;
	}
	scan->at++;
	return 0;
}

static int scan_xl(struct scan *scan, uint32_t id, struct canxl_frame *frame)
{
	const char *start = scan->at;
	uint32_t flags, sdt, af, prio = id & 0xFFF;
	size_t len;
	int err;

	if (prio > CANXL_PRIO_MASK)
		return refuse(scan, scan->text + 2, "priority %03X is above 7FF", prio);
	if ((err = scan_field(scan, 2, ':', &flags)) < 0 ||
	    (err = scan_field(scan, 2, ':', &sdt)) < 0 || (err = scan_field(scan, 8, '#', &af)) < 0)
		return err;
	if (!(flags & CANXL_XLF))
		return refuse(scan, start, "XL flags %02X lack 80: write %02X", flags,
			      flags | CANXL_XLF);

	start = scan->at;
	err = scan_data(scan, false, frame->data, CANXL_MAX_DLEN, &len);
	if (err < 0)
		return err;
	if (len < CANXL_MIN_DLEN || len > CANXL_MAX_DLEN)
		return refuse(scan, start, "an XL frame holds 1 to 2048 bytes, not %zu", len);
	frame->prio = (id >> 12) << CANXL_VCID_OFFSET | prio;
	frame->flags = (uint8_t)flags;
	frame->sdt = (uint8_t)sdt;
	frame->len = (uint16_t)len;
	frame->af = af;
	return scan_end(scan);
}

/* An identifier of 3 or 8 digits with its flags. */
static int check_id(const struct scan *scan, size_t digits, uint32_t id, canid_t *ret_id)
{
	if (digits == 3 && id > CAN_SFF_MASK)
		return refuse(scan, scan->text,
			      "identifier %03X is above 7FF; "
			      "write %08X for an extended identifier",
			      id, id);
	if (digits == 8 && id > (CAN_ERR_FLAG | CAN_ERR_MASK))
		return refuse(scan, scan->text,
			      "identifier %08X is above 1FFFFFFF, "
			      "and above 3FFFFFFF of error frames",
			      id);
	*ret_id = digits == 3 || (id & CAN_ERR_FLAG) ? id : id | CAN_EFF_FLAG;
	return 0;
}

/* "error:" and words. @return the size of the frame */
static int scan_error(struct scan *scan, struct can_frame *frame)
{
	const char *wrong = can_scan_error(scan->at, frame);

	if (wrong)
		return refuse(scan, wrong, "no error frame has such words");
	return (int)CAN_MTU;
}

/* @return the size of the frame */
static int scan_frame(struct scan *scan, union kin_can_frame *frame)
{
	static const char error[] = "error:";
	size_t digits = 0;
	uint32_t id;
	int err;

	if (strncmp(scan->text, error, sizeof(error) - 1) == 0) {
		scan->at += sizeof(error) - 1;
		return scan_error(scan, &frame->classic);
	}
	while (digits < 9 && hex_digit(scan->at[digits]) >= 0)
		digits++;
	if (scan->at[digits] != '#' && hex_digit(scan->at[digits]) < 0 && scan->at[digits] != '\0')
		return refuse_char(scan, scan->at + digits);
	if (digits != 3 && digits != 5 && digits != 8)
		return refuse(scan, scan->at,
			      "an identifier has 3 hex digits, or 8 when it is extended "
			      "(XL: 5)");
	if (scan->at[digits] != '#')
		return refuse(scan, scan->at + digits, "no '#' after the identifier");
	if ((err = scan_hex(scan, (unsigned)digits, &id)) < 0)
		return err;
	scan->at++;

	if (digits == 5) {
		err = scan_xl(scan, id, &frame->xl);
		return err < 0 ? err : (int)CANXL_HDR_SIZE + frame->xl.len;
	}
	memset(frame, 0, CANFD_MTU);
	if ((err = check_id(scan, digits, id, &frame->id)) < 0)
		return err;
	if (*scan->at == '#') {
		scan->at++;
		err = scan_fd(scan, &frame->fd);
		return err < 0 ? err : (int)CANFD_MTU;
	}
	err = scan_classic(scan, &frame->classic);
	return err < 0 ? err : (int)CAN_MTU;
}

int kin_can_frame_parse(const char *text, union kin_can_frame *ret_frame, size_t *ret_size)
{
	struct scan scan = {text, text};
	union kin_can_frame frame;
	int size;

	KIN_NEED(text);
	KIN_NEED(ret_frame);
	KIN_NEED(ret_size);
	size = scan_frame(&scan, &frame);
	if (size < 0)
		return size;
	memcpy(ret_frame, &frame, (size_t)size);
	*ret_size = (size_t)size;
	return 0;
}

int can_frame_msg_parse(const struct kin_proto *proto, const char *text, struct kin_msg *msg)
{
	union kin_can_frame frame;
	size_t size;
	int err = kin_can_frame_parse(text, &frame, &size);

	(void)proto;
	if (err < 0)
		return err;
	if (size > msg->size)
		return kin_fail(EMSGSIZE,
				"%.48s: a frame of %zu bytes is longer than the room of %zu", text,
				size, msg->size);
	memcpy(msg->data, &frame, size);
	msg->len = size;
	return 0;
}
