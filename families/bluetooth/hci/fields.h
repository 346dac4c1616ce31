/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parameters of a packet are, as a text, so that a packet is a row of a table:
 *
 *     "status:s handle:h bdaddr:a link_type:u1(SCO|ACL|eSCO) encryption:u1"
 *
 * A field is NAME:TYPE, with spaces between fields. Types, where N is a number of bytes; numbers
 * are little-endian but those of U and X:
 *
 *     uN UN iN    a number; iN is signed
 *     xN XN       a number in hex
 *     s           a status, in words
 *     h           a handle of a connection: 2 bytes, 12 bits of which count
 *     o           an opcode of a command, by name
 *     m           a company, by name
 *     v           a version of the specification
 *     p           what L2CAP serves (PSM)
 *     a           an address of a device
 *     nN n        text of N bytes, or to the end; it ends before a zero
 *     bN b        bytes, in hex
 *     l L         a byte, or two, that count the bytes behind, in hex
 *     N           a byte that counts the text behind it
 *     wN w        a UUID of 2, 4 or 16 bytes; without N, what is left
 *     d           advertising data, to the end
 *     DN D        a byte that counts, advertising data, and of N bytes what is unused
 *     #           a byte that counts the next list; ## two bytes; it is not shown
 *     %           a byte, as x1, whose bits are counted for the next list
 *     {FIELDS}    repeated that often, or without a count to the end; so is a TYPE with + behind it
 *
 * Behind a number may stand (A|B||D), names of 0, 1 and 3; (3=A|7=B), of 3 and 7; [A|B], names of
 * bits 0 and 1, '_' for a space; *US, of what it counts in microseconds; 'UNIT. A NAME that begins
 * with '-' is for JSON alone.
 */
#ifndef KIN_BLUETOOTH_HCI_FIELDS_H
#define KIN_BLUETOOTH_HCI_FIELDS_H

#include "emit.h"

/* Put what the fields say, and "truncated" where the data ends before. @return the bytes taken */
size_t fields_put_some(struct emit *e, const char *fields, const void *data, size_t len);

/*
 * Put what the fields say. Where the data ends before them, "truncated" is put; what is behind
 * them, as "extra", unless it is all zeros. fields NULL: all of it is bytes.
 */
void fields_put(struct emit *e, const char *fields, const void *data, size_t len);

#endif
