/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Does a protocol work here, and if not, what is in the way? */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Is there a line in a file that begins with, or ends a path with, these words? */
static bool file_has_line(const char *path, bool (*match)(const char *line, const char *word),
			  const char *word)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	bool found = false;

	if (!file)
		return false;
	while (!found && getline(&line, &size, file) >= 0)
		found = match(line, word);
	free(line);
	fclose(file);
	return found;
}

static bool begins(const char *line, const char *word)
{
	return strncmp(line, word, strlen(word)) == 0;
}

/* "kernel/net/can/can-raw.ko.xz: ..." is module can_raw: '-' and '_' are one. */
static bool is_module(const char *line, const char *word)
{
	const char *name = line;

	for (const char *s = line; *s && *s != ':'; s++)
		if (*s == '/')
			name = s + 1;
	for (; *word; word++, name++)
		if (*name != *word && !(*name == '-' && *word == '_'))
			return false;
	return strncmp(name, ".ko", 3) == 0;
}

static bool module_is_installed(const char *release, const char *module)
{
	char path[256];

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", release);
	if (file_has_line(path, is_module, module))
		return true;
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.builtin", release);
	return file_has_line(path, is_module, module);
}

static bool module_is_loaded(const char *module)
{
	char word[64];

	snprintf(word, sizeof(word), "%s ", module);
	return file_has_line("/proc/modules", begins, word);
}

/* "6.18" against "6.18.44-fc": kernel versions in order. */
static bool is_older(const char *release, const char *version)
{
	int have[2] = {0, 0}, want[2] = {0, 0};

	if (sscanf(release, "%d.%d", &have[0], &have[1]) < 1 ||
	    sscanf(version, "%d.%d", &want[0], &want[1]) < 1)
		return false;
	return have[0] != want[0] ? have[0] < want[0] : have[1] < want[1];
}

static bool under_seccomp(void)
{
	return file_has_line("/proc/self/status", begins, "Seccomp:\t2");
}

/* Why the kernel has no such socket, by the first need that is not there. */
static bool explain_need(const struct kin_need *need, const char *release, struct kin_probe *probe)
{
	if (need->removed && !is_older(release, need->removed)) {
		snprintf(probe->reason, sizeof(probe->reason), "Linux %s removed it; this is %s",
			 need->removed, release);
		return true;
	}
	if (need->since && is_older(release, need->since)) {
		snprintf(probe->reason, sizeof(probe->reason), "came with Linux %s; this is %s",
			 need->since, release);
		return true;
	}
	if (need->module && module_is_installed(release, need->module)) {
		snprintf(probe->reason, sizeof(probe->reason), "the kernel module %s is not loaded",
			 need->module);
		snprintf(probe->mend, sizeof(probe->mend), "sudo modprobe %s", need->module);
		probe->mend_is_command = true;
		return true;
	}
	return false;
}

/* The family's own words about socket(2), if it has any. */
static bool explain_by_family(const struct kin_family *family, const struct kin_proto *proto,
			      struct kin_probe *probe)
{
	struct kin_buf words = {probe->reason, sizeof(probe->reason), 0};
	struct kin_target none = {};

	if (family->explain)
		family->explain(proto, "socket", probe->error, &none, &words);
	kin_buf_end(&words);
	return words.len > 0;
}

static void explain_missing(const struct kin_family *family, const struct kin_proto *proto,
			    struct kin_probe *probe)
{
	const struct kin_need *needs = family->needs;
	struct utsname uts;
	char list[96];
	struct kin_buf kconfig = {list, sizeof(list), 0};

