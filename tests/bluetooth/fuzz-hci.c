/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets of any content, one after another through one decoder: as lines and as JSON. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kin/bluetooth-hci.h>
#include <kin/family.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TEXT = 1 << 17 };

/* Nothing in it may move a terminal. */
static void check_line(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7F)
			abort();
}

static void check_json(char *text)
{
	struct kin_json json = {.text = text};
	int r;

	while ((r = kin_json_next(&json)) > 0)
		;
	if (r < 0)
		abort();
}

static void check_packet(struct kin_hci_decoder *decoder, const struct kin_hci_packet *packet,
			 bool json)
{
	static char text[TEXT];
	char small[40];
	ssize_t n;

	n = json ? kin_hci_decode_json(decoder, packet, text, sizeof(text))
		 : kin_hci_decode(decoder, packet, text, sizeof(text));
	if (n < 0 || n >= TEXT)
		abort();
	if (json)
		check_json(text);
	else
		check_line(text, (size_t)n);
	kin_hci_decode(decoder, packet, small, sizeof(small));
}

/* What is read as a message of the monitor is written as the same. */
static void check_message(struct kin_hci_decoder *decoder, uint8_t how, const uint8_t *data,
			  size_t len)
{
	struct kin_hci_packet packet;
	uint8_t again[512];
	int channel = how & 1 ? KIN_HCI_MONITOR : how & 2 ? KIN_HCI_CONTROL : KIN_HCI_RAW;
	ssize_t n;

	if (kin_hci_packet_read(channel, 3, how & 4 ? KIN_DIRECTION_SENT : KIN_DIRECTION_RECEIVED,
				data, len, &packet) < 0)
		return;
	n = kin_hci_packet_write(&packet, again, sizeof(again));
	if (channel == KIN_HCI_MONITOR && n > 0 &&
	    ((size_t)n > len || memcmp(again, data, (size_t)n) != 0))
		abort();
	check_packet(decoder, &packet, how & 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct kin_hci_decoder *decoder;

	if (kin_hci_decoder_new(&decoder) < 0)
		abort();
	while (size >= 2) {
		uint8_t how = data[0];
		size_t len = data[1] < size - 2 ? data[1] : size - 2;

		check_message(decoder, how, data + 2, len);
		data += 2 + len;
		size -= 2 + len;
	}
	kin_hci_decoder_free(decoder);
	return 0;
}
