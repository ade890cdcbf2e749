// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/modules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fields.h"
#include "kernel/internal.h"
#include "kernel/lists.h"
#include "util/banned.h"

enum {
	MODULES_MAX = 4096,
	MODULE_BYTES_MAX = 1 << 30, /* of one range: the module area of x86-64 is 1.5 GiB */
	MODULE_STATE_UNFORMED = 3,
};

/* struct module.  core/init layout until 6.4, mem[] since (ac3b43283923). */
enum {
	MOD_LIST,
	MOD_NAME,
	MOD_STATE,
	MOD_TAINTS,
	MOD_KALLSYMS,
	MOD_MEM,
	MOD_CORE,
	MOD_INIT,
	MOD_NUM_ORCS,
	MOD_ORC_IP,
	MOD_ORC,
	MOD_PERCPU,
	MOD_PERCPU_SIZE,
	MOD_NR
};
static const struct inq_field_def mod_defs[MOD_NR] = {
	[MOD_LIST] = {"module", "list", INQ_REQUIRED},
	[MOD_NAME] = {"module", "name", INQ_REQUIRED},
	[MOD_STATE] = {"module", "state", INQ_OPTIONAL},
	[MOD_TAINTS] = {"module", "taints", INQ_OPTIONAL},
	[MOD_KALLSYMS] = {"module", "kallsyms", INQ_OPTIONAL},
	[MOD_MEM] = {"module", "mem", INQ_OPTIONAL},
	[MOD_CORE] = {"module", "core_layout", INQ_OPTIONAL},
	[MOD_INIT] = {"module", "init_layout", INQ_OPTIONAL},
	[MOD_NUM_ORCS] = {"module", "arch.num_orcs", INQ_OPTIONAL},
	[MOD_ORC_IP] = {"module", "arch.orc_unwind_ip", INQ_OPTIONAL},
	[MOD_ORC] = {"module", "arch.orc_unwind", INQ_OPTIONAL},
	[MOD_PERCPU] = {"module", "percpu", INQ_OPTIONAL},
	[MOD_PERCPU_SIZE] = {"module", "percpu_size", INQ_OPTIONAL},
};

enum { MEM_BASE, MEM_SIZE, LAYOUT_BASE, LAYOUT_SIZE, LAYOUT_TEXT, RANGE_NR };
static const struct inq_field_def range_defs[RANGE_NR] = {
	[MEM_BASE] = {"module_memory", "base", INQ_OPTIONAL},
	[MEM_SIZE] = {"module_memory", "size", INQ_OPTIONAL},
	[LAYOUT_BASE] = {"module_layout", "base", INQ_OPTIONAL},
	[LAYOUT_SIZE] = {"module_layout", "size", INQ_OPTIONAL},
	[LAYOUT_TEXT] = {"module_layout", "text_size", INQ_OPTIONAL},
};

struct reader {
	struct inq_kernel *k;
	struct inq_field mod[MOD_NR];
	struct inq_field range[RANGE_NR];
	size_t mem_size;    /* sizeof(struct module_memory); 0: none */
	uint32_t mem_text;  /* bit i: mem[i] is text */
	uint32_t mem_init;  /* bit i: mem[i] is freed after loading */
	unsigned int mem_n; /* elements of mem[] */
};

struct inq_modules *inq_modules_create(void)
{
	return calloc(1, sizeof(struct inq_modules));
}

void inq_modules_destroy(struct inq_modules *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n; i++) {
		inq_symvec_deinit(&m->data[i].symbols);
		inq_btf_destroy(m->data[i].btf);
		free(m->data[i].btf_lost);
	}
	free(m->v);
	free(m->data);
	free(m);
}

const struct inq_module *inq_modules(struct inq_kernel *k, size_t *ret_n)
{
	*ret_n = k->modules->n;
	return k->modules->v;
}

const struct inq_module *inq_module_by_addr(struct inq_kernel *k, uint64_t addr)
{
	for (size_t i = 0; i < k->modules->n; i++) {
		const struct inq_module *m = &k->modules->v[i];

		for (size_t r = 0; r < m->nr_ranges; r++) {
			if (addr >= m->ranges[r].start && addr < m->ranges[r].end)
				return m;
		}
	}
	return NULL;
}

const struct inq_module *inq_module_by_name(struct inq_kernel *k, const char *name)
{
	for (size_t i = 0; i < k->modules->n; i++) {
		if (!strcmp(k->modules->v[i].name, name))
			return &k->modules->v[i];
	}
	return NULL;
}

