// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake_kernel.h"

#include "util/banned.h"

struct fake_kernel *fake;

void fake_setup(struct fake_kernel *f)
{
	memset(f, 0, sizeof(*f));
	f->k.nr_cpus = 2;
	fake = f;
}

void fake_teardown(struct fake_kernel *f)
{
	for (size_t i = 0; i < f->nr_regions; i++)
		free(f->regions[i].bytes);
	fake = NULL;
}

unsigned char *fake_memory(struct fake_kernel *f, uint64_t addr, size_t size)
{
	struct fake_region *r = &f->regions[f->nr_regions++];

	assert_true(f->nr_regions <= array_size(f->regions));
	*r = (struct fake_region){.addr = addr, .bytes = calloc(1, size), .size = size};
	assert_non_null(r->bytes);
	return r->bytes;
}

static unsigned char *at(const struct fake_kernel *f, uint64_t addr, size_t n)
{
	for (size_t i = 0; i < f->nr_regions; i++) {
		const struct fake_region *r = &f->regions[i];

		if (addr >= r->addr && addr - r->addr < r->size && n <= r->size - (addr - r->addr))
			return r->bytes + (addr - r->addr);
	}
	return NULL;
}

void fake_put(struct fake_kernel *f, uint64_t addr, const void *bytes, size_t n)
{
	unsigned char *p = at(f, addr, n);

	assert_non_null(p);
	memcpy(p, bytes, n);
}

void fake_put_u64(struct fake_kernel *f, uint64_t addr, uint64_t v)
{
	fake_put(f, addr, &v, sizeof(v));
}

void fake_symbol(struct fake_kernel *f, const char *name, uint64_t addr, uint64_t size, bool text)
{
	f->symbols[f->nr_symbols++] = (struct fake_symbol){name, addr, size, text};
	assert_true(f->nr_symbols <= array_size(f->symbols));
}

void fake_struct(struct fake_kernel *f, const char *name, size_t size)
{
	f->structs[f->nr_structs++] = (struct fake_struct){name, size};
}

void fake_member(struct fake_kernel *f, struct fake_member m)
{
	f->members[f->nr_members++] = m;
	assert_true(f->nr_members <= array_size(f->members));
}

void fake_percpu(struct fake_kernel *f, const char *name, uint64_t val)
{
	f->percpu[f->nr_percpu++] = (struct fake_percpu){name, val};
}

/* The dump floor. */

bool inq_dump_try_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len)
{
	const unsigned char *p = at(fake, addr, len);

	(void)dump;
	fake->reads++;
	if (p)
		memcpy(buf, p, len);
	return p;
}

bool inq_dump_try_uint(struct inq_dump *dump, uint64_t addr, size_t size, uint64_t *ret)
{
	uint64_t v = 0;

	if (!inq_dump_try_read(dump, addr, &v, size))
		return false;
	*ret = v;
	return true;
}

struct inq_error *inq_dump_read(struct inq_dump *dump, uint64_t addr, void *buf, size_t len,
				const char *what)
{
	if (inq_dump_try_read(dump, addr, buf, len))
		return NULL;
	return inq_error_create(INQ_ERR_FAULT, addr, "%s: no memory", what);
}

size_t inq_dump_read_prefix(struct inq_dump *dump, uint64_t addr, void *buf, size_t len)
{
	while (len && !inq_dump_try_read(dump, addr, buf, len))
		len--;
	return len;
}

bool inq_dump_vmcoreinfo_num(const struct inq_dump *dump, const char *key, int base, uint64_t *ret)
{
	(void)dump;
	(void)base;
	if (strcmp(key, "NUMBER(pgtable_l5_enabled)"))
		return false;
	*ret = fake->l5;
	return true;
}

/* The kernel floor. */

uint64_t inq_symbol_addr(struct inq_kernel *k, const char *name)
{
	(void)k;
	for (size_t i = 0; i < fake->nr_symbols; i++)
		if (!strcmp(fake->symbols[i].name, name))
			return fake->symbols[i].addr;
	return 0;
}

static const struct fake_symbol *symbol_at(uint64_t addr)
{
	for (size_t i = 0; i < fake->nr_symbols; i++) {
		const struct fake_symbol *s = &fake->symbols[i];

		if (addr >= s->addr && addr - s->addr < s->size)
			return s;
	}
	return NULL;
}

