/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * candump's two formats, byte for byte: its line for people and its log. The log is the hot path
 * of a capture, so a line is written straight into the buffer, without printf.
 */
#include <stdio.h>
#include <string.h>

#include "digits.h"
#include "internal.h"

/* More than any line without the words of an error frame: an XL frame in the log. */
#define LINE_MAX_LEN (KIN_CAN_FRAME_TEXT + 128)

/* candump shows no more of an XL frame. */
#define XL_SHOWN 64

enum { SECOND_NS = 1000000000, SECOND_TEXT = 12 };

/* What the lines of a capture share, kept in kin_format.state. */
struct __attribute__((may_alias)) line_state {
	int ifindex;      /* whose name this is, once width is not 0 */
	uint8_t width;    /* of the longest name so far: shorter ones are aligned to the right */
	uint8_t extended; /* an extended identifier was seen: standard ones are indented */
	char name[IF_NAMESIZE];   /* as wide */
	char second[SECOND_TEXT]; /* "(1700000000.", once it is not empty, which began at */
	uint64_t second_ns;
};

_Static_assert(sizeof(struct line_state) <= sizeof(((struct kin_format *)0)->state),
	       "line_state fits into kin_format.state");

/* ---- The parts that both formats have ------------------------------------------------------ */

static void learn_name(struct kin_format *format, struct line_state *state, int ifindex)
{
	const char *name = ifindex == 0 ? "any" : kin_format_ifname(format, ifindex);
	size_t len = strnlen(name, sizeof(state->name));

	if (len > state->width)
		state->width = (uint8_t)len;
	memcpy(put_spaces(state->name, state->width - len), name, len);
	state->ifindex = ifindex;
}

/* candump makes room for the longest name on its command line. */
void can_format_add(struct kin_format *format, struct kin_sock *sock)
{
	struct line_state *state = (struct line_state *)format->state;
	struct kin_addr addr;

	if (kin_local_addr(sock, &addr) == 0)
		learn_name(format, state, can_addr_ifindex(&addr));
}

static char *put_name(char *p, struct kin_format *format, const struct kin_msg *msg)
{
	struct line_state *state = (struct line_state *)format->state;
	int ifindex = can_addr_ifindex(&msg->addr);

	if (ifindex != state->ifindex || state->width == 0)
		learn_name(format, state, ifindex);
	/* All of it costs less than as many bytes as there are. */
	memcpy(p, state->name, sizeof(state->name));
	return p + state->width;
}

static __attribute__((noinline)) void learn_second(struct line_state *state, uint64_t time)
{
	uint64_t second = time / SECOND_NS;
	char *p = state->second;

	state->second_ns = second * SECOND_NS;
	*p++ = '(';
	p = put_decimal(p, (uint32_t)(second / 100000 % 100000), 5);
	p = put_decimal(p, (uint32_t)(second % 100000), 5);
	*p = '.';
}

static char *put_absolute_time(char *p, struct kin_format *format, int64_t time_ns)
{
	struct line_state *state = (struct line_state *)format->state;
	uint64_t time = time_ns > 0 ? (uint64_t)time_ns : 0;
	uint32_t fraction;

	if (time - state->second_ns >= SECOND_NS || !state->second[0])
		learn_second(state, time);
	fraction = (uint32_t)(time - state->second_ns);
	p = put_text(p, state->second, sizeof(state->second));
	p = format->nanoseconds ? put_decimal(p, fraction, 9) : put_decimal(p, fraction / 1000, 6);
	return PUT_LITERAL(p, ") ");
}

static char *put_time(char *p, struct kin_format *format, int64_t time_ns)
{
	struct kin_buf out = {p, 64, 0};

	if (format->time_style == KIN_TIME_NONE)
		return p;
	if (format->time_style == KIN_TIME_ABSOLUTE)
		return put_absolute_time(p, format, time_ns);
	kin_format_put_time(format, time_ns, &out);
	p += out.len < out.size ? out.len : out.size;
	*p++ = ' ';
	return p;
}

char *can_put_line_start(char *p, struct kin_format *format, const struct kin_msg *msg)
{
	*p++ = ' ';
	p = put_time(p, format, msg->time_ns);
	*p++ = ' ';
	return put_name(p, format, msg);
}

