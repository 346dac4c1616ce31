/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The events of HCI, by code: core specification, volume 4, part E, chapter 7.7; those of LE by
 * their subevent code. Parameters are described as fields.h says.
 */
#include "names.h"

#define LINK        "link_type:u1(SCO|ACL|eSCO)"
#define LETYP       "address_type:u1(public|random|public_identity|random_identity|255=anonymous)"
#define TYPES       "(public|random|public_identity|random_identity)"
#define PEER        "peer_address_type:u1" TYPES " peer_address:a"
#define ROLE        "role:u1(central|peripheral)"
#define SCA         "clock_accuracy:u1(500_ppm|250_ppm|150_ppm|100_ppm|75_ppm|50_ppm|30_ppm|20_ppm)"
#define CONN        "interval:u2*1250 latency:u2 supervision_timeout:u2*10000"
#define PHY         "(none|1M|2M|Coded)"
#define ADV         "(ADV_IND|ADV_DIRECT_IND|ADV_SCAN_IND|ADV_NONCONN_IND|SCAN_RSP)"
#define CHANNEL_MAP "map:b10"
#define DATA_STATUS "data_status:u1(complete|incomplete|truncated|255=failed)"

const struct hci_event hci_events[] = {
	{0x01, "Inquiry Complete", "status:s"},
	{0x02, "Inquiry Result",
	 "n:# responses:{address:a page_scan_repetition:u1(R0|R1|R2) page_scan_period:u1 "
	 "page_scan_mode:u1 class:x3 clock_offset:x2}"},
	{0x03, "Connection Complete", "status:s handle:h address:a " LINK " encryption:u1(off|on)"},
	{0x04, "Connection Request", "address:a class:x3 " LINK},
	{0x05, "Disconnection Complete", "status:s handle:h reason:s"},
	{0x06, "Authentication Complete", "status:s handle:h"},
	{0x07, "Remote Name Request Complete", "status:s address:a name:n248"},
	{0x08, "Encryption Change", "status:s handle:h encryption:u1(off|on|AES-CCM)"},
	{0x09, "Change Connection Link Key Complete", "status:s handle:h"},
	{0x0A, "Link Key Type Changed", "status:s handle:h key:u1(semi-permanent|temporary)"},
	{0x0B, "Read Remote Supported Features Complete", "status:s handle:h features:b8"},
	{0x0C, "Read Remote Version Information Complete",
	 "status:s handle:h version:v manufacturer:m subversion:x2"},
	{0x0D, "QoS Setup Complete",
	 "status:s handle:h flags:x1 service:u1(none|best_effort|guaranteed) token_rate:u4 "
	 "peak_bandwidth:u4 latency_us:u4 delay_variation_us:u4"},
	{0x0E, "Command Complete", "commands_allowed:u1 command:o parameters:b"},
	{0x0F, "Command Status", "status:s commands_allowed:u1 command:o"},
	{0x10, "Hardware Error", "code:x1"},
	{0x11, "Flush Occurred", "handle:h"},
	{0x12, "Role Change", "status:s address:a " ROLE},
	{0x13, "Number Of Completed Packets", "n:# completed:{handle:h packets:u2}"},
	{0x14, "Mode Change", "status:s handle:h mode:u1(active|hold|sniff|park) interval:u2*625"},
	{0x15, "Return Link Keys", "n:# keys:{address:a link_key:b16}"},
	{0x16, "PIN Code Request", "address:a"},
	{0x17, "Link Key Request", "address:a"},
	{0x18, "Link Key Notification",
	 "address:a link_key:b16 "
	 "key_type:u1(combination|local_unit|remote_unit|debug_combination|unauthenticated_P-192|"
	 "authenticated_P-192|changed_combination|unauthenticated_P-256|authenticated_P-256)"},
	{0x19, "Loopback Command", "command:o parameters:b"},
	{0x1A, "Data Buffer Overflow", LINK},
	{0x1B, "Max Slots Change", "handle:h max_slots:u1"},
	{0x1C, "Read Clock Offset Complete", "status:s handle:h clock_offset:x2"},
	{0x1D, "Connection Packet Type Changed", "status:s handle:h packet_type:x2"},
	{0x1E, "QoS Violation", "handle:h"},
	{0x1F, "Page Scan Mode Change", "address:a page_scan_mode:u1"},
	{0x20, "Page Scan Repetition Mode Change", "address:a page_scan_repetition:u1(R0|R1|R2)"},
	{0x21, "Flow Specification Complete",
	 "status:s handle:h flags:x1 direction:u1(out|in) service:u1(none|best_effort|guaranteed) "
	 "token_rate:u4 token_bucket:u4 peak_bandwidth:u4 latency_us:u4"},
	{0x22, "Inquiry Result with RSSI",
	 "n:# responses:{address:a page_scan_repetition:u1(R0|R1|R2) page_scan_period:u1 class:x3 "
	 "clock_offset:x2 rssi:i1'dBm}"},
	{0x23, "Read Remote Extended Features Complete",
	 "status:s handle:h page:u1 max_page:u1 features:b8"},
	{0x2C, "Synchronous Connection Complete",
	 "status:s handle:h address:a " LINK
	 " interval:u1*625 retransmission_window:u1*625 rx_length:u2 tx_length:u2 "
	 "air_mode:u1(u-law|A-law|CVSD|transparent)"},
	{0x2D, "Synchronous Connection Changed",
	 "status:s handle:h interval:u1*625 retransmission_window:u1*625 rx_length:u2 "
	 "tx_length:u2"},
	{0x2E, "Sniff Subrating",
	 "status:s handle:h max_tx_latency:u2*625 max_rx_latency:u2*625 min_remote_timeout:u2*625 "
	 "min_local_timeout:u2*625"},
	{0x2F, "Extended Inquiry Result",
	 "responses:u1 address:a page_scan_repetition:u1(R0|R1|R2) page_scan_period:u1 class:x3 "
	 "clock_offset:x2 rssi:i1'dBm data:d"},
	{0x30, "Encryption Key Refresh Complete", "status:s handle:h"},
	{0x31, "IO Capability Request", "address:a"},
	{0x32, "IO Capability Response",
	 "address:a io_capability:u1(DisplayOnly|DisplayYesNo|KeyboardOnly|NoInputNoOutput) "
	 "oob_data:u1 authentication:x1"},
	{0x33, "User Confirmation Request", "address:a number:u4"},
	{0x34, "User Passkey Request", "address:a"},
	{0x35, "Remote OOB Data Request", "address:a"},
	{0x36, "Simple Pairing Complete", "status:s address:a"},
	{0x38, "Link Supervision Timeout Changed", "handle:h timeout:u2*625"},
	{0x39, "Enhanced Flush Complete", "handle:h"},
	{0x3B, "User Passkey Notification", "address:a passkey:u4"},
	{0x3C, "Keypress Notification",
	 "address:a type:u1(started|digit_entered|digit_erased|cleared|completed)"},
	{0x3D, "Remote Host Supported Features Notification", "address:a features:b8"},
	{0x3E, "LE Meta Event", "subevent:x1 parameters:b"},
	{0x40, "Physical Link Complete", "status:s physical_link:u1"},
	{0x41, "Channel Selected", "physical_link:u1"},
	{0x42, "Disconnection Physical Link Complete", "status:s physical_link:u1 reason:s"},
	{0x43, "Physical Link Loss Early Warning", "physical_link:u1 reason:u1"},
	{0x44, "Physical Link Recovery", "physical_link:u1"},
	{0x45, "Logical Link Complete", "status:s handle:h physical_link:u1 tx_flow:u1"},
	{0x46, "Disconnection Logical Link Complete", "status:s handle:h reason:s"},
	{0x47, "Flow Spec Modify Complete", "status:s handle:h"},
	{0x48, "Number Of Completed Data Blocks",
	 "total_blocks:u2 n:# completed:{handle:h packets:u2 blocks:u2}"},
	{0x49, "AMP Start Test", "status:s scenario:u1"},
	{0x4A, "AMP Test End", "status:s scenario:u1"},
	{0x4B, "AMP Receiver Report", NULL},
	{0x4C, "Short Range Mode Change Complete", "status:s physical_link:u1 mode:u1(off|on)"},
	{0x4D, "AMP Status Change", "status:s amp_status:u1"},
	{0x4E, "Triggered Clock Capture",
	 "handle:h which:u1(local|piconet) clock:x4 slot_offset:u2"},
	{0x4F, "Synchronization Train Complete", "status:s"},
	{0x50, "Synchronization Train Received",
	 "status:s address:a clock_offset:x4 " CHANNEL_MAP
	 " lt_addr:u1 instant:x4 interval:u2*625 service_data:x1"},
	{0x51, "Connectionless Peripheral Broadcast Receive",
	 "address:a lt_addr:u1 clock:x4 offset:x4 rx_status:u1 fragment:u1 data:l"},
	{0x52, "Connectionless Peripheral Broadcast Timeout", "address:a lt_addr:u1"},
	{0x53, "Truncated Page Complete", "status:s address:a"},
	{0x54, "Peripheral Page Response Timeout", ""},
	{0x55, "Connectionless Peripheral Broadcast Channel Map Change", CHANNEL_MAP},
	{0x56, "Inquiry Response Notification", "lap:x3 rssi:i1'dBm"},
	{0x57, "Authenticated Payload Timeout Expired", "handle:h"},
	{0x58, "SAM Status Change", NULL},
	{0x59, "Encryption Change v2",
	 "status:s handle:h encryption:u1(off|on|AES-CCM) key_size:u1"},
	{0xFF, "Vendor", NULL},
};

