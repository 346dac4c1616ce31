/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What fuzzers share: copies of what they are given, of just that size, so that a byte too many is
 * seen, to be given to free(3); and how a recording of any content is read.
 */
#ifndef KIN_TESTS_FUZZ_H
#define KIN_TESTS_FUZZ_H

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <kin/family.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void *fuzz_bytes(const uint8_t *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	if (!copy)
		exit(EXIT_FAILURE);
	if (size)
		memcpy(copy, data, size);
	return copy;
}

/* With a NUL behind it. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		exit(EXIT_FAILURE);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/*
 * Read a recording that is fed in pieces; its places must go on, and what is read is given to
 * check.
 * @param family, style  NULL: any
 */
static inline void fuzz_recording(const struct kin_family *family, const char *style,
				  const uint8_t *data, size_t size, size_t piece,
				  void (*check)(const struct kin_record *record))
{
	struct kin_reader *reader KIN_CLEANUP(kin_reader_free) = NULL;
	const struct kin_record *record;
	uint64_t place = 0;
	int r = 0;

	if (kin_reader_new(family, style, &reader) < 0)
		abort();
	for (size_t done = 0; done <= size && r != -EINVAL;) {
		size_t n = size - done < piece ? size - done : piece;
		ssize_t taken = kin_reader_feed(reader, data + done, n);

		if (taken < 0 || (size_t)taken > n)
			abort();
		done += taken ? (size_t)taken : 1;
		/* What was malformed is behind it after each failure. */
		while ((r = kin_reader_next(reader, &record)) == 1 || r == -EBADMSG) {
			if (r < 0)
				continue;
			if (record->place < place)
				abort();
			place = record->place;
			check(record);
		}
	}
}

#endif
