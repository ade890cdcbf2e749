// SPDX-License-Identifier: GPL-2.0-or-later
#include <bpf/btf.h>
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"
#include "kernel/fields.h"

/*
 * A whole kernel in a few regions of memory: an image with kallsyms and BTF, two CPUs, one module
 * with symbols and BTF of its own.
 */
#define TEXT	UINT64_C(0xffffffff81000000)
#define INIT	UINT64_C(0xffffffff81400000)
#define RODATA	UINT64_C(0xffffffff81800000)
#define BTF_AT	UINT64_C(0xffffffff81900000)
#define DATA	UINT64_C(0xffffffff82000000)
#define MOD	UINT64_C(0xffffffffc0100000)
#define PERCPU0 UINT64_C(0xffff88803ec00000)
#define PERCPU1 UINT64_C(0xffff88803ed00000)

enum {
	/* offsets in DATA */
	PER_CPU_OFFSET = 0x100,
	NR_CPU_IDS = 0x200,
	MODULES = 0x300,
	BTF_MODULES = 0x400,
	SYSTEM_STATE = 0x500,
	INIT_TASK = 0x600,
	BTF_MODULE = 0x700,
	BTF_STRUCT = 0x800,
	/* offsets in the module's data at MOD + 0x1000 */
	THIS_MODULE = 0x0,
	KALLSYMS = 0x200,
	SYMTAB = 0x400,
	STRTAB = 0x800,
	TYPETAB = 0xa00,
	MOD_BTF = 0xb00,
};
#define MDATA (MOD + 0x1000)

static struct inq_dump dump;
static struct inq_kernel *k;
static struct inq_kernel_gaps gaps;
static uint64_t btf_end;

struct module_layout_bits {
	uint64_t base;
	uint32_t size, text_size;
};

static struct btf *image_btf(void)
{
	struct btf *b = btf__new_empty();
	int u64 = btf__add_int(b, "long unsigned int", 8, 0);
	int u32 = btf__add_int(b, "unsigned int", 4, 0);
	int ch = btf__add_int(b, "char", 1, 0);
	int name = btf__add_array(b, u32, ch, 56);
	int list = btf__add_struct(b, "list_head", 16);
	int layout, arch;

	btf__add_field(b, "next", u64, 0, 0);
	btf__add_field(b, "prev", u64, 64, 0);
	layout = btf__add_struct(b, "module_layout", 16);
	btf__add_field(b, "base", u64, 0, 0);
	btf__add_field(b, "size", u32, 64, 0);
	btf__add_field(b, "text_size", u32, 96, 0);
	arch = btf__add_struct(b, "mod_arch_specific", 24);
	btf__add_field(b, "num_orcs", u32, 0, 0);
	btf__add_field(b, "orc_unwind_ip", u64, 64, 0);
	btf__add_field(b, "orc_unwind", u64, 128, 0);
	btf__add_struct(b, "module", 256);
	btf__add_field(b, "state", u32, 0, 0);
	btf__add_field(b, "list", list, 8 * 8, 0);
	btf__add_field(b, "name", name, 24 * 8, 0);
	btf__add_field(b, "taints", u64, 80 * 8, 0);
	btf__add_field(b, "core_layout", layout, 88 * 8, 0);
	btf__add_field(b, "init_layout", layout, 104 * 8, 0);
	btf__add_field(b, "kallsyms", u64, 120 * 8, 0);
	btf__add_field(b, "arch", arch, 128 * 8, 0);
	btf__add_struct(b, "mod_kallsyms", 32);
	btf__add_field(b, "symtab", u64, 0, 0);
	btf__add_field(b, "num_symtab", u32, 64, 0);
	btf__add_field(b, "strtab", u64, 128, 0);
	btf__add_field(b, "typetab", u64, 192, 0);
	btf__add_struct(b, "btf_module", 32);
	btf__add_field(b, "list", list, 0, 0);
	btf__add_field(b, "btf", u64, 128, 0);
	btf__add_field(b, "module", u64, 192, 0);
	btf__add_struct(b, "btf", 16);
	btf__add_field(b, "data", u64, 0, 0);
	btf__add_field(b, "data_size", u32, 64, 0);
	btf__add_enum(b, "system_states", 4);
	btf__add_enum_value(b, "SYSTEM_BOOTING", 0);
	btf__add_enum_value(b, "SYSTEM_RUNNING", 3);
	return b;
}

