/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An interface, a protocol, and of single frames who sent them or shall get them. */
#include "internal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#define HWADDR_OFFSET offsetof(struct sockaddr_ll, sll_addr)

_Static_assert(sizeof(((struct kin_packet_info *)NULL)->ifname) == IF_NAMESIZE, "a name fits");
_Static_assert(sizeof(((struct sockaddr_ll *)NULL)->sll_addr) == KIN_PACKET_HWADDR_MAX, "so it is");

/* ---- Names for numbers --------------------------------------------------------------------- */

/* A number that may be written as a name: one of names, or of the constants with this prefix. */
struct number {
	const char *what;
	int max;
	const char *prefix;
	const struct kin_name *names;
};

static const struct kin_name pkttypes[] = {
	{"host", PACKET_HOST},
	{"broadcast", PACKET_BROADCAST},
	{"multicast", PACKET_MULTICAST},
	{"otherhost", PACKET_OTHERHOST},
	{"outgoing", PACKET_OUTGOING},
	{"loopback", PACKET_LOOPBACK},
	{"user", PACKET_USER},
	{"kernel", PACKET_KERNEL},
	{},
};

static const struct number protocols = {"proto", UINT16_MAX, "ETH_P_", NULL};
static const struct number hatypes = {"hatype", UINT16_MAX, "ARPHRD_", NULL};
static const struct number packet_types = {"pkttype", UINT8_MAX, NULL, pkttypes};

/* Name i of a number, in text; false when there is none, at the end with *ret_end. */
static bool name_at(const struct number *number, unsigned i, char text[KIN_CONST_WORD],
		    int64_t *ret_value, bool *ret_end)
{
	if (number->names) {
		*ret_end = !number->names[i].name;
		if (*ret_end)
			return false;
		strcpy(text, number->names[i].name);
		*ret_value = number->names[i].value;
		return true;
	}
	*ret_end = !packet_consts[i].name;
	*ret_value = packet_consts[i].value;
	/* ETH_P_802_3_MIN is a limit, not a protocol. */
	return !*ret_end && strcmp(packet_consts[i].name, "ETH_P_802_3_MIN") != 0 &&
	       kin_const_word(&packet_consts[i], number->prefix, text);
}

static int refuse_name(const struct number *number, const char *word)
{
	char texts[128][KIN_CONST_WORD], near[160];
	const char *names[129];
	struct kin_buf nearest = {near, sizeof(near), 0};
	unsigned n = 0;
	int64_t value;
	bool end = false;

	for (unsigned i = 0; !end && n < 128; i++)
		if (name_at(number, i, texts[n], &value, &end)) {
			names[n] = texts[n];
			n++;
		}
	names[n] = NULL;
	kin_buf_put_nearest(&nearest, word, names);
	return kin_fail(EINVAL, "%s \"%s\" is neither a number in 0-%d nor a name%s%s",
			number->what, word, number->max, nearest.len ? "; nearest: " : "",
			kin_buf_end(&nearest));
}

static int parse_number(const struct number *number, const char *word, int *ret_value)
{
	char text[KIN_CONST_WORD];
	int64_t value;
	bool end = false;
	int r;

	for (unsigned i = 0; !end; i++)
		if (name_at(number, i, text, &value, &end) && strcmp(text, word) == 0) {
			*ret_value = (int)value;
			return 0;
		}
	if (!isdigit((unsigned char)*word) && *word != '-')
		return refuse_name(number, word);
	r = kin_parse_int(word, number->what, 0, number->max, &value);
	if (r == 0)
		*ret_value = (int)value;
	return r;
}

static void put_number(const struct number *number, int value, struct kin_buf *out)
{
	char text[KIN_CONST_WORD];
	int64_t found;
	bool end = false;

	kin_buf_printf(out, ",%s=", number->what);
	for (unsigned i = 0; !end; i++)
		if (name_at(number, i, text, &found, &end) && found == value) {
			kin_buf_puts(out, text);
			return;
		}
	kin_buf_printf(out, number == &protocols ? "0x%04x" : "%d", (unsigned)value);
}

/* ---- Without text -------------------------------------------------------------------------- */

static int check(const char *what, int value, int max)
{
	if (value < 0 || value > max)
		return kin_fail(EINVAL, "%s %d is not in 0-%d", what, value, max);
	return 0;
}

int kin_packet_addr(const char *ifname, int protocol, int pkttype, int hatype, const void *hwaddr,
		    size_t hwaddr_len, struct kin_addr *ret_addr)
{
	struct sockaddr_ll ll = {.sll_family = AF_PACKET};
	int r;

	if (!ret_addr || (!hwaddr && hwaddr_len > 0))
		return kin_fail(EINVAL, "no %s was given", ret_addr ? "hardware address" : "room");
	if (hwaddr_len > KIN_PACKET_HWADDR_MAX)
		return kin_fail(EINVAL, "the hardware address has %zu bytes, one may have %d",
				hwaddr_len, KIN_PACKET_HWADDR_MAX);
	if ((r = check("proto", protocol, UINT16_MAX)) < 0 ||
	    (r = check("pkttype", pkttype, UINT8_MAX)) < 0 ||
	    (r = check("hatype", hatype, UINT16_MAX)) < 0)
		return r;
	r = kin_parse_interface(ifname ? ifname : "", &ll.sll_ifindex);
	if (r < 0)
		return r;
	ll.sll_protocol = htons((uint16_t)protocol);
	ll.sll_pkttype = (unsigned char)pkttype;
	ll.sll_hatype = (unsigned short)hatype;
	ll.sll_halen = (unsigned char)hwaddr_len;
	if (hwaddr_len)
		memcpy(ll.sll_addr, hwaddr, hwaddr_len);
	*ret_addr = (struct kin_addr){.len = sizeof(ll)};
	memcpy(&ret_addr->ss, &ll, sizeof(ll));
	return 0;
}

