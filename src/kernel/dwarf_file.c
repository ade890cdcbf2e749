// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/dwarf_file.h"

#include "util/banned.h"

/* No other files than those that were given, and nothing over the network. */
static int find_no_debuginfo(Dwfl_Module *mod, void **data, const char *name, Dwarf_Addr base,
			     const char *file, const char *link, GElf_Word crc, char **ret)
{
	(void)mod;
	(void)data;
	(void)name;
	(void)base;
	(void)file;
	(void)link;
	(void)crc;
	(void)ret;
	return -1;
}

static const Dwfl_Callbacks callbacks = {
	.find_debuginfo = find_no_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static bool has_debug_info(Dwfl_Module *mod)
{
	Dwarf_Addr bias;

	return mod && dwfl_module_getdwarf(mod, &bias);
}

bool inq_dwarf_file_open(struct inq_dwarf_file *f, const char *path)
{
	f->dwfl = dwfl_begin(&callbacks);
	f->mod = f->dwfl ? dwfl_report_offline(f->dwfl, "file", path, -1) : NULL;
	if (f->dwfl)
		dwfl_report_end(f->dwfl, NULL, NULL);
	if (has_debug_info(f->mod))
		return true;
	inq_dwarf_file_close(f);
	return false;
}

void inq_dwarf_file_close(struct inq_dwarf_file *f)
{
	dwfl_end(f->dwfl);
	*f = (struct inq_dwarf_file){0};
}
