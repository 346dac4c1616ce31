/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <string.h>
#include <time.h>

#include <kin/family.h>
#include <kin/uds.h>
#include "isotp-print.h"

#define SECOND_NS INT64_C(1000000000)

/* ---- Parts --------------------------------------------------------------------------------- */

static void print_time(struct isotp_printer *printer, int64_t time_ns)
{
	int64_t shown = time_ns;
	char date[32];
	struct tm tm;
	time_t seconds = time_ns / SECOND_NS;

	if (!printer->time)
		return;
	if (!printer->started)
		printer->last_ns = time_ns;
	printer->started = true;
	if (printer->time == 'd' || printer->time == 'z')
		shown = time_ns > printer->last_ns ? time_ns - printer->last_ns : 0;
	if (printer->time == 'd')
		printer->last_ns = time_ns;
	if (printer->time == 'A') {
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", localtime_r(&seconds, &tm));
		printf("(%s.%06lld) ", date, (long long)(time_ns % SECOND_NS / 1000));
	} else {
		printf("(%lld.%06lld) ", (long long)(shown / SECOND_NS),
		       (long long)(shown % SECOND_NS / 1000));
	}
}

static void print_id(canid_t id)
{
	if (id & CAN_EFF_FLAG)
		printf("%08X", id & CAN_EFF_MASK);
	else
		printf("%03X", id & CAN_SFF_MASK);
}

static void print_party(canid_t id, int ext)
{
	print_id(id);
	if (ext >= 0)
		printf("/%02X", (unsigned)ext);
}

/* "22 F1 90 " */
static void print_hex(const uint8_t *data, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		putchar_unlocked(digits[data[i] >> 4]);
		putchar_unlocked(digits[data[i] & 15]);
		putchar_unlocked(' ');
	}
}

static void print_ascii(const uint8_t *data, size_t len)
{
	putchar_unlocked('\'');
	for (size_t i = 0; i < len; i++)
		putchar_unlocked(data[i] >= ' ' && data[i] <= '~' ? data[i] : '.');
	putchar_unlocked('\'');
}

static size_t shown(const struct isotp_printer *printer, const struct kin_isotp_pdu *pdu)
{
	return (int64_t)pdu->len < printer->head ? pdu->len : (size_t)printer->head;
}

/* ---- PDUs ---------------------------------------------------------------------------------- */

static void print_text(struct isotp_printer *printer, const struct kin_isotp_pdu *pdu)
{
	size_t len = shown(printer, pdu);
	char words[192];

	putchar(' ');
	print_time(printer, pdu->time_ns);
	printf(" %s  ", kin_format_ifname(printer->names, pdu->ifindex));
	print_party(pdu->id, pdu->ext);
	if (pdu->peer != KIN_ISOTP_NO_ID) {
		printf(" > ");
		print_party(pdu->peer, pdu->peer_ext);
	}
	printf("  [%zu]  ", pdu->full_len);
	if (printer->data & ISOTP_HEX)
		print_hex(pdu->data, len);
	if (len < pdu->full_len)
		printf("... ");
	if (printer->data & ISOTP_ASCII)
		print_ascii(pdu->data, len);
	if (printer->uds && kin_uds_format(pdu->data, pdu->len, words, sizeof(words)) > 0)
		printf(" %s", words);
	if (pdu->end != KIN_ISOTP_COMPLETE && kin_isotp_end_format(pdu, words, sizeof(words)) > 0)
		printf(" !! %s", words);
	putchar('\n');
}

static void print_json_party(const char *name, canid_t id, int ext)
{
	printf(",\"%s\":\"", name);
	print_id(id);
	printf("\"");
	if (ext >= 0)
		printf(",\"%s_ext\":\"%02X\"", name, (unsigned)ext);
}

static void print_json_time(const char *name, int64_t ns)
{
	printf("\"%s\":%lld.%09lld", name, (long long)(ns / SECOND_NS),
	       (long long)(ns % SECOND_NS));
}

