/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* UDS (ISO 14229-1:2020) and OBD-II (SAE J1979:2012) in words. */
#include "uds.h"

#include <errno.h>
#include <string.h>

#include <kin/family.h>

enum {
	POSITIVE = 0x40, /* is added to the service */
	NEGATIVE = 0x7F,
	SILENT = 0x80,   /* of a sub-function: suppressPosRspMsgIndicationBit */
	OBD_LAST = 0x0A, /* modes 01 to 0A */
};

/* What follows the service. */
enum form { PLAIN, SUB, DID, ROUTINE, PID };

struct row {
	uint8_t number;
	const char *name;
};

struct service {
	uint8_t number;
	const char *name;
	enum form form;
	const struct row *subs; /* ended by a row without a name */
};

/* clang-format off */

/* The sub-functions of ISO 14229-1, each named after its service. */
static const struct row sessions[] = {
	{0x01, "defaultSession"}, {0x02, "programmingSession"}, {0x03, "extendedDiagnosticSession"},
	{0x04, "safetySystemDiagnosticSession"}, {}};
static const struct row resets[] = {
	{0x01, "hardReset"}, {0x02, "keyOffOnReset"}, {0x03, "softReset"},
	{0x04, "enableRapidPowerShutDown"}, {0x05, "disableRapidPowerShutDown"}, {}};
static const struct row communications[] = {
	{0x00, "enableRxAndTx"}, {0x01, "enableRxAndDisableTx"}, {0x02, "disableRxAndEnableTx"},
	{0x03, "disableRxAndTx"}, {0x04, "enableRxAndDisableTxWithEnhancedAddressInformation"},
	{0x05, "enableRxAndTxWithEnhancedAddressInformation"}, {}};
static const struct row zero[] = {{0x00, "zeroSubFunction"}, {}};
static const struct row dtc_settings[] = {{0x01, "on"}, {0x02, "off"}, {}};
static const struct row link_controls[] = {
	{0x01, "verifyModeTransitionWithFixedParameter"},
	{0x02, "verifyModeTransitionWithSpecificParameter"}, {0x03, "transitionMode"}, {}};
static const struct row dtc_reports[] = {
	{0x01, "reportNumberOfDTCByStatusMask"}, {0x02, "reportDTCByStatusMask"},
	{0x03, "reportDTCSnapshotIdentification"}, {0x04, "reportDTCSnapshotRecordByDTCNumber"},
	{0x05, "reportDTCStoredDataByRecordNumber"}, {0x06, "reportDTCExtDataRecordByDTCNumber"},
	{0x07, "reportNumberOfDTCBySeverityMaskRecord"}, {0x08, "reportDTCBySeverityMaskRecord"},
	{0x09, "reportSeverityInformationOfDTC"}, {0x0A, "reportSupportedDTC"},
	{0x0B, "reportFirstTestFailedDTC"}, {0x0C, "reportFirstConfirmedDTC"},
	{0x0D, "reportMostRecentTestFailedDTC"}, {0x0E, "reportMostRecentConfirmedDTC"},
	{0x14, "reportDTCFaultDetectionCounter"}, {0x15, "reportDTCWithPermanentStatus"},
	{0x16, "reportDTCExtDataRecordByRecordNumber"},
	{0x17, "reportUserDefMemoryDTCByStatusMask"},
	{0x18, "reportUserDefMemoryDTCSnapshotRecordByDTCNumber"},
	{0x19, "reportUserDefMemoryDTCExtDataRecordByDTCNumber"},
	{0x1A, "reportSupportedDTCExtDataRecord"}, {0x42, "reportWWHOBDDTCByMaskRecord"},
	{0x55, "reportWWHOBDDTCWithPermanentStatus"},
	{0x56, "reportDTCInformationByDTCReadinessGroupIdentifier"}, {}};
static const struct row dynamic_definitions[] = {
	{0x01, "defineByIdentifier"}, {0x02, "defineByMemoryAddress"},
	{0x03, "clearDynamicallyDefinedDataIdentifier"}, {}};
static const struct row routine_controls[] = {
	{0x01, "startRoutine"}, {0x02, "stopRoutine"}, {0x03, "requestRoutineResults"}, {}};
