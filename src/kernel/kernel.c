// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/kernel.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/bulk.h"
#include "kernel/internal.h"
#include "kernel/kallsyms_load.h"
#include "util/vec.h"
#include "util/banned.h"

enum { CPUS_MAX = 8192 };

void inq_kernel_gap_add(struct inq_kernel_gaps *gaps, const char *what, struct inq_error *err)
{
	void *v = gaps->v;

	if (!err)
		return;
	if (inq_vec_grow(&v, gaps->n, &gaps->max, sizeof(*gaps->v))) {
		char *why = strdup(err->message);

		gaps->v = v;
		if (why)
			gaps->v[gaps->n++] = (struct inq_kernel_gap){what, why, err->addr};
	}
	inq_error_destroy(err);
}

void inq_kernel_gaps_deinit(struct inq_kernel_gaps *gaps)
{
	for (size_t i = 0; i < gaps->n; i++)
		free(gaps->v[i].why);
	free(gaps->v);
	*gaps = (struct inq_kernel_gaps){0};
}

void inq_kernel_destroy(struct inq_kernel *k)
{
	if (!k)
		return;
	inq_modules_destroy(k->modules);
	inq_types_destroy(k->types);
	inq_symtab_destroy(k->symtab);
	free((void *)k->percpu_offset);
	free(k);
}

static struct inq_kernel *kernel_alloc(struct inq_dump *dump)
{
	struct inq_kernel *k = calloc(1, sizeof(*k));

	if (!k)
		return NULL;
	k->dump = dump;
	k->symbols_from = "none";
	k->types_from = "none";
	k->symtab = inq_symtab_create();
	k->types = inq_types_create();
	k->modules = inq_modules_create();
	if (!k->symtab || !k->types || !k->modules) {
		inq_kernel_destroy(k);
		return NULL;
	}
	return k;
}

static struct inq_error *load_symbols(struct inq_kernel *k, struct inq_dump *second)
{
	cleanup_error struct inq_error *err =
		inq_kallsyms_load(k->dump, second, &k->symtab->kallsyms);
	struct inq_error *scan_err;

	k->symbols_from = "kallsyms";
	if (!err || err == &inq_enomem)
		return take_ptr(err);
	k->symbols_from = "kallsyms-scan";
	scan_err = inq_kallsyms_scan(k->dump, &k->symtab->kallsyms);
	if (scan_err)
		k->symbols_from = "none";
	return inq_error_prefix(scan_err, "%s", err->message);
}

static struct inq_error *load_types(struct inq_kernel *k, struct inq_dump *second)
{
	uint64_t start = inq_symbol_addr(k, "__start_BTF"), end = inq_symbol_addr(k, "__stop_BTF");
	cleanup_free void *bytes = NULL;
	struct inq_error *err;

	if (!start || end <= start)
		return inq_error_create(INQ_ERR_NOTFOUND, 0, "the kernel carries no BTF");
	if (end - start > INQ_BTF_BYTES_MAX)
		return inq_error_create(INQ_ERR_BADDATA, start, "BTF: %llu bytes",
					(unsigned long long)(end - start));
	bytes = malloc(end - start);
	if (!bytes)
		return &inq_enomem;
	err = inq_bulk_read(k->dump, second, start, bytes, end - start, "BTF");
	if (!err)
		err = inq_btf_create(bytes, end - start, NULL, &k->types->image);
	if (!err)
		k->types_from = "btf";
	return err;
}

static struct inq_error *load_percpu(struct inq_kernel *k)
{
	uint64_t addr = inq_symbol_addr(k, "__per_cpu_offset"), n;
	uint64_t *offsets;

	if (!inq_kernel_try_global(k, "nr_cpu_ids", 4, &n) || !n || n > CPUS_MAX) {
		n = inq_dump_get_info(k->dump)->ncpus;
		if (!n || n > CPUS_MAX)
			n = 1;
	}
	offsets = calloc(n, sizeof(*offsets));
	if (!offsets)
		return &inq_enomem;
	k->percpu_offset = offsets;
	k->nr_cpus = (unsigned int)n;
	if (!addr)
		return inq_error_create(INQ_ERR_NOTFOUND, 0, "no symbol __per_cpu_offset");
	return inq_dump_read(k->dump, addr, offsets, n * sizeof(*offsets), "__per_cpu_offset");
}

struct inq_error *inq_kernel_create(struct inq_dump *dump, const char *vmlinux,
				    struct inq_kernel_gaps *gaps, struct inq_kernel **ret)
{
	struct inq_kernel *k = kernel_alloc(dump);
	struct inq_dump *second = NULL;
	struct inq_error *err;

	(void)vmlinux;
	if (!k)
		return &inq_enomem;
	/* Without a second view everything is read on one thread: slower, not worse. */
	inq_error_destroy(inq_dump_clone(dump, &second));
	inq_dump_vmcoreinfo_num(dump, "KERNELOFFSET", 16, &k->kaslr_offset);
	err = load_symbols(k, second);
	if (err) {
		inq_dump_destroy(second);
		inq_kernel_destroy(k);
		return err;
	}
	inq_kernel_gap_add(gaps, "types", load_types(k, second));
	inq_dump_destroy(second);
	inq_kernel_gap_add(gaps, "per-CPU areas", load_percpu(k));
	inq_symtab_find_borders(k);
	inq_modules_load(k, gaps);
	*ret = k;
	return NULL;
}

uint64_t inq_percpu_addr(const struct inq_kernel *k, uint64_t var, unsigned int cpu)
{
	if (cpu >= k->nr_cpus || !k->percpu_offset[cpu])
		return 0;
	return k->percpu_offset[cpu] + var;
}

bool inq_kernel_try_global(struct inq_kernel *k, const char *name, size_t size, uint64_t *ret)
{
	uint64_t addr = inq_symbol_addr(k, name);

	return addr && inq_dump_try_uint(k->dump, addr, size, ret);
}

bool inq_kernel_try_percpu(struct inq_kernel *k, const char *name, unsigned int cpu, size_t size,
			   uint64_t *ret)
{
	uint64_t addr = inq_symbol_addr(k, name);

	if (addr)
		addr = inq_percpu_addr(k, addr, cpu);
	return addr && inq_dump_try_uint(k->dump, addr, size, ret);
}
