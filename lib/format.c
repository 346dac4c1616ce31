/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages to text: what lines of one capture share, and the styles that every family has. */
#include "core.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <linux/errqueue.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { IFNAMES = 16 };

/* What is the core's own of a format. */
struct priv {
	/* if_indextoname() takes three system calls, so names are kept, by the low bits of the
	 * index. */
	struct {
		int index;
		char name[IF_NAMESIZE];
	} slots[IFNAMES];
	const struct kin_proto *proto; /* whose messages kin_format.style writes; NULL: all that
					* its row has */
};

static void put_text(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		     struct kin_buf *out);
static void put_json(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		     struct kin_buf *out);
static void put_hex(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out);

static const struct kin_style core_styles[] = {
	{.name = "text",
	 .doc = "a line for people: time, sender, length, content",
	 .put = put_text,
	 .remarks = true},
	{.name = "json", .doc = "one object a line", .put = put_json},
	{.name = "hex", .doc = "the bytes in hex, a message a line", .put = put_hex},
	{},
};

static const struct kin_style *find_style(const struct kin_style *row, const char *name, size_t len)
{
	for (; row && row->name; row++)
		if (strlen(row->name) == len && memcmp(row->name, name, len) == 0)
			return row;
	return NULL;
}

static void put_style_names(const struct kin_family *family, struct kin_buf *out)
{
	for (const struct kin_style *row = core_styles; row->name; row++)
		kin_buf_printf(out, " %s", row->name);
	for (const struct kin_style *row = family ? family->styles : NULL; row && row->name; row++)
		if (!find_style(core_styles, row->name, strlen(row->name)))
			kin_buf_printf(out, " %s", row->name);
}

static int fail_style(const struct kin_family *family, const char *name, int len)
{
	char text[256];
	struct kin_buf list = {text, sizeof(text), 0};

	put_style_names(family, &list);
	return kin_fail(EINVAL, "no format \"%.*s%s\" for %s; there are:%s", len > 64 ? 64 : len,
			name, len > 64 ? "..." : "", family ? family->name : "this socket",
			kin_buf_end(&list));
}

static int add_detail(struct kin_format *format, const char *name, size_t len)
{
	const struct kin_detail *rows = format->family ? format->family->details : NULL;
	char text[256];
	struct kin_buf list = {text, sizeof(text), 0};

	for (const struct kin_detail *row = rows; row && row->name; row++) {
		if (strlen(row->name) == len && memcmp(row->name, name, len) == 0) {
			format->details |= row->bit;
			return 0;
		}
		kin_buf_printf(&list, " %s", row->name);
	}
	return kin_fail(EINVAL, "no detail \"%.*s%s\"; there %s%s", (int)(len > 64 ? 64 : len),
			name, len > 64 ? "..." : "", list.len ? "are:" : "are none here",
			kin_buf_end(&list));
}

static int read_style(struct kin_format *format, const char *style)
{
	size_t len = strcspn(style, ",");

	format->style = find_style(format->family ? format->family->styles : NULL, style, len);
	if (!format->style)
		format->style = find_style(core_styles, style, len);
	if (!format->style)
		return fail_style(format->family, style, (int)len);
	while (style[len] == ',') {
		int r;

		style += len + 1;
		len = strcspn(style, ",");
		r = add_detail(format, style, len);
		if (r < 0)
			return r;
	}
	return 0;
}

int kin_format_new(const struct kin_family *family, const char *style,
		   struct kin_format **ret_format)
{
	struct kin_format *format;
	int r;

	KIN_NEED(style);
	KIN_NEED(ret_format);
	format = calloc(1, sizeof(*format));
	if (!format)
		return fail_oom();
	format->family = family;
	format->priv = calloc(1, sizeof(struct priv));
	r = format->priv ? read_style(format, style) : fail_oom();
	if (r < 0) {
		kin_format_free(format);
		return r;
	}
	*ret_format = format;
	return 0;
}

