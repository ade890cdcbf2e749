// SPDX-License-Identifier: GPL-2.0-or-later
#include "code/variable.h"

#include "code/infer.h"

#include "util/banned.h"

bool inq_variable_find(struct inq_code *c, const struct inq_symbol *sym, struct inq_variable *ret)
{
	struct inq_variable_shape shape = {0};
	struct inq_variable var = {.type = INQ_TYPE_NONE};
	uint64_t size;

	(void)inq_infer_variable(c, sym, &shape);
	if (shape.pointer)
		return false;
	var.element = shape.stride;
	/* that a struct fits several times into the variable makes it no array of them */
	size = inq_type_known(shape.type) ? inq_type_size(shape.type) : 0;
	if (size && (shape.array ? size == shape.stride : size == sym->size))
		var.type = shape.type;
	if (size && !shape.array)
		var.element = 0;
	if (!inq_type_known(var.type) && !var.element)
		return false;
	*ret = var;
	return true;
}
