// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/symtab.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/internal.h"
#include "util/banned.h"

struct inq_symtab *inq_symtab_create(void)
{
	return calloc(1, sizeof(struct inq_symtab));
}

void inq_symtab_destroy(struct inq_symtab *s)
{
	if (!s)
		return;
	inq_kallsyms_destroy(s->kallsyms);
	inq_symvec_deinit(&s->vmlinux);
	free(s);
}

/* Address and number of @name in the image. */
static bool image_by_name(const struct inq_symtab *s, const char *name, uint64_t *ret_addr,
			  size_t *ret_i)
{
	uint32_t i;

	if (s->kallsyms) {
		if (!inq_kallsyms_by_name(s->kallsyms, name, &i))
			return false;
		*ret_i = i;
		*ret_addr = inq_kallsyms_value(s->kallsyms, i);
		return true;
	}
	if (!inq_symvec_by_name(&s->vmlinux, name, ret_i))
		return false;
	*ret_addr = s->vmlinux.v[*ret_i].addr;
	return true;
}

static uint64_t image_addr(const struct inq_symtab *s, const char *name)
{
	uint64_t addr;
	size_t i;

	return image_by_name(s, name, &addr, &i) ? addr : 0;
}

void inq_symtab_find_borders(struct inq_kernel *k)
{
	struct inq_symtab *s = k->symtab;
	uint64_t state;
	int64_t running;

	s->stext = image_addr(s, "_stext");
	s->etext = image_addr(s, "_etext");
	s->sinittext = image_addr(s, "_sinittext");
	s->einittext = image_addr(s, "_einittext");
	s->text = image_addr(s, "_text");
	s->end = image_addr(s, "_end");
	if (!s->text)
		s->text = s->stext;
	/* Without CONFIG_KALLSYMS_ALL there is no _end, and no data symbol either. */
	if (!s->end)
		s->end = s->einittext ? s->einittext : s->etext;
	s->percpu_end = image_addr(s, "__per_cpu_end");
	if (s->percpu_end >= s->text)
		s->percpu_end = 0;
	s->init_kept = inq_type_enum_value(k, "system_states", "SYSTEM_RUNNING", &running) &&
		       inq_kernel_try_global(k, "system_state", 4, &state) &&
		       (int64_t)state < running;
}

static bool in(uint64_t addr, uint64_t start, uint64_t end)
{
	return addr >= start && addr < end;
}

/* A symbol of the image reaches at most to the end of its text section, or of the image. */
static uint64_t section_end(const struct inq_symtab *s, uint64_t addr)
{
	if (in(addr, s->stext, s->etext))
		return s->etext;
	if (in(addr, s->sinittext, s->einittext))
		return s->einittext;
	return s->end;
}

/* False: its name is damaged. */
static bool image_fill(const struct inq_symtab *s, size_t i, struct inq_symbol *ret)
{
	uint64_t next = 0, end;

	ret->module = NULL;
	if (s->kallsyms) {
		ret->addr = inq_kallsyms_value(s->kallsyms, (uint32_t)i);
		if (!inq_kallsyms_name(s->kallsyms, (uint32_t)i, &ret->type, ret->name,
				       sizeof(ret->name)))
			return false;
		if (!inq_kallsyms_next_value(s->kallsyms, (uint32_t)i, &next))
			next = 0;
	} else {
		ret->addr = s->vmlinux.v[i].addr;
		ret->type = s->vmlinux.v[i].type;
		snprintf(ret->name, sizeof(ret->name), "%s", inq_symvec_name(&s->vmlinux, i));
		next = ret->addr + inq_symvec_gap(&s->vmlinux, i);
	}
	end = section_end(s, ret->addr);
	if (next > end && end > ret->addr)
		next = end;
	ret->room = next > ret->addr ? next - ret->addr : 0;
	ret->size = ret->room;
	return true;
}

/* Bytes from symbol @i to the next one, or to the end of its range. */
static uint64_t module_room(const struct inq_module *m, const struct inq_symvec *syms, size_t i)
{
	uint64_t addr = syms->v[i].addr, gap = inq_symvec_gap(syms, i);

	for (size_t r = 0; r < m->nr_ranges; r++) {
		if (!in(addr, m->ranges[r].start, m->ranges[r].end))
			continue;
		if (!gap || gap > m->ranges[r].end - addr)
			return m->ranges[r].end - addr;
		break;
	}
	return gap;
}

/* False: its name is damaged. */
static bool module_fill(const struct inq_module *m, const struct inq_symvec *syms, size_t i,
			struct inq_symbol *ret)
{
	const char *name = inq_symvec_name(syms, i);

	for (const char *c = name; *c; c++) {
		if (*c <= ' ' || *c > '~')
			return false;
	}
	ret->addr = syms->v[i].addr;
	ret->type = syms->v[i].type;
	ret->module = m;
	ret->room = module_room(m, syms, i);
	ret->size = syms->v[i].size && syms->v[i].size < ret->room ? syms->v[i].size : ret->room;
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	return *name;
}

bool inq_symbol_of(struct inq_kernel *k, const struct inq_module *m, const char *name,
		   struct inq_symbol *ret)
{
	const struct inq_symvec *syms;
	uint64_t addr;
	size_t i;