static void print_json(struct isotp_printer *printer, const struct kin_isotp_pdu *pdu)
{
	size_t len = shown(printer, pdu);
	char words[192];

	putchar('{');
	print_json_time("time", pdu->time_ns);
	printf(",\"interface\":");
	put_json(stdout, kin_format_ifname(printer->names, pdu->ifindex));
	print_json_party("id", pdu->id, pdu->ext);
	if (pdu->peer != KIN_ISOTP_NO_ID)
		print_json_party("peer", pdu->peer, pdu->peer_ext);
	printf(",\"complete\":%s,\"len\":%zu,\"data\":\"",
	       pdu->end == KIN_ISOTP_COMPLETE ? "true" : "false", pdu->full_len);
	for (size_t i = 0; i < len; i++)
		printf("%02X", pdu->data[i]);
	printf("\",\"frames\":%u,\"frame_len\":%u,\"fd\":%s,\"brs\":%s,", pdu->frames,
	       pdu->frame_len, pdu->fd ? "true" : "false", pdu->brs ? "true" : "false");
	print_json_time("duration", pdu->time_ns - pdu->start_ns);
	if (pdu->flow_control)
		printf(",\"bs\":%u,\"stmin\":%u", pdu->bs, pdu->stmin);
	if (kin_uds_format(pdu->data, pdu->len, words, sizeof(words)) > 0) {
		printf(",\"uds\":");
		put_json(stdout, words);
	}
	if (pdu->end != KIN_ISOTP_COMPLETE && kin_isotp_end_format(pdu, words, sizeof(words)) > 0) {
		printf(",\"error\":");
		put_json(stdout, words);
	}
	printf("}\n");
}

static void print_sniffer(struct isotp_printer *printer, const struct kin_isotp_pdu *pdu)
{
	size_t len = shown(printer, pdu);
	/* It says that more follows where just so much was there, and behind ASCII with one less.
	 */
	bool more = (int64_t)pdu->len >= printer->head;
	bool more_ascii = (int64_t)pdu->len >= printer->head - 1;

	print_time(printer, pdu->time_ns);
	printf(" %s  %03X  [%zu]  ", kin_format_ifname(printer->names, pdu->ifindex),
	       pdu->id & CAN_EFF_MASK, pdu->full_len);
	if (printer->data & ISOTP_HEX) {
		print_hex(pdu->data, len);
		printf("%s", more ? "... " : "");
	}
	if (printer->data == (ISOTP_HEX | ISOTP_ASCII))
		printf(" - ");
	if (printer->data & ISOTP_ASCII) {
		print_ascii(pdu->data, len);
		printf("%s", more_ascii ? " ... " : "");
	}
	putchar('\n');
}

static void print_perf(const struct kin_isotp_pdu *pdu)
{
	int64_t ns = pdu->time_ns - pdu->start_ns;
	int64_t ms = ns / 1000000;

	printf("%s %02u%c (BS:%2u # ", pdu->fd ? "CAN-FD" : "CAN2.0",
	       pdu->frame_len < CAN_MAX_DLEN ? CAN_MAX_DLEN : pdu->frame_len, pdu->brs ? '*' : ' ',
	       pdu->bs);
	if (pdu->stmin < 0x80)
		printf("STmin:%3u msec)", pdu->stmin);
	else if (pdu->stmin > 0xF0 && pdu->stmin < 0xFA)
		printf("STmin:%3u usec)", (pdu->stmin & 0x0FU) * 100);
	else
		printf("STmin: invalid   )");
	printf(" : %zu byte in ", pdu->full_len);
	if (ms)
		printf("%lld.%06llds => %llu byte/s\n", (long long)(ns / SECOND_NS),
		       (long long)(ns % SECOND_NS / 1000),
		       (unsigned long long)pdu->full_len * 1000 / (unsigned long long)ms);
	else
		printf("(no time available)     \n");
}

void isotp_print_pdu(struct isotp_printer *printer, const struct kin_isotp_pdu *pdu)
{
	bool complete = pdu->end == KIN_ISOTP_COMPLETE || pdu->end == KIN_ISOTP_TOO_LONG;

	if (printer->format == ISOTP_TEXT)
		print_text(printer, pdu);
	else if (printer->format == ISOTP_JSON)
		print_json(printer, pdu);
	else if (printer->format == ISOTP_SNIFFER && complete)
		print_sniffer(printer, pdu);
	else if (printer->format == ISOTP_PERF && complete)
		print_perf(pdu);
}