void kin_format_free(struct kin_format *format)
{
	if (!format)
		return;
	if (format->free_kept)
		format->free_kept(format->kept);
	free(format->priv);
	free(format);
}

void kin_format_set_time(struct kin_format *format, enum kin_time_style style, bool nanoseconds)
{
	KIN_NEED_OR(format, );
	format->time_style = style;
	format->nanoseconds = nanoseconds;
}

/* The row of the format's name for messages of this scheme; NULL: there is none. */
static const struct kin_style *style_for(const struct kin_format *format, const char *scheme)
{
	const struct kin_style *tables[] = {format->family ? format->family->styles : NULL,
					    core_styles};

	for (unsigned i = 0; i < 2; i++)
		for (const struct kin_style *row = tables[i]; row && row->name; row++)
			if (strcmp(row->name, format->style->name) == 0 &&
			    kin_scheme_in(row->schemes, scheme))
				return row;
	return NULL;
}

static __attribute__((noinline)) int suit_anew(struct kin_format *format,
					       const struct kin_sock *sock)
{
	struct priv *priv = format->priv;
	const struct kin_style *style;

	/* Those of another family's socket are written as the format's own. */
	if (!sock->proto || sock->family != format->family)
		return 0;
	style = style_for(format, sock->proto->scheme);
	if (!style)
		return kin_fail(EINVAL, "messages of %s are not written as %s", sock->proto->scheme,
				format->style->name);
	format->style = style;
	priv->proto = sock->proto;
	return 0;
}

/* Take the style's row for the socket's scheme. */
static inline int suit(struct kin_format *format, const struct kin_sock *sock)
{
	const struct priv *priv = format->priv;

	return likely(sock->proto == priv->proto) ? 0 : suit_anew(format, sock);
}

ssize_t kin_format_msg(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		       char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};
	int r;

	KIN_NEED(format);
	KIN_NEED(sock);
	KIN_NEED(msg);
	KIN_NEED_ROOM(msg->data, msg->len);
	KIN_NEED_ROOM(buf, size);
	r = suit(format, sock);
	if (r < 0)
		return r;
	format->style->put(format, sock, msg, &out);
	if (likely(out.len < size))
		buf[out.len] = '\0';
	else
		kin_buf_end(&out);
	return (ssize_t)out.len;
}

int kin_format_add(struct kin_format *format, struct kin_sock *sock)
{
	int r;

	KIN_NEED(format);
	KIN_NEED(sock);
	r = suit(format, sock);
	if (r == 0 && format->style->add)
		format->style->add(format, sock);
	return r;
}

ssize_t kin_format_begin(struct kin_format *format, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};

	KIN_NEED(format);
	KIN_NEED_ROOM(buf, size);
	if (format->style->begin)
		format->style->begin(format, &out);
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

ssize_t kin_format_end(struct kin_format *format, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};

	KIN_NEED(format);
	KIN_NEED_ROOM(buf, size);
	if (format->style->end)
		format->style->end(format, &out);
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

const char *kin_format_ifname(struct kin_format *format, int ifindex)
{
	struct priv *priv;
	unsigned slot = (unsigned)ifindex % IFNAMES;

	KIN_NEED_OR(format, NULL);
	priv = format->priv;
	if (priv->slots[slot].index != ifindex || ifindex == 0) {
		if (!if_indextoname((unsigned)ifindex, priv->slots[slot].name))
			snprintf(priv->slots[slot].name, IF_NAMESIZE, "if%d", ifindex);
		priv->slots[slot].index = ifindex;
	}
	return priv->slots[slot].name;
}

/* ---- time ---- */

static void put_fraction(struct kin_format *format, int64_t ns, struct kin_buf *out)
{
	if (format->nanoseconds)
		kin_buf_printf(out, ".%09" PRId64, ns);
	else
		kin_buf_printf(out, ".%06" PRId64, ns / 1000);
}