	if (!m) {
		if (!image_by_name(k->symtab, name, &addr, &i))
			return false;
		return image_fill(k->symtab, i, ret);
	}
	syms = inq_module_symbols(k, m);
	if (!inq_symvec_by_name(syms, name, &i))
		return false;
	return module_fill(m, syms, i, ret);
}

bool inq_symbol_by_name(struct inq_kernel *k, const char *name, struct inq_symbol *ret)
{
	bool found = inq_symbol_of(k, NULL, name, ret);

	for (size_t m = 0; !found && m < k->modules->n; m++)
		found = inq_symbol_of(k, &k->modules->v[m], name, ret);
	return found;
}

uint64_t inq_symbol_addr(struct inq_kernel *k, const char *name)
{
	return image_addr(k->symtab, name);
}

static bool image_by_addr(const struct inq_symtab *s, uint64_t addr, struct inq_symbol *ret)
{
	uint32_t i;
	size_t j;

	if (s->kallsyms) {
		if (!inq_kallsyms_by_addr(s->kallsyms, addr, &i))
			return false;
		j = i;
	} else if (!inq_symvec_by_addr(&s->vmlinux, addr, &j)) {
		return false;
	}
	return image_fill(s, j, ret);
}

bool inq_symbol_by_addr(struct inq_kernel *k, uint64_t addr, struct inq_symbol *ret)
{
	const struct inq_module *m;
	const struct inq_symvec *syms;
	size_t i;

	if (in(addr, k->symtab->text, k->symtab->end))
		return image_by_addr(k->symtab, addr, ret) && ret->addr >= k->symtab->text;
	m = inq_module_by_addr(k, addr);
	if (!m)
		return false;
	syms = inq_module_symbols(k, m);
	if (!inq_symvec_by_addr(syms, addr, &i))
		return false;
	for (size_t r = 0; r < m->nr_ranges; r++) {
		if (in(addr, m->ranges[r].start, m->ranges[r].end) &&
		    in(syms->v[i].addr, m->ranges[r].start, m->ranges[r].end)) {
			return module_fill(m, syms, i, ret);
		}
	}
	return false;
}

/* The per-CPU variable of a module at @value. */
static bool module_percpu(struct inq_kernel *k, uint64_t value, struct inq_symbol *ret)
{
	for (size_t i = 0; i < k->modules->n; i++) {
		const struct inq_module *m = &k->modules->v[i];
		const struct inq_symvec *syms;
		size_t at;

		if (!in(value, m->percpu, m->percpu + m->percpu_size))
			continue;
		syms = inq_module_symbols(k, m);
		if (!inq_symvec_by_addr(syms, value, &at) ||
		    !in(syms->v[at].addr, m->percpu, m->percpu + m->percpu_size))
			return false;
		return module_fill(m, syms, at, ret);
	}
	return false;
}

bool inq_symbol_percpu(struct inq_kernel *k, uint64_t value, struct inq_symbol *ret)
{
	const struct inq_symtab *s = k->symtab;

	if (value < s->percpu_end)
		return image_by_addr(s, value, ret) && ret->addr < s->percpu_end;
	return module_percpu(k, value, ret);
}

bool inq_kernel_is_text(struct inq_kernel *k, uint64_t addr)
{
	const struct inq_symtab *s = k->symtab;
	const struct inq_module *m;

	if (in(addr, s->stext, s->etext))
		return true;
	if (in(addr, s->text, s->end))
		return s->init_kept && in(addr, s->sinittext, s->einittext);
	m = inq_module_by_addr(k, addr);
	for (size_t r = 0; m && r < m->nr_ranges; r++) {
		if (m->ranges[r].text && in(addr, m->ranges[r].start, m->ranges[r].end))
			return true;
	}
	return false;
}

const char *inq_symbol_format(struct inq_kernel *k, uint64_t addr, char *buf, size_t size)
{
	struct inq_symbol sym;

	if (!inq_symbol_by_addr(k, addr, &sym))
		snprintf(buf, size, "0x%llx", (unsigned long long)addr);
	else
		snprintf(buf, size, "%s+0x%llx/0x%llx%s%s%s", sym.name,
			 (unsigned long long)(addr - sym.addr), (unsigned long long)sym.room,
			 sym.module ? " [" : "", sym.module ? sym.module->name : "",
			 sym.module ? "]" : "");
	return buf;
}

/* Length of one suffix that a compiler appended at @s; 0: it is none. */
static size_t clone_suffix(const char *s)
{
	static const char *const suffixes[] = {".isra", ".constprop", ".part",	".cold",
					       ".llvm", ".lto_priv",  ".cfi_jt"};

	for (size_t i = 0; i < array_size(suffixes); i++) {
		size_t n = strlen(suffixes[i]);

		if (strncmp(s, suffixes[i], n) != 0)
			continue;
		if (s[n] == '.' && s[n + 1] >= '0' && s[n + 1] <= '9')
			n += 1 + strspn(s + n + 1, "0123456789");
		return s[n] == '\0' || s[n] == '.' ? n : 0;
	}
	return 0;
}

bool inq_symbol_is(const char *sym, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(sym, name, n) != 0)
		return false;
	for (sym += n; *sym; sym += n) {
		n = clone_suffix(sym);
		if (!n)
			return false;
	}
	return true;
}
