/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_DUMP_LAYOUT_PRIV_H
#define INQ_DUMP_LAYOUT_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "dump/layout.h"

/* One format's headers each; @layout comes with file_size set.  Errors as inq_dump_layout_read().
 */
struct inq_error *inq_elf_layout(int fd, struct inq_dump_layout *layout) inq_must_check;
struct inq_error *inq_kdump_layout(int fd, struct inq_dump_layout *layout) inq_must_check;

/** Never NULL: NOTSUP with a line that says what the file looks like, since it is no dump. */
struct inq_error *inq_dump_identify(int fd, uint64_t size) inq_must_check;

/** Whether [@off, @off + @len) lies inside a file of @size bytes. */
bool inq_range_fits(uint64_t off, uint64_t len, uint64_t size);

#endif
