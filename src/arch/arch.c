// SPDX-License-Identifier: GPL-2.0-or-later
#include "arch/arch.h"

#include <string.h>

#include "util/banned.h"

static const struct inq_arch *const archs[] = {
	&inq_arch_x86_64,
};

const struct inq_arch *inq_arch_by_name(const char *name)
{
	for (size_t i = 0; i < array_size(archs); i++)
		if (!strcmp(archs[i]->name, name))
			return archs[i];
	return NULL;
}

struct inq_error *inq_insn_read(struct inq_kernel *k, const struct inq_arch *arch, uint64_t addr,
				struct inq_insn *ret)
{
	unsigned char bytes[32];
	size_t len = inq_dump_read_prefix(k->dump, addr, bytes, arch->insn_max);

	if (!len)
		return inq_dump_read(k->dump, addr, bytes, 1, "instruction");
	if (!arch->decode(bytes, len, addr, ret))
		return inq_error_create(INQ_ERR_BADDATA, addr, "no instruction");
	return NULL;
}
