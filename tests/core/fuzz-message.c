/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a socket may deliver, in every style of every family: any bytes, any ancillary data, any
 * address. Nothing may be read beyond what is there.
 */
#include <stdlib.h>
#include <string.h>
#include <kin/family.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void format_all(const struct kin_family *family, struct kin_sock *sock,
                       const struct kin_msg *msg)
{
	static const char *const styles[] = {"text", "json", "hex", NULL};
	char *text = malloc(65536);

	for (unsigned i = 0; text && styles[i]; i++) {
		struct kin_format *format;

		if (kin_format_new(family, styles[i], &format) < 0)
			abort();
		kin_format_set_time(format, KIN_TIME_ABSOLUTE, true);
		if (kin_format_msg(format, sock, msg, text, 65536) < 0)
			abort();
		kin_format_free(format);
	}
	for (const struct kin_style *row = family->styles; text && row && row->name; row++) {
		struct kin_format *format;

		if (kin_format_new(family, row->name, &format) < 0)
			abort();
		for (const struct kin_detail *d = family->details; d && d->name; d++)
			format->details |= d->bit;
		kin_format_msg(format, sock, msg, text, 100);
		kin_format_msg(format, sock, msg, text, 65536);
		kin_format_free(format);
	}
	free(text);
}

/* data: address length, control length, then address, control and message. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kin_msg msg = {.clock = KIN_CLOCK_SOFTWARE, .time_ns = 1700000000123456789};
	const struct kin_family *family;
	struct kin_sock *pair[2];
	size_t addr_len, control_len;

	if (size < 2 || kin_pair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
		return 0;
	addr_len = data[0] % (sizeof(msg.addr.ss) + 1);
	control_len = data[1];
	data += 2;
	size -= 2;
	if (addr_len > size)
		addr_len = size;
	if (control_len > size - addr_len)
		control_len = size - addr_len;
	memcpy(&msg.addr.ss, data, addr_len);
	msg.addr.len = (socklen_t)addr_len;
	/* Each in an allocation of its own, so that the sanitizer sees the ends. */
	msg.control = malloc(control_len + 1);
	msg.len = size - addr_len - control_len;
	msg.data = malloc(msg.len + 1);
	if (msg.control && msg.data) {
		msg.control_len = msg.control_size = control_len;
		memcpy(msg.control, data + addr_len, control_len);
		memcpy(msg.data, data + addr_len + control_len, msg.len);
		msg.size = msg.full_len = msg.len;
		for (unsigned i = 0; (family = kin_family_at(i)); i++)
			format_all(family, pair[0], &msg);
	}
	free(msg.control);
	free(msg.data);
	kin_close(pair[0]);
	kin_close(pair[1]);
	return 0;
}
