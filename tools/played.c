/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include "played.h"

/* What was left out, in the order of the fields of struct left_out. */
static const char *const left_names[] = {
	"malformed", "events", "filtered", "other_direction", "other_time", "nowhere", "cut",
};
static const char *const left_words[] = {
	"malformed",
	"events of the bus (--errors sends them)",
	"not asked for",
	"of the other direction",
	"not in that time",
	"that go nowhere",
	"that were cut when they were recorded",
};

static const uint64_t *left_count(const struct played *p, unsigned i)
{
	return (const uint64_t *)&p->left + i;
}

enum { N_LEFT = sizeof(struct left_out) / sizeof(uint64_t) };

static void tell_json(const struct played *p, const struct transmit *out, double seconds)
{
	fputs("{\"file\":", stdout);
	put_json(stdout, p->name);
	fputs(",\"format\":", stdout);
	put_json(stdout, p->style);
	printf(",\"sent\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\"missed\":%" PRIu64
	       ",\"seconds\":%.6f,\"loops\":%" PRIu64 ",\"full_waits\":%" PRIu64
	       ",\"remarks\":%" PRIu64 ",\"left_out\":{",
	       out->sent, out->dropped, p->missed, seconds, p->loops, out->full_waits, p->remarks);
	for (unsigned i = 0; i < N_LEFT; i++)
		printf("%s\"%s\":%" PRIu64, i ? "," : "", left_names[i], *left_count(p, i));
	fputs("}", stdout);
	transmit_put_json(out, stdout);
	puts("}");
}

static void tell_words(const struct played *p, const struct transmit *out, double seconds)
{
	char late[256];

	remark("%s: %" PRIu64 " messages in %.3f s%s", p->name, out->sent, seconds,
	       transmit_words(out, late, sizeof(late)));
	for (unsigned i = 0; i < N_LEFT; i++)
		if (*left_count(p, i))
			remark("%s: left out %" PRIu64 " %s", p->name, *left_count(p, i),
			       left_words[i]);
	if (p->missed)
		remark("%s: %" PRIu64 " messages came too late for their time and were not sent",
		       p->name, p->missed);
}

int played_tell(const struct played *p, const struct transmit *out, double seconds, bool json)
{
	if (json)
		tell_json(p, out, seconds);
	else
		tell_words(p, out, seconds);
	return out->dropped || p->missed ? STATUS_LOST : STATUS_DONE;
}
