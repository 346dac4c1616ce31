/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "core.h"

#include <errno.h>
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
static kin_audit_fn hook;
static void *hook_data;
atomic_bool audit_hooked;

void kin_set_audit_hook(kin_audit_fn fn, void *data)
{
	pthread_rwlock_wrlock(&lock);
	hook = fn;
	hook_data = data;
	atomic_store_explicit(&audit_hooked, fn != NULL, memory_order_relaxed);
	pthread_rwlock_unlock(&lock);
}

int kin_audit_ask(const struct kin_audit *what)
{
	kin_audit_fn fn;
	void *data;
	int r;

	KIN_NEED(what);
	if (!audited())
		return 0;
	/* Not held over the call: the hook may open sockets, or replace itself. */
	pthread_rwlock_rdlock(&lock);
	fn = hook;
	data = hook_data;
	pthread_rwlock_unlock(&lock);
	r = fn ? fn(what, data) : 0;
	if (r == 0)
		return 0;
	/* What is no errno value was meant to let nothing happen either. */
	return kin_fail(r < 0 && r >= -4095 ? -r : EPERM, "the audit hook refuses to %s",
			kin_audit_event_name(what->event));
}

int kin_audit_lookup(const char *name, const char *service)
{
	return kin_audit_ask(
		&(struct kin_audit){.event = KIN_AUDIT_LOOKUP, .name = name, .service = service});
}

const char *kin_audit_event_name(enum kin_audit_event event)
{
	static const char *const names[] = {
		[KIN_AUDIT_OPEN] = "open",
		[KIN_AUDIT_BIND] = "bind",
		[KIN_AUDIT_CONNECT] = "connect",
		[KIN_AUDIT_SEND_TO] = "send-to",
		[KIN_AUDIT_LOOKUP] = "look-up",
		[KIN_AUDIT_SEND_MSG] = "send-msg",
		[KIN_AUDIT_NAME_INFO] = "name-info",
		[KIN_AUDIT_HOST_BY_NAME] = "host-by-name",
		[KIN_AUDIT_HOST_BY_ADDR] = "host-by-addr",
		[KIN_AUDIT_SERVICE_BY_NAME] = "service-by-name",
		[KIN_AUDIT_SERVICE_BY_PORT] = "service-by-port",
		[KIN_AUDIT_HOSTNAME] = "hostname",
		[KIN_AUDIT_SET_HOSTNAME] = "set-hostname",
	};

	return (unsigned)event < N_ELEMENTS(names) ? names[event] : "unknown";
}
