// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The headers of an ELF core: 64-byte file header, then phnum program headers
 * of 56 bytes, of which PT_NOTE holds the notes and PT_LOAD physical memory.
 * With 65535 program headers or more, the number is section header 0's sh_info.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "dump/layout_priv.h"
#include "util/cleanup.h"

#include "util/banned.h"

/* As many as the address space of a large machine may be split into; each costs 56 bytes. */
enum { PHDRS_MAX = 1 << 18 };

static const struct {
	uint16_t machine;
	const char *name;
} machines[] = {
	{EM_386, "i386"},   {EM_AARCH64, "aarch64"}, {EM_ARM, "arm"},	  {EM_PPC64, "ppc64"},
	{EM_PPC, "ppc"},    {EM_S390, "s390"},	     {EM_RISCV, "riscv"}, {EM_MIPS, "mips"},
	{EM_IA_64, "ia64"}, {EM_SPARCV9, "sparc64"}, {258, "loongarch"},
};

static const char *machine_name(uint16_t machine)
{
	for (size_t i = 0; i < array_size(machines); i++) {
		if (machines[i].machine == machine)
			return machines[i].name;
	}
	return NULL;
}

static const char *elf_type_name(uint16_t type)
{
	switch (type) {
	case ET_REL:
		return "a relocatable ELF object (a .o or .ko file)";
	case ET_EXEC:
		return "an ELF executable (a vmlinux goes with --vmlinux)";
	case ET_DYN:
		return "an ELF shared object or executable";
	default:
		return "an ELF file of unknown type";
	}
}

static struct inq_error *check_ehdr(const Elf64_Ehdr *eh)
{
	bool swap = eh->e_ident[EI_DATA] == ELFDATA2MSB;
	uint16_t type = swap ? __builtin_bswap16(eh->e_type) : eh->e_type;
	uint16_t machine = swap ? __builtin_bswap16(eh->e_machine) : eh->e_machine;
	const char *name = machine_name(machine);

	if (type != ET_CORE)
		return inq_error_create(INQ_ERR_NOTSUP, 0, "no kernel dump: %s",
					elf_type_name(type));
	if (machine != EM_X86_64 && name)
		return inq_error_create(INQ_ERR_NOTSUP, 0,
					"an ELF core of architecture %s: not supported", name);
	if (machine != EM_X86_64)
		return inq_error_create(INQ_ERR_NOTSUP, 0,
					"an ELF core of unknown architecture %u: not supported",
					machine);
	if (swap || eh->e_ident[EI_CLASS] != ELFCLASS64)
		return inq_error_create(INQ_ERR_NOTSUP, 0,
					"an ELF core that is not 64-bit little-endian");
	return NULL;
}

static struct inq_error *phdr_count(const struct inq_file *file, const Elf64_Ehdr *eh,
				    uint64_t *ret)
{
	struct inq_error *err;
	Elf64_Shdr sh;

	*ret = eh->e_phnum;
	if (eh->e_phnum != PN_XNUM)
		return NULL;
	if (!inq_file_has(file, eh->e_shoff, sizeof(sh)))
		return inq_error_create(INQ_ERR_BADDATA, 0, "ELF section header out of the file");
	err = inq_file_pread(file, &sh, sizeof(sh), eh->e_shoff);
	if (!err)
		*ret = sh.sh_info;
	return err;
}

static struct inq_error *add_load(const struct inq_file *file, const Elf64_Phdr *ph,
				  struct inq_dump_layout *layout)
{
	struct inq_dump_segment *seg = &layout->segments[layout->nsegments];

	if (ph->p_filesz > ph->p_memsz || ph->p_paddr + ph->p_memsz < ph->p_paddr ||
	    ph->p_offset + ph->p_filesz < ph->p_offset)
		return inq_error_create(INQ_ERR_BADDATA, ph->p_paddr,
					"a damaged ELF core: a segment of impossible size");
	if (!ph->p_memsz)
		return NULL;
	layout->complete &= inq_file_has(file, ph->p_offset, ph->p_filesz);
	*seg = (struct inq_dump_segment){.paddr = ph->p_paddr,
					 .memsz = ph->p_memsz,
					 .off = ph->p_offset,
					 .filesz = ph->p_filesz};
	layout->nsegments++;
	return NULL;
}