static void add_btf(void)
{
	struct btf *b = image_btf(), *split = btf__new_empty_split(b);
	int u64 = btf__find_by_name(b, "long unsigned int");
	uint32_t len, mod_len;
	const void *bytes = btf__raw_data(b, &len), *mod_bytes;

	btf_end = BTF_AT + len;
	memcpy(fake_region(&dump, BTF_AT, len), bytes, len);
	btf__add_struct(split, "private_thing", 8);
	btf__add_field(split, "value", u64, 0, 0);
	btf__add_func(split, "helper", BTF_FUNC_STATIC, btf__add_func_proto(split, u64));
	mod_bytes = btf__raw_data(split, &mod_len);
	memcpy(fake_at(&dump, MDATA + MOD_BTF, mod_len), mod_bytes, mod_len);
	fake_put64(&dump, DATA + BTF_STRUCT, MDATA + MOD_BTF);
	fake_put32(&dump, DATA + BTF_STRUCT + 8, mod_len);
	btf__free(split);
	btf__free(b);
}

static void add_module(void)
{
	static const char names[] = "\0helper\0cleanup_module\0helper_exit\0table\0missing";
	static const Elf64_Sym syms[] = {
		{0},
		{.st_name = 1, .st_shndx = 1, .st_value = MOD + 0x10, .st_size = 0x18},
		{.st_name = 23, .st_shndx = 1, .st_value = MOD + 0x40, .st_size = 8},
		{.st_name = 8, .st_shndx = 1, .st_value = MOD + 0x40, .st_size = 8},
		{.st_name = 35, .st_shndx = 2, .st_value = MDATA + 0x10},
		{.st_name = 41, .st_shndx = SHN_UNDEF},
	};
	const struct module_layout_bits core = {MOD, 0x2000, 0x1000};
	uint64_t m = MDATA + THIS_MODULE;

	fake_region(&dump, MOD, 0x2000);
	memcpy(fake_at(&dump, m + 24, 7), "sample", 7);
	fake_put64(&dump, m + 8, DATA + MODULES);
	fake_put64(&dump, m + 80, 0x3000);
	memcpy(fake_at(&dump, m + 88, 16), &core, 16);
	fake_put64(&dump, m + 120, MDATA + KALLSYMS);
	fake_put32(&dump, m + 128, 24);
	fake_put64(&dump, m + 136, 0x1111);
	fake_put64(&dump, m + 144, 0x2222);
	fake_put64(&dump, MDATA + KALLSYMS, MDATA + SYMTAB);
	fake_put32(&dump, MDATA + KALLSYMS + 8, array_size(syms));
	fake_put64(&dump, MDATA + KALLSYMS + 16, MDATA + STRTAB);
	fake_put64(&dump, MDATA + KALLSYMS + 24, MDATA + TYPETAB);
	memcpy(fake_at(&dump, MDATA + SYMTAB, sizeof(syms)), syms, sizeof(syms));
	memcpy(fake_at(&dump, MDATA + STRTAB, sizeof(names)), names, sizeof(names));
	memcpy(fake_at(&dump, MDATA + TYPETAB, 6), " tttdU", 6);
	/* btf_modules -> btf_module { list, btf, module } */
	fake_put64(&dump, DATA + BTF_MODULES, DATA + BTF_MODULE);
	fake_put64(&dump, DATA + BTF_MODULE, DATA + BTF_MODULES);
	fake_put64(&dump, DATA + BTF_MODULE + 16, DATA + BTF_STRUCT);
	fake_put64(&dump, DATA + BTF_MODULE + 24, m);
}