	uname(&uts);
	for (const struct kin_need *need = needs; need && need->kconfig; need++) {
		if (!kin_scheme_in(need->schemes, proto->scheme))
			continue;
		/* It is there, so that something else is in the way. */
		if (need->module && module_is_loaded(need->module)) {
			if (explain_by_family(family, proto, probe))
				return;
			continue;
		}
		if (explain_need(need, uts.release, probe))
			return;
		kin_buf_printf(&kconfig, "%s%s", kconfig.len ? ", " : "", need->kconfig);
	}
	if (kconfig.len == 0 && explain_by_family(family, proto, probe))
		return;
	if (under_seccomp() && kconfig.len == 0)
		snprintf(probe->reason, sizeof(probe->reason), "a seccomp filter may refuse it");
	else
		snprintf(probe->reason, sizeof(probe->reason),
			 "this kernel (%s) is built without %s", uts.release,
			 kconfig.len ? kin_buf_end(&kconfig) : "it");
}

/* May this process use it? Root may not always: a container's lacks most of them. */
static bool has_capability(const char *name)
{
	static const struct {
		const char *name;
		unsigned bit;
	} rows[] = {
		{"CAP_BPF", CAP_BPF},
		{"CAP_NET_ADMIN", CAP_NET_ADMIN},
		{"CAP_NET_BIND_SERVICE", CAP_NET_BIND_SERVICE},
		{"CAP_NET_RAW", CAP_NET_RAW},
		{"CAP_SYS_ADMIN", CAP_SYS_ADMIN},
	};
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[2] = {};

	if (syscall(SYS_capget, &header, sets) < 0)
		return geteuid() == 0;
	for (size_t i = 0; i < N_ELEMENTS(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return sets[rows[i].bit / 32].effective >> (rows[i].bit % 32) & 1;
	return geteuid() == 0;
}

static void explain_denied(const struct kin_family *family, const struct kin_proto *proto,
			   struct kin_probe *probe)
{
	for (const struct kin_need *need = family->needs; need && need->kconfig; need++) {
		if (!need->capability || !kin_scheme_in(need->schemes, proto->scheme) ||
		    has_capability(need->capability))
			continue;
		snprintf(probe->reason, sizeof(probe->reason), "needs %s%s", need->capability,
			 geteuid() == 0 ? ", which root lacks here (a container?)" : "");
		if (geteuid() != 0)
			snprintf(probe->mend, sizeof(probe->mend), "run it with sudo");
		return;
	}
	if (explain_by_family(family, proto, probe))
		return;
	if (under_seccomp())
		snprintf(probe->reason, sizeof(probe->reason),
			 "a seccomp filter refuses it (a container's default profile?)");
	else
		snprintf(probe->reason, sizeof(probe->reason), "a security policy refuses it");
}

/* Only the fields that the caller's struct has are written. */
static int give(const struct kin_probe *found, struct kin_probe *probe)
{
	size_t size = probe->struct_size;

	if (size < offsetof(struct kin_probe, reason))
		return kin_fail(EINVAL, "kin_probe.struct_size %zu is too small", size);
	memcpy(probe, found, size < sizeof(*found) ? size : sizeof(*found));
	probe->struct_size = size;
	return 0;
}

int kin_probe(const struct kin_family *family, const struct kin_proto *proto,
	      struct kin_probe *probe)
{
	struct kin_probe found = {.status = KIN_WORKS};
	int fd;

	KIN_NEED(family);
	KIN_NEED(proto);
	KIN_NEED(probe);
	fd = socket(proto->domain ? proto->domain : family->domain, proto->type | SOCK_CLOEXEC,
		    proto->protocol ? proto->protocol : proto->probe_protocol);
	if (fd >= 0) {
		int r;

		close(fd);
		r = family->probe ? family->probe(proto, &found) : 0;
		return r < 0 ? r : give(&found, probe);
	}
	found.error = errno;
	switch (errno) {
	case EPERM:
	case EACCES:
		found.status = KIN_DENIED;
		explain_denied(family, proto, &found);
		break;
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
	case ESOCKTNOSUPPORT:
	case EINVAL:
	case ENOSYS:
		found.status = KIN_MISSING;
		explain_missing(family, proto, &found);
		break;
	default:
		found.status = KIN_BROKEN;
		if (!explain_by_family(family, proto, &found))
			snprintf(found.reason, sizeof(found.reason), "socket: %s",
				 strerrordesc_np(errno));
	}
	return give(&found, probe);
}