static const struct row authentications[] = {
	{0x00, "deAuthenticate"}, {0x01, "verifyCertificateUnidirectional"},
	{0x02, "verifyCertificateBidirectional"}, {0x03, "proofOfOwnership"},
	{0x04, "transmitCertificate"}, {0x05, "requestChallengeForAuthentication"},
	{0x06, "verifyProofOfOwnershipUnidirectional"},
	{0x07, "verifyProofOfOwnershipBidirectional"}, {0x08, "authenticationConfiguration"}, {}};
static const struct row none[] = {{}};

/* SAE J1979; then ISO 14229-1. AccessTimingParameter: up to its edition of 2013. */
static const struct service services[] = {
	{0x01, "current data", PID, none},
	{0x02, "freeze frame data", PID, none},
	{0x03, "stored trouble codes", PLAIN, none},
	{0x04, "clear trouble codes", PLAIN, none},
	{0x05, "oxygen sensor test results", PID, none},
	{0x06, "on-board monitoring test results", PID, none},
	{0x07, "pending trouble codes", PLAIN, none},
	{0x08, "control of on-board systems", PID, none},
	{0x09, "vehicle information", PID, none},
	{0x0A, "permanent trouble codes", PLAIN, none},
	{0x10, "DiagnosticSessionControl", SUB, sessions},
	{0x11, "ECUReset", SUB, resets},
	{0x14, "ClearDiagnosticInformation", PLAIN, none},
	{0x19, "ReadDTCInformation", SUB, dtc_reports},
	{0x22, "ReadDataByIdentifier", DID, none},
	{0x23, "ReadMemoryByAddress", PLAIN, none},
	{0x24, "ReadScalingDataByIdentifier", DID, none},
	{0x27, "SecurityAccess", SUB, none},
	{0x28, "CommunicationControl", SUB, communications},
	{0x29, "Authentication", SUB, authentications},
	{0x2A, "ReadDataByPeriodicIdentifier", PLAIN, none},
	{0x2C, "DynamicallyDefineDataIdentifier", SUB, dynamic_definitions},
	{0x2E, "WriteDataByIdentifier", DID, none},
	{0x2F, "InputOutputControlByIdentifier", DID, none},
	{0x31, "RoutineControl", ROUTINE, routine_controls},
	{0x34, "RequestDownload", PLAIN, none},
	{0x35, "RequestUpload", PLAIN, none},
	{0x36, "TransferData", PLAIN, none},
	{0x37, "RequestTransferExit", PLAIN, none},
	{0x38, "RequestFileTransfer", PLAIN, none},
	{0x3D, "WriteMemoryByAddress", PLAIN, none},
	{0x3E, "TesterPresent", SUB, zero},
	{0x83, "AccessTimingParameter", SUB, none},
	{0x84, "SecuredDataTransmission", PLAIN, none},
	{0x85, "ControlDTCSetting", SUB, dtc_settings},
	{0x86, "ResponseOnEvent", SUB, none},
	{0x87, "LinkControl", SUB, link_controls},
};