static void put_date(int64_t seconds, struct kin_buf *out)
{
	time_t time = (time_t)seconds;
	struct tm date;
	char text[64];

	localtime_r(&time, &date);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &date);
	kin_buf_puts(out, text);
}

void kin_format_put_time(struct kin_format *format, int64_t time_ns, struct kin_buf *out)
{
	const int64_t second = 1000000000;
	int64_t since = 0;

	KIN_NEED_OR(format, );
	KIN_NEED_OR(out, );
	if (format->time_style == KIN_TIME_NONE)
		return;
	/* Differences are those of the times as they would be shown. */
	if (!format->nanoseconds)
		time_ns -= time_ns % 1000;
	if (!format->started) {
		format->first_ns = format->last_ns = time_ns;
		format->started = true;
	}
	if (format->time_style == KIN_TIME_DELTA)
		since = format->last_ns;
	else if (format->time_style == KIN_TIME_ZERO)
		since = format->first_ns;
	format->last_ns = time_ns;
	/* Clocks may step back, and hardware ones differ: nothing came before it was sent. */
	time_ns = time_ns < since ? 0 : time_ns - since;
	kin_buf_puts(out, "(");
	if (format->time_style == KIN_TIME_DATE)
		put_date(time_ns / second, out);
	else if (format->time_style == KIN_TIME_ABSOLUTE)
		kin_buf_printf(out, "%010" PRId64, time_ns / second);
	else
		kin_buf_printf(out, "%03" PRId64, time_ns / second);
	put_fraction(format, time_ns % second, out);
	kin_buf_puts(out, ")");
}

/* ---- the styles of every family ---- */

static void put_addr(struct kin_sock *sock, const struct kin_msg *msg, struct kin_buf *out)
{
	char text[KIN_ADDR_TEXT];

	/* What no address came with is told by the socket's kind alone. */
	if (msg->addr.len == 0 ||
	    kin_addr_format(&msg->addr, sock->type, sock->protocol, text, sizeof(text)) <= 0)
		snprintf(text, sizeof(text), "%s:", sock->proto ? sock->proto->scheme : "socket");
	kin_buf_puts(out, text);
}

static bool is_text(const unsigned char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isprint(data[i]) && data[i] != '\n' && data[i] != '\t' && data[i] != '\r')
			return false;
	return len > 0;
}

static void put_quoted(const unsigned char *data, size_t len, struct kin_buf *out)
{
	kin_buf_puts(out, "'");
	for (size_t i = 0; i < len; i++) {
		char pair[3] = {'\\', (char)data[i], '\0'};

		if (data[i] == '\n')
			pair[1] = 'n';
		else if (data[i] == '\t')
			pair[1] = 't';
		else if (data[i] == '\r')
			pair[1] = 'r';
		else if (data[i] != '\'' && data[i] != '\\')
			pair[0] = (char)data[i], pair[1] = '\0';
		kin_buf_puts(out, pair);
	}
	kin_buf_puts(out, "'");
}

static void put_text(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		     struct kin_buf *out)
{
	if (format->time_style != KIN_TIME_NONE) {
		kin_buf_puts(out, " ");
		kin_format_put_time(format, msg->time_ns, out);
	}
	kin_buf_puts(out, "  ");
	put_addr(sock, msg, out);
	kin_buf_printf(out, "  [%zu]", msg->full_len);
	if (msg->len)
		kin_buf_puts(out, "  ");
	if (is_text(msg->data, msg->len))
		put_quoted(msg->data, msg->len, out);
	else
		kin_buf_put_hex(out, msg->data, msg->len, ' ');
	if (msg->full_len > msg->len)
		kin_buf_puts(out, " ...");
	kin_buf_puts(out, "\n");
}

static void put_hex(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		    struct kin_buf *out)
{
	(void)format;
	(void)sock;
	kin_buf_put_hex(out, msg->data, msg->len, 0);
	kin_buf_puts(out, "\n");
}

