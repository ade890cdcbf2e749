// SPDX-License-Identifier: GPL-2.0-or-later
#include "util/vec.h"

#include <stdint.h>

#include "util/banned.h"

bool inq_vec_grow(void **v, size_t n, size_t *max, size_t elem_size)
{
	size_t want = *max ? *max * 2 : 8;
	size_t bytes;
	void *p;

	if (n < *max)
		return true;
	if (want < *max || __builtin_mul_overflow(want, elem_size, &bytes))
		return false;
	p = realloc(*v, bytes);
	if (!p)
		return false;
	*v = p;
	*max = want;
	return true;
}
