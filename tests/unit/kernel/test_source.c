// SPDX-License-Identifier: GPL-2.0-or-later
/* Source lines out of DWARF: source_sample.c, as an image and as a module (paths in argv). */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <bpf/btf.h>

#include "fake.h"
#include "kernel/source.h"

enum { IN_BEATS = 102, IN_HUM = 108, FILE_MAX = 1 << 20 };
#define KASLR  UINT64_C(0x1e000000)
#define IMAGE  UINT64_C(0xffffffff81000000)
#define MODULE UINT64_C(0xffffffffc0000000)

static const char *image, *folder;
static struct inq_dump dump;
static struct inq_kernel *k;

struct function {
	uint64_t addr, size;
};

/* hum() in @path: a 64-bit ELF file that the compiler has just made. */
static struct function find_hum(const char *path)
{
	unsigned char *b = calloc(1, FILE_MAX);
	struct function found = {0};
	FILE *f = fopen(path, "rbe");
	const Elf64_Ehdr *e = (const void *)b;

	assert_true(f && b);
	assert_true(fread(b, 1, FILE_MAX, f) > sizeof(*e));
	fclose(f);
	for (int i = 0; i < e->e_shnum; i++) {
		const Elf64_Shdr *s = (const Elf64_Shdr *)(b + e->e_shoff) + i;
		const Elf64_Shdr *names = (const Elf64_Shdr *)(b + e->e_shoff) + s->sh_link;

		for (uint64_t n = 0; s->sh_type == SHT_SYMTAB && n < s->sh_size / 24; n++) {
			const Elf64_Sym *sym = (const Elf64_Sym *)(b + s->sh_offset) + n;

			if (!strcmp((const char *)b + names->sh_offset + sym->st_name, "hum"))
				found = (struct function){sym->st_value, sym->st_size};
		}
	}
	free(b);
	assert_true(found.size);
	return found;
}

static void add_symbol(struct inq_symvec *s, const char *name, uint64_t addr, uint64_t size)
{
	const struct inq_symvec_entry e = {.addr = addr, .size = size, .type = 'T'};

	s->strtab = strdup(name);
	assert_non_null(s->strtab);
	s->strtab_len = strlen(name) + 1;
	assert_true(inq_symvec_add(s, &e));
	inq_symvec_sort(s);
}

/* An image that has nothing but hum(), at @addr. */
static void add_image(uint64_t addr, uint64_t size)
{
	k->symtab->text = addr;
	k->symtab->end = addr + size;
	add_symbol(&k->symtab->vmlinux, "hum", addr, size);
}

/* Module @name, whose hum() is at MODULE. */
static void add_module(const char *name, uint64_t size)
{
	struct inq_modules *m = k->modules;

	m->n = 1;
	m->v = calloc(1, sizeof(*m->v));
	m->data = calloc(1, sizeof(*m->data));
	assert_true(m->v && m->data);
	memcpy(m->v->name, name, strlen(name));
	m->v->ranges[0] = (struct inq_module_range){MODULE, MODULE + 0x1000, true, false};
	m->v->nr_ranges = 1;
	m->data->symbols_tried = true;
	add_symbol(&m->data->symbols, "hum", MODULE, size);
}

static int setup(void **state)
{
	(void)state;
	k = fake_kernel(&dump);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	inq_kernel_destroy(k);
	fake_deinit(&dump);
	return 0;
}

/* Of hum() at @addr: its own lines and those of what was inlined, which are named so. */
static void expect_lines(uint64_t addr, uint64_t size)
{
	struct inq_source_line l[INQ_SOURCE_DEPTH];
	size_t plain = 0, inlined = 0;

	for (uint64_t at = addr; at < addr + size; at++) {
		size_t n = inq_source_of(k, at, l, INQ_SOURCE_DEPTH);

		assert_in_range(n, 1, 2);
		assert_string_equal(l[0].file, "kernel/drum.c");
		assert_string_equal(l[n - 1].function, "hum");
		plain += n == 1;
		if (n == 2 && l[0].line == IN_BEATS) {
			assert_string_equal(l[0].function, "beats");
			assert_string_equal(l[1].file, "kernel/drum.c");
			assert_int_equal(l[1].line, IN_HUM);
			inlined++;
		}
	}
	assert_true(plain && inlined);
}

static void test_lines_of_the_image_wherever_it_was_moved(void **state)
{
	struct function hum = find_hum(image);

	(void)state;
	k->kaslr_offset = KASLR;
	add_image(hum.addr + KASLR, hum.size);
	assert_null(inq_source_open(k, image, NULL));
	assert_true(inq_source_available(k));
	expect_lines(hum.addr + KASLR, hum.size);
}

