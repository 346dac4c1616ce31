/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ISO-TP on standard output: PDUs, and the frames that they came in.
 */
#ifndef KIN_TOOLS_CAN_ISOTP_PRINT_H
#define KIN_TOOLS_CAN_ISOTP_PRINT_H

#include <kin/can.h>
#include <kin/isotp.h>

#include "../command.h"

enum isotp_format {
	ISOTP_TEXT,
	ISOTP_JSON,
	ISOTP_SNIFFER, /* isotpsniffer's lines */
	ISOTP_DUMP,    /* isotpdump's: of each frame */
	ISOTP_PERF,    /* isotpperf's, of PDUs that are complete */
};

enum { ISOTP_HEX = 1, ISOTP_ASCII = 2 };

struct isotp_printer {
	enum isotp_format format;
	unsigned data; /* ISOTP_HEX, ISOTP_ASCII or both */
	bool uds, ext;
	int64_t head;    /* bytes of a PDU that are shown */
	char time;       /* a, A, d, z, or 0: none */
	int64_t last_ns; /* of the line before, or of the first one */
	bool started;
	struct kin_format *names; /* of interfaces */
};

void isotp_print_pdu(struct isotp_printer *printer, const struct kin_isotp_pdu *pdu);

/* For ISOTP_DUMP. */
void isotp_print_frame(struct isotp_printer *printer, int ifindex, const union kin_can_frame *frame,
		       size_t size, int64_t time_ns);

#endif
