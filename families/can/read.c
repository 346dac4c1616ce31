/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Recordings of frames, read back: candump's log, its lines for people, and JSON. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <net/if.h>

#include "internal.h"

/* Of a time whose nanoseconds are an int64_t: in the year 2262. */
#define SECONDS_MAX 9223372035LL

/* A line, of which what is before at was read. */
struct line {
	char *text, *at;
	struct kin_record *record;
};

static int __attribute__((format(printf, 2, 3)))
refuse(const struct line *line, const char *format, ...)
{
	char reason[160];
	va_list args;

	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	return kin_fail(EBADMSG, "%s, at position %zu", reason,
			(size_t)(line->at - line->text) + 1);
}

static void skip_spaces(struct line *line)
{
	line->at += strspn(line->at, " ");
}

/* The next word, ended by a NUL; empty at the end of the line. */
static char *next_word(struct line *line)
{
	char *word;

	skip_spaces(line);
	word = line->at;
	line->at += strcspn(line->at, " ");
	if (*line->at)
		*line->at++ = '\0';
	return word;
}

static int set_frame(struct kin_record *record, const void *frame, size_t size)
{
	struct kin_msg *msg = record->msg;

	memcpy(msg->data, frame, size);
	msg->len = msg->full_len = size;
	record->kind = KIN_RECORD_MESSAGE;
	if (kin_can_frame_kind(frame, size) != KIN_CAN_XL &&
	    (((const union kin_can_frame *)frame)->id & CAN_ERR_FLAG))
		record->kind = KIN_RECORD_EVENT;
	return 1;
}

static int set_source(struct kin_record *record, const char *interface)
{
	struct kin_buf out = {record->source, sizeof(record->source), 0};
	size_t len = strlen(interface);

	if (len == 0 || len >= IF_NAMESIZE)
		return kin_fail(EBADMSG, "interface name \"%.32s\" has not 1 to %d bytes",
				interface, IF_NAMESIZE - 1);
	kin_buf_puts(&out, "can:");
	kin_buf_put_body(&out, interface, len);
	kin_buf_end(&out);
	return 0;
}

/* "(1700000000.123456) ", or with nine decimals */
static int read_time(struct line *line)
{
	int64_t seconds = 0, fraction = 0;
	unsigned digits = 0;

	line->at++;
	for (; *line->at >= '0' && *line->at <= '9' && digits < 10; line->at++, digits++)
		seconds = seconds * 10 + (*line->at - '0');
	if (digits == 0 || *line->at != '.' || seconds > SECONDS_MAX)
		return refuse(line, "a time is (SECONDS.MICROSECONDS), of seconds up to %lld",
			      SECONDS_MAX);
	line->at++;
	for (digits = 0; *line->at >= '0' && *line->at <= '9' && digits < 10; line->at++, digits++)
		fraction = fraction * 10 + (*line->at - '0');
	if (line->at[0] != ')' || (digits != 6 && digits != 9))
		return refuse(line, "a time has 6 or 9 decimals and a ')' behind them");
	if (line->at[1] != ' ')
		return refuse(line, "no space behind the time");
	line->at++;
	line->record->msg->time_ns = seconds * 1000000000 + fraction * (digits == 6 ? 1000 : 1);
	line->record->msg->clock = KIN_CLOCK_SOFTWARE;
	return 0;
}

/* Neither a time nor a frame: what candump or a person says in between. */
static bool is_remark(const char *text)
{
	return strncmp(text, "DROPCOUNT: ", 11) == 0 || *text == '#';
}

static int remark(struct kin_record *record, const char *text)
{
	record->kind = KIN_RECORD_REMARK;
	record->remark = text;
	return 1;
}

/* ---- candump -L: "(1700000000.123456) can0 123#DEADBEEF R" ---- */

static int read_log_frame(struct line *line, union kin_can_frame *frame, size_t *ret_size)
{
	const char *word = next_word(line);

	return *word ? kin_can_frame_parse(word, frame, ret_size) : refuse(line, "no frame");
}

