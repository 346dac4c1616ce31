/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

/* clang-format off */
#define QRTR(name) {#name, (name), "linux/qrtr.h"}
/* clang-format on */

const struct kin_const qrtr_consts[] = {
	QRTR(QRTR_TYPE_DATA),       QRTR(QRTR_TYPE_HELLO),
	QRTR(QRTR_TYPE_BYE),        QRTR(QRTR_TYPE_NEW_SERVER),
	QRTR(QRTR_TYPE_DEL_SERVER), QRTR(QRTR_TYPE_DEL_CLIENT),
	QRTR(QRTR_TYPE_RESUME_TX),  QRTR(QRTR_TYPE_EXIT),
	QRTR(QRTR_TYPE_PING),       QRTR(QRTR_TYPE_NEW_LOOKUP),
	QRTR(QRTR_TYPE_DEL_LOOKUP), QRTR(QRTR_NODE_BCAST),
	QRTR(QRTR_PORT_CTRL),       {},
};
