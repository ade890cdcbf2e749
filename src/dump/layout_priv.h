/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_LAYOUT_PRIV_H
#define INQ_DUMP_LAYOUT_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "dump/file.h"
#include "dump/layout.h"

/* One format's headers each.  Errors as inq_dump_layout_read().
 */
struct inq_error *inq_elf_layout(const struct inq_file *file,
				 struct inq_dump_layout *layout) inq_must_check;
struct inq_error *inq_kdump_layout(const struct inq_file *file,
				   struct inq_dump_layout *layout) inq_must_check;

/** Never NULL: NOTSUP with a line that says what the file looks like, since it is no dump. */
struct inq_error *inq_dump_identify(const struct inq_file *file) inq_must_check;

#endif
