// SPDX-License-Identifier: GPL-2.0-or-later
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "fake.h"
#include "kernel/vmlinux.h"

#define TEXT UINT64_C(0xffffffff81000000)

/* ELF header, sections, then their bytes. */
struct file {
	Elf64_Ehdr h;
	Elf64_Shdr s[7];
	char names[64];
	char strtab[64];
	Elf64_Sym syms[7];
	struct {
		Elf64_Nhdr n;
		char name[4];
		unsigned char id[4];
	} note;
	char btf[8];
};

static Elf64_Shdr section(unsigned int name, unsigned int type, size_t offset, size_t size)
{
	return (Elf64_Shdr){.sh_name = name, .sh_type = type, .sh_offset = offset, .sh_size = size};
}

static struct file make(void)
{
	struct file f = {
		.names = "\0.symtab\0.strtab\0.shstrtab\0.notes\0.BTF\0.text",
		.strtab = "\0__alias\0schedule\0weak_one\0percpu\0constant",
		.note = {{4, 4, NT_GNU_BUILD_ID}, "GNU", {0xde, 0xad, 0xbe, 0xef}},
		.btf = "btfbtfb",
	};

	memcpy(f.h.e_ident, ELFMAG, SELFMAG);
	f.h.e_ident[EI_CLASS] = ELFCLASS64;
	f.h.e_ident[EI_DATA] = ELFDATA2LSB;
	f.h.e_shentsize = sizeof(Elf64_Shdr);
	f.h.e_shnum = array_size(f.s);
	f.h.e_shstrndx = 3;
	f.h.e_shoff = offsetof(struct file, s);
	f.s[1] = section(1, SHT_SYMTAB, offsetof(struct file, syms), sizeof(f.syms));
	f.s[2] = section(9, SHT_STRTAB, offsetof(struct file, strtab), sizeof(f.strtab));
	f.s[3] = section(17, SHT_STRTAB, offsetof(struct file, names), sizeof(f.names));
	f.s[4] = section(27, SHT_NOTE, offsetof(struct file, note), sizeof(f.note));
	f.s[5] = section(34, SHT_PROGBITS, offsetof(struct file, btf), sizeof(f.btf));
	f.s[6] = section(39, SHT_PROGBITS, 0, 0);
	f.s[6].sh_flags = SHF_ALLOC | SHF_EXECINSTR;
	f.syms[1] = (Elf64_Sym){18, ELF64_ST_INFO(STB_WEAK, STT_FUNC), 0, 6, TEXT, 8};
	f.syms[2] = (Elf64_Sym){1, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), 0, 6, TEXT, 8};
	f.syms[3] = (Elf64_Sym){9, ELF64_ST_INFO(STB_LOCAL, STT_FUNC), 0, 6, TEXT, 8};
	f.syms[4] = (Elf64_Sym){27, ELF64_ST_INFO(STB_GLOBAL, STT_OBJECT), 0, 6, 0x19000, 8};
	f.syms[5] = (Elf64_Sym){34, ELF64_ST_INFO(STB_GLOBAL, 0), 0, SHN_ABS, TEXT, 0};
	f.syms[6] = (Elf64_Sym){9, ELF64_ST_INFO(STB_LOCAL, STT_FILE), 0, SHN_ABS, 0, 0};
	return f;
}

static struct inq_error *open_bytes(const void *bytes, size_t len, struct inq_vmlinux **ret)
{
	char path[] = "/tmp/test-vmlinux-XXXXXX";
	int fd = mkstemp(path);
	struct inq_error *err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, len), len);
	close(fd);
	err = inq_vmlinux_open(path, ret);
	unlink(path);
	return err;
}

static void test_symbols_move_with_the_image(void **state)
{
	struct file f = make();
	struct inq_symvec s = {0};
	struct inq_vmlinux *v;
	size_t i;

	(void)state;
	assert_null(open_bytes(&f, sizeof(f), &v));
	assert_null(inq_vmlinux_symbols(v, 0x1000000, &s));
	assert_int_equal(s.n, 5);
	assert_true(inq_symvec_by_name(&s, "schedule", &i));
	assert_int_equal(s.v[i].addr, TEXT + 0x1000000);
	assert_int_equal(s.v[i].type, 't');
	assert_true(inq_symvec_by_name(&s, "percpu", &i));
	assert_int_equal(s.v[i].addr, 0x19000);
	assert_true(inq_symvec_by_name(&s, "constant", &i));
	assert_int_equal(s.v[i].addr, TEXT);
	/* of aliases the one that kallsyms puts first */
	assert_true(inq_symvec_by_addr(&s, TEXT + 0x1000004, &i));
	assert_string_equal(inq_symvec_name(&s, i), "schedule");
	inq_symvec_deinit(&s);
	inq_vmlinux_close(v);
}

static void test_build_id_and_sections(void **state)
{
	struct file f = make();
	struct inq_vmlinux *v;
	char id[64];
	void *bytes;
	size_t len;
	struct inq_error *err;

	(void)state;
	assert_null(open_bytes(&f, sizeof(f), &v));
	inq_vmlinux_build_id(v, id, sizeof(id));
	assert_string_equal(id, "deadbeef");
	assert_null(inq_vmlinux_section(v, ".BTF", &bytes, &len));
	assert_int_equal(len, 8);
	assert_memory_equal(bytes, "btfbtfb", 8);
	free(bytes);
	err = inq_vmlinux_section(v, ".debug_info", &bytes, &len);
	assert_int_equal(err->code, INQ_ERR_NOTFOUND);
	inq_error_destroy(err);
	inq_vmlinux_close(v);
}

static void test_what_is_no_vmlinux_is_refused(void **state)
{
	struct inq_vmlinux *v = NULL;
	struct inq_error *err;

	(void)state;
	err = inq_vmlinux_open("/nonexistent/vmlinux", &v);
	assert_int_equal(err->code, INQ_ERR_OS);
	inq_error_destroy(err);
	err = inq_vmlinux_open("/", &v);
	assert_non_null(err);
	inq_error_destroy(err);
	err = open_bytes("no ELF file", 11, &v);
	assert_int_equal(err->code, INQ_ERR_BADDATA);
	inq_error_destroy(err);
	assert_null(v);
}

static void use(const void *bytes, size_t len)
{
	struct inq_vmlinux *v = NULL;
	struct inq_symvec s = {0};
	struct inq_error *err = open_bytes(bytes, len, &v);
	char id[16];

	if (!err) {
		inq_vmlinux_build_id(v, id, sizeof(id));
		err = inq_vmlinux_symbols(v, 0, &s);
	}
	for (size_t i = 0; i < s.n; i++)
		assert_true(strlen(inq_symvec_name(&s, i)) < len);
	inq_error_destroy(err);
	inq_symvec_deinit(&s);
	inq_vmlinux_close(v);
}

static void test_a_cut_or_damaged_file_is_survived(void **state)
{
	struct file f = make();

	(void)state;
	for (size_t cut = 0; cut < sizeof(f); cut += 3)
		use(&f, cut);
	for (size_t i = 0; i < sizeof(f); i++) {
		struct file bad = f;

		((unsigned char *)&bad)[i] ^= 0xff;
		use(&bad, sizeof(bad));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_symbols_move_with_the_image),
		cmocka_unit_test(test_build_id_and_sections),
		cmocka_unit_test(test_what_is_no_vmlinux_is_refused),
		cmocka_unit_test(test_a_cut_or_damaged_file_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
