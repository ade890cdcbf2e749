// SPDX-License-Identifier: GPL-2.0-or-later
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/fields.h"
#include "kernel/internal.h"
#include "util/banned.h"

/*
 * A module keeps its ELF symbols: struct mod_kallsyms { symtab, num_symtab, strtab, typetab },
 * one after the other in one of its ranges (kernel/module/kallsyms.c, layout_symtab()).
 * typetab holds each symbol's nm type since 5.1 (1c7651f43777), before it is st_info.
 */
enum { SYMS_MAX = 1 << 20, STRTAB_MAX = 16 << 20, STR_ROOM = INQ_SYM_NAME_MAX };

struct places {
	uint64_t symtab, num, strtab, typetab;
};

static bool find_places(struct inq_kernel *k, uint64_t kallsyms, struct places *ret)
{
	enum { SYMTAB, NUM, STRTAB, TYPETAB, NR };
	static const struct inq_field_def defs[NR] = {
		[SYMTAB] = {"mod_kallsyms", "symtab", INQ_OPTIONAL},
		[NUM] = {"mod_kallsyms", "num_symtab", INQ_OPTIONAL},
		[STRTAB] = {"mod_kallsyms", "strtab", INQ_OPTIONAL},
		[TYPETAB] = {"mod_kallsyms", "typetab", INQ_OPTIONAL},
	};
	struct inq_field f[NR];
	cleanup_error struct inq_error *err = inq_fields_resolve(k, defs, f, NR);
	struct places p = {0};

	if (err || !kallsyms || !inq_field_try_u64(k, &f[SYMTAB], kallsyms, &p.symtab) ||
	    !inq_field_try_u64(k, &f[NUM], kallsyms, &p.num) ||
	    !inq_field_try_u64(k, &f[STRTAB], kallsyms, &p.strtab))
		return false;
	if (!inq_field_try_u64(k, &f[TYPETAB], kallsyms, &p.typetab))
		p.typetab = 0;
	*ret = p;
	return p.num && p.num <= SYMS_MAX;
}

/* Symbols that have a place: no undefined ones, no section names. */
static bool is_kept(const Elf64_Sym *sym, size_t strtab_len)
{
	return sym->st_shndx != SHN_UNDEF && sym->st_name && sym->st_name < strtab_len &&
	       ELF64_ST_TYPE(sym->st_info) != STT_FILE &&
	       ELF64_ST_TYPE(sym->st_info) != STT_SECTION;
}

static char type_without_typetab(const Elf64_Sym *sym)
{
	unsigned int bind = ELF64_ST_BIND(sym->st_info);

	/* 5.0 and before wrote the nm type into st_info */
	if (sym->st_info >= 'A')
		return (char)sym->st_info;
	if (ELF64_ST_TYPE(sym->st_info) == STT_FUNC)
		return bind == STB_LOCAL ? 't' : 'T';
	return bind == STB_LOCAL ? 'd' : 'D';
}

/* Bytes of strtab: up to typetab where that follows it, else to the last name's room. */
static size_t strtab_room(const struct places *p, const Elf64_Sym *syms)
{
	size_t room = 0;

	if (p->typetab > p->strtab && p->typetab - p->strtab <= STRTAB_MAX)
		return (size_t)(p->typetab - p->strtab);
	for (uint64_t i = 0; i < p->num; i++) {
		if (syms[i].st_name < STRTAB_MAX && syms[i].st_name >= room)
			room = (size_t)syms[i].st_name + STR_ROOM;
	}
	return room;
}

static bool read_strtab(struct inq_kernel *k, const struct places *p, const Elf64_Sym *syms,
			struct inq_symvec *ret)
{
	size_t room = strtab_room(p, syms);

	ret->strtab = calloc(1, room + 1);
	if (!ret->strtab) {
		k->no_memory = true;
		return false;
	}
	ret->strtab_len = inq_dump_read_prefix(k->dump, p->strtab, ret->strtab, room);
	ret->strtab[ret->strtab_len++] = '\0';
	return true;
}

static void read_symbols(struct inq_kernel *k, const struct places *p, struct inq_symvec *ret)
{
	cleanup_free Elf64_Sym *syms = calloc(p->num, sizeof(*syms));
	cleanup_free char *types = calloc(p->num, 1);

	k->no_memory |= !syms || !types;
	if (!syms || !types || !inq_dump_try_read(k->dump, p->symtab, syms, p->num * sizeof(*syms)))
		return;
	if (!p->typetab || !inq_dump_try_read(k->dump, p->typetab, types, p->num))
		types[0] = '\0';
	if (!read_strtab(k, p, syms, ret))
		return;
	for (uint32_t i = 0; i < p->num; i++) {
		struct inq_symvec_entry e = {
			.addr = syms[i].st_value,
			.size = syms[i].st_size,
			.name = syms[i].st_name,
			.rank = i, /* the kernel prints the first alias */
			.type = types[i] ? types[i] : type_without_typetab(&syms[i]),
		};

		if (is_kept(&syms[i], ret->strtab_len) && !inq_symvec_add(ret, &e)) {
			k->no_memory = true;
			break;
		}
	}
	inq_symvec_sort(ret);
}

const struct inq_symvec *inq_module_symbols(struct inq_kernel *k, const struct inq_module *m)
{
	struct inq_module_data *d = &k->modules->data[m - k->modules->v];
	struct places p;

	if (!d->symbols_tried) {
		d->symbols_tried = true;
		if (find_places(k, d->kallsyms, &p))
			read_symbols(k, &p, &d->symbols);
	}
	return &d->symbols;
}

/* What the module brought along; NULL with no error: nothing. */
static struct inq_error *own_btf(struct inq_kernel *k, const struct inq_module *m,
				 struct inq_btf **ret)
{
	cleanup_free void *bytes = NULL;
	struct inq_error *err;

	if (!m->btf_data || !m->btf_size)
		return NULL;
	if (m->btf_size > INQ_BTF_BYTES_MAX)
		return inq_error_create(INQ_ERR_BADDATA, m->btf_data, "%llu bytes",
					(unsigned long long)m->btf_size);
	bytes = malloc(m->btf_size);
	if (!bytes)
		return &inq_enomem;
	err = inq_dump_read(k->dump, m->btf_data, bytes, m->btf_size, "BTF");
	return err ? err : inq_btf_create(bytes, m->btf_size, k->types->image->btf, ret);
}

struct inq_btf *inq_module_btf(struct inq_kernel *k, const struct inq_module *m)
{
	struct inq_module_data *d = &k->modules->data[m - k->modules->v];
	cleanup_error struct inq_error *err = NULL;

	if (d->btf_tried)
		return d->btf;
	d->btf_tried = true;
	/* its BTF goes on where that of the running image ends */
	if (k->types->image && strcmp(k->types_from, "btf") == 0)
		err = own_btf(k, m, &d->btf);
	if (!d->btf)
		d->btf = inq_source_types(k, m);
	if (err && !d->btf)
		d->btf_lost = strdup(err->message);
	k->no_memory |= err && (err->code == INQ_ERR_NOMEM || (!d->btf && !d->btf_lost));
	return d->btf;
}

const char *inq_module_types_lost(const struct inq_kernel *k, const struct inq_module *m)
{
	return k->modules->data[m - k->modules->v].btf_lost;
}
