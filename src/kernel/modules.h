/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_MODULES_H
#define INQ_KERNEL_MODULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/kernel.h"
#include "util/error.h"

enum { INQ_MODULE_NAME_MAX = 64 };
/** struct module.mem[MOD_MEM_NUM_TYPES] since 6.4 (ac3b43283923); core and init layout before. */
enum { INQ_MODULE_RANGES = 8 };

struct inq_module_range {
	uint64_t start, end; /**< [start, end); equal: empty */
	bool text;	     /**< executable */
	bool init;	     /**< freed after loading */
};

/** A loaded module. */
struct inq_module {
	char name[INQ_MODULE_NAME_MAX];
	uint64_t addr;	    /**< of its struct module */
	uint64_t taints;    /**< struct module.taints */
	unsigned int state; /**< enum module_state: 0 live, 1 coming, 2 going */
	struct inq_module_range ranges[INQ_MODULE_RANGES];
	size_t nr_ranges;
	uint64_t orc_ip, orc, orc_num; /**< its ORC tables (struct module.arch); 0: none */
	/** Its part of the per-CPU area, as offsets; percpu_size 0: none. */
	uint64_t percpu, percpu_size;
	uint64_t btf_data, btf_size; /**< its BTF in the kernel's memory; 0: none */
};

/** Loaded modules; borrowed from @k.  *@ret_n is their number. */
const struct inq_module *inq_modules(struct inq_kernel *k, size_t *ret_n);
/** The module that @addr lies in, in any of its ranges; NULL: none. */
const struct inq_module *inq_module_by_addr(struct inq_kernel *k, uint64_t addr);
const struct inq_module *inq_module_by_name(struct inq_kernel *k, const char *name);
/** Why the types that @m brought along, and that somebody asked for, are not there: a page is not
 * in the dump; NULL: they are, or nobody asked, or it brought none.  Owned by @k. */
const char *inq_module_types_lost(const struct inq_kernel *k, const struct inq_module *m);

#endif