static void test_no_more_than_the_caller_has_room_for(void **state)
{
	struct function hum = find_hum(image);
	struct inq_source_line l[2] = {0};

	(void)state;
	add_image(hum.addr, hum.size);
	assert_null(inq_source_open(k, image, NULL));
	for (uint64_t at = hum.addr; at < hum.addr + hum.size; at++)
		assert_int_equal(inq_source_of(k, at, l, 1), 1);
	assert_null(l[1].function);
	assert_int_equal(inq_source_of(k, hum.addr, l, 0), 0);
	assert_int_equal(inq_source_of(k, hum.addr - 1, l, 2), 0); /* in no function */
}

static void test_lines_of_a_module(void **state)
{
	uint64_t size = find_hum(image).size;

	(void)state;
	add_module("drum", size);
	assert_null(inq_source_open(k, NULL, folder));
	expect_lines(MODULE, size);
}

/* An image that has types, none of them a drum. */
static void add_types(void)
{
	struct btf *b = btf__new_empty();
	const void *raw;
	uint32_t len;

	assert_true(btf__add_int(b, "int", 4, BTF_INT_SIGNED) > 0);
	raw = btf__raw_data(b, &len);
	assert_null(inq_btf_create(raw, len, NULL, &k->types->image));
	btf__free(b);
	k->types_from = "btf";
}

static void test_types_of_a_module_without_btf(void **state)
{
	struct inq_type t;

	(void)state;
	add_types();
	add_module("drum", find_hum(image).size);
	assert_null(inq_source_open(k, NULL, folder));
	assert_true(inq_type_find_struct(k, "drum", &t));
	assert_int_equal(inq_type_size(t), 16);
	assert_true(inq_type_is_modules(t));
	assert_true(inq_type_find_var(k, "drums", &k->modules->v[0], &t));
	assert_int_equal(inq_type_array_len(t), 2);
	assert_true(inq_type_find_func(k, "hum", &k->modules->v[0], &t));
	assert_null(inq_source_note(k, 0));
}

static void test_another_modules_file_is_refused_and_told(void **state)
{
	struct inq_type t;

	(void)state;
	add_types();
	add_module("drum", find_hum(image).size + 16);
	assert_null(inq_source_open(k, NULL, folder));
	assert_false(inq_type_find_struct(k, "drum", &t));
	assert_non_null(inq_source_note(k, 0));
	assert_non_null(
		strstr(inq_source_note(k, 0),
		       "drum.ko.debug: it is for another kernel, or its functions are not"));
	assert_null(inq_source_note(k, 1));
}

static void test_a_file_for_another_kernel_is_refused(void **state)
{
	const char *release = fake_release;
	struct inq_type t;

	(void)state;
	add_types();
	add_module("drum", find_hum(image).size);
	fake_release = "6.1.0-9-dru";
	assert_null(inq_source_open(k, NULL, folder));
	assert_false(inq_type_find_struct(k, "drum", &t));
	assert_non_null(inq_source_note(k, 0));
	fake_release = release;
}

/* A module's file of another build, or none. */
static void test_a_function_of_another_size_is_another_one(void **state)
{
	struct inq_source_line l[1];

	(void)state;
	add_module("drum", find_hum(image).size + 16);
	assert_null(inq_source_open(k, NULL, folder));
	assert_int_equal(inq_source_of(k, MODULE, l, 1), 0);
}

static void test_files_that_are_not_there_or_no_elf(void **state)
{
	struct inq_source_line l[1];

	(void)state;
	add_module("flute", 16);
	add_image(IMAGE, 16);
	assert_null(inq_source_open(k, "/dev/null", folder));
	assert_int_equal(inq_source_of(k, IMAGE, l, 1), 0);
	assert_int_equal(inq_source_of(k, MODULE, l, 1), 0);
	assert_int_equal(inq_source_of(k, MODULE, l, 1), 0); /* it is not looked for again */
	assert_false(k->no_memory);
}

static void test_without_files_there_are_no_lines(void **state)
{
	struct inq_source_line l[1];

	(void)state;
	add_image(IMAGE, 16);
	assert_null(inq_source_open(k, NULL, NULL));
	assert_false(inq_source_available(k));
	assert_int_equal(inq_source_of(k, IMAGE, l, 1), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lines_of_the_image_wherever_it_was_moved),
		TEST(test_no_more_than_the_caller_has_room_for),
		TEST(test_lines_of_a_module),
		TEST(test_types_of_a_module_without_btf),
		TEST(test_another_modules_file_is_refused_and_told),
		TEST(test_a_file_for_another_kernel_is_refused),
		TEST(test_a_function_of_another_size_is_another_one),
		TEST(test_files_that_are_not_there_or_no_elf),
		TEST(test_without_files_there_are_no_lines),
	};

	if (argc != 3)
		return 2;
	image = argv[1];
	folder = argv[2];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