/* The kernel gives back as much as the hardware address has bytes: the rest counts as zero. */
static bool read_ll(const struct kin_addr *addr, struct sockaddr_ll *ll)
{
	size_t len = addr->len < sizeof(*ll) ? addr->len : sizeof(*ll);

	*ll = (struct sockaddr_ll){};
	if (len < offsetof(struct sockaddr_ll, sll_hatype))
		return false;
	memcpy(ll, &addr->ss, len);
	if (len < HWADDR_OFFSET)
		ll->sll_halen = 0;
	else if (ll->sll_halen > len - HWADDR_OFFSET)
		ll->sll_halen = (unsigned char)(len - HWADDR_OFFSET);
	return ll->sll_family == AF_PACKET;
}

int kin_packet_read(const struct kin_addr *addr, struct kin_packet_info *ret_info)
{
	struct kin_packet_info info = {};
	struct sockaddr_ll ll;

	if (!addr || !ret_info)
		return kin_fail(EINVAL, "no address was given");
	if (!read_ll(addr, &ll))
		return kin_fail(EAFNOSUPPORT, "not a packet socket's address");
	info.ifindex = ll.sll_ifindex;
	info.protocol = ntohs(ll.sll_protocol);
	info.pkttype = ll.sll_pkttype;
	info.hatype = ll.sll_hatype;
	info.hwaddr_len = ll.sll_halen;
	memcpy(info.hwaddr, ll.sll_addr, ll.sll_halen);
	if (ll.sll_ifindex == 0 || !if_indextoname((unsigned)ll.sll_ifindex, info.ifname))
		info.ifname[0] = '\0';
	*ret_info = info;
	return 0;
}

/* ---- Text ---------------------------------------------------------------------------------- */

int packet_parse(const struct kin_proto *proto, const char *body,
		 const struct kin_setting *settings, size_t n, struct kin_target *ret)
{
	int protocol = ETH_P_ALL, pkttype = PACKET_HOST, hatype = 0, r = 0;
	unsigned char hwaddr[KIN_PACKET_HWADDR_MAX];
	ssize_t hwaddr_len = 0;

	(void)proto;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct kin_setting *s = &settings[i];

		if (strcmp(s->name, "proto") == 0)
			r = parse_number(&protocols, s->value, &protocol);
		else if (strcmp(s->name, "pkttype") == 0)
			r = parse_number(&packet_types, s->value, &pkttype);
		else if (strcmp(s->name, "hatype") == 0)
			r = parse_number(&hatypes, s->value, &hatype);
		else if (strcmp(s->name, "hwaddr") == 0)
			hwaddr_len = kin_parse_bytes(s->value, s->name, hwaddr, sizeof(hwaddr));
		if (hwaddr_len < 0)
			r = (int)hwaddr_len;
	}
	return r < 0 ? r
		     : kin_packet_addr(body, protocol, pkttype, hatype, hwaddr, (size_t)hwaddr_len,
				       &ret->addr);
}

void packet_format(const struct kin_proto *proto, const struct kin_target *target,
		   struct kin_buf *out)
{
	struct sockaddr_ll ll;

	(void)proto;
	if (!read_ll(&target->addr, &ll))
		return;
	kin_buf_put_interface(out, ll.sll_ifindex);
	if (ntohs(ll.sll_protocol) != ETH_P_ALL)
		put_number(&protocols, ntohs(ll.sll_protocol), out);
	if (ll.sll_pkttype != PACKET_HOST)
		put_number(&packet_types, ll.sll_pkttype, out);
	if (ll.sll_hatype)
		put_number(&hatypes, ll.sll_hatype, out);
	if (ll.sll_halen) {
		kin_buf_puts(out, ",hwaddr=");
		kin_buf_put_hex(out, ll.sll_addr, ll.sll_halen, ':');
	}
}

/* How a frame came and on what hardware is not where it came from. */
bool packet_equal(const struct kin_addr *a, const struct kin_addr *b)
{
	struct sockaddr_ll one, other;

	return read_ll(a, &one) && read_ll(b, &other) && one.sll_ifindex == other.sll_ifindex &&
	       one.sll_protocol == other.sll_protocol && one.sll_halen == other.sll_halen &&
	       memcmp(one.sll_addr, other.sll_addr, one.sll_halen) == 0;
}

int packet_ifindex(const struct kin_addr *addr)
{
	struct sockaddr_ll ll;

	return read_ll(addr, &ll) ? ll.sll_ifindex : 0;
}
