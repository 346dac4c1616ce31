/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Operations as text. The opcode is the first word, but that a frame alone is sent:
 *
 *     123#1122
 *     tx-setup FRAME... [count=N] [ival1=TIME] [ival2=TIME] [key=ID] [start] [announce] [first]
 *              [copy-id] [notify]
 *     tx-delete ID       tx-read ID
 *     rx-setup ID[#MASK] [timeout=TIME] [throttle=TIME] [start] [check-dlc] [resume]
 *              [no-autotimer] [answer=FRAME]
 *     rx-setup ID#SELECTOR#VALUE[#VALUE...] ...
 *     rx-delete ID       rx-read ID
 *
 * An ID of FD frames has "##" behind it; masks follow without another "#". Each takes if=INTERFACE.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../digits.h"
#include "operation.h"

/* ---- Words --------------------------------------------------------------------------------- */

static const struct kin_name tx_flags[] = {
	{"start", STARTTIMER},     {"announce", TX_ANNOUNCE}, {"first", TX_RESET_MULTI_IDX},
	{"copy-id", TX_CP_CAN_ID}, {"notify", TX_COUNTEVT},   {},
};

static const struct kin_name rx_flags[] = {
	{"start", STARTTIMER},
	{"check-dlc", RX_CHECK_DLC},
	{"resume", RX_ANNOUNCE_RESUME},
	{"no-autotimer", RX_NO_AUTOTIMER},
	{},
};

/* What the words of an operation say. */
struct words {
	const struct kin_name *flag_names;
	const char *ival1_name, *ival2_name;
	uint32_t flags;
	int64_t ival1_ns, ival2_ns;
	int64_t count;
	canid_t key;
	bool has_count, has_key;
	int ifindex;
	const char *answer;
};

/* A standard identifier has 3 digits, an extended one 8; 0x... is the number as it is. */
static int parse_id(const char *text, canid_t *ret_id)
{
	bool plain = strncmp(text, "0x", 2) == 0;
	size_t digits = strlen(text);
	uint64_t id;
	int err;

	if (!plain && digits != 3 && digits != 8)
		return kin_fail(EINVAL,
				"%.32s is no identifier: 3 hex digits, or 8 when it is extended",
				text);
	err = kin_parse_hex(plain ? text + 2 : text, "identifier",
			    plain         ? UINT32_MAX
			    : digits == 3 ? CAN_SFF_MASK
					  : CAN_EFF_MASK,
			    &id);
	if (err < 0)
		return err;
	*ret_id = (canid_t)id | (!plain && digits == 8 ? CAN_EFF_FLAG : 0);
	return 0;
}

void bcm_put_id(struct kin_buf *out, canid_t id)
{
	if (id <= CAN_SFF_MASK)
		kin_buf_printf(out, "%03X", id);
	else if ((id & CAN_EFF_FLAG) && (id & ~CAN_EFF_FLAG) <= CAN_EFF_MASK)
		kin_buf_printf(out, "%08X", id & CAN_EFF_MASK);
	else
		kin_buf_printf(out, "0x%X", id);
}

/* The value of "name=value". */
static const char *value_of(const char *word, const char *name)
{
	size_t len = strlen(name);

	return strncmp(word, name, len) == 0 && word[len] == '=' ? word + len + 1 : NULL;
}

static int refuse_word(const struct words *words, const char *word)
{
	char text[256];
	struct kin_buf list = {text, sizeof(text), 0};

	for (const struct kin_name *row = words->flag_names; row->name; row++)
		kin_buf_printf(&list, "%s, ", row->name);
	return kin_fail(EINVAL, "\"%.48s\" is none of %s%s=TIME, %s=TIME, %sif=INTERFACE", word,
			kin_buf_end(&list), words->ival1_name, words->ival2_name,
			words->flag_names == tx_flags ? "count=N, key=ID, " : "answer=FRAME, ");
}

static int parse_interface(const char *text, int *ret_ifindex)
{
	struct kin_addr addr;
	int err = kin_can_addr(text, &addr);

	if (err == 0)
		*ret_ifindex = can_addr_ifindex(&addr);
	return err;
}

/* One word behind the frames or the identifier. */
static int parse_word(struct words *words, const char *word)
{
	bool tx = words->flag_names == tx_flags;
	const char *value;

	for (const struct kin_name *row = words->flag_names; row->name; row++)
		if (strcmp(row->name, word) == 0) {
			words->flags |= (uint32_t)row->value;
			return 0;
		}
	if ((value = value_of(word, "if")))
		return parse_interface(value, &words->ifindex);
	if (tx && (value = value_of(word, "key"))) {
		words->has_key = true;
		return parse_id(value, &words->key);
	}
	if (!tx && (value = value_of(word, "answer"))) {
		words->answer = value;
		return 0;
	}
	if (tx && (value = value_of(word, "count"))) {
		words->has_count = true;
		words->flags |= SETTIMER;
		return kin_parse_int(value, "count", 0, UINT32_MAX, &words->count);
	}
	if ((value = value_of(word, words->ival1_name))) {
		words->flags |= SETTIMER;
		return can_parse_duration(value, words->ival1_name, &words->ival1_ns);
	}
	if ((value = value_of(word, words->ival2_name))) {
		words->flags |= SETTIMER;
		return can_parse_duration(value, words->ival2_name, &words->ival2_ns);
	}
	return refuse_word(words, word);
}

/* ---- Transmission -------------------------------------------------------------------------- */

/* The frames, up to the first word that is none. */
static int parse_frames(struct kin_bcm_tx *tx, char **word, char **rest)
{
	union kin_can_frame frame;
	size_t size;
	int err = 0;

	for (; err == 0 && *word && strchr(*word, '#'); *word = strtok_r(NULL, " ", rest)) {
		err = kin_can_frame_parse(*word, &frame, &size);
		if (err == 0)
			err = kin_bcm_tx_add_frame(tx, &frame, size);
	}
	return err;
}

/* As kin_bcm_tx_setup() takes them. A key that was not given is the first frame's identifier. */
static int parse_tx(struct kin_bcm_tx *tx, char *word, char **rest, unsigned *ret_flags)
{
	const unsigned staying = TX_COUNTEVT | TX_CP_CAN_ID;
	struct words words = {.flag_names = tx_flags, .ival1_name = "ival1", .ival2_name = "ival2"};
	int err = parse_frames(tx, &word, rest);

	for (; err == 0 && word; word = strtok_r(NULL, " ", rest))
		err = parse_word(&words, word);
	if (err == 0)
		err = kin_bcm_tx_set_timers(tx, (uint32_t)words.count, words.ival1_ns,
					    words.ival2_ns);
	if (err < 0)
		return err;
	if (!words.has_key && tx->op.head->nframes > 0) {
		const union kin_can_frame *first = bcm_frame_at(tx->op.head, 0);

		words.key = first->id;
	}
	kin_bcm_tx_set_key(tx, words.key);
	kin_bcm_tx_set_interface(tx, words.ifindex);
	tx->op.head->flags |= words.flags & staying;
	*ret_flags = words.flags & ~staying;
	return bcm_tx_check(tx, *ret_flags);
}

static void put_flags(struct kin_buf *out, const struct kin_name *names, uint32_t flags)
{
	for (; names->name; names++)
		if (flags & (uint32_t)names->value)
			kin_buf_printf(out, " %s", names->name);
}

static void put_time(struct kin_buf *out, const char *name, const struct bcm_timeval *time)
{
	if (bcm_time_ns(time) == 0)
		return;
	kin_buf_printf(out, " %s=", name);
	can_put_duration(out, bcm_time_ns(time));
}

/* Of a reception the kernel does not check the frame. */
static void put_frame(struct kin_buf *out, const struct bcm_msg_head *head, unsigned i)
{
	char text[KIN_CAN_FRAME_TEXT];

	if (kin_can_frame_format(bcm_frame_at(head, i), bcm_frame_size(head), text, sizeof(text)) <
	    0)
		strcpy(text, "malformed");
	kin_buf_puts(out, text);
}

void bcm_put_tx(struct kin_buf *out, const struct bcm_msg_head *head)
{
	for (unsigned i = 0; i < head->nframes; i++) {
		kin_buf_puts(out, i > 0 ? " " : "");
		put_frame(out, head, i);
	}
	if (head->count > 0)
		kin_buf_printf(out, " count=%u", head->count);
	put_time(out, "ival1", &head->ival1);
	put_time(out, "ival2", &head->ival2);
	kin_buf_puts(out, " key=");
	bcm_put_id(out, head->can_id);
	put_flags(out, tx_flags, head->flags);
}

/* ---- Reception ----------------------------------------------------------------------------- */

/* One mask or value. */
static int parse_bytes(struct kin_bcm_rx *rx, const char *text,
		       int (*add)(struct kin_bcm_rx *rx, const void *data, size_t len))
{
	unsigned char data[CANFD_MAX_DLEN];
	ssize_t len = kin_parse_bytes(text, "mask", data, sizeof(data));

	return len < 0 ? (int)len : add(rx, data, (size_t)len);
}

/* "ID", "ID#MASK", "ID#SELECTOR#VALUE..."; of FD, "##" for the first "#". text is cut up. */
static int parse_subscription(char *text, struct kin_bcm_rx **ret_rx)
{
	char *masks = strchr(text, '#'), *mask;
	struct kin_bcm_rx *rx;
	bool fd = masks && masks[1] == '#', selects;
	canid_t id;
	int err;

	if (masks)
		*masks++ = '\0';
	err = parse_id(text, &id);
	if (err == 0)
		err = kin_bcm_rx_new(id, &rx);
	if (err < 0)
		return err;
	kin_bcm_rx_set_fd(rx, fd);
	if (fd)
		masks++;
	mask = masks && *masks ? strsep(&masks, "#") : NULL;
	selects = masks != NULL;
	if (mask)
		err = parse_bytes(rx, mask,
				  selects ? kin_bcm_rx_set_selector : kin_bcm_rx_set_mask);
	while (err == 0 && mask && (mask = strsep(&masks, "#")))
		err = parse_bytes(rx, mask, kin_bcm_rx_add_value);
	if (err < 0) {
		kin_bcm_rx_free(rx);
		return err;
	}
	*ret_rx = rx;
	return 0;
}

static int parse_answer(struct kin_bcm_rx *rx, const char *text)
{
	union kin_can_frame frame;
	size_t size;
	int err = kin_can_frame_parse(text, &frame, &size);

	return err < 0 ? err : kin_bcm_rx_set_answer(rx, &frame, size);
}

/* As kin_bcm_rx_setup() takes them. */
static int parse_rx(char *word, char **rest, struct kin_bcm_rx **ret_rx, unsigned *ret_flags)
{
	const unsigned passing = SETTIMER | STARTTIMER;
	struct kin_bcm_rx *rx KIN_CLEANUP(kin_bcm_rx_free) = NULL;
	struct words words = {
		.flag_names = rx_flags, .ival1_name = "timeout", .ival2_name = "throttle"};
	int err =
		word ? parse_subscription(word, &rx) : kin_fail(EINVAL, "an identifier is missing");

	while (err == 0 && (word = strtok_r(NULL, " ", rest)))
		err = parse_word(&words, word);
	if (err == 0)
		err = kin_bcm_rx_set_timers(rx, words.ival1_ns, words.ival2_ns);
	if (err == 0)
		err = kin_bcm_rx_set_flags(rx, words.flags & ~passing);
	if (err == 0 && words.answer)
		err = parse_answer(rx, words.answer);
	if (err == 0)
		err = bcm_rx_check(rx, words.flags & passing);
	if (err < 0)
		return err;
	kin_bcm_rx_set_interface(rx, words.ifindex);
	*ret_flags = words.flags & passing;
	*ret_rx = rx;
	rx = NULL;
	return 0;
}

int kin_bcm_rx_parse(const char *text, struct kin_bcm_rx **ret_rx, unsigned *ret_flags)
{
	char *copy, *rest;
	int err;

	KIN_NEED(text);
	KIN_NEED(ret_rx);
	KIN_NEED(ret_flags);
	copy = strdup(text);
	if (!copy)
		return kin_fail(ENOMEM, "no memory for the text");
	err = parse_rx(strtok_r(copy, " ", &rest), &rest, ret_rx, ret_flags);
	free(copy);
	return err;
}

/* Without the zeros at its end, which mean nothing. */
static void put_mask(struct kin_buf *out, const struct bcm_msg_head *head, unsigned i)
{
	const union kin_can_frame *frame = bcm_frame_at(head, i);
	size_t len = head->flags & CAN_FD_FRAME ? CANFD_MAX_DLEN : CAN_MAX_DLEN;

	while (len > 1 && frame->fd.data[len - 1] == 0)
		len--;
	kin_buf_put_hex(out, frame->fd.data, len, 0);
}

void bcm_put_rx(struct kin_buf *out, const struct bcm_msg_head *head)
{
	bool answers = head->flags & RX_RTR_FRAME;

	bcm_put_id(out, answers ? head->can_id & ~CAN_RTR_FLAG : head->can_id);
	kin_buf_puts(out, head->flags & CAN_FD_FRAME ? "##" : "");
	for (unsigned i = 0; i < head->nframes && !answers; i++) {
		kin_buf_puts(out, i > 0 || !(head->flags & CAN_FD_FRAME) ? "#" : "");
		put_mask(out, head, i);
	}
	put_time(out, "timeout", &head->ival1);
	put_time(out, "throttle", &head->ival2);
	put_flags(out, rx_flags, head->flags);
	if (answers && head->nframes > 0) {
		kin_buf_puts(out, " answer=");
		put_frame(out, head, 0);
	}
}

/* ---- Messages ------------------------------------------------------------------------------ */

/* Leave the operation in the message. */
static int put_operation(const struct bcm_operation *op, uint32_t opcode, unsigned flags,
			 struct kin_msg *msg)
{
	size_t size = bcm_prepare(op, opcode, flags);

	if (size > msg->size)
		return kin_fail(EMSGSIZE,
				"an operation of %zu bytes is longer than the room of %zu", size,
				msg->size);
	memcpy(msg->data, op->head, size);
	msg->len = size;
	return op->ifindex > 0 ? kin_can_addr_index(op->ifindex, &msg->addr) : 0;
}

static int parse_setup(uint32_t opcode, char **rest, struct kin_msg *msg)
{
	struct kin_bcm_tx *tx KIN_CLEANUP(kin_bcm_tx_free) = NULL;
	struct kin_bcm_rx *rx KIN_CLEANUP(kin_bcm_rx_free) = NULL;
	char *word = strtok_r(NULL, " ", rest);
	unsigned flags;
	int err;

	if (opcode == TX_SETUP) {
		err = kin_bcm_tx_new(&tx);
		if (err == 0)
			err = parse_tx(tx, word, rest, &flags);
	} else {
		err = parse_rx(word, rest, &rx, &flags);
	}
	if (err < 0)
		return err;
	return put_operation(tx ? &tx->op : &rx->op, opcode, flags, msg);
}

/* What is deleted or read: "ID", "ID##", and its interface. */
static int parse_request(uint32_t opcode, char **rest, struct kin_msg *msg)
{
	struct bcm_msg_head head = {0};
	struct bcm_operation op = {.head = &head};
	char *word = strtok_r(NULL, " ", rest), *more;
	const char *interface;
	size_t len = word ? strcspn(word, "#") : 0;
	int err;

	if (!word)
		return kin_fail(EINVAL, "an identifier or key is missing");
	if (strcmp(word + len, "##") == 0)
		head.flags = CAN_FD_FRAME;
	else if (word[len] != '\0')
		return kin_fail(EINVAL, "%.32s: of FD frames it ends with ##", word);
	word[len] = '\0';
	err = parse_id(word, &head.can_id);
	while (err == 0 && (more = strtok_r(NULL, " ", rest))) {
		interface = value_of(more, "if");
		err = interface ? parse_interface(interface, &op.ifindex)
				: kin_fail(EINVAL, "\"%.32s\" is not if=INTERFACE", more);
	}
	return err < 0 ? err : put_operation(&op, opcode, head.flags, msg);
}

static int parse_send(char *word, char **rest, struct kin_msg *msg)
{
	struct kin_bcm_tx *tx KIN_CLEANUP(kin_bcm_tx_free) = NULL;
	const char *interface;
	int err = kin_bcm_tx_new(&tx);

	if (err == 0)
		err = parse_frames(tx, &word, rest);
	if (err == 0 && tx->op.head->nframes > 1)
		err = kin_fail(EINVAL, "one frame is sent; tx-setup has sequences");
	for (; err == 0 && word; word = strtok_r(NULL, " ", rest)) {
		interface = value_of(word, "if");
		err = interface ? parse_interface(interface, &tx->op.ifindex)
				: kin_fail(EINVAL, "\"%.32s\" is not if=INTERFACE", word);
	}
	return err < 0 ? err : put_operation(&tx->op, TX_SEND, 0, msg);
}

static int parse_operation(char *text, struct kin_msg *msg)
{
	static const struct kin_name opcodes[] = {
		{"tx-setup", TX_SETUP},
		{"tx-delete", TX_DELETE},
		{"tx-read", TX_READ},
		{"rx-setup", RX_SETUP},
		{"rx-delete", RX_DELETE},
		{"rx-read", RX_READ},
		{},
	};
	char *rest, *word = strtok_r(text, " ", &rest);

	if (word && strchr(word, '#'))
		return parse_send(word, &rest, msg);
	for (const struct kin_name *row = opcodes; word && row->name; row++) {
		uint32_t opcode = (uint32_t)row->value;

		if (strcmp(row->name, word) == 0)
			return opcode == TX_SETUP || opcode == RX_SETUP
				       ? parse_setup(opcode, &rest, msg)
				       : parse_request(opcode, &rest, msg);
	}
	return kin_fail(EINVAL,
			"\"%.32s\" is neither a frame such as 123#11 nor one of tx-setup, "
			"tx-delete, tx-read, rx-setup, rx-delete and rx-read",
			word ? word : "");
}

int bcm_msg_parse(const struct kin_proto *proto, const char *text, struct kin_msg *msg)
{
	char *copy = strdup(text);
	int err = copy ? parse_operation(copy, msg) : kin_fail(ENOMEM, "no memory for the text");

	(void)proto;
	free(copy);
	return err;
}

/* ---- watch= -------------------------------------------------------------------------------- */

/* Call take for each of the receptions, which '+' joins. */
static int each_watch(const char *text,
		      int (*take)(struct kin_bcm_rx *rx, unsigned flags, void *to), void *to)
{
	char *copy = strdup(text), *next = copy, *part;
	int err = copy ? 0 : kin_fail(ENOMEM, "no memory for the text");

	while (err == 0 && (part = strsep(&next, "+"))) {
		struct kin_bcm_rx *rx KIN_CLEANUP(kin_bcm_rx_free) = NULL;
		char *rest, *word = strtok_r(part, " ", &rest);
		unsigned flags;

		err = parse_rx(word, &rest, &rx, &flags);
		if (err == 0)
			err = take(rx, flags, to);
	}
	free(copy);
	return err;
}

static int put_watch(struct kin_bcm_rx *rx, unsigned flags, void *to)
{
	struct kin_buf *out = to;
	char name[IF_NAMESIZE];

	kin_buf_puts(out, out->len > 0 ? "+" : "");
	bcm_prepare(&rx->op, RX_SETUP, flags);
	bcm_put_rx(out, rx->op.head);
	if (rx->op.ifindex > 0)
		kin_buf_printf(out, " if=%s", can_interface_name(rx->op.ifindex, name));
	return 0;
}

static int set_up_watch(struct kin_bcm_rx *rx, unsigned flags, void *to)
{
	return kin_bcm_rx_setup(to, rx, flags);
}

int bcm_check_watch(const struct kin_opt *opt, const char *text, struct kin_buf *canonical)
{
	(void)opt;
	return each_watch(text, put_watch, canonical);
}

int bcm_set_watch(struct kin_sock *sock, const struct kin_opt *opt, const char *text)
{
	(void)opt;
	return each_watch(text, set_up_watch, sock);
}
