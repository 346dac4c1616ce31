/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UDS and OBD-II in words. */
#include "harness.h"

#include <errno.h>
#include <string.h>
#include <kin/family.h>
#include <kin/uds.h>

START_TEST(pdus_have_words)
{
	static const struct {
		const char *pdu, *words;
	} cases[] = {
		{"22F190", "ReadDataByIdentifier request, VIN (F190)"},
		{"62F19057", "ReadDataByIdentifier response, VIN (F190)"},
		{"221234", "ReadDataByIdentifier request, 1234"},
		{"22F1", "ReadDataByIdentifier request"},
		{"7F2231", "ReadDataByIdentifier refused: requestOutOfRange (31)"},
		{"7F22", "ReadDataByIdentifier refused"},
		{"7FBA11", "service BA refused: serviceNotSupported (11)"},
		{"1003", "DiagnosticSessionControl request, extendedDiagnosticSession"},
		{"5003003201F4", "DiagnosticSessionControl response, extendedDiagnosticSession"},
		{"1060", "DiagnosticSessionControl request, sub-function 60"},
		{"3E80", "TesterPresent request, zeroSubFunction, no response wanted"},
		{"2701", "SecurityAccess request, requestSeed"},
		{"670212", "SecurityAccess response, sendKey"},
		{"31010203", "RoutineControl request, startRoutine, 0203"},
		{"3601AABB", "TransferData request"},
		{"010C", "current data request, PID 0C"},
		{"410C1AF8", "current data response, PID 0C"},
		{"03", "stored trouble codes request"},
		{"0902", "vehicle information request, PID 02"},
		{"C501", "ControlDTCSetting response, on"},
	};
	char words[128];

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint8_t pdu[16];
		ssize_t len = ck_ok(kin_parse_bytes(cases[i].pdu, "pdu", pdu, sizeof(pdu)));

		ck_ok(kin_uds_format(pdu, (size_t)len, words, sizeof(words)));
		ck_assert_str_eq(words, cases[i].words);
	}
	ck_assert_int_eq(kin_uds_format("\xBA", 1, words, sizeof(words)), -EBADMSG);
	ck_assert_int_eq(kin_uds_format("", 0, words, sizeof(words)), -EBADMSG);
}
END_TEST

START_TEST(every_code_has_a_name)
{
	for (int code = 0; code < 256; code++)
		ck_assert_ptr_nonnull(kin_uds_code_name((uint8_t)code));
	ck_assert_str_eq(kin_uds_code_name(0x78), "requestCorrectlyReceived-ResponsePending");
	ck_assert_str_eq(kin_uds_code_name(0x45), "reservedByExtendedDataLinkSecurityDocument");
	ck_assert_str_eq(kin_uds_code_name(0xF3),
			 "vehicleManufacturerSpecificConditionsNotCorrect");
	ck_assert_str_eq(kin_uds_code_name(0xFF), "ISOSAEReserved");
	ck_assert_str_eq(kin_uds_service_name(0x22), "ReadDataByIdentifier");
	ck_assert_ptr_null(kin_uds_service_name(0x62));
}
END_TEST

int main(void)
{
	const struct test_case cases[] = {
		{pdus_have_words, "PDUs have words"},
		{every_code_has_a_name, "every code has a name"},
		{},
	};

	return run_cases("can/uds", cases);
}
