/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/sock_diag.h>

#include "device.h"
#include "source.h"

enum {
	RECEIVE_BUFFER = 64 << 20, /* doubled by the kernel, which uses it when messages wait */
	MESSAGE = 65536,           /* the longest, where the protocol does not say */
	/* What is longer is cut: the ring has room for many. Of J1939 the kernel puts no longer
	 * ones together: each is one kmalloc(), of at most 4 MiB where pages have 4 KiB. */
	LONGEST = 4 << 20,
};

/* ---- Interfaces --------------------------------------------------------------------------- */

/* @param before  what it had lost when the run began */
static void add_device(struct source *src, int ifindex, const char *name, uint64_t before)
{
	struct source_device *more;

	/* Made anew: its counters are, too. */
	for (unsigned i = 0; i < src->n_devices; i++) {
		if (strcmp(src->devices[i].name, name) == 0) {
			src->last_device = i;
			src->devices[i].ifindex = ifindex;
			src->devices[i].before = before;
			return;
		}
	}
	more = realloc(src->devices, (src->n_devices + 1) * sizeof(*more));
	/* Without memory its losses are not known. */
	if (!more)
		return;
	src->devices = more;
	src->last_device = src->n_devices;
	more += src->n_devices++;
	*more = (struct source_device){.ifindex = ifindex, .before = before};
	snprintf(more->name, sizeof(more->name), "%s", name);
}

/* Could messages of this protocol come from there? Then a socket can be bound to it. */
static bool takes_from(const struct source *src, const char *name)
{
	char text[2 * IF_NAMESIZE + 64];
	struct kin_buf out = {.data = text, .size = sizeof(text)};
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;

	kin_buf_printf(&out, "%s:", src->proto->scheme);
	kin_buf_put_body(&out, name, strlen(name));
	return kin_open(kin_buf_end(&out), KIN_RECEIVE, &sock) == 0;
}

/* What comes from every interface may be lost at one before the first message from there. */
static void add_all_devices(struct source *src)
{
	struct kin_if *list = NULL;
	int n = kin_if_list(&list);

	for (int i = 0; i < n; i++)
		if (takes_from(src, list[i].name))
			add_device(src, (int)list[i].index, list[i].name,
				   device_lost(list[i].name));
	free(list);
}

/* The socket is new: so may be the interface. */
static void begin_device(struct source *src)
{
	for (unsigned i = 0; i < src->n_devices; i++)
		src->devices[i].before = device_lost(src->devices[i].name);
	if (src->n_devices > 0)
		return;
	if (src->has_interface)
		add_device(src, 0, src->name, device_lost(src->name));
	else if (src->all_wanted)
		add_all_devices(src);
}

void source_see_device(struct source *src, const struct kin_msg *msg)
{
	int ifindex = kin_addr_ifindex(&msg->addr);
	char name[IF_NAMESIZE];

	if (src->n_devices && src->devices[src->last_device].ifindex == ifindex)
		return;
	for (unsigned i = 0; i < src->n_devices; i++) {
		if (src->devices[i].ifindex == ifindex) {
			src->last_device = i;
			return;
		}
	}
	/* It was not there when the run began. */
	if (ifindex > 0 && if_indextoname((unsigned)ifindex, name))
		add_device(src, ifindex, name, 0);
}

static void count_device_drops(struct source *src)
{
	for (unsigned i = 0; i < src->n_devices; i++) {
		struct source_device *device = &src->devices[i];
		uint64_t now = device_lost(device->name);

		if (now > device->before) {
			device->lost += now - device->before;
			src->untold = true;
		}
		device->before = now;
	}
}

uint64_t source_device_lost(const struct source *src, bool *ret_was_wanted)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < src->n_devices; i++)
		sum += src->devices[i].lost;
	*ret_was_wanted = src->all_wanted && sum > 0;
	return sum;
}

int source_is_up(const struct source *src)
{
	struct ifreq request = {};

	memcpy(request.ifr_name, src->name, strnlen(src->name, IFNAMSIZ - 1));
	if (ioctl(kin_fd(src->sock), SIOCGIFFLAGS, &request) < 0)
		return errno == ENODEV ? -ENODEV : 0;
	return (request.ifr_flags & IFF_UP) != 0;
}

