/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the kernel counts for each operation of a socket: /proc/net/can-bcm/INODE. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "operation.h"

/*
 *     >>> socket 0 / sk 0 / bo 0 / dropped 0 / bound vcan0 <<<
 *     rx_op: 123 vcan0 [1]d timeo=100000 thr=50000 # recv 3 (10) => reduction: 70%
 *     tx_op: 20000000 vcan0 [1] t1=10000 t2=50000 # sent 4
 *
 * FD has "(1)" for "[1]". The numbers of recv are those told of, and those received.
 */
bool bcm_statistics_line(const char *line, const struct bcm_operation *op, bool tx,
			 const char *bound, uint64_t numbers[2])
{
	bool fd = op->head->flags & CAN_FD_FRAME;
	char own[IF_NAMESIZE], ifname[IF_NAMESIZE], bracket;
	const char *count;
	canid_t key;

	if (strncmp(line, tx ? "tx_op: " : "rx_op: ", 7) != 0 ||
	    sscanf(line + 7, "%8" SCNx32 " %15s %c", &key, ifname, &bracket) != 3)
		return false;
	if (key != op->head->can_id || bracket != (fd ? '(' : '['))
		return false;
	if (op->ifindex > 0)
		bound = if_indextoname((unsigned)op->ifindex, own);
	if (!bound || strcmp(ifname, bound) != 0)
		return false;
	count = strchr(line, '#');
	if (tx)
		return count && sscanf(count, "# sent %" SCNu64, &numbers[0]) == 1;
	return count &&
	       sscanf(count, "# recv %" SCNu64 " (%" SCNu64 ")", &numbers[1], &numbers[0]) == 2;
}

static FILE *open_statistics(const struct kin_sock *sock)
{
	struct stat st;
	char path[64];

	if (fstat(kin_fd(sock), &st) < 0) {
		kin_fail(errno, "the socket is not open");
		return NULL;
	}
	snprintf(path, sizeof(path), "/proc/net/can-bcm/%ju", (uintmax_t)st.st_ino);
	return fopen(path, "re");
}

int bcm_statistics(const struct kin_sock *sock, const struct bcm_operation *op, bool tx,
		   uint64_t numbers[2])
{
	FILE *file = open_statistics(sock);
	char line[256], bound[IF_NAMESIZE] = "any";
	uint64_t found[2] = {0};
	bool there = !tx; /* a reception is listed once something came */

	if (!file)
		return kin_fail(EOPNOTSUPP,
				"the kernel does not tell: no /proc/net/can-bcm, or none of the "
				"socket's network namespace");
	while (fgets(line, sizeof(line), file)) {
		const char *name = strstr(line, "/ bound ");

		if (*line == '>' && name)
			sscanf(name, "/ bound %15s", bound);
		else if (bcm_statistics_line(line, op, tx, bound, found))
			there = true;
	}
	fclose(file);
	if (!there)
		return kin_fail(ENOENT, "the socket has no such transmission");
	memcpy(numbers, found, sizeof(found));
	return 0;
}
