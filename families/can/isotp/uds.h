/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file uds.h
 * The words of diagnostics over ISO-TP: unified diagnostic services (UDS, ISO 14229-1:2020) and the
 * modes of on-board diagnostics (OBD-II, SAE J1979, ISO 15031-5).
 */
#ifndef KIN_UDS_H
#define KIN_UDS_H

#include <kin/kin.h>

#ifdef __cplusplus
extern "C" {
#endif

enum kin_uds_kind {
	KIN_UDS_REQUEST,
	KIN_UDS_RESPONSE, /* positive: the service with 40 hex added */
	KIN_UDS_REFUSAL,  /* 7F, service, code */
};

/** What the first bytes of a PDU say. Set struct_size before the call. */
struct kin_uds {
	size_t struct_size;
	enum kin_uds_kind kind;
	uint8_t service;  /* of the request that it is or answers */
	const char *name; /* "ReadDataByIdentifier"; of OBD-II: "current data" */
	bool obd;         /* a mode of OBD-II, 01 to 0A */
	const char *what; /* sub-function in words: "extendedSession"; NULL: none that is known */
	int sub;          /* sub-function, OBD-II PID, or -1: the service has none, or it is cut */
	int did;          /* data or routine identifier; -1: none */
	const char *did_name; /* "VIN"; NULL: none that the standard names */
	int code;             /* of a refusal, -1: cut or none */
	const char *reason;   /* "requestOutOfRange"; NULL: none */
	bool silent;          /* the sub-function asks for no positive response */
};

/**
 * Read a PDU as UDS or OBD-II. Leaves no failure record.
 * @return 0; -EBADMSG: empty, or not a service of either; -EINVAL
 */
KIN_API int kin_uds_parse(const void *pdu, size_t len, struct kin_uds *ret_uds);

/** The name of a service, without 40 hex added; NULL: reserved, or the manufacturer's. */
KIN_API const char *kin_uds_service_name(uint8_t service);

/** The name of a negative response code, never NULL: "ISOSAEReserved" where there is no other. */
KIN_API const char *kin_uds_code_name(uint8_t code);

/**
 * In words: "ReadDataByIdentifier request, VIN (F190)", "SecurityAccess refused:
 * invalidKey (35)".
 * @return the length of the text, which was cut when that is size or more; -EBADMSG
 */
KIN_API ssize_t kin_uds_format(const void *pdu, size_t len, char *buf, size_t size);

#ifdef __cplusplus
}
#endif

#endif
