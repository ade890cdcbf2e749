// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/kernel.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/dwarf_types.h"
#include "kernel/internal.h"
#include "kernel/kallsyms_load.h"
#include "kernel/vmlinux.h"
#include "util/vec.h"
#include "util/banned.h"

enum { CPUS_MAX = 8192, BUILD_ID_BYTES = 64 };

void inq_kernel_gap_add(struct inq_kernel_gaps *gaps, const char *what, struct inq_error *err)
{
	void *v = gaps->v;

	if (!err)
		return;
	gaps->no_memory |= err->code == INQ_ERR_NOMEM;
	if (inq_vec_grow(&v, gaps->n, &gaps->max, sizeof(*gaps->v))) {
		char *why = strdup(err->message);

		gaps->v = v;
		if (why)
			gaps->v[gaps->n++] = (struct inq_kernel_gap){what, why, err->addr};
		gaps->no_memory |= !why;
	} else {
		gaps->no_memory = true;
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
	inq_sources_destroy(k->sources);
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

/* What loading needs and nothing later does. */
struct loader {
	struct inq_kernel *k;
	const char *path;	     /* of a vmlinux; NULL: not given */
	struct inq_vmlinux *vmlinux; /* the same, opened */
	struct inq_kernel_gaps *gaps;
};

static struct inq_error *open_vmlinux(struct loader *l, const char *path)
{
	const char *ours = inq_dump_get_info(l->k->dump)->build_id;
	struct inq_error *err = inq_vmlinux_open(path, &l->vmlinux);
	char theirs[2 * BUILD_ID_BYTES + 1];

	if (err)
		return err;
	inq_vmlinux_build_id(l->vmlinux, theirs, sizeof(theirs));
	if (*ours && *theirs && strcmp(ours, theirs) != 0)
		return inq_error_create(INQ_ERR_BADDATA, 0,
					"%s: not this kernel's: build id %s, the dump's is %s",
					path, theirs, ours);
	return NULL;
}

/* What of the names is damaged is told. */
static struct inq_error *symbols_gap(struct loader *l)
{
	const struct inq_kallsyms *ks = l->k->symtab->kallsyms;
	uint32_t n = inq_kallsyms_nameless(ks);

	if (n)
		inq_kernel_gap_add(l->gaps, "symbols",
				   inq_error_create(INQ_ERR_BADDATA, 0,
						    "the names of %u of %u are damaged", n,
						    inq_kallsyms_count(ks)));
	return NULL;
}

static struct inq_error *load_kallsyms(struct loader *l)
{
	struct inq_kernel *k = l->k;
	cleanup_error struct inq_error *err = inq_kallsyms_load(k->dump, &k->symtab->kallsyms);
	struct inq_error *scan_err;

	k->symbols_from = "kallsyms";
	if (!err)
		return symbols_gap(l);
	if (err == &inq_enomem)
		return take_ptr(err);
	k->symbols_from = "kallsyms-scan";
	scan_err = inq_kallsyms_scan(k->dump, &k->symtab->kallsyms);
	return inq_error_prefix(scan_err, "%s", err->message);
}

/* Without CONFIG_KALLSYMS_ALL there are functions only. */
static bool has_data_symbols(struct inq_kernel *k)
{
	return inq_symbol_addr(k, "init_task") != 0;
}

static struct inq_error *load_symbols(struct loader *l)
{
	struct inq_kernel *k = l->k;
	struct inq_error *err = load_kallsyms(l);

	if (!err && has_data_symbols(k))
		return NULL;
	if (l->vmlinux && !inq_vmlinux_symbols(l->vmlinux, k->kaslr_offset, &k->symtab->vmlinux)) {
		inq_error_destroy(err);
		inq_kallsyms_destroy(k->symtab->kallsyms);
		k->symtab->kallsyms = NULL;
		k->symbols_from = "vmlinux";
		return NULL;
	}
	if (!err)
		err = inq_error_create(INQ_ERR_NOTFOUND, 0,
				       "kallsyms has functions only (no CONFIG_KALLSYMS_ALL)");
	if (!k->symtab->kallsyms)
		return err;
	inq_kernel_gap_add(l->gaps, "data symbols", err);
	return NULL;
}

static struct inq_error *btf_of_dump(struct loader *l, void **ret, size_t *ret_len)
{
	uint64_t start = inq_symbol_addr(l->k, "__start_BTF");
	uint64_t end = inq_symbol_addr(l->k, "__stop_BTF");
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
	err = inq_dump_read(l->k->dump, start, bytes, end - start, "BTF");
	if (err)
		return err;
	*ret_len = end - start;
	*ret = take_ptr(bytes);
	return NULL;
}

static struct inq_error *load_btf(struct loader *l, bool of_file)
{
	cleanup_free void *bytes = NULL;
	size_t len;
	struct inq_error *err = of_file ? inq_vmlinux_section(l->vmlinux, ".BTF", &bytes, &len)
					: btf_of_dump(l, &bytes, &len);

	if (!err)
		err = inq_btf_create(bytes, len, NULL, &l->k->types->image);
	if (!err)
		l->k->types_from = "btf";
	return err;
}

/* The dump's own, else those of the file that was given. */
static struct inq_error *load_types(struct loader *l)
{
	struct inq_error *err = load_btf(l, false), *file_err;

	if (!err || err->code == INQ_ERR_NOMEM || !l->vmlinux)
		return err;
	file_err = load_btf(l, true);
	if (file_err && file_err->code != INQ_ERR_NOMEM) {
		inq_error_destroy(file_err);
		file_err = inq_dwarf_types(l->path, NULL, &l->k->types->image);
		if (!file_err)
			l->k->types_from = "dwarf";
	}
	file_err = inq_error_prefix(file_err, "%s", err->message);
	inq_error_destroy(err);
	return file_err;
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

static struct inq_error *load(struct loader *l, const char *vmlinux)
{
	struct inq_error *err = vmlinux ? open_vmlinux(l, vmlinux) : NULL;

	if (err)
		return err;
	err = load_symbols(l);
	if (err)
		return err;
	inq_kernel_gap_add(l->gaps, "types", load_types(l));
	inq_kernel_gap_add(l->gaps, "per-CPU areas", load_percpu(l->k));
	inq_symtab_find_borders(l->k);
	inq_modules_load(l->k, l->gaps);
	/* Memory that is short is no gap of the dump. */
	return l->gaps->no_memory ? &inq_enomem : NULL;
}

struct inq_error *inq_kernel_create(struct inq_dump *dump, const char *vmlinux,
				    struct inq_kernel_gaps *gaps, struct inq_kernel **ret)
{
	struct inq_kernel *k = kernel_alloc(dump);
	struct loader l = {.k = k, .path = vmlinux, .gaps = gaps};
	struct inq_error *err;

	if (!k)
		return &inq_enomem;
	inq_dump_vmcoreinfo_num(dump, "KERNELOFFSET", 16, &k->kaslr_offset);
	err = load(&l, vmlinux);
	inq_vmlinux_close(l.vmlinux);
	if (err) {
		inq_kernel_destroy(k);
		return err;
	}
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