static void put_json(struct kin_format *format, struct kin_sock *sock, const struct kin_msg *msg,
		     struct kin_buf *out)
{
	kin_format_put_json_head(format, sock, msg, out);
	kin_buf_puts(out, ",\"from\":");
	if (msg->addr.len) {
		char text[KIN_ADDR_TEXT];
		struct kin_buf from = {text, sizeof(text), 0};

		put_addr(sock, msg, &from);
		kin_buf_end(&from);
		kin_buf_put_json(out, text, strlen(text));
	} else {
		kin_buf_puts(out, "null");
	}
	kin_buf_printf(out, ",\"len\":%zu,\"data\":\"", msg->full_len);
	kin_buf_put_hex(out, msg->data, msg->len, 0);
	kin_buf_puts(out, "\"");
	if (is_text(msg->data, msg->len)) {
		kin_buf_puts(out, ",\"text\":");
		kin_buf_put_json(out, (const char *)msg->data, msg->len);
	}
	kin_format_put_json_tail(format, sock, msg, out);
}

void kin_format_put_json_head(struct kin_format *format, struct kin_sock *sock,
			      const struct kin_msg *msg, struct kin_buf *out)
{
	static const char *const clocks[] = {
		[KIN_CLOCK_NONE] = "none",
		[KIN_CLOCK_SOFTWARE] = "software",
		[KIN_CLOCK_HARDWARE] = "hardware",
	};

	KIN_NEED_OR(sock, );
	KIN_NEED_OR(msg, );
	KIN_NEED_OR(out, );
	(void)format;
	kin_buf_printf(out, "{\"scheme\":\"%s\"", sock->proto ? sock->proto->scheme : "socket");
	if (msg->clock != KIN_CLOCK_NONE)
		kin_buf_printf(out, ",\"time\":%" PRId64 ".%09" PRId64 ",\"clock\":\"%s\"",
			       msg->time_ns / 1000000000, msg->time_ns % 1000000000,
			       clocks[msg->clock]);
	if (msg->drops)
		kin_buf_printf(out, ",\"drops\":%" PRIu32, msg->drops);
	if (msg->flags & MSG_TRUNC)
		kin_buf_puts(out, ",\"truncated\":true");
	if (msg->flags & MSG_CTRUNC)
		kin_buf_puts(out, ",\"cmsg_truncated\":true");
	if (msg->flags & MSG_ERRQUEUE)
		kin_buf_puts(out, ",\"error_queue\":true");
}

/* Told in the head of the object already. */
static bool told(const struct kin_cmsg *cmsg)
{
	return cmsg->level == SOL_SOCKET &&
	       (cmsg->type == SCM_TIMESTAMP || cmsg->type == SCM_TIMESTAMPNS ||
		cmsg->type == SCM_TIMESTAMPING || cmsg->type == SO_RXQ_OVFL);
}

void kin_format_put_json_tail(struct kin_format *format, struct kin_sock *sock,
			      const struct kin_msg *msg, struct kin_buf *out)
{
	struct kin_cmsg cmsg = {};
	const char *before = ",\"cmsg\":{";
	const char *after = "";

	KIN_NEED_OR(sock, );
	KIN_NEED_OR(msg, );
	KIN_NEED_OR(out, );
	(void)format;
	while (kin_next_cmsg(msg, &cmsg)) {
		const struct kin_cmsg_type *row = cmsg_type(sock->family, cmsg.level, cmsg.type);

		if (told(&cmsg))
			continue;
		kin_buf_puts(out, before);
		before = ",";
		after = "}";
		if (row)
			kin_buf_printf(out, "\"%s\":", row->name);
		else
			kin_buf_printf(out, "\"%d/%d\":", cmsg.level, cmsg.type);
		if (row && row->json) {
			row->json(&cmsg, out);
		} else {
			kin_buf_puts(out, "\"");
			kin_buf_put_hex(out, cmsg.data, cmsg.len, 0);
			kin_buf_puts(out, "\"");
		}
	}
	kin_buf_puts(out, after);
	kin_buf_puts(out, "}\n");
}
