/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What makes a loadable object of the record. In kin's own tree the build writes this file. */
#include <kin/family.h>

extern const struct kin_family kin_family_usersock;

KIN_PLUGIN(kin_family_usersock);