const size_t n_hci_events = sizeof(hci_events) / sizeof(*hci_events);

const struct hci_event hci_le_events[] = {
	{0x01, "LE Connection Complete", "status:s handle:h " ROLE " " PEER " " CONN " " SCA},
	{0x02, "LE Advertising Report",
	 "n:# reports:{type:u1" ADV " " LETYP " address:a data:D rssi:i1'dBm}"},
	{0x03, "LE Connection Update Complete", "status:s handle:h " CONN},
	{0x04, "LE Read Remote Features Complete", "status:s handle:h features:b8"},
	{0x05, "LE Long Term Key Request", "handle:h random:x8 diversifier:x2"},
	{0x06, "LE Remote Connection Parameter Request",
	 "handle:h min_interval:u2*1250 max_interval:u2*1250 latency:u2 timeout:u2*10000"},
	{0x07, "LE Data Length Change",
	 "handle:h max_tx_octets:u2 max_tx_time_us:u2 max_rx_octets:u2 max_rx_time_us:u2"},
	{0x08, "LE Read Local P-256 Public Key Complete", "status:s public_key:b64"},
	{0x09, "LE Generate DHKey Complete", "status:s dhkey:b32"},
	{0x0A, "LE Enhanced Connection Complete",
	 "status:s handle:h " ROLE " " PEER
	 " local_resolvable_address:a peer_resolvable_address:a " CONN " " SCA},
	{0x0B, "LE Directed Advertising Report",
	 "n:# reports:{type:u1" ADV " " LETYP
	 " address:a direct_address_type:u1 direct_address:a rssi:i1'dBm}"},
	{0x0C, "LE PHY Update Complete", "status:s handle:h tx_phy:u1" PHY " rx_phy:u1" PHY},
	{0x0D, "LE Extended Advertising Report",
	 "n:# reports:{type:x2[connectable|scannable|directed|scan_response|legacy|incomplete|"
	 "truncated] " LETYP " address:a primary_phy:u1" PHY " secondary_phy:u1" PHY
	 " sid:u1 tx_power:i1'dBm rssi:i1'dBm interval:u2*1250 direct_address_type:u1 "
	 "direct_address:a data:D}"},
	{0x0E, "LE Periodic Advertising Sync Established",
	 "status:s sync:h sid:u1 " LETYP " address:a phy:u1" PHY " interval:u2*1250 " SCA},
	{0x0F, "LE Periodic Advertising Report",
	 "sync:h tx_power:i1'dBm rssi:i1'dBm cte_type:u1 " DATA_STATUS " data:D"},
	{0x10, "LE Periodic Advertising Sync Lost", "sync:h"},
	{0x11, "LE Scan Timeout", ""},
	{0x12, "LE Advertising Set Terminated",
	 "status:s advertising_handle:u1 handle:h completed_events:u1"},
	{0x13, "LE Scan Request Received", "advertising_handle:u1 " LETYP " address:a"},
	{0x14, "LE Channel Selection Algorithm", "handle:h algorithm:u1(#1|#2)"},
	{0x15, "LE Connectionless IQ Report", NULL},
	{0x16, "LE Connection IQ Report", NULL},
	{0x17, "LE CTE Request Failed", "status:s handle:h"},
	{0x18, "LE Periodic Advertising Sync Transfer Received",
	 "status:s handle:h service_data:x2 sync:h sid:u1 " LETYP " address:a phy:u1" PHY
	 " interval:u2*1250 " SCA},
	{0x19, "LE CIS Established",
	 "status:s handle:h cig_sync_delay_us:u3 cis_sync_delay_us:u3 c_to_p_latency_us:u3 "
	 "p_to_c_latency_us:u3 c_to_p_phy:u1" PHY " p_to_c_phy:u1" PHY
	 " subevents:u1 c_to_p_burst:u1 p_to_c_burst:u1 c_to_p_flush:u1 p_to_c_flush:u1 "
	 "c_to_p_pdu:u2 p_to_c_pdu:u2 iso_interval:u2*1250"},
	{0x1A, "LE CIS Request", "acl_handle:h cis_handle:h cig:u1 cis:u1"},
	{0x1B, "LE Create BIG Complete",
	 "status:s big:u1 sync_delay_us:u3 latency_us:u3 phy:u1" PHY
	 " subevents:u1 burst:u1 pretransmission:u1 repetitions:u1 max_pdu:u2 iso_interval:u2*1250 "
	 "n:# handles:h+"},
	{0x1C, "LE Terminate BIG Complete", "big:u1 reason:s"},
	{0x1D, "LE BIG Sync Established",
	 "status:s big:u1 latency_us:u3 subevents:u1 burst:u1 pretransmission:u1 repetitions:u1 "
	 "max_pdu:u2 iso_interval:u2*1250 n:# handles:h+"},
	{0x1E, "LE BIG Sync Lost", "big:u1 reason:s"},
	{0x1F, "LE Request Peer SCA Complete", "status:s handle:h " SCA},
	{0x20, "LE Path Loss Threshold", "handle:h path_loss:u1 zone:u1(low|middle|high)"},
	{0x21, "LE Transmit Power Reporting",
	 "status:s handle:h reason:u1 phy:u1 level:i1'dBm level_flags:x1 delta:i1'dB"},
	{0x22, "LE BIGInfo Advertising Report",
	 "sync:h bises:u1 subevents:u1 iso_interval:u2*1250 burst:u1 pretransmission:u1 "
	 "repetitions:u1 max_pdu:u2 sdu_interval_us:u3 max_sdu:u2 phy:u1" PHY
	 " framing:u1 encryption:u1(off|on)"},
	{0x23, "LE Subrate Change",
	 "status:s handle:h factor:u2 latency:u2 continuation:u2 supervision_timeout:u2*10000"},
	{0x24, "LE Periodic Advertising Sync Established v2",
	 "status:s sync:h sid:u1 " LETYP " address:a phy:u1" PHY " interval:u2*1250 " SCA
	 " subevents:u1 subevent_interval:u1*1250 response_slot_delay:u1*1250 "
	 "response_slot_spacing:u1*125"},
	{0x25, "LE Periodic Advertising Report v2",
	 "sync:h tx_power:i1'dBm rssi:i1'dBm cte_type:u1 event_counter:u2 subevent:u1 " DATA_STATUS
	 " data:D"},
	{0x26, "LE Periodic Advertising Sync Transfer Received v2", NULL},
	{0x27, "LE Periodic Advertising Subevent Data Request",
	 "advertising_handle:u1 first:u1 count:u1"},
	{0x28, "LE Periodic Advertising Response Report", NULL},
	{0x29, "LE Enhanced Connection Complete v2",
	 "status:s handle:h " ROLE " " PEER
	 " local_resolvable_address:a peer_resolvable_address:a " CONN " " SCA
	 " advertising_handle:u1 sync:h"},
	{0x2A, "LE CIS Established v2", NULL},
	{0x2B, "LE Read All Remote Features Complete",
	 "status:s handle:h max_page:u1 valid_page:u1 features:b248"},
	{0x2C, "LE CS Read Remote Supported Capabilities Complete", NULL},
	{0x2D, "LE CS Read Remote FAE Table Complete", "status:s handle:h table:b72"},
	{0x2E, "LE CS Security Enable Complete", "status:s handle:h"},
	{0x2F, "LE CS Config Complete", NULL},
	{0x30, "LE CS Procedure Enable Complete", NULL},
	{0x31, "LE CS Subevent Result", NULL},
	{0x32, "LE CS Subevent Result Continue", NULL},
	{0x33, "LE CS Test End Complete", "status:s"},
	{0x34, "LE Monitored Advertisers Report", LETYP " address:a condition:u1"},
	{0x35, "LE Frame Space Update Complete", NULL},
};

const size_t n_hci_le_events = sizeof(hci_le_events) / sizeof(*hci_le_events);
