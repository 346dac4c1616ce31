/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Operations of the broadcast manager: text becomes whole messages, or is refused; any bytes that
 * come from a socket can be read and written in every style.
 */
#include <unistd.h>
#include <kin/bcm.h>
#include <kin/family.h>
#include "../harness/fuzz.h"

static const struct kin_family *family;
static struct kin_sock *sock;
static struct kin_format *formats[4];

static void prepare(void)
{
	static const char *const styles[] = {"text,ascii", "candump", "json", "hex"};
	int fds[2];

	family = kin_family_by_name("can");
	/* A socket of any kind, said to be a BCM one. */
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fds) < 0 ||
	    kin_adopt_as(fds[0], AF_CAN, SOCK_DGRAM, CAN_BCM, &sock) < 0)
		abort();
	for (unsigned i = 0; i < 4; i++)
		if (kin_format_new(family, styles[i], &formats[i]) < 0)
			abort();
}

static void check_bytes(const uint8_t *data, size_t size)
{
	static char text[1 << 20];
	struct kin_bcm_msg bcm = {.struct_size = sizeof(bcm)};
	unsigned char *copy = fuzz_bytes(data, size);
	struct kin_msg msg = {.data = copy, .size = size, .len = size, .full_len = size};

	if (kin_bcm_msg_read(&msg, &bcm) == 0)
		for (unsigned i = 0; i < bcm.n_frames; i++)
			if (!kin_bcm_msg_frame(&bcm, i))
				abort();
	for (unsigned i = 0; i < 4; i++)
		if (kin_format_msg(formats[i], sock, &msg, text, sizeof(text)) < 0)
			abort();
	free(copy);
}

static void check_text(const uint8_t *data, size_t size)
{
	static _Alignas(8) unsigned char room[KIN_BCM_MSG_MAX];
	struct kin_bcm_msg bcm = {.struct_size = sizeof(bcm)};
	struct kin_msg msg = {.data = room, .size = sizeof(room)};
	char *text = fuzz_text(data, size);

	if (kin_msg_parse(family, kin_sock_proto(sock), text, &msg) == 0 &&
	    strncmp(text, "hex:", 4) != 0 && strncmp(text, "text:", 5) != 0) {
		size_t need = sizeof(struct bcm_msg_head);

		/* To delete or read, there is the head alone. */
		if (msg.len < need || (msg.len > need && kin_bcm_msg_read(&msg, &bcm) < 0))
			abort();
	}
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!sock)
		prepare();
	check_text(data, size);
	check_bytes(data, size);
	return 0;
}