static int read_log_direction(struct line *line)
{
	const char *word = next_word(line);

	if (!*word)
		return 0;
	if (strcmp(word, "R") != 0 && strcmp(word, "T") != 0)
		return refuse(line, "\"%.32s\" behind the frame is neither R nor T", word);
	line->record->direction = *word == 'T' ? KIN_DIRECTION_SENT : KIN_DIRECTION_RECEIVED;
	skip_spaces(line);
	return *line->at ? refuse(line, "more than a frame in a line") : 0;
}

static int read_log(struct kin_reader *reader, char *data, size_t len, bool last, size_t *taken,
		    struct kin_record *record)
{
	struct line line = {data, data, record};
	union kin_can_frame frame;
	size_t size;
	int r;

	(void)reader;
	(void)len;
	(void)last;
	(void)taken;
	if (is_remark(data))
		return remark(record, data);
	if (*data != '(')
		return refuse(&line, "no '(' of a time");
	r = read_time(&line);
	if (r == 0)
		r = set_source(record, next_word(&line));
	if (r == 0)
		r = read_log_frame(&line, &frame, &size);
	if (r == 0)
		r = read_log_direction(&line);
	return r < 0 ? r : set_frame(record, &frame, size);
}

const struct kin_reading can_log_reading = {.lines = true, .read = read_log};

/* ---- candump: " (1700000000.123456)  can0  123   [3]  11 22 33" ---- */

/* "[8]", "[12]" of FD, "{F}" of a DLC, "[0007]" of XL */
static int read_len(struct line *line, unsigned *ret_len, enum kin_can_kind *ret_kind)
{
	static const enum kin_can_kind kinds[] = {[1] = KIN_CAN_CLASSIC, KIN_CAN_FD, 0, KIN_CAN_XL};
	const char *word = next_word(line);
	size_t len = strlen(word), digits = len - 2;
	char text[5] = "";
	uint64_t value = UINT64_MAX;

	if (len >= 3 && len <= 6)
		memcpy(text, word + 1, digits);
	if (word[0] == '{' && digits == 1 && word[2] == '}')
		kin_parse_hex(text, "DLC", CAN_MAX_RAW_DLC, &value);
	else if (word[0] == '[' && *text && strspn(text, "0123456789") == digits &&
		 word[digits + 1] == ']' && kinds[digits])
		value = strtoul(text, NULL, 10);
	if (value > CANXL_MAX_DLEN || (word[0] == '[' && digits == 1 && value > CAN_MAX_DLEN))
		return refuse(line, "\"%.32s\" is no length in brackets", word);
	*ret_kind = kinds[digits];
	*ret_len = (unsigned)value;
	return 0;
}

/* Bytes with spaces between them. */
static int read_data(struct line *line, uint8_t *data, unsigned len)
{
	for (unsigned i = 0; i < len; i++) {
		const char *word = next_word(line);
		uint64_t byte;

		if (strlen(word) != 2 || kin_parse_hex(word, "byte", 0xFF, &byte) < 0)
			return refuse(line, "\"%.32s\" is not byte %u of %u in hex", word, i + 1,
				      len);
		data[i] = (uint8_t)byte;
	}
	return 0;
}

/* Behind the data stands at most what repeats it in other words. */
static int read_rest(struct line *line, bool error)
{
	skip_spaces(line);
	if (!*line->at || *line->at == '\'' || (error && strcmp(line->at, "ERRORFRAME") == 0))
		return 0;
	return refuse(line, "more data than the length says");
}

static int read_text_id(struct line *line, canid_t *ret_id)
{
	const char *word = next_word(line);
	size_t digits = strlen(word);
	uint64_t id;

	if ((digits != 3 && digits != 8) ||
	    kin_parse_hex(word, "identifier", CAN_ERR_FLAG | CAN_ERR_MASK, &id) < 0 ||
	    (digits == 3 && id > CAN_SFF_MASK))
		return refuse(line, "\"%.32s\" is no identifier", word);
	*ret_id = (canid_t)id;
	if (digits == 8 && !(id & CAN_ERR_FLAG))
		*ret_id |= CAN_EFF_FLAG;
	return 0;
}