/* ---- Frames -------------------------------------------------------------------------------- */

/* isotpdump's: where the data begins; 0: it shows none. */
static unsigned print_pci(const uint8_t *data, unsigned ext)
{
	static const char *const statuses[] = {"CTS", "WT", "OVFLW", "reserved"};
	unsigned low = data[0] & 0x0F;
	unsigned long len;

	switch (data[0] >> 4) {
	case 0:
		printf("[SF] ln: %-4u data:", low ? low : data[1]);
		return ext + (low ? 1 : 2);
	case 1:
		len = (unsigned long)low << 8 | data[1];
		if (!len)
			printf("[FF] ln: %-4lu data:",
			       (unsigned long)data[2] << 24 | (unsigned long)data[3] << 16 |
				       (unsigned long)data[4] << 8 | data[5]);
		else
			printf("[FF] ln: %-4lu data:", len);
		return ext + (len ? 2 : 6);
	case 2:
		printf("[CF] sn: %X    data:", low);
		return ext + 1;
	case 3:
		printf("[FC] FC: %u = %s # BS: %u %s# STmin: 0x%02X = ", low,
		       statuses[low < 3 ? low : 3], data[1], data[1] ? "" : "= off ", data[2]);
		if (data[2] < 0x80)
			printf("%u ms", data[2]);
		else if (data[2] > 0xF0 && data[2] < 0xFA)
			printf("%u us", (data[2] & 0x0FU) * 100);
		else
			printf("reserved");
		return 0;
	default:
		printf("[??]");
		return 0;
	}
}

static bool between(uint8_t value, uint8_t first, uint8_t last)
{
	return value >= first && value <= last;
}

/* Of a single or first frame: isotpdump knows the ranges of UDS, and no OBD-II. */
static void print_uds(const uint8_t *data, size_t len)
{
	uint8_t service = data[0];
	const char *name, *flag = "[???]";

	if (service == 0x7F) {
		printf("[NRC] %s", kin_uds_code_name(len > 2 ? data[2] : 0));
		return;
	}
	if (between(service, 0x50, 0x7E) || between(service, 0xC3, 0xC8)) {
		flag = "[PSR]";
		service -= 0x40;
	} else if (between(service, 0x10, 0x3E) || between(service, 0x83, 0x88) ||
		   between(service, 0xBA, 0xBE)) {
		flag = "[SRQ]";
	}
	name = service < 0x10 ? NULL : kin_uds_service_name(service);
	printf("%s %s", flag, name ? name : "Unknown");
}

void isotp_print_frame(struct isotp_printer *printer, int ifindex, const union kin_can_frame *frame,
		       size_t size, int64_t time_ns)
{
	const uint8_t *data = frame->fd.data;
	unsigned ext = printer->ext, len = frame->fd.len, at;
	bool fd = size == CANFD_MTU, begins;

	print_time(printer, time_ns);
	printf(" %s  ", kin_format_ifname(printer->names, ifindex));
	if (frame->id & CAN_EFF_FLAG)
		printf("%8X", frame->id & CAN_EFF_MASK);
	else
		printf("%3X", frame->id & CAN_SFF_MASK);
	if (ext)
		printf("{%02X}", data[0]);
	printf(fd ? " [%02u]  " : "  [%u]  ", len);
	at = print_pci(data + ext, ext);
	begins = (data[ext] >> 4) < 2;
	if (at && len > at) {
		int left = 7 - (int)ext - (int)(len - at);

		putchar(' ');
		print_hex(data + at, len - at);
		if (printer->data & ISOTP_ASCII) {
			printf("%*s", left * 3 + 5, "-  '");
			for (unsigned i = at; i < len; i++)
				putchar(isprint(data[i]) ? data[i] : '.');
			putchar('\'');
		}
		if (printer->uds && begins) {
			printf("%*s", left * (printer->data & ISOTP_ASCII ? 1 : 3) + 3, " - ");
			print_uds(data + at, len - at);
		}
	}
	putchar('\n');
}
