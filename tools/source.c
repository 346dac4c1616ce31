/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/sock_diag.h>

#include "source.h"

enum {
	RECEIVE_BUFFER = 64 << 20, /* doubled by the kernel, which uses it when messages wait */
	MESSAGE = 65536,           /* the longest, where the protocol does not say */
	LONGEST = 2 << 20,         /* what is longer is cut: the ring has room for many */
};

/* What an interface dropped before a socket saw it; 0 when that is unknown. */
static uint64_t device_drops(const struct source *src)
{
	static const char *const counters[] = {"rx_dropped", "rx_over_errors", "rx_missed_errors"};
	uint64_t sum = 0;

	for (unsigned i = 0; src->has_interface && i < sizeof(counters) / sizeof(*counters); i++) {
		char path[64 + IFNAMSIZ], text[32];
		int fd;
		ssize_t n = 0;

		snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s", src->name,
			 counters[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0) {
			n = read(fd, text, sizeof(text) - 1);
			close(fd);
		}
		text[n > 0 ? n : 0] = '\0';
		sum += strtoull(text, NULL, 10);
	}
	return sum;
}

static void count_device_drops(struct source *src)
{
	uint64_t now = device_drops(src);

	if (now > src->device_before)
		src->device_drops += now - src->device_before;
	src->device_before = now;
}

int source_is_up(const struct source *src)
{
	struct ifreq request = {};

	memcpy(request.ifr_name, src->name, strnlen(src->name, IFNAMSIZ - 1));
	if (ioctl(kin_fd(src->sock), SIOCGIFFLAGS, &request) < 0)
		return errno == ENODEV ? -ENODEV : 0;
	return (request.ifr_flags & IFF_UP) != 0;
}

/* As much as this process may have, when the address does not say how much. */
static void enlarge_buffer(const struct kin_endpoint *endpoint, struct kin_sock *sock)
{
	int size = RECEIVE_BUFFER;

	if (kin_endpoint_option(endpoint, "rcvbuf") ||
	    kin_endpoint_option(endpoint, "rcvbuf-force"))
		return;
	if (kin_setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		kin_setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

static int set_default(struct kin_endpoint *endpoint, const char *option, const char *value)
{
	return kin_endpoint_option(endpoint, option) ? 0
						     : kin_endpoint_set(endpoint, option, value);
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
		r = kin_open_endpoint(endpoint, KIN_RECEIVE, &sock);
	if (r < 0)
		return r;
	enlarge_buffer(endpoint, sock);
	kin_set_timeout(sock, 0);
	src->socket_drops = 0;
	src->device_before = device_drops(src);
	src->state = RUNNING;
	src->sock = sock;
	sock = NULL;
	return kin_format_add(src->format, src->sock);
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
	src->longest = proto->msg_max ? proto->msg_max : MESSAGE;
	if (src->longest > LONGEST)
		src->longest = LONGEST;
	ifindex = kin_addr_ifindex(kin_endpoint_addr(endpoint));
	src->has_interface = ifindex > 0 && if_indextoname((unsigned)ifindex, name);
	src->name = strdup(src->has_interface ? name : src->text);
	return src->name ? 0 : -ENOMEM;
}

void source_count_drops(struct source *src, uint32_t drops)
{
	int32_t more = (int32_t)(drops - src->socket_drops);

	if (more > 0) {
		src->dropped += more;
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

void source_free(struct source *src)
{
	kin_close(src->sock);
	free(src->name);
}

/* Where messages are missing, in candump's words. */
static void put_loss(const struct source *src, const char *where, uint64_t n, uint64_t sum,
		     struct kin_buf *out)
{
	kin_buf_printf(out, "DROPCOUNT: dropped %llu ", (unsigned long long)n);
	for (const char *c = src->format->family->name; *c; c++)
		kin_buf_put(out, &(char){(char)toupper((unsigned char)*c)}, 1);
	kin_buf_printf(out, " frame%s on '%s' %s (total drops %llu)\n", n > 1 ? "s" : "", src->name,
		       where, (unsigned long long)sum);
}

void source_put_losses(struct source *src, struct kin_buf *out)
{
	if (!src->format->style->remarks)
		return;
	if (src->dropped != src->dropped_told)
		put_loss(src, "socket", src->dropped - src->dropped_told, src->dropped, out);
	if (src->lost != src->lost_told)
		put_loss(src, "ring", src->lost - src->lost_told, src->lost, out);
	src->dropped_told = src->dropped;
	src->lost_told = src->lost;
}

void source_tell(const struct source *src)
{
	remark("%s: %llu messages, %llu bytes; lost %llu on the socket, %llu in the ring, %llu at "
	       "the "
	       "interface",
	       src->text, (unsigned long long)src->messages, (unsigned long long)src->bytes,
	       (unsigned long long)src->dropped, (unsigned long long)src->lost,
	       (unsigned long long)src->device_drops);
}
