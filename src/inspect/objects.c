// SPDX-License-Identifier: GPL-2.0-or-later
/* What an address lies in, in bytes: for the code floor, which types pointers. */
#include "inspect/objects.h"

#include <string.h>

#include "inspect/slab.h"
#include "inspect/vmalloc.h"

#include "util/banned.h"

enum { PAGE = 4096 };

uint64_t inq_object_kmalloc_asked(const char *name, uint64_t size)
{
	static const uint64_t odd[] = {96, 192};
	uint64_t below = 4;

	/* kmalloc-64, kmalloc-cg-64, kmalloc-rnd-07-64, dma-kmalloc-64 */
	if (!strstr(name, "kmalloc-"))
		return 0;
	while (below * 2 < size)
		below *= 2;
	for (size_t i = 0; i < array_size(odd); i++)
		if (odd[i] < size && odd[i] > below)
			below = odd[i];
	return below + 1;
}

static bool in_area(struct inq_inspect *in, uint64_t addr, struct inq_object *ret)
{
	struct inq_vmalloc_area a;

	if (!inq_vmalloc_find(in, addr, &a) || a.freed || a.phys || !a.pages || !a.size ||
	    addr - a.start >= a.size)
		return false;
	*ret = (struct inq_object){
		.start = a.start,
		.size = a.size,
		.asked = a.size > PAGE ? a.size - PAGE + 1 : 0,
	};
	return true;
}

bool inq_object_find(void *arg, uint64_t addr, struct inq_object *ret)
{
	struct inq_inspect *in = arg;
	struct inq_slab_object o;

	if (!inq_slab_find(in, addr, &o))
		return in_area(in, addr, ret);
	if (addr < o.addr || o.offset >= o.size)
		return false;
	*ret = (struct inq_object){
		.start = o.addr,
		.size = o.size,
		.asked = inq_object_kmalloc_asked(o.cache, o.size),
	};
	if (!ret->asked && o.users == 1)
		ret->asked = o.size;
	return true;
}