/* Bytes that are no frame: nothing that the kernel sends, but a buffer may be too small. */
static char *put_malformed(char *p, const struct kin_msg *msg)
{
	size_t shown = msg->len < XL_SHOWN ? msg->len : XL_SHOWN;

	p += sprintf(p, "malformed frame of %zu bytes:", msg->full_len);
	for (size_t i = 0; i < shown; i++) {
		*p++ = ' ';
		p = put_hex2(p, msg->data[i]);
	}
	return msg->len > shown ? PUT_LITERAL(p, " ...") : p;
}

/* Room for a line: in out when it is there, else in the spare buffer. */
static char *line_begin(struct kin_buf *out, char spare[LINE_MAX_LEN])
{
	char *room = kin_buf_room(out, LINE_MAX_LEN);

	return room ? room : spare;
}

static void line_end(struct kin_buf *out, const char *spare, const char *start, const char *end)
{
	if (start == spare)
		kin_buf_put(out, start, (size_t)(end - start));
	else
		out->len += (size_t)(end - start);
}

/* ---- candump -L ---------------------------------------------------------------------------- */

void can_put_candump(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		     struct kin_buf *out)
{
	const union kin_can_frame *frame = (const union kin_can_frame *)(void *)msg->data;
	int kind = can_frame_kind(frame, msg->len);
	char spare[LINE_MAX_LEN], *start = line_begin(out, spare), *p = start;

	(void)sock;
	/* A log has absolute times or, when asked for, times since its first line. */
	if (format->time_style == KIN_TIME_ZERO)
		p = put_time(p, format, msg->time_ns);
	else
		p = put_absolute_time(p, format, msg->time_ns);
	p = put_name(p, format, msg);
	*p++ = ' ';
	p = kind < 0 ? put_malformed(p, msg) : can_put_frame(p, frame, (enum kin_can_kind)kind);
	if (format->details & CAN_DETAIL_DIRECTION)
		p = msg->flags & MSG_DONTROUTE ? PUT_LITERAL(p, " T") : PUT_LITERAL(p, " R");
	*p++ = '\n';
	line_end(out, spare, start, p);
}

/* ---- candump ------------------------------------------------------------------------------- */

/* The direction and two flags: of FD BRS and ESI, of XL SEC and RRS. */
static char *put_direction(char *p, const struct kin_msg *msg, const union kin_can_frame *frame,
			   int kind)
{
	static const char letters[] = {'B', 'E', 'S', 'R'};
	const char *letter = kind == KIN_CAN_XL ? letters + 2 : letters;
	unsigned flags = 0;

	if (kind == KIN_CAN_FD)
		flags = frame->fd.flags;
	else if (kind == KIN_CAN_XL)
		flags = frame->xl.flags;
	p = msg->flags & MSG_DONTROUTE ? PUT_LITERAL(p, "  TX ") : PUT_LITERAL(p, "  RX ");
	*p++ = flags & 1 ? letter[0] : '-';
	*p++ = ' ';
	*p++ = flags & 2 ? letter[1] : '-';
	return p;
}

static char *put_byte(char *p, uint8_t byte, bool binary)
{
	if (!binary)
		return put_hex2(p, byte);
	for (unsigned bit = 8; bit-- > 0;)
		*p++ = byte & 1U << bit ? '1' : '0';
	return p;
}

static char *put_long_data(char *p, const uint8_t *data, unsigned len, unsigned details)
{
	bool swap = details & CAN_DETAIL_SWAP, binary = details & CAN_DETAIL_BINARY;

	for (unsigned i = 0; i < len; i++) {
		*p++ = swap && i > 0 ? '`' : ' ';
		p = put_byte(p, data[swap ? len - 1 - i : i], binary);
	}
	return p;
}

static char *put_ascii(char *p, const uint8_t *data, unsigned len, bool swap)
{
	char quote = swap ? '`' : '\'';

	*p++ = quote;
	for (unsigned i = 0; i < len; i++) {
		uint8_t byte = data[swap ? len - 1 - i : i];

		*p++ = byte >= ' ' && byte <= '~' ? (char)byte : '.';
	}
	*p++ = quote;
	return p;
}

