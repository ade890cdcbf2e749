/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_DWARF_FILE_H
#define INQ_KERNEL_DWARF_FILE_H

#include <elfutils/libdwfl.h>
#include <stdbool.h>

/* Private to the kernel floor: a file with DWARF, opened by libdwfl (which relocates modules'). */
struct inq_dwarf_file {
	Dwfl *dwfl;
	Dwfl_Module *mod;
};

/* False: it can't be read, or has no DWARF.  No other file is looked for, and no server asked. */
bool inq_dwarf_file_open(struct inq_dwarf_file *f, const char *path);
void inq_dwarf_file_close(struct inq_dwarf_file *f);

#endif
