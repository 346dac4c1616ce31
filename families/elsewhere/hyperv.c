/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Hyper-V sockets of Windows: a machine and a service, two UUIDs; and vsock in their place. */
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { UUID = 16 };

struct place {
	sa_family_t family;
	unsigned char vm[UUID], service[UUID]; /* in the order of the text */
};

/* The machines that have names, and the context ID that vsock has for them, or NULL. */
static const struct {
	const char *name, *text, *cid;
} machines[] = {
	{"HV_GUID_WILDCARD", "00000000-0000-0000-0000-000000000000", "any"},
	{"HV_GUID_ZERO", "00000000-0000-0000-0000-000000000000", "any"},
	{"HV_GUID_BROADCAST", "ffffffff-ffff-ffff-ffff-ffffffffffff", NULL},
	{"HV_GUID_CHILDREN", "90db8b89-0d35-4f79-8ce9-49ea0ac8b7cd", "any"},
	{"HV_GUID_LOOPBACK", "e0e16197-dd56-4a10-9195-5ee7a155a838", "local"},
	{"HV_GUID_PARENT", "a42e7cda-d03f-480c-9cc2-a4de20abb878", "host"},
	{},
};

/* What Linux guests take for the services of vsock, behind the port's eight digits. */
static const char linux_service[] = "-facb-11e6-bd58-64006a7986d3";

static int parse_uuid(const char *what, const char *text, unsigned char uuid[UUID])
{
	static const char shape[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
	char digits[2 * UUID + 1];
	size_t n = 0;

	if (strlen(text) != strlen(shape))
		return kin_fail(EINVAL, "%s \"%s\" is not a UUID, such as %s", what, text,
				machines[0].text);
	for (size_t i = 0; shape[i]; i++) {
		if ((shape[i] == '-') != (text[i] == '-'))
			return kin_fail(EINVAL, "%s \"%s\" has a hyphen too many or too few", what,
					text);
		if (shape[i] == 'x')
			digits[n++] = text[i];
	}
	digits[n] = '\0';
	n = 0;
	/* A digit that is none may be a separator of kin_parse_bytes(): count. */
	if (strpbrk(digits, ".: ") || kin_parse_bytes(digits, what, uuid, UUID) != UUID)
		return kin_fail(EINVAL, "%s \"%s\" has something else than hex digits", what, text);
	return 0;
}

static void put_uuid(const unsigned char uuid[UUID], char text[KIN_UUID_TEXT])
{
	char *p = text;

	for (int i = 0; i < UUID; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		p += sprintf(p, "%02x", uuid[i]);
	}
}

int kin_hyperv_addr(const char *vm_id, const char *service_id, struct kin_addr *ret_addr)
{
	struct place place = {.family = KIN_AF_HYPERV};
	int r;

	if (!vm_id || !service_id)
		return kin_fail(EINVAL, "no %s was given", vm_id ? "service" : "machine");
	for (int i = 0; machines[i].name; i++)
		if (strcmp(machines[i].name, vm_id) == 0)
			vm_id = machines[i].text;
	if ((r = parse_uuid("machine", vm_id, place.vm)) < 0 ||
	    (r = parse_uuid("service", service_id, place.service)) < 0)
		return r;
	return elsewhere_give(&place, sizeof(place), ret_addr);
}

int kin_hyperv_read(const struct kin_addr *addr, char *vm_id, char *service_id)
{
	struct place place;

	if (!elsewhere_read(addr, KIN_AF_HYPERV, &place, sizeof(place)))
		return kin_fail(EAFNOSUPPORT, "not a Hyper-V address");
	if (vm_id)
		put_uuid(place.vm, vm_id);
	if (service_id)
		put_uuid(place.service, service_id);
	return 0;
}

int hyperv_parse(const char *body, struct kin_addr *ret_addr)
{
	const char *colon = strchr(body, ':');
	char vm_id[64] = "";

	if (!colon || (size_t)(colon - body) >= sizeof(vm_id))
		return kin_fail(EINVAL, "\"%s\" is not VMID:SERVICEID", body);
	memcpy(vm_id, body, (size_t)(colon - body));
	return kin_hyperv_addr(vm_id, colon + 1, ret_addr);
}

void hyperv_format(const struct kin_addr *addr, struct kin_buf *out)
{
	char vm_id[KIN_UUID_TEXT], service_id[KIN_UUID_TEXT];

	if (kin_hyperv_read(addr, vm_id, service_id) == 0)
		kin_buf_printf(out, "%s:%s", vm_id, service_id);
}

/* The port of a service that vsock has, or false. */
static bool port_of(const char service_id[KIN_UUID_TEXT], unsigned *ret_port)
{
	return strcmp(service_id + 8, linux_service) == 0 &&
	       sscanf(service_id, "%8x", ret_port) == 1;
}

/* The context ID of a machine: NULL when there is none, "" when it does not follow from the UUID.
 */
static const char *cid_of(const char vm_id[KIN_UUID_TEXT])
{
	for (int i = 0; machines[i].name; i++)
		if (strcmp(machines[i].text, vm_id) == 0)
			return machines[i].cid;
	return "";
}

ssize_t kin_hyperv_vsock(const struct kin_addr *addr, char *buf, size_t size)
{
	struct kin_buf out = {buf, size, 0};
	char vm_id[KIN_UUID_TEXT], service_id[KIN_UUID_TEXT];
	const char *cid;
	unsigned port;
	int r = kin_hyperv_read(addr, vm_id, service_id);

	if (r < 0)
		return r;
	cid = cid_of(vm_id);
	if (!port_of(service_id, &port))
		return kin_fail(ENOENT, "service %s has no port of vsock: those end in %s",
				service_id, linux_service);
	if (!cid || !*cid)
		return kin_fail(ENOENT, "machine %s has no context ID that follows from it", vm_id);
	kin_buf_printf(&out, "vsock:%s:%u", cid, port);
	kin_buf_end(&out);
	return (ssize_t)out.len;
}

void hyperv_explain(const struct kin_addr *addr, struct kin_buf *out)
{
	char vm_id[KIN_UUID_TEXT], service_id[KIN_UUID_TEXT];
	const char *cid;
	unsigned port;

	kin_buf_puts(out, "Hyper-V sockets exist on Windows only; on Linux, guests of Hyper-V use "
			  "vsock");
	if (kin_hyperv_read(addr, vm_id, service_id) < 0)
		return;
	cid = cid_of(vm_id);
	if (!cid)
		kin_buf_puts(out, ", which has no broadcast");
	else if (!port_of(service_id, &port))
		kin_buf_printf(out, ", with a port for services PORT%s", linux_service);
	else if (*cid)
		kin_buf_printf(out, ": here that is vsock:%s:%u", cid, port);
	else
		kin_buf_printf(out, ": here that is vsock:CID:%u with the machine's CID", port);
}