static void add_range(struct inq_module *m, uint64_t base, uint64_t size, bool text, bool init)
{
	if (!base || !size || size > MODULE_BYTES_MAX || base > UINT64_MAX - size ||
	    m->nr_ranges >= INQ_MODULE_RANGES)
		return;
	m->ranges[m->nr_ranges++] = (struct inq_module_range){base, base + size, text, init};
}

/* core_layout: text, rodata, data from base on; text_size tells the first from the rest. */
static void read_layout(struct reader *r, struct inq_module *m, uint64_t addr, bool init)
{
	uint64_t base, size, text;

	if (!inq_field_try_u64(r->k, &r->range[LAYOUT_BASE], addr, &base) ||
	    !inq_field_try_u64(r->k, &r->range[LAYOUT_SIZE], addr, &size) ||
	    !inq_field_try_u64(r->k, &r->range[LAYOUT_TEXT], addr, &text) || text > size)
		return;
	add_range(m, base, text, true, init);
	add_range(m, base + text, size - text, false, init);
}

static void read_ranges(struct reader *r, struct inq_module *m)
{
	for (unsigned int i = 0; i < r->mem_n; i++) {
		uint64_t at = m->addr + r->mod[MOD_MEM].offset + i * r->mem_size;
		uint64_t base, size;

		if (inq_field_try_u64(r->k, &r->range[MEM_BASE], at, &base) &&
		    inq_field_try_u64(r->k, &r->range[MEM_SIZE], at, &size))
			add_range(m, base, size, r->mem_text >> i & 1, r->mem_init >> i & 1);
	}
	if (r->mod[MOD_CORE].found)
		read_layout(r, m, m->addr + r->mod[MOD_CORE].offset, false);
	if (r->mod[MOD_INIT].found)
		read_layout(r, m, m->addr + r->mod[MOD_INIT].offset, true);
}

static bool read_module(struct reader *r, struct inq_module *m, struct inq_module_data *d)
{
	uint64_t v;

	if (!inq_field_try_str(r->k, &r->mod[MOD_NAME], m->addr, m->name, sizeof(m->name)))
		return false;
	if (inq_field_try_u64(r->k, &r->mod[MOD_STATE], m->addr, &v))
		m->state = (unsigned int)v;
	/* MODULE_STATE_UNFORMED: being set up, its members mean nothing yet */
	if (m->state == MODULE_STATE_UNFORMED)
		return true;
	inq_field_try_u64(r->k, &r->mod[MOD_TAINTS], m->addr, &m->taints);
	inq_field_try_u64(r->k, &r->mod[MOD_KALLSYMS], m->addr, &d->kallsyms);
	inq_field_try_u64(r->k, &r->mod[MOD_NUM_ORCS], m->addr, &m->orc_num);
	inq_field_try_u64(r->k, &r->mod[MOD_ORC_IP], m->addr, &m->orc_ip);
	inq_field_try_u64(r->k, &r->mod[MOD_ORC], m->addr, &m->orc);
	inq_field_try_u64(r->k, &r->mod[MOD_PERCPU], m->addr, &m->percpu);
	inq_field_try_u64(r->k, &r->mod[MOD_PERCPU_SIZE], m->addr, &m->percpu_size);
	if (!m->percpu || m->percpu + m->percpu_size < m->percpu)
		m->percpu_size = 0;
	read_ranges(r, m);
	return true;
}

/* Which of enum mod_mem_type are text, and which last. */
static void learn_mem_types(struct reader *r)
{
	static const struct {
		const char *name;
		bool text, init;
	} types[] = {
		{"MOD_TEXT", true, false},
		{"MOD_INIT_TEXT", true, true},
		{"MOD_INIT_DATA", false, true},
		{"MOD_INIT_RODATA", false, true},
	};
	int64_t v;

	if (!r->mod[MOD_MEM].found || !inq_struct_size(r->k, "module_memory", &r->mem_size))
		return;
	r->mem_n = (unsigned int)inq_type_array_len(r->mod[MOD_MEM].type);
	if (r->mem_n > INQ_MODULE_RANGES)
		r->mem_n = INQ_MODULE_RANGES;
	for (size_t i = 0; i < array_size(types); i++) {
		if (!inq_type_enum_value(r->k, "mod_mem_type", types[i].name, &v) || v < 0 ||
		    v >= INQ_MODULE_RANGES)
			continue;
		r->mem_text |= (uint32_t)types[i].text << v;
		r->mem_init |= (uint32_t)types[i].init << v;
	}
}