static void add_symbols(void)
{
	const struct fake_sym syms[] = {
		{0, "D__per_cpu_start"},
		{0x19000, "Dcpu_number"},
		{0x20000, "D__per_cpu_end"},
		{TEXT, "T_stext"},
		{TEXT, "T_text"},
		{TEXT + 0x100, "tfirst"},
		{TEXT + 0x180, "Tsecond"},
		{TEXT + 0x1000, "T_etext"},
		{INIT, "T_sinittext"},
		{INIT + 0x20, "tstart_up"},
		{INIT + 0x1000, "T_einittext"},
		{BTF_AT, "D__start_BTF"},
		{btf_end, "D__stop_BTF"},
		{DATA + PER_CPU_OFFSET, "D__per_cpu_offset"},
		{DATA + NR_CPU_IDS, "Dnr_cpu_ids"},
		{DATA + MODULES, "dmodules"},
		{DATA + BTF_MODULES, "dbtf_modules"},
		{DATA + SYSTEM_STATE, "Dsystem_state"},
		{DATA + INIT_TASK, "Dinit_task"},
		{DATA + 0x1000, "B_end"},
	};
	struct inq_kallsyms_tables t =
		fake_tables(syms, array_size(syms), INQ_KALLSYMS_ABSOLUTE_PERCPU, TEXT, 0);

	fake_layout(&dump, &t, BTF_AT - 0x1000, true);
	fake_info(&dump, "\nSYMBOL(_stext)=%llx\nKERNELOFFSET=1000000\n", (long long)TEXT);
	inq_kallsyms_tables_deinit(&t);
}

static int make_dump(void **state)
{
	(void)state;
	fake_region(&dump, DATA, 0x1000);
	fake_region(&dump, PERCPU0 + 0x19000, 8);
	fake_region(&dump, PERCPU1 + 0x19000, 8);
	fake_put32(&dump, PERCPU1 + 0x19000, 1);
	fake_put64(&dump, DATA + PER_CPU_OFFSET, PERCPU0);
	fake_put64(&dump, DATA + PER_CPU_OFFSET + 8, PERCPU1);
	fake_put32(&dump, DATA + NR_CPU_IDS, 2);
	fake_put32(&dump, DATA + SYSTEM_STATE, 3);
	fake_put64(&dump, DATA + MODULES, MDATA + THIS_MODULE + 8);
	add_module();
	add_btf();
	add_symbols();
	return 0;
}

static int setup(void **state)
{
	make_dump(state);
	assert_null(inq_kernel_create(&dump, NULL, &gaps, &k));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	inq_kernel_destroy(k);
	k = NULL;
	inq_kernel_gaps_deinit(&gaps);
	fake_deinit(&dump);
	return 0;
}

static void test_all_parts_are_loaded_without_gaps(void **state)
{
	(void)state;
	assert_int_equal(gaps.n, 0);
	assert_string_equal(k->symbols_from, "kallsyms");
	assert_string_equal(k->types_from, "btf");
	assert_int_equal(k->nr_cpus, 2);
	assert_int_equal(k->kaslr_offset, 0x1000000);
	assert_int_equal(k->modules->n, 1);
}

static void expect_text(uint64_t addr, const char *text)
{
	char buf[600];

	assert_string_equal(inq_symbol_format(k, addr, buf, sizeof(buf)), text);
}

static void test_addresses_are_printed_as_the_kernel_does(void **state)
{
	char buf[600];

	(void)state;
	expect_text(TEXT + 0x123, "first+0x23/0x80");
	expect_text(TEXT, "_stext+0x0/0x100");
	expect_text(TEXT + 0xfff, "second+0xe7f/0xe80");
	expect_text(MOD + 0x12, "helper+0x2/0x30 [sample]");
	expect_text(MOD + 0x41, "helper_exit+0x1/0xfc0 [sample]");
	expect_text(MDATA + 0x18, "table+0x8/0xff0 [sample]");
	expect_text(0x18, "0x18");
	expect_text(0xffff888000001000, "0xffff888000001000");
	expect_text(MOD + 8, "0xffffffffc0100008"); /* before its first symbol */
	assert_string_equal(inq_symbol_format(k, MOD + 0x12, buf, 4), "hel");
}

