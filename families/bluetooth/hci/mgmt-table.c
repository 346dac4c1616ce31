/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages of the management interface, by number: BlueZ's doc/mgmt-api.txt and the kernel's
 * include/net/bluetooth/mgmt.h. Parameters are described as fields.h says.
 */
#include "names.h"

#define A     "address:a address_type:u1(BR/EDR|LE_public|LE_random)"
#define ONOFF "value:u1(off|on)"
#define NAMES "name:n249 short_name:n11"
#define STATES                                                                                     \
	"[powered|connectable|fast_connectable|discoverable|bondable|link_security|SSP|BR/EDR|HS|" \
	"LE|advertising|secure_connections|debug_keys|privacy|configuration|static_address|PHY|"   \
	"wideband_speech|CIS_central|CIS_peripheral|ISO_broadcaster|ISO_receiver]"
#define SETTINGS "settings:x4" STATES
#define TYPES    "types:x1[BR/EDR|LE_public|LE_random]"
#define KEY      A " type:u1 key:b16 pin_length:u1"
#define LTK      A " type:u1 central:u1 key_size:u1 diversifier:x2 random:x8 key:b16"
#define STATUS                                                                                     \
	"status:u1(Success|Unknown_Command|Not_Connected|Failed|Connect_Failed|"                   \
	"Authentication_Failed|Not_Paired|No_Resources|Timeout|Already_Connected|Busy|Rejected|"   \
	"Not_Supported|Invalid_Parameters|Disconnected|Not_Powered|Cancelled|Invalid_Index|"       \
	"RFKilled|Already_Paired|Permission_Denied)"
#define ADV_FLAGS                                                                                  \
	"flags:x4[connectable|general_discoverable|limited_discoverable|managed_flags|tx_power|"   \
	"appearance|local_name|1M|2M|Coded]"
#define EIR "data_length:u2 data:d"

