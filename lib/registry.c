/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The families that are known: built in, registered by the program, loaded from plugins. */
#include "core.h"
#include "config.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FAMILIES_MAX = 128 };

/* Recursive: an object that is being loaded may call the library when it is initialized. */
static pthread_mutex_t lock = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static const struct kin_family *families[FAMILIES_MAX]; /* append-only */
static unsigned n_families;
static bool plugins_loaded;
static char *refused[16]; /* why objects in the plugin folders could not be loaded */
static unsigned n_refused;

const char *kin_version(void)
{
	return KIN_VERSION;
}

static const struct kin_proto *row_of_scheme(const struct kin_family *family, const char *scheme,
					     size_t len)
{
	for (const struct kin_proto *row = family->protos; row->scheme; row++)
		if (strlen(row->scheme) == len && memcmp(row->scheme, scheme, len) == 0)
			return row;
	return NULL;
}

static int check_record(const struct kin_family *family)
{
	if (family->abi != KIN_FAMILY_ABI)
		return kin_fail(EPROTO, "the family was built for ABI %u, this libkin has %u",
				family->abi, KIN_FAMILY_ABI);
	if (family->struct_size < offsetof(struct kin_family, resolve))
		return kin_fail(EPROTO, "the family's record of %zu bytes is too short",
				family->struct_size);
	if (!family->name || !family->protos || !family->protos->scheme || !family->parse ||
	    !family->format)
		return kin_fail(EINVAL, "a family needs a name, protocols, parse and format");
	for (const struct kin_proto *row = family->protos; row->scheme; row++)
		if (!*row->scheme || strpbrk(row->scheme, ":, \\"))
			return kin_fail(EINVAL, "\"%s\" can't be a scheme", row->scheme);
	for (unsigned i = 0; i < n_families; i++) {
		if (strcmp(families[i]->name, family->name) == 0)
			return kin_fail(EEXIST, "there is a family %s already", family->name);
		for (const struct kin_proto *row = family->protos; row->scheme; row++)
			if (row_of_scheme(families[i], row->scheme, strlen(row->scheme)))
				return kin_fail(EEXIST, "family %s has the scheme %s: already",
						families[i]->name, row->scheme);
	}
	return 0;
}

/* A record that was built before the newest fields existed gets them as zeros. */
static const struct kin_family *full_record(const struct kin_family *family)
{
	struct kin_family *full;

	if (family->struct_size >= sizeof(*full))
		return family;
	full = calloc(1, sizeof(*full));
	if (full)
		memcpy(full, family, family->struct_size);
	return full;
}

static int add_locked(const struct kin_family *family)
{
	int r = check_record(family);

	if (r < 0)
		return r;
	if (n_families == FAMILIES_MAX)
		return kin_fail(ENOSPC, "no room for more than %d families", FAMILIES_MAX);
	family = full_record(family);
	if (!family)
		return fail_oom();
	families[n_families++] = family;
	return 0;
}

static void add_builtin_locked(void)
{
	if (n_families > 0)
		return;
	/* They were checked when they were built: a test registers each. */
	for (const struct kin_family *const *family = kin_builtin_families; *family; family++)
		families[n_families++] = *family;
}

static int add_object_locked(const char *path, void *object)
{
	const struct kin_family *const *record = dlsym(object, "kin_plugin");
	const void *version = dlsym(object, "kin_version");

	if (!record || !*record)
		return kin_fail(ELIBACC, "%s: no symbol kin_plugin: not a family of libkin", path);
	/* In a program with a libkin of its own (a static one), its failures would go astray. */
	if (version && version != (const void *)(uintptr_t)kin_version)
		return kin_fail(ELIBACC, "%s uses another libkin than this program", path);
	return add_locked(*record);
}

static int load_locked(const char *path)
{
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	int r;

	if (!object)
		return kin_fail(ELIBACC, "%s", dlerror());
	r = add_object_locked(path, object);
	if (r < 0)
		dlclose(object);
	return r;
}

static int is_plugin(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return strncmp(entry->d_name, "libkin-", 7) == 0 && len > 3 &&
	       strcmp(entry->d_name + len - 3, ".so") == 0;
}

/* One bad plugin must not take the others away: it is passed over, and kept to be told. */
static void load_or_note_locked(const char *path)
{
	char text[1024];
	struct kin_buf buf = {text, sizeof(text), 0};
	int r = load_locked(path);

	/* Two folders may hold the same one. */
	if (r == 0 || r == -EEXIST || n_refused + 1 >= N_ELEMENTS(refused))
		return;
	if (!strstr(kin_error_text(), path))
		kin_buf_printf(&buf, "%s: ", path);
	kin_buf_puts(&buf, kin_error_text());
	refused[n_refused] = strdup(kin_buf_end(&buf));
	if (refused[n_refused])
		n_refused++;
}

static void load_folder_locked(const char *folder)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_plugin, alphasort);

	for (int i = 0; i < n; i++) {
		char path[4096];

		if (snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name) <
		    (int)sizeof(path))
			load_or_note_locked(path);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