/* ISO 14229-1, annex A */
static const struct row codes[] = {
	{0x00, "positiveResponse"}, {0x10, "generalReject"}, {0x11, "serviceNotSupported"},
	{0x12, "sub-functionNotSupported"}, {0x13, "incorrectMessageLengthOrInvalidFormat"},
	{0x14, "responseTooLong"}, {0x21, "busyRepeatRequest"}, {0x22, "conditionsNotCorrect"},
	{0x24, "requestSequenceError"}, {0x25, "noResponseFromSubnetComponent"},
	{0x26, "FailurePreventsExecutionOfRequestedAction"}, {0x31, "requestOutOfRange"},
	{0x33, "securityAccessDenied"}, {0x34, "authenticationRequired"}, {0x35, "invalidKey"},
	{0x36, "exceedNumberOfAttempts"}, {0x37, "requiredTimeDelayNotExpired"},
	{0x38, "secureDataTransmissionRequired"}, {0x39, "secureDataTransmissionNotAllowed"},
	{0x3A, "secureDataVerificationFailed"},
	{0x50, "Certificate verification failed - Invalid Time Period"},
	{0x51, "Certificate verification failed - Invalid Signature"},
	{0x52, "Certificate verification failed - Invalid Chain of Trust"},
	{0x53, "Certificate verification failed - Invalid Type"},
	{0x54, "Certificate verification failed - Invalid Format"},
	{0x55, "Certificate verification failed - Invalid Content"},
	{0x56, "Certificate verification failed - Invalid Scope"},
	{0x57, "Certificate verification failed - Invalid Certificate (revoked)"},
	{0x58, "Ownership verification failed"}, {0x59, "Challenge calculation failed"},
	{0x5A, "Setting Access Rights failed"}, {0x5B, "Session key creation/derivation failed"},
	{0x5C, "Configuration data usage failed"}, {0x5D, "DeAuthentication failed"},
	{0x70, "uploadDownloadNotAccepted"}, {0x71, "transferDataSuspended"},
	{0x72, "generalProgrammingFailure"}, {0x73, "wrongBlockSequenceCounter"},
	{0x78, "requestCorrectlyReceived-ResponsePending"},
	{0x7E, "sub-functionNotSupportedInActiveSession"},
	{0x7F, "serviceNotSupportedInActiveSession"}, {0x81, "rpmTooHigh"}, {0x82, "rpmTooLow"},
	{0x83, "engineIsRunning"}, {0x84, "engineIsNotRunning"}, {0x85, "engineRunTimeTooLow"},
	{0x86, "temperatureTooHigh"}, {0x87, "temperatureTooLow"}, {0x88, "vehicleSpeedTooHigh"},
	{0x89, "vehicleSpeedTooLow"}, {0x8A, "throttle/PedalTooHigh"},
	{0x8B, "throttle/PedalTooLow"}, {0x8C, "transmissionRangeNotInNeutral"},
	{0x8D, "transmissionRangeNotInGear"}, {0x8F, "brakeSwitch(es)NotClosed"},
	{0x90, "shifterLeverNotInPark"}, {0x91, "torqueConverterClutchLocked"},
	{0x92, "voltageTooHigh"}, {0x93, "voltageTooLow"}, {0x94, "resourceTemporarilyNotAvailable"},
	{}};

/* ISO 14229-1, annex C */
static const struct {
	uint16_t number;
	const char *name;
} dids[] = {
	{0xF180, "bootSoftwareIdentification"}, {0xF181, "applicationSoftwareIdentification"},
	{0xF182, "applicationDataIdentification"}, {0xF183, "bootSoftwareFingerprint"},
	{0xF184, "applicationSoftwareFingerprint"}, {0xF185, "applicationDataFingerprint"},
	{0xF186, "activeDiagnosticSession"}, {0xF187, "vehicleManufacturerSparePartNumber"},
	{0xF188, "vehicleManufacturerECUSoftwareNumber"},
	{0xF189, "vehicleManufacturerECUSoftwareVersionNumber"}, {0xF18A, "systemSupplierIdentifier"},
	{0xF18B, "ECUManufacturingDate"}, {0xF18C, "ECUSerialNumber"},
	{0xF18D, "supportedFunctionalUnits"},
	{0xF18E, "vehicleManufacturerKitAssemblyPartNumber"}, {0xF190, "VIN"},
	{0xF191, "vehicleManufacturerECUHardwareNumber"},
	{0xF192, "systemSupplierECUHardwareNumber"},
	{0xF193, "systemSupplierECUHardwareVersionNumber"},
	{0xF194, "systemSupplierECUSoftwareNumber"},
	{0xF195, "systemSupplierECUSoftwareVersionNumber"},
	{0xF196, "exhaustRegulationOrTypeApprovalNumber"}, {0xF197, "systemNameOrEngineType"},
	{0xF198, "repairShopCodeOrTesterSerialNumber"}, {0xF199, "programmingDate"},
	{0xF19D, "ECUInstallationDate"}, {0xF19E, "ODXFile"}, {0xF19F, "entity"},
};
/* clang-format on */

static const char *row_name(const struct row *rows, uint8_t number)
{
	for (; rows->name; rows++)
		if (rows->number == number)
			return rows->name;
	return NULL;
}

static const struct service *service_of(uint8_t number)
{
	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++)
		if (services[i].number == number)
			return &services[i];
	return NULL;
}

const char *kin_uds_service_name(uint8_t service)
{
	const struct service *found = service_of(service);

	return found ? found->name : NULL;
}

const char *kin_uds_code_name(uint8_t code)
{
	const char *name = row_name(codes, code);

	if (name)
		return name;
	if (code >= 0x38 && code <= 0x4F)
		return "reservedByExtendedDataLinkSecurityDocument";
	if (code >= 0x95 && code <= 0xEF)
		return "reservedForSpecificConditionsNotCorrect";
	if (code >= 0xF0 && code <= 0xFE)
		return "vehicleManufacturerSpecificConditionsNotCorrect";
	return "ISOSAEReserved";
}