/* The flags of candump -x: "RX B E" */
static int read_text_direction(struct line *line, uint8_t *ret_flags)
{
	static const char letters[] = "BESR";
	const char *word;

	skip_spaces(line);
	if (strncmp(line->at, "RX ", 3) != 0 && strncmp(line->at, "TX ", 3) != 0)
		return 0;
	word = next_word(line);
	line->record->direction = *word == 'T' ? KIN_DIRECTION_SENT : KIN_DIRECTION_RECEIVED;
	for (unsigned i = 0; i < 2; i++) {
		word = next_word(line);
		if (strlen(word) != 1 ||
		    (*word != '-' && *word != letters[i] && *word != letters[i + 2]))
			return refuse(line, "\"%.32s\" is no flag behind RX or TX", word);
		if (*word != '-')
			*ret_flags |= (uint8_t)(1 << i);
	}
	return 0;
}

/* "(45|81:00:12345678)" and at most 64 bytes */
static int read_text_xl(struct line *line, canid_t id, unsigned len, struct canxl_frame *xl)
{
	const char *word = next_word(line);
	uint64_t field[4];
	const unsigned digits[] = {2, 2, 2, 8};
	const char *at = word + 1, *ends = "|::)";

	for (unsigned i = 0; i < 4; i++) {
		char text[9] = "";

		if (strnlen(at, digits[i] + 1) < digits[i] + 1 || at[digits[i]] != ends[i])
			return refuse(line, "\"%.32s\" is no header of an XL frame", word);
		memcpy(text, at, digits[i]);
		if (kin_parse_hex(text, "field", UINT32_MAX, &field[i]) < 0)
			return refuse(line, "\"%.32s\" is no header of an XL frame", word);
		at += digits[i] + 1;
	}
	if (len < CANXL_MIN_DLEN || len > 64 || !(field[1] & CANXL_XLF))
		return refuse(line,
			      len > 64 ? "only 64 of the %u bytes of this frame stand here"
				       : "no XL frame has %u bytes and these flags",
			      len);
	memset(xl, 0, CANXL_HDR_SIZE);
	xl->prio = (canid_t)field[0] << CANXL_VCID_OFFSET | (id & CANXL_PRIO_MASK);
	xl->flags = (uint8_t)field[1];
	xl->sdt = (uint8_t)field[2];
	xl->af = (uint32_t)field[3];
	xl->len = (uint16_t)len;
	return read_data(line, xl->data, len);
}

static int read_text_fd(struct line *line, uint8_t flags, unsigned len, struct canfd_frame *frame)
{
	if (kin_can_fd_dlc_to_len(kin_can_fd_len_to_dlc(len)) != len)
		return refuse(line, "no FD frame has %u bytes", len);
	frame->len = (uint8_t)len;
	frame->flags = flags | CANFD_FDF;
	return read_data(line, frame->data, len);
}

static int read_text_classic(struct line *line, unsigned dlc, struct can_frame *frame)
{
	static const char remote[] = "remote request";

	frame->len = (uint8_t)(dlc < CAN_MAX_DLEN ? dlc : CAN_MAX_DLEN);
	frame->len8_dlc = (uint8_t)(dlc > CAN_MAX_DLEN ? dlc : 0);
	skip_spaces(line);
	if (strncmp(line->at, remote, sizeof(remote) - 1) == 0) {
		frame->can_id |= CAN_RTR_FLAG;
		line->at += sizeof(remote) - 1;
		return 0;
	}
	return read_data(line, frame->data, frame->len);
}

static int read_text_frame(struct line *line, uint8_t flags)
{
	union kin_can_frame frame;
	enum kin_can_kind kind = KIN_CAN_CLASSIC;
	size_t size = CAN_MTU;
	unsigned len = 0;
	canid_t id = 0;
	int r = read_text_id(line, &id);

	if (r == 0)
		r = read_len(line, &len, &kind);
	if (r < 0)
		return r;
	memset(&frame, 0, sizeof(frame.fd));
	frame.id = id;
	if (kind == KIN_CAN_XL) {
		r = read_text_xl(line, id, len, &frame.xl);
		size = CANXL_HDR_SIZE + len;
	} else if (kind == KIN_CAN_FD) {
		r = read_text_fd(line, flags, len, &frame.fd);
		size = CANFD_MTU;
	} else {
		r = read_text_classic(line, len, &frame.classic);
	}
	if (r == 0)
		r = read_rest(line, id & CAN_ERR_FLAG);
	return r < 0 ? r : set_frame(line->record, &frame, size);
}

