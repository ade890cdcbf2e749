// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/vmlinux.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/banned.h"

enum { SECTION_BYTES_MAX = 256 << 20, BUILD_ID_BYTES = 129 };

struct inq_vmlinux {
	int fd;
	uint64_t size; /* of the file */
	Elf64_Shdr *sections;
	size_t n;
	char *names; /* .shstrtab, NUL at its end */
	size_t names_len;
};

void inq_vmlinux_close(struct inq_vmlinux *v)
{
	if (!v)
		return;
	if (v->fd >= 0)
		close(v->fd);
	free(v->sections);
	free(v->names);
	free(v);
}

/* @len bytes at @offset of the file, and a NUL after them, malloc'ed. */
static struct inq_error *read_at(const struct inq_vmlinux *v, uint64_t offset, uint64_t len,
				 void **ret)
{
	cleanup_free char *buf = NULL;
	size_t done = 0;

	if (len > SECTION_BYTES_MAX || offset > v->size || len > v->size - offset)
		return inq_error_create(INQ_ERR_BADDATA, 0, "cut off or damaged");
	buf = malloc(len + 1);
	if (!buf)
		return &inq_enomem;
	while (done < len) {
		ssize_t n = pread(v->fd, buf + done, len - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return inq_error_create(INQ_ERR_OS, 0, "%s",
						n ? strerror(errno) : "end of file");
		done += (size_t)n;
	}
	buf[len] = '\0';
	*ret = take_ptr(buf);
	return NULL;
}

static struct inq_error *read_sections(struct inq_vmlinux *v)
{
	cleanup_free Elf64_Ehdr *h = NULL;
	struct inq_error *err = read_at(v, 0, sizeof(*h), (void **)&h);
	const Elf64_Shdr *names;

	if (err)
		return err;
	if (memcmp(h->e_ident, ELFMAG, SELFMAG) != 0 || h->e_ident[EI_CLASS] != ELFCLASS64 ||
	    h->e_ident[EI_DATA] != ELFDATA2LSB || h->e_shentsize != sizeof(Elf64_Shdr) ||
	    !h->e_shnum || h->e_shstrndx >= h->e_shnum)
		return inq_error_create(INQ_ERR_BADDATA, 0,
					"no 64-bit little-endian ELF file with sections");
	v->n = h->e_shnum;
	err = read_at(v, h->e_shoff, v->n * sizeof(*v->sections), (void **)&v->sections);
	if (err)
		return err;
	names = &v->sections[h->e_shstrndx];
	err = read_at(v, names->sh_offset, names->sh_size, (void **)&v->names);
	v->names_len = err ? 0 : names->sh_size;
	return err;
}

struct inq_error *inq_vmlinux_open(const char *path, struct inq_vmlinux **ret)
{
	struct inq_vmlinux *v = calloc(1, sizeof(*v));
	struct inq_error *err = NULL;
	struct stat st;

	if (!v)
		return &inq_enomem;
	v->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (v->fd < 0 || fstat(v->fd, &st) < 0)
		err = inq_error_create(INQ_ERR_OS, 0, "%s", strerror(errno));
	else if (!S_ISREG(st.st_mode))
		err = inq_error_create(INQ_ERR_BADDATA, 0, "no regular file");
	else
		v->size = (uint64_t)st.st_size;
	if (!err)
		err = read_sections(v);
	if (err) {
		inq_vmlinux_close(v);
		return inq_error_prefix(err, "%s", path);
	}
	*ret = v;
	return NULL;
}

static const char *section_name(const struct inq_vmlinux *v, const Elf64_Shdr *s)
{
	return s->sh_name < v->names_len ? v->names + s->sh_name : "";
}

static const Elf64_Shdr *find_section(const struct inq_vmlinux *v, const char *name)
{
	for (size_t i = 1; i < v->n; i++) {
		if (v->sections[i].sh_type != SHT_NOBITS &&
		    !strcmp(section_name(v, &v->sections[i]), name))
			return &v->sections[i];
	}
	return NULL;
}

struct inq_error *inq_vmlinux_section(const struct inq_vmlinux *v, const char *name, void **ret,
				      size_t *ret_len)
{
	const Elf64_Shdr *s = find_section(v, name);
	struct inq_error *err;

	if (!s || !s->sh_size)
		return inq_error_create(INQ_ERR_NOTFOUND, 0, "vmlinux has no section %s", name);
	err = read_at(v, s->sh_offset, s->sh_size, ret);
	if (!err)
		*ret_len = s->sh_size;
	return inq_error_prefix(err, "vmlinux: section %s", name);
}

bool inq_vmlinux_note_build_id(const char *p, size_t len, char *buf, size_t size)
{
	size_t at = 0;

	while (len - at >= sizeof(Elf64_Nhdr)) {
		Elf64_Nhdr n;
		size_t name, desc, used = 0;

		memcpy(&n, p + at, sizeof(n));
		at += sizeof(n);
		name = ((size_t)n.n_namesz + 3) & ~(size_t)3;
		desc = ((size_t)n.n_descsz + 3) & ~(size_t)3;
		if (name > len - at || desc > len - at - name)
			return false;
		if (n.n_type == NT_GNU_BUILD_ID && n.n_namesz == 4 && !memcmp(p + at, "GNU", 4)) {
			for (size_t i = 0; i < n.n_descsz && used + 3 <= size; i++, used += 2)
				snprintf(buf + used, size - used, "%02x",
					 (unsigned char)p[at + name + i]);
			return true;
		}
		at += name + desc;
	}
	return false;
}

void inq_vmlinux_build_id(const struct inq_vmlinux *v, char *buf, size_t size)
{
	buf[0] = '\0';
	for (size_t i = 1; i < v->n; i++) {
		cleanup_free void *notes = NULL;
		struct inq_error *err;

		if (v->sections[i].sh_type != SHT_NOTE)
			continue;
		err = read_at(v, v->sections[i].sh_offset, v->sections[i].sh_size, &notes);
		if (!err && inq_vmlinux_note_build_id(notes, v->sections[i].sh_size, buf, size))
			return;
		inq_error_destroy(err);
	}
}

bool inq_vmlinux_is_of(const char *path, const char *build_id)
{
	struct inq_vmlinux *v = NULL;
	struct inq_error *err = inq_vmlinux_open(path, &v);
	char theirs[BUILD_ID_BYTES];

	inq_error_destroy(err);
	if (err)
		return false;
	inq_vmlinux_build_id(v, theirs, sizeof(theirs));
	inq_vmlinux_close(v);
	return theirs[0] && strcmp(theirs, build_id) == 0;
}

/* As `nm` prints it. */
static char nm_type(const struct inq_vmlinux *v, const Elf64_Sym *sym)
{
	const Elf64_Shdr *s = sym->st_shndx < v->n ? &v->sections[sym->st_shndx] : NULL;
	bool local = ELF64_ST_BIND(sym->st_info) == STB_LOCAL;

	if (ELF64_ST_BIND(sym->st_info) == STB_WEAK)
		return 'W';
	if (!s)
		return local ? 'a' : 'A';
	if (s->sh_flags & SHF_EXECINSTR)
		return local ? 't' : 'T';
	if (s->sh_type == SHT_NOBITS)
		return local ? 'b' : 'B';
	if (s->sh_flags & SHF_WRITE)
		return local ? 'd' : 'D';
	return local ? 'r' : 'R';
}

/* Of aliases the one that kallsyms would put first: weak ones last, fewer underscores first. */
static uint32_t alias_rank(const Elf64_Sym *sym, const char *name, size_t i)
{
	uint32_t underscores = (uint32_t)strspn(name, "_");

	if (underscores > 15)
		underscores = 15;
	return (uint32_t)(ELF64_ST_BIND(sym->st_info) == STB_WEAK) << 31 | underscores << 27 |
	       (uint32_t)(i & ((1u << 27) - 1));
}

static bool is_kept(const Elf64_Sym *sym, const struct inq_symvec *s)
{
	unsigned int type = ELF64_ST_TYPE(sym->st_info);

	return sym->st_shndx != SHN_UNDEF && type != STT_FILE && type != STT_SECTION &&
	       sym->st_name && sym->st_name < s->strtab_len && s->strtab[sym->st_name];
}

struct inq_error *inq_vmlinux_symbols(const struct inq_vmlinux *v, uint64_t slide,
				      struct inq_symvec *ret)
{
	cleanup_free Elf64_Sym *syms = NULL;
	struct inq_symvec s = {0};
	struct inq_error *err;
	size_t len;

	err = inq_vmlinux_section(v, ".symtab", (void **)&syms, &len);
	if (!err)
		err = inq_vmlinux_section(v, ".strtab", (void **)&s.strtab, &s.strtab_len);
	if (err)
		return err;
	s.strtab_len++; /* the NUL that was read after it */
	for (size_t i = 0; i < len / sizeof(*syms); i++) {
		struct inq_symvec_entry e = {.addr = syms[i].st_value,
					     .size = syms[i].st_size,
					     .name = syms[i].st_name,
					     .type = nm_type(v, &syms[i])};

		if (!is_kept(&syms[i], &s))
			continue;
		/* per-CPU offsets and constants don't move with the image */
		if (e.addr >> 63 && e.type != 'a' && e.type != 'A')
			e.addr += slide;
		e.rank = alias_rank(&syms[i], s.strtab + e.name, i);
		if (!inq_symvec_add(&s, &e)) {
			inq_symvec_deinit(&s);
			return &inq_enomem;
		}
	}
	inq_symvec_sort(&s);
	*ret = s;
	return NULL;
}