const struct hci_command hci_mgmt_commands[] = {
	{0x0001, "Read Version", "", "version:u1 revision:u2"},
	{0x0002, "Read Commands", "", "commands:u2 events:u2 numbers:b"},
	{0x0003, "Read Index List", "", "n:## controllers:u2+"},
	{0x0004, "Read Controller Information", "",
	 "address:a version:v manufacturer:m supported_settings:x4" STATES
	 " current_settings:x4" STATES " class:x3 " NAMES},
	{0x0005, "Set Powered", ONOFF, SETTINGS},
	{0x0006, "Set Discoverable", "value:u1(off|general|limited) timeout_s:u2", SETTINGS},
	{0x0007, "Set Connectable", ONOFF, SETTINGS},
	{0x0008, "Set Fast Connectable", ONOFF, SETTINGS},
	{0x0009, "Set Bondable", ONOFF, SETTINGS},
	{0x000A, "Set Link Security", ONOFF, SETTINGS},
	{0x000B, "Set Secure Simple Pairing", ONOFF, SETTINGS},
	{0x000C, "Set High Speed", ONOFF, SETTINGS},
	{0x000D, "Set Low Energy", ONOFF, SETTINGS},
	{0x000E, "Set Device Class", "major:u1 minor:u1", "class:x3"},
	{0x000F, "Set Local Name", NAMES, NAMES},
	{0x0010, "Add UUID", "uuid:w16 service_hint:x1", "class:x3"},
	{0x0011, "Remove UUID", "uuid:w16", "class:x3"},
	{0x0012, "Load Link Keys", "debug_keys:u1 n:## keys:{" KEY "}", ""},
	{0x0013, "Load Long Term Keys", "n:## keys:{" LTK "}", ""},
	{0x0014, "Disconnect", A, A},
	{0x0015, "Get Connections", "", "n:## connections:{" A "}"},
	{0x0016, "PIN Code Reply", A " pin_length:u1 pin:b16", A},
	{0x0017, "PIN Code Negative Reply", A, A},
	{0x0018, "Set IO Capability",
	 "io_capability:u1(DisplayOnly|DisplayYesNo|KeyboardOnly|NoInputNoOutput|KeyboardDisplay)",
	 ""},
	{0x0019, "Pair Device", A " io_capability:u1", A},
	{0x001A, "Cancel Pair Device", A, A},
	{0x001B, "Unpair Device", A " disconnect:u1(no|yes)", A},
	{0x001C, "User Confirmation Reply", A, A},
	{0x001D, "User Confirmation Negative Reply", A, A},
	{0x001E, "User Passkey Reply", A " passkey:u4", A},
	{0x001F, "User Passkey Negative Reply", A, A},
	{0x0020, "Read Local OOB Data", "", NULL},
	{0x0021, "Add Remote OOB Data", A " data:b", A},
	{0x0022, "Remove Remote OOB Data", A, A},
	{0x0023, "Start Discovery", TYPES, TYPES},
	{0x0024, "Stop Discovery", TYPES, TYPES},
	{0x0025, "Confirm Name", A " name_known:u1(no|yes)", A},
	{0x0026, "Block Device", A, A},
	{0x0027, "Unblock Device", A, A},
	{0x0028, "Set Device ID", "source:u2 vendor:x2 product:x2 version:x2", ""},
	{0x0029, "Set Advertising", "value:u1(off|on|connectable)", SETTINGS},
	{0x002A, "Set BR/EDR", ONOFF, SETTINGS},
	{0x002B, "Set Static Address", "address:a", SETTINGS},
	{0x002C, "Set Scan Parameters", "interval:u2*625 window:u2*625", ""},
	{0x002D, "Set Secure Connections", "value:u1(off|on|only)", SETTINGS},
	{0x002E, "Set Debug Keys", "value:u1(discard|keep|use)", SETTINGS},
	{0x002F, "Set Privacy", "value:u1(off|on|limited) irk:b16", SETTINGS},
	{0x0030, "Load Identity Resolving Keys", "n:## keys:{" A " irk:b16}", ""},
	{0x0031, "Get Connection Information", A,
	 A " rssi:i1'dBm tx_power:i1'dBm max_tx_power:i1'dBm"},
	{0x0032, "Get Clock Information", A, A " local_clock:x4 piconet_clock:x4 accuracy:u2"},
	{0x0033, "Add Device", A " action:u1(scan|allow|auto-connect)", A},
	{0x0034, "Remove Device", A, A},
	{0x0035, "Load Connection Parameters",
	 "n:## parameters:{" A
	 " min_interval:u2*1250 max_interval:u2*1250 latency:u2 timeout:u2*10000}",
	 ""},
	{0x0036, "Read Unconfigured Controller Index List", "", "n:## controllers:u2+"},
	{0x0037, "Read Controller Configuration Information", "",
	 "manufacturer:m supported_options:x4[external|public_address] "
	 "missing_options:x4[external|public_address]"},
	{0x0038, "Set External Configuration", ONOFF, "missing_options:x4"},
	{0x0039, "Set Public Address", "address:a", "missing_options:x4"},
	{0x003A, "Start Service Discovery", TYPES " rssi:i1'dBm n:## uuids:w16+", TYPES},
	{0x003B, "Read Local OOB Extended Data", TYPES, TYPES " " EIR},
	{0x003C, "Read Extended Controller Index List", "",
	 "n:## controllers:{index:u2 type:u1(configured|unconfigured|AMP) bus:u1}"},
	{0x003D, "Read Advertising Features", "",
	 "supported_" ADV_FLAGS " max_data:u1 max_scan_response:u1 max_instances:u1 n:# "
	 "instances:u1+"},
	{0x003E, "Add Advertising",
	 "instance:u1 " ADV_FLAGS
	 " duration_s:u2 timeout_s:u2 data_length:u1 scan_response_length:u1 data:d",
	 "instance:u1"},
	{0x003F, "Remove Advertising", "instance:u1", "instance:u1"},
	{0x0040, "Get Advertising Size Information", "instance:u1 " ADV_FLAGS,
	 "instance:u1 " ADV_FLAGS " max_data:u1 max_scan_response:u1"},
	{0x0041, "Start Limited Discovery", TYPES, TYPES},
	{0x0042, "Read Extended Controller Information", "",
	 "address:a version:v manufacturer:m supported_settings:x4" STATES
	 " current_settings:x4" STATES " " EIR},
	{0x0043, "Set Appearance", "appearance:x2", ""},
	{0x0044, "Get PHY Configuration", "", "supported:x4 configurable:x4 selected:x4"},
	{0x0045, "Set PHY Configuration", "selected:x4", ""},
	{0x0046, "Load Blocked Keys", "n:## keys:{type:u1(link_key|LTK|IRK) key:b16}", ""},
	{0x0047, "Set Wideband Speech", ONOFF, SETTINGS},
	{0x0048, "Read Controller Capabilities", "", "length:u2 capabilities:b"},
	{0x0049, "Read Experimental Features Information", "", "n:## features:{uuid:w16 flags:x4}"},
	{0x004A, "Set Experimental Feature", "uuid:w16 action:u1", "uuid:w16 flags:x4"},
	{0x004B, "Read Default System Configuration", "", NULL},
	{0x004C, "Set Default System Configuration", NULL, ""},
	{0x004D, "Read Default Runtime Configuration", "", NULL},
	{0x004E, "Set Default Runtime Configuration", NULL, ""},
	{0x004F, "Get Device Flags", A, A " supported:x4 current:x4"},
	{0x0050, "Set Device Flags", A " current:x4", A},
	{0x0051, "Read Advertisement Monitor Features", "",
	 "supported:x4 enabled:x4 max_handles:u2 max_patterns:u1 n:## handles:u2+"},
	{0x0052, "Add Advertisement Patterns Monitor",
	 "n:# patterns:{type:x1 offset:u1 length:u1 value:b31}", "monitor:u2"},
	{0x0053, "Remove Advertisement Monitor", "monitor:u2", "monitor:u2"},
	{0x0054, "Add Extended Advertising Parameters",
	 "instance:u1 " ADV_FLAGS
	 " duration_s:u2 timeout_s:u2 min_interval:u4*625 max_interval:u4*625 tx_power:i1'dBm",
	 "instance:u1 tx_power:i1'dBm max_data:u1 max_scan_response:u1"},
	{0x0055, "Add Extended Advertising Data",
	 "instance:u1 data_length:u1 scan_response_length:u1 data:d", "instance:u1"},
	{0x0056, "Add Advertisement Patterns Monitor With RSSI Threshold", NULL, "monitor:u2"},
	{0x0057, "Set Mesh Receiver", NULL, ""},
	{0x0058, "Read Mesh Features", "", NULL},
	{0x0059, "Transmit Mesh Packet", NULL, "handle:u1"},
	{0x005A, "Cancel Transmit Mesh Packet", "handle:u1", ""},
	{0x005B, "Send HCI command and wait for event", NULL, NULL},
};

