/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is kept from one packet to the next, so that L2CAP can be told: core, volume 3, part A. */
#ifndef KIN_BLUETOOTH_HCI_DECODER_H
#define KIN_BLUETOOTH_HCI_DECODER_H

#include <kin/bluetooth-hci.h>
#include "emit.h"

enum {
	LINKS = 64,
	CHANNELS = 256,
	PDU_KEPT = 2048, /* bytes of a PDU that comes in fragments; what is behind is not decoded */
	REQUESTS = 8,    /* of LE channels, until they are answered */
	L2CAP_HEADER = 4,
};

/* A PDU of which not all fragments have come. */
struct pdu {
	size_t len;  /* with its header, as far as that is known; 0: none is coming */
	size_t have; /* above PDU_KEPT: of so many bytes the first ones are kept */
	uint8_t data[PDU_KEPT];
};

/* Asked for on the signalling channel, where the answer does not repeat it. */
struct request {
	uint8_t ident;
	uint16_t psm;
};

struct link {
	bool used;
	uint16_t controller, handle;
	uint64_t seen; /* the number of its last packet */
	struct pdu pdus[2];
	struct request requests[2][REQUESTS];
	unsigned n_requests[2];
};

enum channel_mode { BASIC, RETRANSMISSION, FLOW_CONTROL, ENHANCED, STREAMING };

/* A channel in one direction: known by the identifier that its receiver gave it. */
struct channel {
	uint16_t controller, handle, cid, psm;
	bool sent, used, credit_based;
	uint8_t mode;
};

struct kin_hci_decoder {
	uint64_t packets;
	struct link links[LINKS];
	struct channel channels[CHANNELS];
	unsigned next_channel;
};

/* ACL data: of a packet that this host sent, or received. */
void acl_put(struct kin_hci_decoder *decoder, struct emit *e, const struct kin_hci_packet *packet,
	     bool sent);

/* The link is new, or ended: what was known of it is forgotten. */
void acl_forget(struct kin_hci_decoder *decoder, uint16_t controller, uint16_t handle);

/* A whole PDU of L2CAP; len may be less than its header says, when it was cut. */
void l2cap_put(struct kin_hci_decoder *decoder, struct emit *e, struct link *link, bool sent,
	       const uint8_t *data, size_t len);

/* NULL: it is not known what that channel is for. */
struct channel *channel_find(struct kin_hci_decoder *decoder, const struct link *link, bool sent,
			     uint16_t cid);

/* @return the one to fill in; it takes the place of the oldest. */
struct channel *channel_add(struct kin_hci_decoder *decoder, const struct link *link, bool sent,
			    uint16_t cid, uint16_t psm);
void channel_remove(struct kin_hci_decoder *decoder, const struct link *link, bool sent,
		    uint16_t cid);

/* What goes over channels. */
void att_put(struct emit *e, const uint8_t *data, size_t len);
void smp_put(struct emit *e, const uint8_t *data, size_t len);
void sdp_put(struct emit *e, const uint8_t *data, size_t len);
void rfcomm_put(struct emit *e, const uint8_t *data, size_t len);

#endif
