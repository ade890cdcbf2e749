/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_INSPECT_PASSED_ON_H
#define INQ_INSPECT_PASSED_ON_H

#include "inspect/inspect.h"

/** Whether lock @r is free by its own word, or event @r has come: nobody needs to wait for it. */
bool inq_is_free(const struct inq_resource *r);

#endif