static void test_symbols_are_found_by_name_in_image_and_module(void **state)
{
	struct inq_symbol sym;

	(void)state;
	assert_true(inq_symbol_by_name(k, "second", &sym));
	assert_int_equal(sym.addr, TEXT + 0x180);
	assert_null(sym.module);
	assert_int_equal(sym.type, 'T');
	assert_true(inq_symbol_by_name(k, "helper", &sym));
	assert_int_equal(sym.addr, MOD + 0x10);
	assert_int_equal(sym.size, 0x18);
	assert_int_equal(sym.room, 0x30);
	assert_string_equal(sym.module->name, "sample");
	assert_false(inq_symbol_by_name(k, "missing", &sym)); /* undefined in the module */
	assert_int_equal(inq_symbol_addr(k, "helper"), 0);
}

static void test_percpu_symbols(void **state)
{
	struct inq_symbol sym;
	uint64_t v;

	(void)state;
	assert_int_equal(inq_percpu_addr(k, 0x19000, 1), PERCPU1 + 0x19000);
	assert_int_equal(inq_percpu_addr(k, 0x19000, 2), 0);
	assert_true(inq_kernel_try_percpu(k, "cpu_number", 1, 4, &v));
	assert_int_equal(v, 1);
	assert_false(inq_kernel_try_percpu(k, "cpu_number", 7, 4, &v));
	assert_true(inq_symbol_percpu(k, 0x19004, &sym));
	assert_string_equal(sym.name, "cpu_number");
	assert_false(inq_symbol_percpu(k, 0x20000, &sym));
	assert_false(inq_symbol_percpu(k, TEXT, &sym));
}

static void test_text_is_what_can_run(void **state)
{
	(void)state;
	assert_true(inq_kernel_is_text(k, TEXT));
	assert_true(inq_kernel_is_text(k, TEXT + 0xfff));
	assert_false(inq_kernel_is_text(k, TEXT + 0x1000));
	assert_false(inq_kernel_is_text(k, INIT + 0x20)); /* freed after boot */
	assert_false(inq_kernel_is_text(k, DATA));
	assert_true(inq_kernel_is_text(k, MOD));
	assert_false(inq_kernel_is_text(k, MDATA));
	assert_false(inq_kernel_is_text(k, 0));
}

static void test_init_text_is_text_while_booting(void **state)
{
	struct inq_kernel_gaps none = {0};

	(void)state;
	inq_kernel_destroy(k);
	fake_put32(&dump, DATA + SYSTEM_STATE, 0);
	assert_null(inq_kernel_create(&dump, NULL, &none, &k));
	assert_true(inq_kernel_is_text(k, INIT + 0x20));
	fake_put32(&dump, DATA + SYSTEM_STATE, 3);
}

static void test_modules_are_read(void **state)
{
	size_t n;
	const struct inq_module *m = inq_modules(k, &n);

	(void)state;
	assert_int_equal(n, 1);
	assert_string_equal(m->name, "sample");
	assert_int_equal(m->addr, MDATA);
	assert_int_equal(m->taints, 0x3000);
	assert_int_equal(m->nr_ranges, 2);
	assert_int_equal(m->ranges[0].end, MOD + 0x1000);
	assert_true(m->ranges[0].text);
	assert_false(m->ranges[1].text);
	assert_int_equal(m->orc_num, 24);
	assert_int_equal(m->orc_ip, 0x1111);
	assert_int_equal(m->orc, 0x2222);
	assert_ptr_equal(inq_module_by_addr(k, MDATA + 4), m);
	assert_null(inq_module_by_addr(k, MOD + 0x2000));
	assert_ptr_equal(inq_module_by_name(k, "sample"), m);
	assert_null(inq_module_by_name(k, "samples"));
}

static void test_module_types_build_on_the_image(void **state)
{
	const struct inq_module *m = inq_module_by_name(k, "sample");
	struct inq_type t, image;
	struct inq_member member;

	(void)state;
	assert_true(inq_type_find_struct(k, "private_thing", &t));
	assert_true(inq_type_member(t, "value", &member));
	assert_true(inq_type_find_struct(k, "list_head", &image));
	/* a type of the image is the image's, from wherever it is reached */
	assert_ptr_equal(member.type.btf, image.btf);
	assert_true(inq_type_find_func(k, "helper", m, &t));
	assert_false(inq_type_find_func(k, "helper", NULL, &t));
}