static int read_text(struct kin_reader *reader, char *data, size_t len, bool last, size_t *taken,
		     struct kin_record *record)
{
	struct line line = {data, data, record};
	uint8_t flags = 0;
	int r = 0;

	(void)reader;
	(void)len;
	(void)last;
	(void)taken;
	/* What candump -e says of an error frame stands on lines of its own. */
	if (is_remark(data) || *data == '\t')
		return remark(record, data);
	if (*data != ' ')
		return refuse(&line, "no space before the rest");
	skip_spaces(&line);
	if (*line.at == '(')
		r = read_time(&line);
	if (r == 0)
		r = set_source(record, next_word(&line));
	if (r == 0)
		r = read_text_direction(&line, &flags);
	return r < 0 ? r : read_text_frame(&line, flags);
}

const struct kin_reading can_text_reading = {.lines = true, .read = read_text};

/* ---- JSON ---- */

/* What the members of an object say. */
struct members {
	bool tx, own, malformed, extended, rtr, error, fd, brs, esi, xl, sec, rrs;
	int64_t len, dlc;
	uint64_t id, vcid, sdt, af;
	bool has_id, has_source;
	ssize_t n_data;
	uint8_t data[CANXL_MAX_DLEN];
};

struct member {
	const char *name;
	size_t offset;
	int64_t max;
};

#define BOOL_MEMBER(name)                                                                          \
	{                                                                                          \
#name, offsetof(struct members, name), 0                                           \
	}
#define HEX_MEMBER(name, max)                                                                      \
	{                                                                                          \
#name, offsetof(struct members, name), max                                         \
	}

static const struct member bools[] = {
	BOOL_MEMBER(tx),  BOOL_MEMBER(own),   BOOL_MEMBER(malformed), BOOL_MEMBER(extended),
	BOOL_MEMBER(rtr), BOOL_MEMBER(error), BOOL_MEMBER(fd),        BOOL_MEMBER(brs),
	BOOL_MEMBER(esi), BOOL_MEMBER(xl),    BOOL_MEMBER(sec),       BOOL_MEMBER(rrs),
};

static const struct member hexes[] = {
	HEX_MEMBER(id, CAN_ERR_FLAG | CAN_ERR_MASK),
	HEX_MEMBER(vcid, 0xFF),
	HEX_MEMBER(sdt, 0xFF),
	HEX_MEMBER(af, UINT32_MAX),
};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static const struct member *find_member(const struct member *rows, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].name, name) == 0)
			return &rows[i];
	return NULL;
}

static int read_member(const struct kin_json *json, struct members *m, struct kin_record *record)
{
	const struct member *row = find_member(bools, COUNT(bools), json->name);

	if (row)
		return kin_json_bool(json, (bool *)((char *)m + row->offset));
	row = find_member(hexes, COUNT(hexes), json->name);
	if (row) {
		m->has_id = m->has_id || row == hexes;
		return kin_parse_hex(json->value, json->name, (uint64_t)row->max,
				     (uint64_t *)(void *)((char *)m + row->offset));
	}
	if (strcmp(json->name, "len") == 0)
		return kin_json_int(json, 0, CANXL_MAX_DLEN, &m->len);
	if (strcmp(json->name, "dlc") == 0)
		return kin_json_int(json, 0, CANXL_MAX_DLEN - 1, &m->dlc);
	if (strcmp(json->name, "data") == 0) {
		m->n_data = kin_parse_bytes(json->value, "data", m->data, sizeof(m->data));
		return m->n_data < 0 ? (int)m->n_data : 0;
	}
	if (strcmp(json->name, "time") == 0) {
		record->msg->clock = KIN_CLOCK_SOFTWARE;
		return kin_json_time(json, &record->msg->time_ns);
	}
	if (strcmp(json->name, "interface") == 0) {
		m->has_source = true;
		return set_source(record, json->value);
	}
	return 0;
}

static int refuse_members(const char *why, int64_t number)
{
	return kin_fail(EBADMSG, "%s: %lld", why, (long long)number);
}