static char *put_long_xl(char *p, const struct canxl_frame *xl, bool indent)
{
	unsigned shown = xl->len < XL_SHOWN ? xl->len : XL_SHOWN;

	p = put_spaces(p, indent ? 5 : 0);
	p = put_hex3(p, xl->prio & CANXL_PRIO_MASK);
	p = PUT_LITERAL(p, " [");
	p = put_decimal(p, xl->len, 4);
	p = PUT_LITERAL(p, "] (");
	p = put_hex2(p, (uint8_t)(xl->prio >> CANXL_VCID_OFFSET));
	*p++ = '|';
	p = put_hex2(p, xl->flags);
	*p++ = ':';
	p = put_hex2(p, xl->sdt);
	*p++ = ':';
	p = put_hex8(p, xl->af);
	*p++ = ')';
	p = put_long_data(p, xl->data, shown, 0);
	return xl->len > shown ? PUT_LITERAL(p, " ...") : p;
}

static char *put_long_id(char *p, canid_t id, bool indent)
{
	if (id & CAN_ERR_FLAG)
		p = put_hex8(p, id & (CAN_ERR_MASK | CAN_ERR_FLAG));
	else if (id & CAN_EFF_FLAG)
		p = put_hex8(p, id & CAN_EFF_MASK);
	else
		p = put_hex3(put_spaces(p, indent ? 5 : 0), id & CAN_SFF_MASK);
	return PUT_LITERAL(p, "  ");
}

/* "[8]", or the DLC in braces; an FD frame has two digits in the same place. */
static char *put_long_len(char *p, const union kin_can_frame *frame, enum kin_can_kind kind,
			  bool dlc)
{
	if (kind == KIN_CAN_FD) {
		*p++ = '[';
		p = put_decimal(p, frame->fd.len, 2);
		return PUT_LITERAL(p, "] ");
	}
	*p++ = ' ';
	*p++ = dlc ? '{' : '[';
	*p++ = can_hex_pairs[2 * (dlc ? can_frame_dlc(frame, kind) : frame->classic.len) + 1];
	*p++ = dlc ? '}' : ']';
	*p++ = ' ';
	return p;
}

static char *put_long_frame(char *p, const union kin_can_frame *frame, enum kin_can_kind kind,
			    unsigned details, bool indent)
{
	unsigned len = frame->fd.len; /* the same place in a classic frame */
	unsigned gap;

	if (kind == KIN_CAN_XL)
		return put_long_xl(p, &frame->xl, indent);

	p = put_long_id(p, frame->id, indent);
	p = put_long_len(p, frame, kind, details & CAN_DETAIL_DLC);
	if (kind == KIN_CAN_CLASSIC && (frame->id & CAN_RTR_FLAG))
		return PUT_LITERAL(p, " remote request");
	p = put_long_data(p, frame->fd.data, len, details);
	if (len > CAN_MAX_DLEN)
		return p;

	/* What follows the data stands where it would behind eight bytes. */
	gap = (CAN_MAX_DLEN - len) * (details & CAN_DETAIL_BINARY ? 9 : 3) + 3;
	if (frame->id & CAN_ERR_FLAG)
		return PUT_LITERAL(put_spaces(p, gap), "ERRORFRAME");
	if (details & CAN_DETAIL_ASCII)
		return put_ascii(put_spaces(p, gap), frame->fd.data, len,
				 details & CAN_DETAIL_SWAP);
	return p;
}

void can_put_text(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		  struct kin_buf *out)
{
	const union kin_can_frame *frame = (const union kin_can_frame *)(void *)msg->data;
	struct line_state *state = (struct line_state *)format->state;
	int kind = can_frame_kind(frame, msg->len);
	char spare[LINE_MAX_LEN], *start = line_begin(out, spare), *p = start;

	(void)sock;
	if (kind > 0 && (frame->id & CAN_EFF_FLAG))
		state->extended = 1;

	p = can_put_line_start(p, format, msg);
	if (format->details & CAN_DETAIL_DIRECTION)
		p = put_direction(p, msg, frame, kind);
	p = PUT_LITERAL(p, "  ");
	p = kind < 0 ? put_malformed(p, msg)
		     : put_long_frame(p, frame, (enum kin_can_kind)kind, format->details,
				      state->extended);
	line_end(out, spare, start, p);

	if (kind == KIN_CAN_CLASSIC && (frame->id & CAN_ERR_FLAG) &&
	    (format->details & CAN_DETAIL_ERRORS)) {
		kin_buf_puts(out, "\n\t");
		can_put_error(out, &frame->classic, "\n\t");
	}
	kin_buf_puts(out, "\n");
}