static bool append(struct inq_modules *ms, const struct inq_module *m,
		   const struct inq_module_data *d)
{
	/* Both arrays grow by the same steps: 8, 16, 32, ... */
	if (!ms->n || (ms->n >= 8 && !(ms->n & (ms->n - 1)))) {
		size_t max = ms->n ? ms->n * 2 : 8;
		struct inq_module *v = realloc(ms->v, max * sizeof(*v));
		struct inq_module_data *data;

		if (!v)
			return false;
		ms->v = v;
		data = realloc(ms->data, max * sizeof(*data));
		if (!data)
			return false;
		ms->data = data;
	}
	ms->v[ms->n] = *m;
	ms->data[ms->n++] = *d;
	return true;
}

/* struct btf_module { list; btf; module } for each module that brought BTF along. */
static void load_btf_places(struct inq_kernel *k)
{
	enum { BM_LIST, BM_BTF, BM_MODULE, BTF_DATA, BTF_SIZE, BM_NR };
	static const struct inq_field_def defs[BM_NR] = {
		[BM_LIST] = {"btf_module", "list", INQ_REQUIRED},
		[BM_BTF] = {"btf_module", "btf", INQ_REQUIRED},
		[BM_MODULE] = {"btf_module", "module", INQ_REQUIRED},
		[BTF_DATA] = {"btf", "data", INQ_REQUIRED},
		[BTF_SIZE] = {"btf", "data_size", INQ_REQUIRED},
	};
	struct inq_field f[BM_NR];
	uint64_t head = inq_symbol_addr(k, "btf_modules"), node, btf, module, data, size;
	cleanup_error struct inq_error *err = NULL;
	struct inq_list_walk w;

	if (!head || !inq_symbol_addr(k, "__start_BTF"))
		return;
	/* Kernels without module BTF have the list's head and not its types: nothing is lost. */
	err = inq_fields_resolve(k, defs, f, BM_NR);
	if (err)
		return;
	w = inq_list_walk_init(k, head, MODULES_MAX);
	while (inq_list_walk_next(&w, &node)) {
		node -= f[BM_LIST].offset;
		if (!inq_field_try_u64(k, &f[BM_BTF], node, &btf) ||
		    !inq_field_try_u64(k, &f[BM_MODULE], node, &module) ||
		    !inq_field_try_u64(k, &f[BTF_DATA], btf, &data) ||
		    !inq_field_try_u64(k, &f[BTF_SIZE], btf, &size))
			continue;
		for (size_t i = 0; i < k->modules->n; i++) {
			if (k->modules->v[i].addr == module) {
				k->modules->v[i].btf_data = data;
				k->modules->v[i].btf_size = size;
			}
		}
	}
}

void inq_modules_load(struct inq_kernel *k, struct inq_kernel_gaps *gaps)
{
	struct reader r = {.k = k};
	cleanup_error struct inq_error *ranges = NULL;
	struct inq_error *err;
	uint64_t head = inq_symbol_addr(k, "modules"), node;
	struct inq_list_walk w;

	if (!head) {
		inq_kernel_gap_add(gaps, "modules",
				   inq_error_create(INQ_ERR_NOTFOUND, 0, "no symbol modules"));
		return;
	}
	err = inq_fields_resolve(k, mod_defs, r.mod, MOD_NR);
	if (err) {
		inq_kernel_gap_add(gaps, "modules", err);
		return;
	}
	ranges = inq_fields_resolve(k, range_defs, r.range, RANGE_NR);
	learn_mem_types(&r);
	w = inq_list_walk_init(k, head, MODULES_MAX);
	while (inq_list_walk_next(&w, &node)) {
		struct inq_module m = {.addr = node - r.mod[MOD_LIST].offset};
		struct inq_module_data d = {0};

		if (!read_module(&r, &m, &d))
			inq_kernel_gap_add(gaps, "modules",
					   inq_error_create(INQ_ERR_FAULT, m.addr,
							    "a module's name can't be read"));
		else if (!append(k->modules, &m, &d)) {
			gaps->no_memory = true;
			break;
		}
	}
	if (w.end != INQ_WALK_DONE)
		inq_kernel_gap_add(gaps, "modules",
				   inq_error_create(INQ_ERR_BADDATA, w.addr, "list of modules: %s",
						    inq_walk_end_name(w.end)));
	load_btf_places(k);
}
