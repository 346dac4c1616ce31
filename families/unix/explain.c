/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Why a call on a UNIX socket failed, and the way out. */
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What an address names, with the path ended by a NUL. */
struct place {
	int kind;
	char name[KIN_UNIX_NAME_MAX + 2];
	size_t len;
};

static void find_place(const struct kin_target *target, struct place *place)
{
	const char *name;

	*place = (struct place){.kind = KIN_UNIX_UNNAMED};
	if (!target || target->addr.len == 0)
		return;
	place->kind = kin_unix_name(&target->addr, &name, &place->len);
	if (place->kind >= 0)
		memcpy(place->name, name, place->len);
}

static bool is_link(const struct place *place)
{
	struct stat st;

	return lstat(place->name, &st) == 0 && S_ISLNK(st.st_mode);
}

static bool is_socket_file(const struct place *place)
{
	struct stat st;

	return stat(place->name, &st) < 0 || S_ISSOCK(st.st_mode);
}

/* Does a line of /proc/net/unix tell of this place? Its type then goes to *ret_type. */
static bool line_names(char *line, const struct place *place, unsigned *ret_type)
{
	int at = 0;
	char *name;

	/* Num: RefCount Protocol Flags Type St Inode Path, the first six in hex */
	if (sscanf(line, "%*[^:]: %*x %*x %*x %x %*x %*u %n", ret_type, &at) != 1 || at == 0)
		return false;
	name = line + at;
	name[strcspn(name, "\n")] = '\0';
	if (place->kind == KIN_UNIX_PATH)
		return strcmp(name, place->name) == 0;
	/* An abstract name has an @ before it, and one for every NUL in it. */
	if (*name++ != '@' || strlen(name) != place->len)
		return false;
	for (size_t i = 0; i < place->len; i++)
		if (name[i] != (place->name[i] ? place->name[i] : '@'))
			return false;
	return true;
}

/* The scheme of the socket that is bound there, or NULL. */
static const char *scheme_there(const struct place *place)
{
	const char *scheme = NULL;
	char *line = NULL;
	size_t size = 0;
	FILE *list = fopen("/proc/net/unix", "re");

	if (!list)
		return NULL;
	while (!scheme && getline(&line, &size, list) > 0) {
		unsigned type;

		if (!line_names(line, place, &type))
			continue;
		for (const struct kin_proto *row = unix_protos; row->scheme; row++)
			if (row->type == (int)type)
				scheme = row->scheme;
	}
	free(line);
	fclose(list);
	return scheme;
}

/* Abstract names are apart by type, so that one of another type looks like nobody. */
static void explain_type(const struct kin_proto *proto, const struct place *place,
			 struct kin_buf *out)
{
	const char *scheme = scheme_there(place);

	if (scheme && !(proto && strcmp(scheme, proto->scheme) == 0))
		kin_buf_printf(out, "the socket there is of another type: use %s:", scheme);
	else if (place->kind == KIN_UNIX_PATH)
		kin_buf_puts(
			out,
			"the socket there is of another type: unix, unix-dgram, unix-seqpacket");
	else
		kin_buf_puts(out, "nobody listens on this abstract name");
}

static void explain_bind(int err, const struct place *place, const struct kin_addr *addr,
			 struct kin_buf *out)
{
	bool path = place->kind == KIN_UNIX_PATH;

	switch (err) {
	case EADDRINUSE:
		if (!path)
			kin_buf_puts(out, "another socket has this abstract name");
		else if (is_link(place))
			kin_buf_puts(out, "a symbolic link is there: use the path it leads to");
		else if (is_socket_file(place))
			kin_buf_puts(out,
				     unix_is_alive(addr)
					     ? "another socket is bound to this path"
					     : "the socket file exists, but its owner is gone: "
					       "remove it, or let unlink=on do so");
		else
			kin_buf_puts(out, "a file that is not a socket is there");
		break;
	case ENOENT:
		kin_buf_puts(out, "the directory of the socket file does not exist");
		break;
	case ENOTDIR:
		kin_buf_puts(out, "a part of the path is not a directory");
		break;
	case EACCES:
		kin_buf_puts(out, "no permission to create the socket file in its directory");
		break;
	case EROFS:
		kin_buf_puts(out, "the file system is mounted read-only");
		break;
	}
}

static void explain_reach(const struct kin_proto *proto, int err, const struct place *place,
			  struct kin_buf *out)
{
	bool path = place->kind == KIN_UNIX_PATH;

	switch (err) {
	case ENOENT:
		kin_buf_puts(out, "there is no such socket file");
		break;
	case ECONNREFUSED:
		if (!path)
			explain_type(proto, place, out);
		else if (is_socket_file(place))
			kin_buf_puts(out, "nobody listens on the socket file: its owner is gone or "
					  "does not listen");
		else
			kin_buf_puts(out, "the file is not a socket");
		break;
	case ENOTDIR:
		kin_buf_puts(out, "a part of the path is not a directory");
		break;
	case EACCES:
		kin_buf_puts(
			out,
			"no permission to write to the socket file or to search its directory");
		break;
	case EAGAIN:
		kin_buf_puts(out, "the queue of the socket there is full");
		break;
	case EPROTOTYPE:
		explain_type(proto, place, out);
		break;
	case EINVAL:
		if (place->kind == KIN_UNIX_UNNAMED)
			kin_buf_puts(out,
				     "an address without a name can be bound but not connected to");
		break;
	}
}

void unix_explain(const struct kin_proto *proto, const char *call, int err,
		  const struct kin_target *target, struct kin_buf *out)
{
	struct place place;

	find_place(target, &place);
	if (strcmp(call, "bind") == 0)
		explain_bind(err, &place, &target->addr, out);
	else if (target && (strcmp(call, "connect") == 0 || strcmp(call, "send") == 0))
		explain_reach(proto, err, &place, out);
	else if (strcmp(call, "send") == 0 && err == EMSGSIZE)
		kin_buf_puts(out,
			     "the message is longer than the send buffer allows (option sndbuf)");
	else if (strcmp(call, "send") == 0 && err == ECONNREFUSED)
		kin_buf_puts(out, "the receiver is gone");
}