static const char *did_name(int did)
{
	for (size_t i = 0; i < sizeof(dids) / sizeof(*dids); i++)
		if (dids[i].number == did)
			return dids[i].name;
	return NULL;
}

/* What the service's first parameter is. */
static void read_parameters(const struct service *service, const uint8_t *data, size_t len,
			    struct kin_uds *uds)
{
	size_t did_at = service->form == ROUTINE ? 1 : 0;

	if (service->form == PLAIN)
		return;
	if (service->form != DID && len > 0) {
		uds->sub = data[0];
		if (service->form != PID) {
			uds->silent = uds->kind == KIN_UDS_REQUEST && (data[0] & SILENT);
			uds->sub = data[0] & ~SILENT;
			uds->what = row_name(service->subs, (uint8_t)uds->sub);
		}
		/* Odd levels ask for the seed, even ones bring the key. */
		if (service->number == 0x27)
			uds->what = uds->sub & 1 ? "requestSeed" : "sendKey";
	}
	if ((service->form == DID || service->form == ROUTINE) && len >= did_at + 2) {
		uds->did = data[did_at] << 8 | data[did_at + 1];
		uds->did_name = service->form == DID ? did_name(uds->did) : NULL;
	}
}

static void read_refusal(const uint8_t *pdu, size_t len, struct kin_uds *uds)
{
	uds->kind = KIN_UDS_REFUSAL;
	uds->service = pdu[1];
	uds->name = kin_uds_service_name(pdu[1]);
	if (len < 3)
		return;
	uds->code = pdu[2];
	uds->reason = kin_uds_code_name(pdu[2]);
}

int kin_uds_parse(const void *pdu, size_t len, struct kin_uds *ret_uds)
{
	struct kin_uds uds = {.struct_size = sizeof(uds), .sub = -1, .did = -1, .code = -1};
	const struct service *service;
	const uint8_t *data = pdu;

	if ((!pdu && len > 0) || !ret_uds || ret_uds->struct_size < sizeof(uds))
		return -EINVAL;
	if (len == 0)
		return -EBADMSG;
	if (data[0] == NEGATIVE && len > 1) {
		read_refusal(data, len, &uds);
	} else {
		service = service_of(data[0]);
		if (!service && data[0] >= POSITIVE) {
			service = service_of((uint8_t)(data[0] - POSITIVE));
			uds.kind = KIN_UDS_RESPONSE;
		}
		if (!service)
			return -EBADMSG;
		uds.service = service->number;
		uds.name = service->name;
		read_parameters(service, data + 1, len - 1, &uds);
	}
	uds.obd = uds.service <= OBD_LAST;
	*ret_uds = uds;
	return 0;
}

static void put_uds(const struct kin_uds *uds, struct kin_buf *out)
{
	static const char *const kinds[] = {" request", " response", " refused"};

	if (uds->name)
		kin_buf_puts(out, uds->name);
	else
		kin_buf_printf(out, "service %02X", uds->service);
	kin_buf_puts(out, kinds[uds->kind]);
	if (uds->reason)
		kin_buf_printf(out, ": %s (%02X)", uds->reason, (unsigned)uds->code);
	if (uds->what)
		kin_buf_printf(out, ", %s", uds->what);
	else if (uds->sub >= 0)
		kin_buf_printf(out, ", %s %02X", uds->obd ? "PID" : "sub-function",
			       (unsigned)uds->sub);
	if (uds->did_name)
		kin_buf_printf(out, ", %s (%04X)", uds->did_name, (unsigned)uds->did);
	else if (uds->did >= 0)
		kin_buf_printf(out, ", %04X", (unsigned)uds->did);
	if (uds->silent)
		kin_buf_puts(out, ", no response wanted");
}

ssize_t kin_uds_format(const void *pdu, size_t len, char *buf, size_t size)
{
	struct kin_uds uds = {.struct_size = sizeof(uds)};
	struct kin_buf out = {buf, size, 0};
	int err = kin_uds_parse(pdu, len, &uds);

	if (!buf && size > 0)
		return -EINVAL;
	if (err < 0)
		return err;
	put_uds(&uds, &out);
	kin_buf_end(&out);
	return (ssize_t)out.len;
}
