// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Source lines by libdw (elfutils): the image's out of the vmlinux that was given, modules' out of
 * the files of a folder.  Modules are relocatable files: an address in them is that of the
 * symbol of the same name and size, and the offset.
 */
#include "kernel/source.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/internal.h"
#include "kernel/source_files.h"
#include "kernel/vmlinux.h"
#include "util/arena.h"
#include "util/cleanup.h"

#ifdef INQ_HAVE_LIBDW
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#endif

#include "util/banned.h"

#ifdef INQ_HAVE_LIBDW

enum { PATH_BYTES = 512, SCOPES_MAX = 64 };

/* One file with DWARF. */
struct file {
	char *name; /* of the module; NULL: the image */
	Dwfl *dwfl; /* NULL: there is none, or it can't be read */
	Dwfl_Module *mod;
};

struct inq_sources {
	char *vmlinux, *dir;
	struct file *v;
	size_t n;
	struct inq_arena strings;
};

/* No other files than those that were given, and nothing over the network. */
static int find_no_debuginfo(Dwfl_Module *mod, void **data, const char *name, Dwarf_Addr base,
			     const char *file, const char *link, GElf_Word crc, char **ret)
{
	(void)mod;
	(void)data;
	(void)name;
	(void)base;
	(void)file;
	(void)link;
	(void)crc;
	(void)ret;
	return -1;
}

static const Dwfl_Callbacks callbacks = {
	.find_debuginfo = find_no_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static bool has_debug_info(Dwfl_Module *mod)
{
	Dwarf_Addr bias;

	return mod && dwfl_module_getdwarf(mod, &bias);
}

static void open_file(struct file *f, const char *path)
{
	f->dwfl = dwfl_begin(&callbacks);
	f->mod = f->dwfl ? dwfl_report_offline(f->dwfl, "file", path, -1) : NULL;
	if (f->dwfl)
		dwfl_report_end(f->dwfl, NULL, NULL);
	if (!has_debug_info(f->mod)) {
		dwfl_end(f->dwfl);
		f->dwfl = NULL;
		f->mod = NULL;
	}
}

static char *path_of(struct inq_kernel *k, const struct inq_module *m)
{
	static const char *const modules[] = {".ko.debug", ".debug", ".ko"};
	struct inq_sources *s = k->sources;
	char *path = NULL;

	if (!m)
		return s->vmlinux ? strdup(s->vmlinux) : NULL;
	if (s->dir && inq_source_find(s->dir, m->name, modules, array_size(modules), &path))
		k->no_memory = true;
	return path;
}

/* The file of module @m, or of the image; opened at its first use. */
static struct file *file_of(struct inq_kernel *k, const struct inq_module *m)
{
	struct inq_sources *s = k->sources;
	struct file *grown;
	cleanup_free char *path = NULL;

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
	path = path_of(k, m);
	if (path)
		open_file(&s->v[s->n], path);
	return &s->v[s->n++];
}

/* The address in @f of @off in the function of @sym; false: no such function, or another one. */
static bool address_in(struct file *f, const struct inq_symbol *sym, uint64_t off, Dwarf_Addr *ret)
{
	int n = dwfl_module_getsymtab(f->mod);

	for (int i = 1; i < n; i++) {
		GElf_Sym s;
		GElf_Addr addr;
		const char *name = dwfl_module_getsym_info(f->mod, i, &s, &addr, NULL, NULL, NULL);

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
	if (!f || !f->mod || (sym.module && !address_in(f, &sym, addr - sym.addr, &at)))
		return 0;
	cu = dwfl_module_addrdie(f->mod, at, &bias);
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

/* The vmlinux of this very kernel in folder @dir; NULL: none. */
static char *find_vmlinux(struct inq_kernel *k, const char *dir)
{
	const struct inq_dump_info *info = inq_dump_get_info(k->dump);
	cleanup_free char *versioned = NULL;
	const char *const names[] = {"", ".debug"};
	char *path = NULL;

	if (asprintf(&versioned, "vmlinux-%s", info->release) < 0 ||
	    inq_source_find(dir, versioned, names, array_size(names), &path) ||
	    (!path && inq_source_find(dir, "vmlinux", names, array_size(names), &path)))
		k->no_memory = true;
	if (path && !inq_vmlinux_is_of(path, info->build_id)) {
		free(path);
		path = NULL;
	}
	return path;
}

struct inq_error *inq_source_open(struct inq_kernel *k, const char *vmlinux, const char *dir)
{
	struct inq_sources *s = vmlinux || dir ? calloc(1, sizeof(*s)) : NULL;

	if (!vmlinux && !dir)
		return NULL;
	if (!s)
		return &inq_enomem;
	k->sources = s;
	s->vmlinux = vmlinux ? strdup(vmlinux) : find_vmlinux(k, dir);
	s->dir = dir ? strdup(dir) : NULL;
	if ((vmlinux && !s->vmlinux) || (dir && !s->dir) || k->no_memory)
		return &inq_enomem;
	return NULL;
}

void inq_sources_destroy(struct inq_sources *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++) {
		dwfl_end(s->v[i].dwfl);
		free(s->v[i].name);
	}
	free(s->v);
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
