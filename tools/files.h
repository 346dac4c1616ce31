/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of a recording, one after the other. In their names, what strftime(3) knows stands
 * for the time at which the file begins (%% for a percent sign), and {n} for its number: 0001,
 * 0002, ..., or what follows the files that are there from other runs.
 */
#ifndef KIN_TOOLS_FILES_H
#define KIN_TOOLS_FILES_H

#include <stdbool.h>
#include <stdint.h>

struct files;

/*
 * No file is open at first.
 * @param pattern  NULL or "-": standard output, which is the one file; outlives the object
 * @param keep  files of this run that stay, the oldest are deleted; 0: all
 * @return 0; -EINVAL, kin_error_text() says why; -ENOMEM
 */
int files_new(const char *pattern, unsigned keep, struct files **ret_files);

/* Does each file have a name of its own, because {n} is in it? */
bool files_numbered(const struct files *files);

/* Close the file, and open the next one. 0 or -errno, and files_name() is what failed. */
int files_next(struct files *files, int64_t time_ns);

/* Standard output stays open. 0 or -errno */
int files_close(struct files *files);

/* -1: none is open. */
int files_fd(const struct files *files);

/* Of the last file that was opened, or should have been. */
const char *files_name(const struct files *files);

/* How many were opened. */
unsigned files_count(const struct files *files);

void files_free(struct files *files);

#endif
