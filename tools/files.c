/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <kin/family.h>
#include "command.h"
#include "files.h"

static const char number_word[] = "{n}";

struct files {
	const char *pattern; /* NULL: standard output */
	bool numbered;
	int fd;
	unsigned count;
	char name[PATH_MAX];
	char **kept; /* names by number, modulo keep; NULL: all files stay */
	unsigned keep;
};

/* strftime(3) leaves alone what it does not know, and so would hide a misspelling. */
static int check_pattern(const char *pattern)
{
	static const char known[] = "aAbBCdeFgGhHIjmMpRsSTuUVwWyYzZ%";

	if (strlen(pattern) >= PATH_MAX - 64)
		return kin_fail(EINVAL, "the name has %zu bytes", strlen(pattern));
	for (const char *c = strchr(pattern, '%'); c; c = strchr(c + 2, '%'))
		if (!c[1] || !strchr(known, c[1]))
			return kin_fail(
				EINVAL,
				"%.200s: %%%.1s is no part of the time, such as %%Y, %%m, %%d, "
				"%%H, %%M, %%S; %%%% is a percent sign",
				pattern, c + 1);
	return 0;
}

int files_new(const char *pattern, unsigned keep, struct files **ret_files)
{
	bool standard = !pattern || strcmp(pattern, "-") == 0;
	int r = standard ? 0 : check_pattern(pattern);
	struct files *f;

	if (r < 0)
		return r;
	f = calloc(1, sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->pattern = standard ? NULL : pattern;
	f->numbered = f->pattern && strstr(f->pattern, number_word);
	f->fd = -1;
	f->keep = keep;
	strcpy(f->name, "standard output");
	f->kept = keep ? calloc(keep, sizeof(*f->kept)) : NULL;
	if (keep && !f->kept) {
		free(f);
		return -ENOMEM;
	}
	*ret_files = f;
	return 0;
}

bool files_numbered(const struct files *f)
{
	return f->numbered;
}

/* The format is checked by check_pattern(). */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static size_t put_time(char *name, size_t size, const char *pattern, const struct tm *date)
{
	return strftime(name, size, pattern, date);
}
#pragma GCC diagnostic pop

/* The pattern with the number, then with the time. */
static int make_name(struct files *f, int64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	const char *at = strstr(f->pattern, number_word);
	char pattern[PATH_MAX];
	struct tm date;

	if (at)
		snprintf(pattern, sizeof(pattern), "%.*s%04u%s", (int)(at - f->pattern), f->pattern,
			 f->count + 1, at + strlen(number_word));
	else
		strcpy(pattern, f->pattern);
	if (!strchr(pattern, '%')) {
		strcpy(f->name, pattern);
		return 0;
	}
	localtime_r(&seconds, &date);
	return put_time(f->name, sizeof(f->name), pattern, &date) > 0 ? 0 : -ENAMETOOLONG;
}

/* Before the next file is there, so that the disk never holds one more. */
static int delete_oldest(struct files *f)
{
	char **slot = &f->kept[f->count % f->keep];

	/* Whoever moved the file away wanted to have it. */
	if (*slot && unlink(*slot) < 0 && errno != ENOENT)
		complain("%s: not deleted: %s", *slot, strerror(errno));
	free(*slot);
	*slot = strdup(f->name);
	return *slot ? 0 : -ENOMEM;
}

int files_next(struct files *f, int64_t time_ns)
{
	int r = files_close(f);

	if (r < 0)
		return r;
	if (!f->pattern) {
		f->fd = STDOUT_FILENO;
		f->count++;
		return 0;
	}
	r = make_name(f, time_ns);
	if (r >= 0 && f->keep)
		r = delete_oldest(f);
	if (r < 0)
		return r;
	f->fd = open(f->name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (f->fd < 0)
		return -errno;
	f->count++;
	return 0;
}

int files_close(struct files *f)
{
	int fd = f->fd;

	f->fd = -1;
	return fd >= 0 && f->pattern && close(fd) < 0 ? -errno : 0;
}

int files_fd(const struct files *f)
{
	return f->fd;
}

const char *files_name(const struct files *f)
{
	return f->name;
}

unsigned files_count(const struct files *f)
{
	return f->count;
}

void files_free(struct files *f)
{
	if (!f)
		return;
	files_close(f);
	for (unsigned i = 0; i < f->keep; i++)
		free(f->kept[i]);
	free(f->kept);
	free(f);
}