static void test_a_modules_broken_types_are_told(void **state)
{
	const struct inq_module *m = inq_module_by_name(k, "sample");
	struct inq_type t;

	(void)state;
	assert_null(inq_module_types_lost(k, m)); /* nobody asked for them */
	fake_put32(&dump, m->btf_data, 0);
	assert_false(inq_type_find_struct(k, "private_thing", &t));
	assert_non_null(inq_module_types_lost(k, m));
}

static void test_a_broken_module_list_is_a_gap(void **state)
{
	struct inq_kernel_gaps found = {0};

	(void)state;
	inq_kernel_destroy(k);
	fake_put64(&dump, MDATA + THIS_MODULE + 8, 0xdead000000000100);
	assert_null(inq_kernel_create(&dump, NULL, &found, &k));
	assert_int_equal(k->modules->n, 1);
	assert_int_equal(found.n, 1);
	assert_string_equal(found.v[0].what, "modules");
	assert_int_equal(found.v[0].addr, 0xdead000000000100);
	inq_kernel_gaps_deinit(&found);
	fake_put64(&dump, MDATA + THIS_MODULE + 8, DATA + MODULES);
}

static void test_a_kernel_without_types_still_has_symbols(void **state)
{
	struct inq_kernel_gaps found = {0};
	struct inq_type t;

	(void)state;
	inq_kernel_destroy(k);
	fake_put32(&dump, BTF_AT, 0);
	assert_null(inq_kernel_create(&dump, NULL, &found, &k));
	assert_string_equal(k->types_from, "none");
	assert_true(found.n >= 1);
	assert_string_equal(found.v[0].what, "types");
	expect_text(TEXT + 0x123, "first+0x23/0x80");
	assert_false(inq_type_find_struct(k, "module", &t));
	inq_kernel_gaps_deinit(&found);
}

/* This program has DWARF and no BTF: as good a vmlinux as any. */
static void test_types_come_from_dwarf_where_there_is_no_btf(void **state)
{
	struct inq_kernel_gaps found = {0};
	struct inq_type t;

	(void)state;
	inq_kernel_destroy(k);
	fake_put32(&dump, BTF_AT, 0);
	assert_null(inq_kernel_create(&dump, "/proc/self/exe", &found, &k));
	if (strcmp(k->types_from, "dwarf") != 0) {
		inq_kernel_gaps_deinit(&found);
		skip(); /* built without debug information, or without libdw */
	}
	assert_true(inq_type_find_struct(k, "inq_kernel_gaps", &t));
	assert_int_equal(inq_type_size(t), sizeof(found));
	for (size_t i = 0; i < found.n; i++)
		assert_string_not_equal(found.v[i].what, "types");
	inq_kernel_gaps_deinit(&found);
}

static void use_everything(struct inq_kernel *some)
{
	cleanup_strbuf struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct inq_symbol sym;
	struct inq_type t, at;
	uint64_t v;

	inq_symbol_by_name(some, "helper", &sym);
	inq_symbol_by_name(some, "no such symbol", &sym);
	inq_symbol_by_addr(some, MOD + 0x12, &sym);
	inq_symbol_by_addr(some, TEXT + 0x123, &sym);
	inq_kernel_is_text(some, MOD + 0x12);
	inq_kernel_try_percpu(some, "cpu_number", 1, 4, &v);
	if (inq_type_find_struct(some, "private_thing", &t))
		inq_type_path_at(t, 0, 8, &sb, &at);
	inq_type_find_var(some, "modules", NULL, &t);
}

