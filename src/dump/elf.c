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

static struct inq_error *phdr_count(int fd, const Elf64_Ehdr *eh, uint64_t size, uint64_t *ret)
{
	struct inq_error *err;
	Elf64_Shdr sh;

	*ret = eh->e_phnum;
	if (eh->e_phnum != PN_XNUM)
		return NULL;
	if (!inq_range_fits(eh->e_shoff, sizeof(sh), size))
		return inq_error_create(INQ_ERR_BADDATA, 0, "ELF section header out of the file");
	err = inq_dump_pread(fd, &sh, sizeof(sh), eh->e_shoff);
	if (!err)
		*ret = sh.sh_info;
	return err;
}

static struct inq_error *add_phdr(const Elf64_Phdr *ph, struct inq_dump_layout *layout)
{
	bool fits = inq_range_fits(ph->p_offset, ph->p_filesz, layout->file_size);

	if (ph->p_type == PT_LOAD) {
		if (ph->p_filesz > ph->p_memsz || ph->p_paddr + ph->p_memsz < ph->p_paddr)
			return inq_error_create(INQ_ERR_BADDATA, ph->p_paddr,
						"an ELF segment with impossible sizes");
		layout->complete &= fits;
	} else if (ph->p_type == PT_NOTE && ph->p_filesz) {
		if (!fits)
			return inq_error_create(INQ_ERR_BADDATA, 0,
						"cut off: the ELF notes are beyond its end");
		if (layout->nnotes == INQ_LAYOUT_MAX_NOTES)
			return inq_error_create(INQ_ERR_BADDATA, 0, "too many ELF note segments");
		layout->notes[layout->nnotes++] =
			(struct inq_file_range){.off = ph->p_offset, .len = ph->p_filesz};
	}
	return NULL;
}

struct inq_error *inq_elf_layout(int fd, struct inq_dump_layout *layout)
{
	cleanup_free Elf64_Phdr *phdrs = NULL;
	struct inq_error *err;
	uint64_t n = 0, bytes;
	Elf64_Ehdr eh;

	layout->kind = INQ_DUMP_ELF;
	if (layout->file_size < sizeof(eh))
		return inq_error_create(INQ_ERR_BADDATA, 0, "cut off inside the ELF header");
	err = inq_dump_pread(fd, &eh, sizeof(eh), 0);
	if (!err)
		err = check_ehdr(&eh);
	if (!err)
		err = phdr_count(fd, &eh, layout->file_size, &n);
	if (err)
		return err;
	if (!n || n > PHDRS_MAX || eh.e_phentsize != sizeof(*phdrs))
		return inq_error_create(INQ_ERR_BADDATA, 0, "impossible ELF program headers");
	bytes = n * sizeof(*phdrs);
	if (!inq_range_fits(eh.e_phoff, bytes, layout->file_size))
		return inq_error_create(INQ_ERR_BADDATA, 0,
					"cut off inside the ELF program headers");
	phdrs = malloc(bytes);
	if (!phdrs)
		return &inq_enomem;
	err = inq_dump_pread(fd, phdrs, bytes, eh.e_phoff);
	for (uint64_t i = 0; i < n && !err; i++)
		err = add_phdr(&phdrs[i], layout);
	return err;
}