static struct inq_error *add_note(const struct inq_file *file, const Elf64_Phdr *ph,
				  struct inq_dump_layout *layout)
{
	if (!ph->p_filesz)
		return NULL;
	if (!inq_file_has(file, ph->p_offset, ph->p_filesz))
		return inq_error_create(INQ_ERR_BADDATA, 0,
					"cut off: the ELF notes are beyond its end");
	if (layout->nnotes == INQ_LAYOUT_MAX_NOTES)
		return inq_error_create(INQ_ERR_BADDATA, 0,
					"a damaged ELF core: too many note segments");
	layout->notes[layout->nnotes++] =
		(struct inq_file_range){.off = ph->p_offset, .len = ph->p_filesz};
	return NULL;
}

static int by_paddr(const void *a, const void *b)
{
	const struct inq_dump_segment *x = a, *y = b;

	return x->paddr < y->paddr ? -1 : x->paddr > y->paddr;
}

/* Take @n bytes off the front of @seg. */
static void trim(struct inq_dump_segment *seg, uint64_t n)
{
	seg->paddr += n;
	seg->memsz -= n;
	seg->off += n < seg->filesz ? n : seg->filesz;
	seg->filesz -= n < seg->filesz ? n : seg->filesz;
}

/*
 * Sort, and make disjoint: kexec's cores have the kernel image in a segment of its
 * own and again in that of the memory around it, with the same contents.
 */
static void settle(struct inq_dump_layout *layout)
{
	struct inq_dump_segment *v = layout->segments;
	size_t n = 0;

	qsort(v, layout->nsegments, sizeof(*v), by_paddr);
	for (size_t i = 0; i < layout->nsegments; i++) {
		struct inq_dump_segment seg = v[i];
		uint64_t end = n ? v[n - 1].paddr + v[n - 1].memsz : 0;

		if (end >= seg.paddr + seg.memsz)
			continue;
		if (end > seg.paddr)
			trim(&seg, end - seg.paddr);
		v[n++] = seg;
	}
	layout->nsegments = n;
}

static struct inq_error *read_phdrs(const struct inq_file *file, const Elf64_Ehdr *eh, uint64_t n,
				    struct inq_dump_layout *layout)
{
	cleanup_free Elf64_Phdr *phdrs = malloc(n * sizeof(*phdrs));
	struct inq_error *err;

	layout->segments = calloc(n, sizeof(*layout->segments));
	if (!phdrs || !layout->segments)
		return &inq_enomem;
	err = inq_file_pread(file, phdrs, n * sizeof(*phdrs), eh->e_phoff);
	for (uint64_t i = 0; i < n && !err; i++) {
		if (phdrs[i].p_type == PT_LOAD)
			err = add_load(file, &phdrs[i], layout);
		else if (phdrs[i].p_type == PT_NOTE)
			err = add_note(file, &phdrs[i], layout);
	}
	if (!err)
		settle(layout);
	return err;
}

struct inq_error *inq_elf_layout(const struct inq_file *file, struct inq_dump_layout *layout)
{
	struct inq_error *err;
	uint64_t n = 0;
	Elf64_Ehdr eh;

	layout->kind = INQ_DUMP_ELF;
	if (file->size < sizeof(eh))
		return inq_error_create(INQ_ERR_BADDATA, 0, "cut off inside the ELF header");
	err = inq_file_pread(file, &eh, sizeof(eh), 0);
	if (!err)
		err = check_ehdr(&eh);
	if (!err)
		err = phdr_count(file, &eh, &n);
	if (err)
		return err;
	if (!n || n > PHDRS_MAX || eh.e_phentsize != sizeof(Elf64_Phdr))
		return inq_error_create(INQ_ERR_BADDATA, 0,
					"a damaged ELF core: impossible program headers");
	if (!inq_file_has(file, eh.e_phoff, n * sizeof(Elf64_Phdr)))
		return inq_error_create(INQ_ERR_BADDATA, 0,
					"cut off inside the ELF program headers");
	return read_phdrs(file, &eh, n, layout);
}
