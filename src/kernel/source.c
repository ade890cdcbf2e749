// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Source lines by libdw (elfutils), and modules' types: the image's out of the vmlinux that was
 * given, modules' out of the files of a folder.  Modules are relocatable files: an address in them
 * is that of the symbol of the same name and size, and the offset.
 */
#include "kernel/source.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/dwarf_types.h"
#include "kernel/internal.h"
#include "kernel/module_files.h"
#include "kernel/source_files.h"
#include "kernel/vmlinux.h"
#include "util/arena.h"
#include "util/cleanup.h"
#include "util/vec.h"

#ifdef INQ_HAVE_LIBDW
#include <dwarf.h>
#include "kernel/dwarf_file.h"
#endif

#include "util/banned.h"

#ifdef INQ_HAVE_LIBDW

enum { PATH_BYTES = 512, SCOPES_MAX = 64 };

/* One file with DWARF. */
struct file {
	char *name;		 /* of the module; NULL: the image */
	char *path;		 /* NULL: there is none */
	struct inq_dwarf_file d; /* zeroed: it can't be read */
};

struct inq_sources {
	char *vmlinux, *dir;
	struct file *v;
	size_t n;
	inq_vec(const char *) notes;
	struct inq_arena strings;
};

static void keep_note(struct inq_kernel *k, const char *text)
{
	const char **note = inq_vec_push(&k->sources->notes);

	k->no_memory |= !note;
	if (note)
		*note = inq_arena_strdup(&k->sources->strings, text);
	k->no_memory |= k->sources->strings.failed;
}

static char *path_of(struct inq_kernel *k, const struct inq_module *m)
{
	struct inq_sources *s = k->sources;
	cleanup_free char *note = NULL;
	char *path = NULL;

	if (!m)
		return s->vmlinux ? strdup(s->vmlinux) : NULL;
	if (s->dir && inq_module_find_file(k, m, s->dir, &path, &note))
		k->no_memory = true;
	if (note)
		keep_note(k, note);
	return path;
}

/* The file of module @m, or of the image; opened at its first use. */
static struct file *file_of(struct inq_kernel *k, const struct inq_module *m)
{
	struct inq_sources *s = k->sources;
	struct file *grown;

	for (size_t i = 0; i < s->n; i++) {
		if (m ? s->v[i].name && strcmp(s->v[i].name, m->name) == 0 : !s->v[i].name)
			return &s->v[i];
	}
	grown = reallocarray(s->v, s->n + 1, sizeof(*s->v));
	if (!grown) {
		k->no_memory = true;
		return NULL;
	}
	s->v = grown;
	s->v[s->n] = (struct file){.name = m ? strdup(m->name) : NULL};
	if (m && !s->v[s->n].name) {
		k->no_memory = true;
		return NULL;
	}
	s->v[s->n].path = path_of(k, m);
	if (s->v[s->n].path)
		inq_dwarf_file_open(&s->v[s->n].d, s->v[s->n].path);
	return &s->v[s->n++];
}

/* The address in @f of @off in the function of @sym; false: no such function, or another one. */
static bool address_in(struct file *f, const struct inq_symbol *sym, uint64_t off, Dwarf_Addr *ret)
{
	int n = dwfl_module_getsymtab(f->d.mod);

	for (int i = 1; i < n; i++) {
		GElf_Sym s;
		GElf_Addr addr;
		const char *name =
			dwfl_module_getsym_info(f->d.mod, i, &s, &addr, NULL, NULL, NULL);

		if (name && GELF_ST_TYPE(s.st_info) == STT_FUNC && strcmp(name, sym->name) == 0 &&
		    s.st_size == sym->size && off < s.st_size) {
			*ret = addr + off;
			return true;
		}
	}
	return false;
}

static const char *keep_path(struct inq_sources *s, const char *path, const char *base)
{
	char buf[PATH_BYTES];
	size_t n = path ? strlen(path) : 0;

	if (!n || n >= sizeof(buf))
		return path;
	memcpy(buf, path, n + 1);
	return inq_arena_strdup(&s->strings, inq_source_tidy(buf, base));
}

static const char *string_of(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute at;

	return dwarf_formstring(dwarf_attr(die, name, &at));
}

static bool number_of(Dwarf_Die *die, unsigned int name, Dwarf_Word *ret)
{
	Dwarf_Attribute at;

	return dwarf_formudata(dwarf_attr_integrate(die, name, &at), ret) == 0;
}

/* Where inlined @die was called. */
static void call_site(Dwarf_Die *cu, Dwarf_Die *die, struct inq_sources *s, const char *base,
		      struct inq_source_line *ret)
{
	Dwarf_Files *files;
	Dwarf_Word nr, line;
	size_t n;

	if (dwarf_getsrcfiles(cu, &files, &n) == 0 && number_of(die, DW_AT_call_file, &nr) &&
	    nr < n)
		ret->file = keep_path(s, dwarf_filesrc(files, nr, NULL, NULL), base);
	if (number_of(die, DW_AT_call_line, &line) && line <= INT32_MAX)
		ret->line = (unsigned int)line;
}

/* The functions that the code at @pc is of: inlined ones, then the symbol's own. */
static size_t functions_at(struct inq_sources *s, Dwarf_Die *cu, Dwarf_Addr pc, const char *base,
			   struct inq_source_line *ret, size_t max)
{
	Dwarf_Die *inner = NULL, *scopes = NULL;
	int n = dwarf_getscopes(cu, pc, &inner);
	size_t used = 1;

