/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names of services and protocols: /etc/services and /etc/protocols, or what replaces them. */
#include "internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <kin/names.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A scratch buffer for the *_r calls, which say ERANGE until it is large enough. */
struct scratch {
	char *data;
	size_t size;
};

static int grow(struct scratch *s)
{
	size_t size = s->size ? 2 * s->size : 1024;
	char *data = realloc(s->data, size);

	if (!data)
		return kin_fail(ENOMEM, "out of memory");
	*s = (struct scratch){data, size};
	return 0;
}

static const char *or_any(const char *protocol)
{
	return protocol ? protocol : "any protocol";
}

int kin_inet_service_port(const char *service, const char *protocol)
{
	struct kin_audit what = {
		.event = KIN_AUDIT_SERVICE_BY_NAME, .name = protocol, .service = service};
	struct servent entry, *found = NULL;
	struct scratch s = {};
	int r, port;

	KIN_NEED(service);
	r = kin_audit_ask(&what);
	if (r < 0)
		return r;
	do {
		r = grow(&s);
		if (r == 0)
			r = getservbyname_r(service, protocol, &entry, s.data, s.size, &found);
	} while (r == ERANGE);
	port = found ? ntohs((uint16_t)found->s_port) : -1;
	free(s.data);
	if (r < 0)
		return r;
	if (port < 0)
		return kin_fail(ENOENT, "no service \"%s\" for %s", service, or_any(protocol));
	return port;
}

ssize_t kin_inet_service_name(long port, const char *protocol, char *buf, size_t size)
{
	char decimal[24];
	struct kin_audit what = {
		.event = KIN_AUDIT_SERVICE_BY_PORT, .name = protocol, .service = decimal};
	struct kin_buf out = {.data = buf, .size = size};
	struct servent entry, *found = NULL;
	struct scratch s = {};
	int r = inet_check_port(port);

	if (r < 0)
		return r;
	KIN_NEED_ROOM(buf, size);
	snprintf(decimal, sizeof(decimal), "%ld", port);
	r = kin_audit_ask(&what);
	if (r < 0)
		return r;
	do {
		r = grow(&s);
		if (r == 0)
			r = getservbyport_r(htons((uint16_t)port), protocol, &entry, s.data, s.size,
					    &found);
	} while (r == ERANGE);
	if (found)
		kin_buf_puts(&out, found->s_name);
	free(s.data);
	if (r < 0)
		return r;
	if (!found)
		return kin_fail(ENOENT, "no service has port %ld of %s", port, or_any(protocol));
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

int kin_inet_protocol_number(const char *name)
{
	struct protoent entry, *found = NULL;
	struct scratch s = {};
	int r, number;

	KIN_NEED(name);
	do {
		r = grow(&s);
		if (r == 0)
			r = getprotobyname_r(name, &entry, s.data, s.size, &found);
	} while (r == ERANGE);
	number = found ? found->p_proto : -1;
	free(s.data);
	if (r < 0)
		return r;
	if (number < 0)
		return kin_fail(ENOENT, "no protocol \"%s\"", name);
	return number;
}