const size_t n_hci_mgmt_commands = sizeof(hci_mgmt_commands) / sizeof(*hci_mgmt_commands);

const struct hci_event hci_mgmt_events[] = {
	/* The number of the command stands before, and has its own name. */
	{0x01, "Command Complete", STATUS},
	{0x02, "Command Status", STATUS},
	{0x03, "Controller Error", "code:x1"},
	{0x04, "Index Added", ""},
	{0x05, "Index Removed", ""},
	{0x06, "New Settings", SETTINGS},
	{0x07, "Class Of Device Changed", "class:x3"},
	{0x08, "Local Name Changed", NAMES},
	{0x09, "New Link Key", "store:u1(no|yes) " KEY},
	{0x0A, "New Long Term Key", "store:u1(no|yes) " LTK},
	{0x0B, "Device Connected", A " flags:x4 " EIR},
	{0x0C, "Device Disconnected",
	 A " reason:u1(unspecified|timeout|local_host|remote|authentication_failure|"
	   "local_host_suspend)"},
	{0x0D, "Connect Failed", A " " STATUS},
	{0x0E, "PIN Code Request", A " secure:u1(no|yes)"},
	{0x0F, "User Confirmation Request", A " hint:u1 number:u4"},
	{0x10, "User Passkey Request", A},
	{0x11, "Authentication Failed", A " " STATUS},
	{0x12, "Device Found",
	 A " rssi:i1'dBm flags:x4[confirm_name|legacy_pairing|not_connectable|initiated|"
	   "name_request_failed|scan_response] " EIR},
	{0x13, "Discovering", TYPES " discovering:u1(no|yes)"},
	{0x14, "Device Blocked", A},
	{0x15, "Device Unblocked", A},
	{0x16, "Device Unpaired", A},
	{0x17, "Passkey Notify", A " passkey:u4 entered:u1"},
	{0x18, "New Identity Resolving Key", "store:u1(no|yes) resolvable_address:a " A " irk:b16"},
	{0x19, "New Signature Resolving Key", "store:u1(no|yes) " A " type:u1 key:b16"},
	{0x1A, "Device Added", A " action:u1(scan|allow|auto-connect)"},
	{0x1B, "Device Removed", A},
	{0x1C, "New Connection Parameter",
	 A " store:u1(no|yes) min_interval:u2*1250 max_interval:u2*1250 latency:u2 "
	   "timeout:u2*10000"},
	{0x1D, "Unconfigured Index Added", ""},
	{0x1E, "Unconfigured Index Removed", ""},
	{0x1F, "New Configuration Options", "missing_options:x4"},
	{0x20, "Extended Index Added", "type:u1(configured|unconfigured|AMP) bus:u1"},
	{0x21, "Extended Index Removed", "type:u1(configured|unconfigured|AMP) bus:u1"},
	{0x22, "Local OOB Data Updated", TYPES " " EIR},
	{0x23, "Advertising Added", "instance:u1"},
	{0x24, "Advertising Removed", "instance:u1"},
	{0x25, "Extended Controller Information Changed", EIR},
	{0x26, "PHY Configuration Changed", "selected:x4"},
	{0x27, "Experimental Feature Changed", "uuid:w16 flags:x4"},
	{0x28, "Default System Configuration Changed", NULL},
	{0x29, "Default Runtime Configuration Changed", NULL},
	{0x2A, "Device Flags Changed", A " supported:x4 current:x4"},
	{0x2B, "Advertisement Monitor Added", "monitor:u2"},
	{0x2C, "Advertisement Monitor Removed", "monitor:u2"},
	{0x2D, "Controller Suspend", "state:u1"},
	{0x2E, "Controller Resume", "reason:u1 " A},
	{0x2F, "Advertisement Monitor Device Found", "monitor:u2 " A " rssi:i1'dBm flags:x4 " EIR},
	{0x30, "Advertisement Monitor Device Lost", "monitor:u2 " A},
	{0x31, "Mesh Device Found", A " rssi:i1'dBm instant:u8 flags:x4 " EIR},
	{0x32, "Mesh Packet Transmit Complete", "handle:u1"},
};

const size_t n_hci_mgmt_events = sizeof(hci_mgmt_events) / sizeof(*hci_mgmt_events);
