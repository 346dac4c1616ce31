/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What another device says of itself, asked by commands of HCI on a raw socket beside the kernel:
 * the management interface has none for it. libbluetooth's hci_read_remote_*() would do, but turn
 * whatever the device answers into EIO, and start their time anew with each packet of others.
 */
#include <errno.h>
#include <sys/ioctl.h>

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <bluetooth/hci_lib.h>

#include "mgmt.h"

enum {
	PACKET = HCI_MAX_EVENT_SIZE + HCI_EVENT_HDR_SIZE + 1,
	/* Commands */
	READ_NAME = 0x0419,
	READ_FEATURES = 0x041B,
	READ_EXTENDED_FEATURES = 0x041C,
	READ_VERSION = 0x041D,
	READ_LE_FEATURES = 0x2016,
	/* Events, and one of LE's in EVT_LE_META_EVENT */
	LE_FEATURES = 0x04,
	/* A type of link that the header lacks */
	LINK_LE = 0x80,
	/* In a page of features */
	HAS_EXTENDED_FEATURES = 0x80,
	/* The device refused: that it did not tell is no failure */
	REFUSED = 1,
};

/* One device that is asked. */
struct asking {
	struct kin_sock *sock; /* to the controller */
	int64_t deadline_ns;
	uint16_t handle; /* of the link */
	uint8_t packet[PACKET];
};

/* What ends a command, behind the status: first the handle or the address that it was about. */
struct question {
	uint16_t opcode;
	uint8_t event, subevent; /* 0: none */
	const void *params;
	uint8_t len;
	const void *about;
	size_t about_len;
	size_t least; /* bytes of the answer behind that */
};

/* ---- Packets ------------------------------------------------------------------------------- */

static int send_command(struct asking *asking, const struct question *question)
{
	uint8_t head[4] = {HCI_COMMAND_PKT, (uint8_t)question->opcode,
			   (uint8_t)(question->opcode >> 8), question->len};
	struct iovec iov[] = {{head, sizeof(head)},
			      {(void *)(uintptr_t)question->params, question->len}};
	ssize_t n = kin_send_msg(asking->sock, iov, 2, NULL, 0);

	return n < 0 ? (int)n : 0;
}

/* The next event, whose parameters are len bytes. 0 or -errno */
static int receive(struct asking *asking, uint8_t *ret_event, const uint8_t **ret_params,
		   size_t *ret_len)
{
	for (;;) {
		int64_t left = asking->deadline_ns < 0 ? -1 : asking->deadline_ns - kin_now();
		ssize_t n;
		int r;

		if (asking->deadline_ns >= 0 && left <= 0)
			return kin_fail_in(KIN_ERR_DEADLINE, ETIMEDOUT, ETIMEDOUT,
					   "the device did not answer in time");
		if ((r = kin_set_timeout(asking->sock, left)) < 0)
			return r;
		n = kin_recv(asking->sock, asking->packet, sizeof(asking->packet), 0);
		if (n < 0)
			return (int)n;
		if (n < 3 || asking->packet[0] != HCI_EVENT_PKT || asking->packet[2] != n - 3)
			continue;
		*ret_event = asking->packet[1];
		*ret_params = asking->packet + 3;
		*ret_len = (size_t)n - 3;
		return 0;
	}
}

/* ---- Questions ----------------------------------------------------------------------------- */

/* The answer in an event, behind its status and what it is about. REFUSED, 0: not this, -errno */
static int read_answer(const struct question *question, uint8_t event, const uint8_t *params,
		       size_t len, const uint8_t **ret_answer)
{
	size_t head = question->subevent ? 1 : 0;

	if (event != question->event || len < head + 1 + question->about_len ||
	    (head && params[0] != question->subevent) ||
	    memcmp(params + head + 1, question->about, question->about_len) != 0)
		return 0;
	if (params[head])
		return REFUSED;
	if (len < head + 1 + question->about_len + question->least)
		return kin_fail(EBADMSG, "the controller's event %#04x has %zu bytes", event, len);
	*ret_answer = params + head + 1 + question->about_len;
	return 0;
}

/* @return 0; REFUSED: the device does not tell; -errno */
static int ask(struct asking *asking, const struct question *question, const uint8_t **ret_answer)
{
	uint8_t handle[2];
	int r = send_command(asking, question);

	mgmt_put_u16(handle, asking->handle);
	*ret_answer = NULL;
	while (r == 0 && !*ret_answer) {
		const uint8_t *params = NULL;
		uint8_t event = 0;
		size_t len = 0;

		r = receive(asking, &event, &params, &len);
		if (r < 0)
			break;
		if (event == EVT_CMD_STATUS && len >= EVT_CMD_STATUS_SIZE &&
		    mgmt_u16(params + 2) == question->opcode && params[0])
			return REFUSED;
		if (event == EVT_DISCONN_COMPLETE && len >= EVT_DISCONN_COMPLETE_SIZE &&
		    memcmp(params + 1, handle, sizeof(handle)) == 0)
			return kin_fail(ECONNRESET, "the device went away");
		r = read_answer(question, event, params, len, ret_answer);
	}
	return r;
}

static int ask_name(struct asking *asking, struct kin_remote *remote)
{
	/* Its clock is not known; it is paged as the slowest do, which all understand. */
	uint8_t params[10] = {0};
	const uint8_t *answer;
	int r;

	memcpy(params, &remote->address, 6);
	params[6] = 2;
	r = ask(asking,
		&(struct question){READ_NAME, EVT_REMOTE_NAME_REQ_COMPLETE, 0, params,
				   sizeof(params), &remote->address, 6, 0},
		&answer);
	if (r == 0) {
		size_t len = asking->packet + 3 + asking->packet[2] - answer;

		if (len >= sizeof(remote->name))
			len = sizeof(remote->name) - 1;
		memcpy(remote->name, answer, len);
	}
	return r;
}