	/* scopes of an inlined function's code are those of its definition: take the code's own */
	if (n > 0)
		n = dwarf_getscopes_die(&inner[0], &scopes);
	for (int i = 0; i < n && i < SCOPES_MAX; i++) {
		int tag = dwarf_tag(&scopes[i]);

		if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
			continue;
		ret[used - 1].function = dwarf_diename(&scopes[i]);
		if (tag == DW_TAG_subprogram || used == max)
			break;
		ret[used] = (struct inq_source_line){0};
		call_site(cu, &scopes[i], s, base, &ret[used++]);
	}
	free(inner);
	free(scopes);
	return used;
}

size_t inq_source_of(struct inq_kernel *k, uint64_t addr, struct inq_source_line *ret, size_t max)
{
	struct inq_symbol sym;
	struct file *f;
	Dwarf_Addr at = addr - k->kaslr_offset, bias;
	Dwarf_Line *line;
	Dwarf_Die *cu;
	int nr = 0;
	const char *base;

	if (!k->sources || !max || !inq_symbol_by_addr(k, addr, &sym))
		return 0;
	f = file_of(k, sym.module);
	if (!f || !f->d.mod || (sym.module && !address_in(f, &sym, addr - sym.addr, &at)))
		return 0;
	cu = dwfl_module_addrdie(f->d.mod, at, &bias);
	line = cu ? dwarf_getsrc_die(cu, at - bias) : NULL;
	if (!line)
		return 0;
	base = string_of(cu, DW_AT_comp_dir);
	dwarf_lineno(line, &nr);
	ret[0] = (struct inq_source_line){
		.file = keep_path(k->sources, dwarf_linesrc(line, NULL, NULL), base),
		.line = nr > 0 ? (unsigned int)nr : 0};
	k->no_memory |= k->sources->strings.failed;
	return functions_at(k->sources, cu, at - bias, base, ret, max);
}

bool inq_source_available(const struct inq_kernel *k)
{
	return k->sources != NULL;
}

const char *inq_source_note(const struct inq_kernel *k, size_t i)
{
	return k->sources && i < k->sources->notes.n ? k->sources->notes.v[i] : NULL;
}

struct inq_btf *inq_source_types(struct inq_kernel *k, const struct inq_module *m)
{
	const struct file *f = k->sources && k->types->image ? file_of(k, m) : NULL;
	struct inq_btf *types = NULL;
	struct inq_error *err;

	if (!f || !f->d.mod)
		return NULL;
	err = inq_dwarf_types(f->path, k->types->image, &types);
	if (!err)
		return types;
	k->no_memory |= err->code == INQ_ERR_NOMEM;
	keep_note(k, err->message);
	inq_error_destroy(err);
	return NULL;
}

static bool is_this_kernels(void *arg, const char *path)
{
	const struct inq_dump_info *info = arg;

	return inq_vmlinux_is_of(path, info->build_id);
}

struct inq_error *inq_source_find_vmlinux(struct inq_dump *dump, const char *dir, char **ret)
{
	const struct inq_dump_info *info = inq_dump_get_info(dump);
	const char *const suffixes[] = {"", ".debug"};
	cleanup_free char *versioned = NULL;
	struct inq_file_search s = {.dir = dir,
				    .suffixes = suffixes,
				    .n = array_size(suffixes),
				    .is_wanted = is_this_kernels,
				    .arg = (void *)info};
	struct inq_error *err;

	err = inq_source_by_build_id(dir, info->build_id, ret);
	if (err || *ret)
		return err;
	if (asprintf(&versioned, "vmlinux-%s", info->release) < 0)
		return &inq_enomem;
	s.name = versioned;
	err = inq_source_find(&s, ret);
	if (err || *ret)
		return err;
	s.name = "vmlinux";
	return inq_source_find(&s, ret);
}

struct inq_error *inq_source_open(struct inq_kernel *k, const char *vmlinux, const char *dir)
{
	struct inq_sources *s = vmlinux || dir ? calloc(1, sizeof(*s)) : NULL;

	if (!vmlinux && !dir)
		return NULL;
	if (!s)
		return &inq_enomem;
	k->sources = s;
	s->vmlinux = vmlinux ? strdup(vmlinux) : NULL;
	s->dir = dir ? strdup(dir) : NULL;
	return (vmlinux && !s->vmlinux) || (dir && !s->dir) ? &inq_enomem : NULL;
}

void inq_sources_destroy(struct inq_sources *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		inq_dwarf_file_close(&s->v[i].d);
		free(s->v[i].name);
		free(s->v[i].path);
	}
	free(s->v);
	inq_vec_deinit(&s->notes);
	free(s->vmlinux);
	free(s->dir);
	inq_arena_deinit(&s->strings);
	free(s);
}

#else /* without libdw there are no lines */

struct inq_sources {
	char unused;
};

size_t inq_source_of(struct inq_kernel *k, uint64_t addr, struct inq_source_line *ret, size_t max)
{
	(void)k;
	(void)addr;
	(void)ret;
	(void)max;
	return 0;
}

bool inq_source_available(const struct inq_kernel *k)
{
	(void)k;
	return false;
}

const char *inq_source_note(const struct inq_kernel *k, size_t i)
{
	(void)k;
	(void)i;
	return NULL;
}

struct inq_btf *inq_source_types(struct inq_kernel *k, const struct inq_module *m)
{
	(void)k;
	(void)m;
	return NULL;
}

struct inq_error *inq_source_find_vmlinux(struct inq_dump *dump, const char *dir, char **ret)
{
	(void)dump;
	(void)dir;
	*ret = NULL;
	return NULL;
}

struct inq_error *inq_source_open(struct inq_kernel *k, const char *vmlinux, const char *dir)
{
	(void)k;
	(void)vmlinux;
	return dir ? inq_error_create(INQ_ERR_NOTSUP, 0, "%s: this inquest was built without libdw",
				      dir)
		   : NULL;
}

void inq_sources_destroy(struct inq_sources *s)
{
	free(s);
}

#endif
