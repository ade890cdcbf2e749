// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "dump/layout_priv.h"

#include "util/banned.h"

struct inq_error *inq_dump_identify(const struct inq_file *file)
{
	if (!file->size)
		return inq_error_create(INQ_ERR_NOTSUP, 0, "no kernel dump: the file is empty");
	return inq_error_create(INQ_ERR_NOTSUP, 0, "no kernel dump: unknown file format");
}