static int make_xl(const struct members *m, struct canxl_frame *frame)
{
	if (m->len < CANXL_MIN_DLEN || m->id > CANXL_PRIO_MASK)
		return refuse_members("no XL frame has this length or a priority above 7FF",
				      m->len);
	memset(frame, 0, CANXL_HDR_SIZE);
	frame->prio = (canid_t)m->vcid << CANXL_VCID_OFFSET | (canid_t)m->id;
	frame->flags = (uint8_t)(CANXL_XLF | (m->sec ? CANXL_SEC : 0) | (m->rrs ? CANXL_RRS : 0));
	frame->sdt = (uint8_t)m->sdt;
	frame->af = (uint32_t)m->af;
	frame->len = (uint16_t)m->len;
	memcpy(frame->data, m->data, (size_t)m->len);
	return (int)(CANXL_HDR_SIZE + m->len);
}

static int make_id(const struct members *m, canid_t *ret_id)
{
	canid_t max = m->error ? CAN_ERR_FLAG | CAN_ERR_MASK : m->extended ? CAN_EFF_MASK : 0x7FF;

	if (m->id > max)
		return refuse_members("an identifier that is too large for its kind",
				      (int64_t)m->id);
	*ret_id = (canid_t)m->id | (m->extended ? CAN_EFF_FLAG : 0) | (m->rtr ? CAN_RTR_FLAG : 0) |
		  (m->error ? CAN_ERR_FLAG : 0);
	return 0;
}

static int make_fd(const struct members *m, struct canfd_frame *frame)
{
	if (m->len > CANFD_MAX_DLEN || m->rtr ||
	    kin_can_fd_dlc_to_len(kin_can_fd_len_to_dlc((unsigned)m->len)) != (unsigned)m->len)
		return refuse_members("no FD frame is a request or has this length", m->len);
	frame->len = (uint8_t)m->len;
	frame->flags = (uint8_t)(CANFD_FDF | (m->brs ? CANFD_BRS : 0) | (m->esi ? CANFD_ESI : 0));
	memcpy(frame->data, m->data, (size_t)m->len);
	return CANFD_MTU;
}

static int make_classic(const struct members *m, struct can_frame *frame)
{
	if (m->len > CAN_MAX_DLEN || (m->rtr && m->error))
		return refuse_members("no classic frame has this length", m->len);
	frame->len = (uint8_t)m->len;
	if (m->dlc > CAN_MAX_DLEN && m->dlc <= CAN_MAX_RAW_DLC && m->len == CAN_MAX_DLEN)
		frame->len8_dlc = (uint8_t)m->dlc;
	if (!m->rtr)
		memcpy(frame->data, m->data, (size_t)m->len);
	return CAN_MTU;
}

static int make_frame(const struct members *m, union kin_can_frame *frame)
{
	int r;

	if (m->malformed)
		return kin_fail(EBADMSG, "a message that is no frame");
	if (!m->has_id || !m->has_source || m->len < 0)
		return kin_fail(EBADMSG, "no \"%s\"",
				!m->has_id       ? "id"
				: !m->has_source ? "interface"
						 : "len");
	if (m->n_data != (m->rtr ? 0 : m->len))
		return refuse_members("len is not the number of bytes in data", m->len);
	if (m->xl)
		return make_xl(m, &frame->xl);
	memset(frame, 0, CANFD_MTU);
	r = make_id(m, &frame->id);
	if (r < 0)
		return r;
	return m->fd ? make_fd(m, &frame->fd) : make_classic(m, &frame->classic);
}

static int read_json(struct kin_reader *reader, char *data, size_t len, bool last, size_t *taken,
		     struct kin_record *record)
{
	struct kin_json json = {.text = data};
	union kin_can_frame frame;
	struct members m;
	int r;

	(void)reader;
	(void)len;
	(void)last;
	(void)taken;
	/* But for the data, which may be long. */
	memset(&m, 0, offsetof(struct members, data));
	m.len = -1;
	while ((r = kin_json_next(&json)) > 0) {
		r = read_member(&json, &m, record);
		if (r < 0)
			return r;
	}
	if (r < 0)
		return r;
	r = make_frame(&m, &frame);
	if (r < 0)
		return r;
	record->direction = m.tx ? KIN_DIRECTION_SENT : KIN_DIRECTION_RECEIVED;
	return set_frame(record, &frame, (size_t)r);
}

const struct kin_reading can_json_reading = {.lines = true, .read = read_json};
