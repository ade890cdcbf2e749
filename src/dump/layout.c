// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump/layout.h"

#include <stdlib.h>
#include <string.h>

#include "dump/layout_priv.h"

#include "util/banned.h"

struct inq_error *inq_dump_layout_read(const struct inq_file *file, struct inq_dump_layout *ret)
{
	struct inq_dump_layout layout = {.complete = !file->cut};
	unsigned char magic[8] = {0};
	struct inq_error *err;

	err = inq_file_pread(file, magic, file->size < 8 ? file->size : 8, 0);
	if (err)
		return err;
	if (!memcmp(magic, "\177ELF", 4))
		err = inq_elf_layout(file, &layout);
	else if (!memcmp(magic, "KDUMP   ", 8) || !memcmp(magic, "DISKDUMP", 8))
		err = inq_kdump_layout(file, &layout);
	else
		err = inq_dump_identify(file);
	if (err)
		inq_dump_layout_deinit(&layout);
	else
		*ret = layout;
	return err;
}

void inq_dump_layout_deinit(struct inq_dump_layout *layout)
{
	free(layout->segments);
	*layout = (struct inq_dump_layout){0};
}
