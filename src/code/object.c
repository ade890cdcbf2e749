// SPDX-License-Identifier: GPL-2.0-or-later
#include "code/object.h"

#include "code/code.h"

#include "util/banned.h"

void inq_code_set_objects(struct inq_code *c, inq_object_fn fn, void *arg)
{
	c->object_at = fn;
	c->objects = arg;
}

bool inq_code_object_at(const struct inq_code *c, uint64_t addr, struct inq_object *ret)
{
	struct inq_symbol sym;

	if (!c->env->is_kernel_addr(c->env_ctx, addr))
		return false;
	/* sizes of the image's symbols reach to the next one */
	if (c->env->symbol_at(c->env_ctx, addr, &sym) && sym.module && sym.size) {
		*ret = (struct inq_object){.start = sym.addr, .size = sym.size, .asked = sym.size};
		return true;
	}
	return c->object_at && c->object_at(c->objects, addr, ret);
}
