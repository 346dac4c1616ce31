/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dirent.h>
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
	unsigned count, number; /* opened; that the last one has */
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

/* The highest number that a file has whose name is head, number and tail; 0: there is none. */
static unsigned highest_number(const char *head, const char *tail)
{
	const char *slash = strrchr(head, '/'), *base = slash ? slash + 1 : head;
	char folder[PATH_MAX] = ".";
	const struct dirent *entry;
	unsigned long highest = 0;
	DIR *dir;

	if (slash)
		snprintf(folder, sizeof(folder), "%.*s", (int)(base - head), head);
	dir = opendir(folder);
	while (dir && (entry = readdir(dir))) {
		const char *number = entry->d_name + strlen(base);
		unsigned long n;
		char *end;

		if (strncmp(entry->d_name, base, strlen(base)) != 0)
			continue;
		n = strtoul(number, &end, 10);
		if (strspn(number, "0123456789") == (size_t)(end - number) && n < UINT_MAX &&
		    n > highest && strcmp(end, tail) == 0)
			highest = n;
	}
	if (dir)
		closedir(dir);
	return highest;
}

/* The pattern with the time, then with the number: one that no file has, those of other runs too.
 */
static int make_name(struct files *f, int64_t time_ns)
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	char name[PATH_MAX];
	const char *tail;
	struct tm date;
	int n;

	localtime_r(&seconds, &date);
	if (!strchr(f->pattern, '%'))
		strcpy(name, f->pattern);
	else if (put_time(name, sizeof(name), f->pattern, &date) == 0)
		return -ENAMETOOLONG;
	if (!f->numbered) {
		strcpy(f->name, name);
		return 0;
	}
	tail = strstr(name, number_word) + strlen(number_word);
	n = tail - name - strlen(number_word);
	name[n] = '\0';
	if (f->count == 0)
		f->number = highest_number(name, tail);
	n = snprintf(f->name, sizeof(f->name), "%s%04u%s", name, ++f->number, tail);
	return (size_t)n < sizeof(f->name) ? 0 : -ENAMETOOLONG;
}

/* Before the next file is there, so that the disk never holds one more. */
static void delete_oldest(struct files *f)
{
	char **slot = &f->kept[f->count % f->keep];

	/* Whoever moved the file away wanted to have it. */
	if (*slot && unlink(*slot) < 0 && errno != ENOENT)
		complain("%s: not deleted: %s", *slot, strerror(errno));
	free(*slot);
	*slot = NULL;
}

/* What has a number replaces nothing: a recording that is started again goes on behind. */
static int open_next(struct files *f, int64_t time_ns)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (f->numbered ? O_EXCL : O_TRUNC);
	int r;

	do {
		r = make_name(f, time_ns);
		if (r < 0)
			return r;
		f->fd = open(f->name, flags, 0666);
	} while (f->fd < 0 && errno == EEXIST && f->numbered);
	return f->fd < 0 ? -errno : 0;
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
	if (f->keep)
		delete_oldest(f);
	r = open_next(f, time_ns);
	if (r < 0)
		return r;
	if (f->keep && !(f->kept[f->count % f->keep] = strdup(f->name)))
		return -ENOMEM;
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