static int ask_version(struct asking *asking, struct kin_remote *remote)
{
	uint8_t handle[2];
	const uint8_t *answer;
	int r;

	mgmt_put_u16(handle, asking->handle);
	r = ask(asking,
		&(struct question){READ_VERSION, EVT_READ_REMOTE_VERSION_COMPLETE, 0, handle, 2,
				   handle, 2, 5},
		&answer);
	if (r == 0) {
		remote->has_version = true;
		remote->version = answer[0];
		remote->manufacturer = mgmt_u16(answer + 1);
		remote->subversion = mgmt_u16(answer + 3);
	}
	return r;
}

/* Page 0, of BR/EDR or of LE. */
static int ask_features(struct asking *asking, struct kin_remote *remote)
{
	bool le = remote->type != KIN_BDADDR_BREDR;
	uint8_t handle[2];
	const uint8_t *answer;
	int r;

	mgmt_put_u16(handle, asking->handle);
	r = ask(asking,
		&(struct question){le ? READ_LE_FEATURES : READ_FEATURES,
				   le ? EVT_LE_META_EVENT : EVT_READ_REMOTE_FEATURES_COMPLETE,
				   le ? LE_FEATURES : 0, handle, 2, handle, 2, 8},
		&answer);
	if (r == 0) {
		memcpy(remote->features[0], answer, 8);
		remote->n_pages = 1;
	}
	return r;
}

/* The further pages of BR/EDR. */
static int ask_pages(struct asking *asking, struct kin_remote *remote)
{
	uint8_t params[3], max = KIN_REMOTE_PAGES - 1;
	const uint8_t *answer;

	if (remote->type != KIN_BDADDR_BREDR || remote->n_pages == 0 ||
	    !(remote->features[0][7] & HAS_EXTENDED_FEATURES))
		return 0;
	mgmt_put_u16(params, asking->handle);
	while (remote->n_pages <= max && remote->n_pages < KIN_REMOTE_PAGES) {
		int r;

		params[2] = (uint8_t)remote->n_pages;
		r = ask(asking,
			&(struct question){READ_EXTENDED_FEATURES,
					   EVT_READ_REMOTE_EXT_FEATURES_COMPLETE, 0, params, 3,
					   params, 2, 10},
			&answer);
		if (r)
			return r;
		if (answer[0] != params[2])
			return REFUSED;
		max = answer[1];
		memcpy(remote->features[remote->n_pages++], answer + 2, 8);
	}
	return 0;
}

/* ---- The socket ---------------------------------------------------------------------------- */

static int open_controller(long device, struct kin_sock **ret)
{
	struct hci_filter filter;
	struct kin_sock *sock;
	struct kin_addr addr;
	int r;

	r = kin_hci_addr(device, KIN_HCI_RAW, &addr);
	if (r == 0)
		r = kin_socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI, &sock);
	if (r < 0)
		return r;
	hci_filter_clear(&filter);
	hci_filter_set_ptype(HCI_EVENT_PKT, &filter);
	hci_filter_all_events(&filter);
	r = kin_setsockopt(sock, SOL_HCI, HCI_FILTER, &filter, sizeof(filter));
	if (r == 0)
		r = kin_bind(sock, &addr);
	if (r < 0) {
		kin_close(sock);
		return r;
	}
	*ret = sock;
	return 0;
}

/* The handle of the link. 0 or -errno */
static int find_handle(struct asking *asking, const struct kin_remote *remote)
{
	/* What is asked has its answer behind it. */
	_Alignas(struct hci_conn_info)
		uint8_t room[sizeof(struct hci_conn_info_req) + sizeof(struct hci_conn_info)] = {0};
	struct hci_conn_info_req *request = (struct hci_conn_info_req *)room;
	int r;

	memcpy(&request->bdaddr, &remote->address, 6);
	request->type = remote->type == KIN_BDADDR_BREDR ? ACL_LINK : LINK_LE;
	r = kin_ioctl(asking->sock, HCIGETCONNINFO, request);
	if (r == -ENOENT)
		return kin_fail(ECONNRESET, "the device went away");
	asking->handle = request->conn_info[0].handle;
	return r < 0 ? r : 0;
}

static int ask_all(struct asking *asking, struct kin_remote *remote)
{
	static int (*const questions[])(struct asking *, struct kin_remote *) = {
		ask_name, ask_version, ask_features, ask_pages};
	int r = find_handle(asking, remote);

	/* Devices of LE tell their names otherwise. */
	for (size_t i = remote->type == KIN_BDADDR_BREDR ? 0 : 1;
	     r >= 0 && i < sizeof(questions) / sizeof(*questions); i++)
		r = questions[i](asking, remote);
	return r < 0 ? r : 0;
}

int kin_remote_read(long device, const struct kin_bdaddr *address, int type, int64_t timeout_ns,
		    struct kin_remote *ret_remote)
{
	struct asking asking = {.deadline_ns = kin_deadline(timeout_ns)};
	struct kin_remote remote = {.type = (uint8_t)type};
	struct kin_sock *link;
	int r;

	KIN_NEED(address);
	KIN_NEED(ret_remote);
	remote.address = *address;
	r = kin_link_open(device, address, type, timeout_ns, &link);
	if (r < 0)
		return r;
	r = open_controller(device, &asking.sock);
	if (r == 0) {
		r = ask_all(&asking, &remote);
		kin_close(asking.sock);
	}
	kin_close(link);
	if (r == 0)
		*ret_remote = remote;
	return r;
}
