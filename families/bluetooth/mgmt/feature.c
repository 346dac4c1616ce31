/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names of features: core specification, volume 2, part C, 3.3, and volume 6, part B, 4.6. */
#include "mgmt.h"

struct feature {
	uint8_t bit;
	const char *name;
};

static const struct feature page0[] = {
	{0, "3-slot packets"},
	{1, "5-slot packets"},
	{2, "encryption"},
	{3, "slot offset"},
	{4, "timing accuracy"},
	{5, "role switch"},
	{6, "hold mode"},
	{7, "sniff mode"},
	{8, "park state"},
	{9, "power control requests"},
	{10, "channel quality driven data rate"},
	{11, "SCO link"},
	{12, "HV2 packets"},
	{13, "HV3 packets"},
	{14, "u-law log"},
	{15, "A-law log"},
	{16, "CVSD"},
	{17, "paging parameter negotiation"},
	{18, "power control"},
	{19, "transparent SCO"},
	{23, "broadcast encryption"},
	{25, "EDR ACL 2 Mbit/s"},
	{26, "EDR ACL 3 Mbit/s"},
	{27, "enhanced inquiry scan"},
	{28, "interlaced inquiry scan"},
	{29, "interlaced page scan"},
	{30, "RSSI with inquiry results"},
	{31, "extended SCO link"},
	{32, "EV4 packets"},
	{33, "EV5 packets"},
	{35, "AFH as peripheral"},
	{36, "AFH classification as peripheral"},
	{37, "BR/EDR not supported"},
	{38, "LE"},
	{39, "3-slot EDR ACL"},
	{40, "5-slot EDR ACL"},
	{41, "sniff subrating"},
	{42, "pause encryption"},
	{43, "AFH as central"},
	{44, "AFH classification as central"},
	{45, "EDR eSCO 2 Mbit/s"},
	{46, "EDR eSCO 3 Mbit/s"},
	{47, "3-slot EDR eSCO"},
	{48, "extended inquiry response"},
	{49, "LE and BR/EDR at once"},
	{51, "Secure Simple Pairing"},
	{52, "encapsulated PDU"},
	{53, "erroneous data reporting"},
	{54, "non-flushable packets"},
	{56, "link supervision timeout event"},
	{57, "inquiry TX power"},
	{58, "enhanced power control"},
	{63, "extended features"},
	{0, NULL},
};

static const struct feature page1[] = {
	{0, "Secure Simple Pairing (host)"}, {1, "LE (host)"}, {2, "LE and BR/EDR at once (host)"},
	{3, "Secure Connections (host)"},    {0, NULL},
};

static const struct feature page2[] = {
	{0, "peripheral broadcast, transmitting"},
	{1, "peripheral broadcast, receiving"},
	{2, "synchronization train"},
	{3, "synchronization scan"},
	{4, "inquiry response notification"},
	{5, "generalized interlaced scan"},
	{6, "coarse clock adjustment"},
	{8, "Secure Connections (controller)"},
	{9, "ping"},
	{10, "slot availability mask"},
	{11, "train nudging"},
	{0, NULL},
};

static const struct feature le[] = {
	{0, "LE encryption"},
	{1, "connection parameters request"},
	{2, "extended reject indication"},
	{3, "features exchange by the peripheral"},
	{4, "LE ping"},
	{5, "data packet length extension"},
	{6, "LL privacy"},
	{7, "extended scanner filter policies"},
	{8, "LE 2M PHY"},
	{9, "stable modulation index, transmitting"},
	{10, "stable modulation index, receiving"},
	{11, "LE coded PHY"},
	{12, "extended advertising"},
	{13, "periodic advertising"},
	{14, "channel selection algorithm #2"},
	{15, "power class 1"},
	{16, "minimum number of used channels"},
	{17, "connection CTE request"},
	{18, "connection CTE response"},
	{19, "connectionless CTE, transmitting"},
	{20, "connectionless CTE, receiving"},
	{21, "antenna switching, transmitting"},
	{22, "antenna switching, receiving"},
	{23, "constant tone extensions, receiving"},
	{24, "periodic advertising sync transfer, sending"},
	{25, "periodic advertising sync transfer, receiving"},
	{26, "sleep clock accuracy updates"},
	{27, "remote public key validation"},
	{28, "isochronous streams as central"},
	{29, "isochronous streams as peripheral"},
	{30, "isochronous broadcaster"},
	{31, "synchronized receiver"},
	{32, "isochronous channels (host)"},
	{33, "LE power control requests"},
	{35, "path loss monitoring"},
	{36, "periodic advertising ADI"},
	{37, "connection subrating"},
	{38, "connection subrating (host)"},
	{39, "channel classification"},
	{40, "advertising coding selection"},
	{41, "advertising coding selection (host)"},
	{43, "periodic advertising with responses, advertiser"},
	{44, "periodic advertising with responses, scanner"},
	{0, NULL},
};

const char *kin_remote_feature_name(int type, unsigned page, unsigned bit)
{
	static const struct feature *const pages[KIN_REMOTE_PAGES] = {page0, page1, page2};
	const struct feature *row;

	if (type == KIN_BDADDR_BREDR && page < KIN_REMOTE_PAGES)
		row = pages[page];
	else if (type != KIN_BDADDR_BREDR && page == 0)
		row = le;
	else
		return NULL;
	while (row->name && row->bit != bit)
		row++;
	return row->name;
}
