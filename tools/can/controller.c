/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include <kin/family.h>
#include "controller.h"

int complain_of_interface(const char *name, int err)
{
	char address[64];

	snprintf(address, sizeof(address), "can:%.58s", name);
	return complain_of(address, err);
}

const char *rate_text(uint32_t bitrate)
{
	static char texts[4][16];
	static unsigned next;
	char *text = texts[next++ % 4];

	kin_can_bitrate_format(bitrate, text, sizeof(texts[0]));
	return text;
}

void put_timing_json(FILE *out, const struct can_bittiming *timing)
{
	fprintf(out,
		"\"bitrate\":%u,\"sample_point\":%u.%u,\"tq_ns\":%u,\"prop_seg\":%u,"
		"\"phase_seg1\":%u,\"phase_seg2\":%u,\"sjw\":%u,\"brp\":%u",
		timing->bitrate, timing->sample_point / 10, timing->sample_point % 10, timing->tq,
		timing->prop_seg, timing->phase_seg1, timing->phase_seg2, timing->sjw, timing->brp);
}

void put_limits_json(FILE *out, const struct can_bittiming_const *limits)
{
	fputs("{\"name\":", out);
	put_json(out, limits->name);
	fprintf(out,
		",\"tseg1\":[%u,%u],\"tseg2\":[%u,%u],\"sjw\":[1,%u],\"brp\":[%u,%u],"
		"\"brp_inc\":%u}",
		limits->tseg1_min, limits->tseg1_max, limits->tseg2_min, limits->tseg2_max,
		limits->sjw_max, limits->brp_min, limits->brp_max, limits->brp_inc);
}

int inv_sample_point(const struct invocation *inv, const char *option, unsigned *point)
{
	const char *value = inv_value(inv, option);
	struct can_bittiming timing[KIN_CAN_PHASES];
	char text[32];

	if (!value)
		return 0;
	/* As it is written behind a bit rate. */
	snprintf(text, sizeof(text), "1@%.24s", value);
	if (kin_can_bitrates_parse(text, timing) != 1)
		return misuse(inv->command,
			      "--%s %s: a sample point is 0.1-99.9 percent, with one decimal",
			      option, value);
	*point = timing[0].sample_point;
	return 0;
}

static uint32_t *part_of(struct can_bittiming *timing, const char *name)
{
	const struct {
		const char *name;
		uint32_t *value;
	} parts[] = {
		{"tq", &timing->tq},
		{"prop-seg", &timing->prop_seg},
		{"phase-seg1", &timing->phase_seg1},
		{"phase-seg2", &timing->phase_seg2},
		{"sjw", &timing->sjw},
		{"brp", &timing->brp},
	};

	for (unsigned i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (strcmp(parts[i].name, name) == 0)
			return parts[i].value;
	return NULL;
}

int inv_timing(const struct invocation *inv, const char *option, struct can_bittiming *timing)
{
	const char *value = inv_value(inv, option);
	char *text = value ? strdup(value) : NULL, *rest = text, *word;
	int status = 0;

	while (status == 0 && (word = strsep(&rest, ","))) {
		char *number = strchr(word, '=');
		uint32_t *part;
		int64_t n = 0;

		if (number)
			*number++ = '\0';
		part = part_of(timing, word);
		if (!part || !number)
			status = misuse(inv->command,
					"--%s: \"%s\" is none of tq=, prop-seg=, phase-seg1=, "
					"phase-seg2=, sjw=, brp=",
					option, word);
		else if (kin_parse_int(number, word, 1, UINT32_MAX, &n) < 0)
			status = misuse(inv->command, "--%s: %s", option, kin_error_text());
		else
			*part = n;
	}
	free(text);
	return status;
}