/* The n-th read fails, for every n: an error or a kernel with gaps, and everything can be asked. */
static void test_any_read_may_fail(void **state)
{
	bool created = false;

	(void)state;
	for (uint64_t n = 1; n < 200; n++) {
		struct inq_kernel_gaps found = {0};
		struct inq_kernel *partial = NULL;
		struct inq_error *err;

		dump.fail_at = n;
		err = inq_kernel_create(&dump, NULL, &found, &partial);
		if (!err) {
			created = true;
			use_everything(partial);
		}
		dump.fail_at = 0;
		inq_error_destroy(err);
		inq_kernel_destroy(partial);
		inq_kernel_gaps_deinit(&found);
	}
	assert_true(created);
}

/* Every byte of variables and of the module's data, each damaged in two ways. */
static void test_no_damaged_byte_is_dangerous(void **state)
{
	static const uint64_t ranges[][2] = {{DATA, DATA + 0x820}, {MDATA, MDATA + 0xd00}};

	(void)state;
	for (size_t r = 0; r < 2 * array_size(ranges); r++) {
		for (uint64_t a = ranges[r / 2][0]; a < ranges[r / 2][1]; a++) {
			struct inq_kernel_gaps found = {0};
			struct inq_kernel *odd = NULL;
			unsigned char *byte = fake_at(&dump, a, 1), was = *byte;
			struct inq_error *err;

			*byte = r % 2 ? 0xff : was ^ 0x10;
			err = inq_kernel_create(&dump, NULL, &found, &odd);
			if (!err)
				use_everything(odd);
			inq_error_destroy(err);
			inq_kernel_destroy(odd);
			inq_kernel_gaps_deinit(&found);
			*byte = was;
		}
	}
}

static void test_no_symbols_at_all_is_an_error(void **state)
{
	struct inq_kernel *none = NULL;
	struct inq_error *err;

	(void)state;
	dump.vmcoreinfo[0] = '\0';
	err = inq_kernel_create(&dump, NULL, &gaps, &none);
	assert_non_null(err);
	assert_int_equal(err->code, INQ_ERR_NOTFOUND);
	assert_null(none);
	inq_error_destroy(err);
}

static void test_compilers_clones_are_the_function(void **state)
{
	(void)state;
	assert_true(inq_symbol_is("do_exit", "do_exit"));
	assert_true(inq_symbol_is("do_exit.isra.0", "do_exit"));
	assert_true(inq_symbol_is("do_exit.constprop.0.isra.12", "do_exit"));
	assert_true(inq_symbol_is("do_exit.cold", "do_exit"));
	assert_true(inq_symbol_is("do_exit.part.0.cold", "do_exit"));
	assert_true(inq_symbol_is("do_exit.llvm.12345", "do_exit"));
	assert_false(inq_symbol_is("do_exit_group", "do_exit"));
	assert_false(inq_symbol_is("__do_exit", "do_exit"));
	assert_false(inq_symbol_is("do_exit.frozen", "do_exit"));
	assert_false(inq_symbol_is("do_exit.", "do_exit"));
	assert_string_equal(inq_symbol_plain("__pi_memcpy"), "memcpy");
	assert_string_equal(inq_symbol_plain("pipe_read"), "pipe_read");
	assert_false(inq_symbol_is("do_exi", "do_exit"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_all_parts_are_loaded_without_gaps, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_addresses_are_printed_as_the_kernel_does,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_symbols_are_found_by_name_in_image_and_module,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_percpu_symbols, setup, teardown),
		cmocka_unit_test_setup_teardown(test_text_is_what_can_run, setup, teardown),
		cmocka_unit_test_setup_teardown(test_init_text_is_text_while_booting, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_modules_are_read, setup, teardown),
		cmocka_unit_test_setup_teardown(test_module_types_build_on_the_image, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_a_modules_broken_types_are_told, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_a_broken_module_list_is_a_gap, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_a_kernel_without_types_still_has_symbols,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_types_come_from_dwarf_where_there_is_no_btf,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_any_read_may_fail, make_dump, teardown),
		cmocka_unit_test_setup_teardown(test_no_damaged_byte_is_dangerous, make_dump,
						teardown),
		cmocka_unit_test_setup_teardown(test_no_symbols_at_all_is_an_error, make_dump,
						teardown),
		cmocka_unit_test(test_compilers_clones_are_the_function),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