static void load_plugins_locked(void)
{
	const char *folders = secure_getenv("KIN_PLUGIN_PATH");
	char *copy, *rest, *folder;

	if (plugins_loaded)
		return;
	plugins_loaded = true;
	copy = folders ? strdup(folders) : NULL;
	for (rest = copy; (folder = strsep(&rest, ":"));)
		if (*folder)
			load_folder_locked(folder);
	free(copy);
	load_folder_locked(KIN_PLUGIN_DIR);
}

int kin_family_register(const struct kin_family *family)
{
	int r;

	KIN_NEED(family);
	pthread_mutex_lock(&lock);
	add_builtin_locked();
	r = add_locked(family);
	pthread_mutex_unlock(&lock);
	return r;
}

int kin_plugin_load(const char *path)
{
	int r;

	KIN_NEED(path);
	pthread_mutex_lock(&lock);
	add_builtin_locked();
	r = load_locked(path);
	pthread_mutex_unlock(&lock);
	return r;
}

const char *kin_plugin_refused_at(unsigned i)
{
	const char *text;

	pthread_mutex_lock(&lock);
	add_builtin_locked();
	load_plugins_locked();
	text = i < n_refused ? refused[i] : NULL;
	pthread_mutex_unlock(&lock);
	return text;
}

const struct kin_family *kin_family_at(unsigned i)
{
	const struct kin_family *family;

	pthread_mutex_lock(&lock);
	add_builtin_locked();
	/* Objects are opened only when what is built in does not do. */
	if (i >= n_families)
		load_plugins_locked();
	family = i < n_families ? families[i] : NULL;
	pthread_mutex_unlock(&lock);
	return family;
}

const struct kin_family *kin_family_by_name(const char *name)
{
	const struct kin_family *family;

	KIN_NEED_OR(name, NULL);
	for (unsigned i = 0; (family = kin_family_at(i)); i++)
		if (strcmp(family->name, name) == 0)
			return family;
	kin_fail(EAFNOSUPPORT, "no family \"" SHOWN "\"", SHOW(name));
	return NULL;
}

static bool has_domain(const struct kin_family *family, int domain)
{
	if (family->domain == domain)
		return true;
	for (const struct kin_proto *row = family->protos; row->scheme; row++)
		if (row->domain == domain)
			return true;
	return false;
}

const struct kin_family *family_of_domain(int domain)
{
	const struct kin_family *family;

	for (unsigned i = 0; (family = kin_family_at(i)); i++)
		if (has_domain(family, domain))
			return family;
	return NULL;
}

const struct kin_family *kin_family_by_domain(int domain)
{
	const struct kin_family *family = family_of_domain(domain);

	if (!family)
		kin_fail(EAFNOSUPPORT, "no family has the domain %d", domain);
	return family;
}

const struct kin_family *family_of_scheme(const char *scheme, size_t len,
					  const struct kin_proto **ret_proto)
{
	const struct kin_family *family;

	for (unsigned i = 0; (family = kin_family_at(i)); i++) {
		const struct kin_proto *row = row_of_scheme(family, scheme, len);

		if (row) {
			*ret_proto = row;
			return family;
		}
	}
	return NULL;
}

static const struct kin_proto *find_proto(const struct kin_family *family, int domain, int type,
					  int protocol, bool exact)
{
	for (const struct kin_proto *row = family->protos; row->scheme; row++) {
		if (row->domain && row->domain != domain)
			continue;
		if (type && row->type != type)
			continue;
		if (row->protocol == protocol || (!exact && (!row->protocol || !protocol)))
			return row;
	}
	return NULL;
}

const struct kin_proto *proto_of(const struct kin_family *family, int domain, int type,
				 int protocol)
{
	/* Where 0 is a protocol like any other, it does not stand for others that have a row. */
	const struct kin_proto *row = NULL;

	if (type)
		row = find_proto(family, domain, type, protocol, true);
	return row ? row : find_proto(family, domain, type, protocol, false);
}

const struct kin_family *family_of_socket(int domain, int type, int protocol,
					  const struct kin_proto **ret_proto)
{
	const struct kin_family *family, *first = NULL;

	*ret_proto = NULL;
	for (unsigned i = 0; (family = kin_family_at(i)); i++) {
		if (!has_domain(family, domain))
			continue;
		*ret_proto = proto_of(family, domain, type, protocol);
		if (*ret_proto)
			return family;
		if (!first)
			first = family;
	}
	/* Its options and constants hold for a protocol of it that has no row, too. */
	return first;
}

void put_schemes(struct kin_buf *out, const char *word)
{
	const char *schemes[256];
	const struct kin_family *family;
	size_t n = 0, before;

	for (unsigned i = 0; (family = kin_family_at(i)); i++)
		for (const struct kin_proto *row = family->protos; row->scheme; row++)
			if (n + 1 < N_ELEMENTS(schemes))
				schemes[n++] = row->scheme;
	schemes[n] = NULL;
	before = out->len;
	kin_buf_puts(out, "; did you mean ");
	kin_buf_put_nearest(out, word, schemes);
	if (out->len > before + strlen("; did you mean ")) {
		kin_buf_puts(out, "?");
		return;
	}
	out->len = before;
	kin_buf_puts(out, "; there are:");
	for (size_t i = 0; i < n; i++) {
		kin_buf_puts(out, " ");
		kin_buf_puts(out, schemes[i]);
	}
}
