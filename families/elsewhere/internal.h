/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the files of this family share. No kernel here sees these addresses: their layout is ours.
 */
#ifndef KIN_ELSEWHERE_INTERNAL_H
#define KIN_ELSEWHERE_INTERNAL_H

#include <kin/elsewhere.h>
#include <kin/family.h>

extern const struct kin_const_elsewhere elsewhere_names[];
extern const struct kin_family kin_family_elsewhere;

/* An address of this family and size, copied; false when addr is none. */
bool elsewhere_read(const struct kin_addr *addr, int family, void *place, size_t size);
int elsewhere_give(const void *place, size_t size, struct kin_addr *ret_addr);

int system_parse(const char *body, struct kin_addr *ret_addr);
void system_format(const struct kin_addr *addr, struct kin_buf *out);

int divert_parse(const char *body, struct kin_addr *ret_addr);
void divert_format(const struct kin_addr *addr, struct kin_buf *out);

int hyperv_parse(const char *body, struct kin_addr *ret_addr);
void hyperv_format(const struct kin_addr *addr, struct kin_buf *out);
void hyperv_explain(const struct kin_addr *addr, struct kin_buf *out);

#endif