bool inq_symbol_by_addr(struct inq_kernel *k, uint64_t addr, struct inq_symbol *ret)
{
	const struct fake_symbol *s = symbol_at(addr);

	(void)k;
	if (!s)
		return false;
	*ret = (struct inq_symbol){.addr = s->addr, .size = s->size, .type = 't'};
	snprintf(ret->name, sizeof(ret->name), "%s", s->name);
	return true;
}

bool inq_symbol_is(const char *sym, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(sym, name, n) && (!sym[n] || sym[n] == '.');
}

bool inq_kernel_is_text(struct inq_kernel *k, uint64_t addr)
{
	const struct fake_symbol *s = symbol_at(addr);

	(void)k;
	return s && s->text;
}

const struct inq_module *inq_module_by_addr(struct inq_kernel *k, uint64_t addr)
{
	(void)k;
	if (!fake->has_module)
		return NULL;
	for (size_t i = 0; i < fake->module.nr_ranges; i++)
		if (addr >= fake->module.ranges[i].start && addr < fake->module.ranges[i].end)
			return &fake->module;
	return NULL;
}

/* Structures are types 1.., members follow them at 100... */
enum { MEMBERS = 100 };

bool inq_type_find_struct(struct inq_kernel *k, const char *name, struct inq_type *ret)
{
	(void)k;
	for (size_t i = 0; i < fake->nr_structs; i++) {
		if (strcmp(fake->structs[i].name, name))
			continue;
		*ret = (struct inq_type){.btf = (const void *)fake, .id = (uint32_t)i + 1};
		return true;
	}
	return false;
}

bool inq_type_member(struct inq_type t, const char *path, struct inq_member *ret)
{
	const char *type = fake->structs[t.id - 1].name;

	for (size_t i = 0; i < fake->nr_members; i++) {
		const struct fake_member *m = &fake->members[i];

		if (strcmp(m->type, type) || strcmp(m->path, path))
			continue;
		*ret = (struct inq_member){.offset = m->offset,
					   .bit_offset = m->bit_offset,
					   .bit_size = m->bits,
					   .name = m->path};
		ret->type = (struct inq_type){.btf = t.btf, .id = (uint32_t)i + MEMBERS};
		return true;
	}
	return false;
}

size_t inq_type_size(struct inq_type t)
{
	if (t.id >= MEMBERS)
		return fake->members[t.id - MEMBERS].size;
	return t.id ? fake->structs[t.id - 1].size : 0;
}

bool inq_struct_size(struct inq_kernel *k, const char *name, size_t *ret)
{
	struct inq_type t;

	if (!inq_type_find_struct(k, name, &t))
		return false;
	*ret = inq_type_size(t);
	return true;
}

bool inq_struct_offset(struct inq_kernel *k, const char *name, const char *path, size_t *ret)
{
	struct inq_member m;
	struct inq_type t;

	if (!inq_type_find_struct(k, name, &t) || !inq_type_member(t, path, &m))
		return false;
	*ret = m.offset;
	return true;
}

/* CPU n's area begins n * 0x10000 further on; values given by name are CPU 0's. */
uint64_t inq_percpu_addr(const struct inq_kernel *k, uint64_t var, unsigned int cpu)
{
	(void)k;
	return var + cpu * UINT64_C(0x10000);
}

bool inq_kernel_try_percpu(struct inq_kernel *k, const char *name, unsigned int cpu, size_t size,
			   uint64_t *ret)
{
	(void)k;
	(void)size;
	for (size_t i = 0; i < fake->nr_percpu; i++) {
		if (strcmp(fake->percpu[i].name, name))
			continue;
		*ret = fake->percpu[i].val + cpu * UINT64_C(0x10000);
		return true;
	}
	return false;
}

/* A global's value is in the memory at its symbol. */
bool inq_kernel_try_global(struct inq_kernel *k, const char *name, size_t size, uint64_t *ret)
{
	uint64_t addr = inq_symbol_addr(k, name);

	return addr && inq_dump_try_uint(k->dump, addr, size, ret);
}