void source_enlarge_buffer(struct kin_sock *sock)
{
	int size = RECEIVE_BUFFER;

	if (kin_setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		kin_setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static int set_default(struct kin_endpoint *endpoint, const char *option, const char *value)
{
	return kin_endpoint_option(endpoint, option) ? 0
						     : kin_endpoint_set(endpoint, option, value);
}

/* What would not come without being asked for. */
static int set_record_options(const struct source *src, struct kin_endpoint *endpoint)
{
	int r = 0;

	for (const struct kin_opt *opt = src->family->opts; r >= 0 && opt && opt->name; opt++)
		if ((opt->flags & KIN_OPT_RECORD) &&
		    kin_scheme_in(opt->schemes, src->proto->scheme))
			r = set_default(endpoint, opt->name, "on");
	return r;
}

int source_open(struct source *src, const char *stamps)
{
	struct kin_endpoint *endpoint KIN_CLEANUP(kin_endpoint_free) = NULL;
	struct kin_sock *sock KIN_CLEANUP(kin_close) = NULL;
	int r = kin_endpoint_parse(src->text, &endpoint);

	if (r >= 0)
		r = set_default(endpoint, "timestamps", stamps);
	if (r >= 0)
		r = set_default(endpoint, "drops", "on");
	if (r >= 0)
		r = set_record_options(src, endpoint);
	if (r >= 0)
		r = kin_open_endpoint(endpoint, KIN_RECEIVE, &sock);
	if (r < 0)
		return r;
	if (!kin_endpoint_option(endpoint, "rcvbuf") &&
	    !kin_endpoint_option(endpoint, "rcvbuf-force"))
		source_enlarge_buffer(sock);
	kin_set_timeout(sock, 0);
	src->socket_drops = 0;
	begin_device(src);
	src->state = RUNNING;
	src->sock = sock;
	sock = NULL;
	return src->format ? kin_format_add(src->format, src->sock) : 0;
}

int source_describe(struct source *src, const char *text)
{
	struct kin_endpoint *endpoint KIN_CLEANUP(kin_endpoint_free) = NULL;
	int r = kin_endpoint_parse(text, &endpoint);
	const struct kin_proto *proto;
	char name[IF_NAMESIZE];
	int ifindex;

	src->text = text;
	if (r < 0)
		return r;
	proto = kin_endpoint_proto(endpoint);
	src->family = kin_endpoint_family(endpoint);
	src->connects = proto->type == SOCK_STREAM || proto->type == SOCK_SEQPACKET;
	src->proto = proto;
	src->all_wanted = proto->flags & KIN_PROTO_ALL_WANTED;
	src->longest = proto->msg_max ? proto->msg_max : MESSAGE;
	if (src->longest > LONGEST)
		src->longest = LONGEST;
	ifindex = kin_addr_ifindex(kin_endpoint_addr(endpoint));
	src->has_interface = ifindex > 0 && if_indextoname((unsigned)ifindex, name);
	src->name = strdup(src->has_interface ? name : src->text);
	return src->name ? 0 : -ENOMEM;
}

void source_count_more_drops(struct source *src, uint32_t drops)
{
	int32_t more = (int32_t)(drops - src->socket_drops);

	if (more > 0) {
		src->dropped += more;
		src->untold = true;
		src->socket_drops = drops;
	}
}

void source_count_last_drops(struct source *src)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t len = sizeof(info);

	if (src->sock && kin_getsockopt(src->sock, SOL_SOCKET, SO_MEMINFO, info, &len) == 0 &&
	    len >= sizeof(info[0]) * (SK_MEMINFO_DROPS + 1))
		source_count_drops(src, info[SK_MEMINFO_DROPS]);
	count_device_drops(src);
}

void source_close(struct source *src, enum source_state state)
{
	source_count_last_drops(src);
	kin_close(src->sock);
	src->sock = NULL;
	src->state = state;
}

/* ---- Patterns ----------------------------------------------------------------------------- */

static int add_pattern(struct source *src, struct source_patterns *patterns, const char *text)
{
	struct kin_pattern **more;
	int r;

	more = reallocarray(patterns->list, patterns->n + 1, sizeof(struct kin_pattern *));
	if (!more)
		return -ENOMEM;
	patterns->list = more;
	r = kin_pattern_new(src->family, src->proto, text, &more[patterns->n]);
	if (r >= 0)
		patterns->n++;
	return r;
}

int source_add_patterns(struct source *src, struct source_patterns *patterns, const char *text)
{
	char *copy = strdup(text), *rest = copy, *one;
	int r = copy ? 0 : -ENOMEM;

	while (r >= 0 && (one = strsep(&rest, ",")))
		r = add_pattern(src, patterns, one);
	free(copy);
	return r;
}

bool source_matches(const struct source_patterns *patterns, const struct kin_msg *msg)
{
	for (unsigned i = 0; i < patterns->n; i++)
		if (kin_pattern_match(patterns->list[i], msg))
			return true;
	return false;
}

static void free_patterns(struct source_patterns *patterns)
{
	for (unsigned i = 0; i < patterns->n; i++)
		kin_pattern_free(patterns->list[i]);
	free(patterns->list);
}

void source_free(struct source *src)
{
	kin_close(src->sock);
	free(src->name);
	free(src->devices);
	free_patterns(&src->start);
	free_patterns(&src->stop);
	free_patterns(&src->only);
}

/* ---- What is told ------------------------------------------------------------------------- */

/* Where messages are missing, in candump's words. */
static void put_loss(const struct source *src, const char *name, const char *where, uint64_t sum,
		     uint64_t *told, struct kin_buf *out)
{
	uint64_t n = sum - *told;

	if (n == 0)
		return;
	kin_buf_printf(out, "DROPCOUNT: dropped %llu ", (unsigned long long)n);
	for (const char *c = src->format->family->name; *c; c++)
		kin_buf_put(out, &(char){(char)toupper((unsigned char)*c)}, 1);
	kin_buf_printf(out, " frame%s on '%s' %s (total drops %llu)\n", n > 1 ? "s" : "", name,
		       where, (unsigned long long)sum);
	*told = sum;
}

void source_put_losses(struct source *src, struct kin_buf *out)
{
	if (!src->untold || !src->format->style->remarks)
		return;
	src->untold = false;
	put_loss(src, src->name, "socket", src->dropped, &src->dropped_told, out);
	put_loss(src, src->name, "ring", src->lost, &src->lost_told, out);
	for (unsigned i = 0; src->all_wanted && i < src->n_devices; i++)
		put_loss(src, src->devices[i].name, "interface", src->devices[i].lost,
			 &src->devices[i].told, out);
}

void source_tell(const struct source *src)
{
	bool was_wanted;

	remark("%s: %llu messages, %llu bytes; lost %llu on the socket, %llu in the ring, %llu at "
	       "the interface",
	       src->text, (unsigned long long)src->messages, (unsigned long long)src->bytes,
	       (unsigned long long)src->dropped, (unsigned long long)src->lost,
	       (unsigned long long)source_device_lost(src, &was_wanted));
}
