// SPDX-License-Identifier: GPL-2.0-or-later
#include "openbytes.h"

#include <elf.h>
#include <sys/stat.h>

#include "util/banned.h"

static const char greeting[] = "hello from the kernel image";

static struct mkdump *machine(int levels)
{
	struct mkdump *m = mkdump_create(levels);

	mkdump_put(m, MKDUMP_IMAGE + 0x100, greeting, sizeof(greeting));
	mkdump_text(m, "SYMBOL(init_uts_ns)=ffffffff81000800");
	mkdump_cpu(m, 0x1111, 0x2222, 0x2);
	mkdump_cpu(m, 0x3333, 0x4444, 0x202);
	return m;
}

static void expect_machine(struct inq_dump *dump, const char *format)
{
	const struct inq_dump_info *info = inq_dump_get_info(dump);
	const void *note;
	size_t len;
	char buf[64];

	assert_string_equal(info->format, format);
	assert_string_equal(info->arch, "x86_64");
	assert_string_equal(info->release, "6.1.0-test");
	assert_string_equal(info->build_id, "0123456789abcdef");
	assert_int_equal(info->dumped_at, 1700000000);
	assert_int_equal(info->ncpus, 2);
	assert_true(info->complete);
	assert_true(inq_dump_try_cstr(dump, MKDUMP_IMAGE + 0x100, buf, sizeof(buf)));
	assert_string_equal(buf, greeting);
	assert_true(inq_dump_prstatus(dump, 1, &note, &len));
	assert_int_equal(len, 336);
	assert_int_equal(((const unsigned char *)note)[112 + 16 * 8], 0x33);
	assert_false(inq_dump_prstatus(dump, 2, &note, &len));
}

static void opens_every_page_format(void **state)
{
	struct mkdump *m = machine(4);

	(void)state;
	for (int f = MKDUMP_ELF; f <= MKDUMP_KDUMP_ZSTD; f++) {
		struct inq_dump *dump = must_open(m, (enum mkdump_format)f);

		expect_machine(dump, f == MKDUMP_ELF ? "elf" : "kdump");
		assert_int_equal(inq_dump_get_info(dump)->filtered, f != MKDUMP_ELF);
		inq_dump_destroy(dump);
	}
	mkdump_destroy(m);
}

static void opens_a_kdump_header_without_a_machine_name(void **state)
{
	struct mkdump *m = machine(5);
	struct inq_dump *dump;

	(void)state;
	mkdump_machine(m, "");
	dump = must_open(m, MKDUMP_KDUMP_ZLIB);
	expect_machine(dump, "kdump");
	inq_dump_destroy(dump);
	mkdump_destroy(m);
}

static void opens_flattened_and_heeds_the_order_of_records(void **state)
{
	struct mkdump *m = machine(4);

	(void)state;
	for (int f = MKDUMP_ELF; f <= MKDUMP_KDUMP_ZLIB; f++) {
		size_t len, flat_len;
		unsigned char *bytes = mkdump_bytes(m, (enum mkdump_format)f, &len);
		unsigned char *flat = mkdump_flatten(bytes, len, 3000, &flat_len);
		struct inq_dump *dump = must_open_bytes(flat, flat_len);

		expect_machine(dump, f == MKDUMP_ELF ? "elf-flattened" : "kdump-flattened");
		inq_dump_destroy(dump);
		/* Without its end mark it is not complete. */
		dump = must_open_bytes(flat, flat_len - 16);
		assert_false(inq_dump_get_info(dump)->complete);
		inq_dump_destroy(dump);
		free(bytes);
		free(flat);
	}
	mkdump_destroy(m);
}

static const char *const suffixes[] = {".gz", ".bz2", ".xz", ".zst", ".lz4"};

static void opens_wrapped(void **state)
{
	struct mkdump *m = machine(4);
	size_t len, flat_len;
	unsigned char *bytes = mkdump_bytes(m, MKDUMP_KDUMP_ZLIB, &len);
	unsigned char *flat = mkdump_flatten(bytes, len, 4096, &flat_len);

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		size_t n, n2;
		unsigned char *w = mkdump_wrap(flat, flat_len, suffixes[i], &n);
		struct inq_dump *dump = must_open_bytes(w, n);
		char format[40];

		snprintf(format, sizeof(format), "kdump-flattened%s", suffixes[i]);
		expect_machine(dump, format);
		inq_dump_destroy(dump);
		free(w);
		w = mkdump_wrap(bytes, len, suffixes[i], &n2);
		dump = must_open_bytes(w, n2);
		snprintf(format, sizeof(format), "kdump%s", suffixes[i]);
		expect_machine(dump, format);
		inq_dump_destroy(dump);
		free(w);
	}
	free(bytes);
	free(flat);
	mkdump_destroy(m);
}

/* As pigz, pbzip2 and pzstd write it: one stream after the other. */
static void opens_wrapped_in_several_streams(void **state)
{
	struct mkdump *m = machine(4);
	size_t len;
	unsigned char *bytes = mkdump_bytes(m, MKDUMP_ELF, &len);

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		size_t n1, n2, half = len / 2;
		unsigned char *w1 = mkdump_wrap(bytes, half, suffixes[i], &n1);
		unsigned char *w2 = mkdump_wrap(bytes + half, len - half, suffixes[i], &n2);
		unsigned char *both = malloc(n1 + n2 + 512);
		struct inq_dump *dump;
		char format[16];

		assert_non_null(both);
		memcpy(both, w1, n1);
		memcpy(both + n1, w2, n2);
		memset(both + n1 + n2, 0, 512);
		snprintf(format, sizeof(format), "elf%s", suffixes[i]);
		dump = must_open_bytes(both, n1 + n2);
		expect_machine(dump, format);
		inq_dump_destroy(dump);
		/* Padding at the end, as tapes and some tools leave it, is no damage. */
		dump = must_open_bytes(both, n1 + n2 + 512);
		expect_machine(dump, format);
		inq_dump_destroy(dump);
		/* Cut in the second stream: what came before is there. */
		dump = must_open_bytes(both, n1 + n2 / 2);
		assert_false(inq_dump_get_info(dump)->complete);
		inq_dump_destroy(dump);
		free(w1);
		free(w2);
		free(both);
	}
	free(bytes);
	mkdump_destroy(m);
}

static void expect_refused(const void *bytes, size_t len, enum inq_error_code code,
			   const char *text)
{
	struct inq_dump *dump = NULL;

	expect_error(open_bytes(bytes, len, &dump), code, text);
	assert_null(dump);
}

static void says_what_a_file_that_is_no_dump_looks_like(void **state)
{
	static const char text[] = "[    0.000000] Linux version 6.1.0\n";
	unsigned char junk[100] = {0x80, 0x01, 0x02};
	unsigned char zeros[5000] = {0};
	Elf64_Ehdr eh = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
			 .e_machine = EM_X86_64};
	unsigned char *w;
	size_t n;

	(void)state;
	expect_refused("", 0, INQ_ERR_NOTSUP, "empty");
	expect_refused(text, sizeof(text) - 1, INQ_ERR_NOTSUP, "a text file");
	expect_refused(junk, sizeof(junk), INQ_ERR_NOTSUP, "unknown");
	expect_refused(zeros, sizeof(zeros), INQ_ERR_NOTSUP, "zeros");
	eh.e_type = ET_EXEC;
	expect_refused(&eh, sizeof(eh), INQ_ERR_NOTSUP, "an ELF executable");
	eh.e_type = ET_REL;
	expect_refused(&eh, sizeof(eh), INQ_ERR_NOTSUP, "relocatable");
	eh.e_type = ET_CORE;
	eh.e_machine = EM_AARCH64;
	expect_refused(&eh, sizeof(eh), INQ_ERR_NOTSUP, "aarch64");
	eh.e_machine = EM_X86_64;
	expect_refused(&eh, sizeof(eh), INQ_ERR_BADDATA, "program headers");
	expect_refused(&eh, 50, INQ_ERR_BADDATA, "cut off");
	w = mkdump_wrap((const unsigned char *)text, sizeof(text), ".gz", &n);
	expect_refused(w, n, INQ_ERR_NOTSUP, "a gz file of something else");
	free(w);
}

static void refuses_what_is_no_regular_file_without_waiting(void **state)
{
	char path[] = "/tmp/inquest-test.XXXXXX";
	struct inq_dump *dump = NULL;

	(void)state;
	expect_error(inq_dump_open("/nonexistent/vmcore", &dump), INQ_ERR_OS, "No such file");
	expect_error(inq_dump_open("/", &dump), INQ_ERR_OS, "is a directory");
	expect_error(inq_dump_open("/dev/zero", &dump), INQ_ERR_OS, "no regular file");
	assert_non_null(mkdtemp(path));
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	expect_error(inq_dump_open(path, &dump), INQ_ERR_OS, "no regular file");
	unlink(path);
}

static void tells_a_process_core_from_a_kernel_without_vmcoreinfo(void **state)
{
	struct mkdump *m = mkdump_create(4);
	unsigned char *bytes;
	size_t len;

	(void)state;
	mkdump_no_vmcoreinfo(m);
	mkdump_cpu(m, 1, 2, 3);
	bytes = mkdump_bytes(m, MKDUMP_ELF, &len);
	expect_refused(bytes, len, INQ_ERR_NOTFOUND, "-device vmcoreinfo");
	free(bytes);
	mkdump_note(m, "CORE", NT_PRPSINFO, "", 1);
	bytes = mkdump_bytes(m, MKDUMP_ELF, &len);
	expect_refused(bytes, len, INQ_ERR_NOTSUP, "user-space process");
	free(bytes);
	mkdump_destroy(m);
}

static void names_a_foreign_architecture_of_a_kdump(void **state)
{
	struct mkdump *m = machine(4);
	unsigned char *bytes;
	size_t len;

	(void)state;
	mkdump_machine(m, "s390x");
	bytes = mkdump_bytes(m, MKDUMP_KDUMP_RAW, &len);
	expect_refused(bytes, len, INQ_ERR_NOTSUP, "s390x");
	free(bytes);
	mkdump_destroy(m);
}

/* A hypervisor's dump without the note: the kernel's own copy in memory will do. */
static void finds_vmcoreinfo_in_memory(void **state)
{
	struct mkdump *m = machine(4);
	static const char other[] = "OSRELEASE=5.5.5-old\nSYMBOL(swapper_pg_dir)=1\n"
				    "SYMBOL(init_uts_ns)=ffffffff81000800\nNUMBER(phys_base)=0\n";
	char *text = mkdump_vmcoreinfo(m);

	(void)state;
	mkdump_put(m, UINT64_C(0xffff888000001000), other, sizeof(other));
	mkdump_put(m, UINT64_C(0xffff888000002000), text, strlen(text) + 1);
	mkdump_put(m, MKDUMP_IMAGE + 0x800 + 130, "6.1.0-test", 11);
	mkdump_no_vmcoreinfo(m);
	free(text);
	for (int f = MKDUMP_ELF; f <= MKDUMP_KDUMP_ZLIB; f++) {
		struct inq_dump *dump = must_open(m, (enum mkdump_format)f);

		expect_machine(dump, f == MKDUMP_ELF ? "elf" : "kdump");
		inq_dump_destroy(dump);
	}
	mkdump_destroy(m);
}

static void set32(unsigned char *bytes, size_t at, uint32_t v)
{
	memcpy(bytes + at, &v, sizeof(v));
}

static void refuses_impossible_kdump_headers(void **state)
{
	static const struct {
		size_t at;
		uint32_t value;
	} damages[] = {
		{8, 0},		      /* header_version */
		{428, 0},	      /* block_size */
		{428, 512},	      /* block_size */
		{432, 0},	      /* sub_hdr_size */
		{432, 0x7fffffff},    /* sub_hdr_size */
		{436, 0},	      /* bitmap_blocks */
		{436, 0xffffffff},    /* bitmap_blocks */
		{4096 + 52, 0x10},    /* offset_note */
		{4096 + 60, 0x10},    /* size_note */
		{4096 + 100, 0x10},   /* max_mapnr_64 */
		{4096 + 96, 0xfffff}, /* max_mapnr_64: more than the bitmaps' bits */
	};
	struct mkdump *m = machine(4);
	size_t len;
	unsigned char *good = mkdump_bytes(m, MKDUMP_KDUMP_ZLIB, &len);
	unsigned char *bytes = malloc(len);

	(void)state;
	assert_non_null(bytes);
	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		memcpy(bytes, good, len);
		set32(bytes, damages[i].at, damages[i].value);
		expect_refused(bytes, len, INQ_ERR_BADDATA, "");
	}
	free(bytes);
	free(good);
	mkdump_destroy(m);
}

static void knows_that_makedumpfile_ran_out_of_room(void **state)
{
	struct mkdump *m = machine(4);
	size_t len;
	unsigned char *bytes = mkdump_bytes(m, MKDUMP_KDUMP_ZLIB, &len);
	struct inq_dump *dump;

	(void)state;
	set32(bytes, 424, 0x8); /* DUMP_DH_COMPRESSED_INCOMPLETE */
	dump = must_open_bytes(bytes, len);
	assert_false(inq_dump_get_info(dump)->complete);
	inq_dump_destroy(dump);
	free(bytes);
	mkdump_destroy(m);
}

static void answers_from_vmcoreinfo(void **state)
{
	struct mkdump *m = machine(4);
	struct inq_dump *dump;
	uint64_t v = 7;

	(void)state;
	mkdump_text(m, "NUMBER(negative)=-5");
	mkdump_text(m, "NUMBER(words)=5 apples");
	mkdump_text(m, "NUMBER(huge)=99999999999999999999999");
	dump = must_open(m, MKDUMP_ELF);
	assert_non_null(strstr(inq_dump_vmcoreinfo(dump), "OSRELEASE=6.1.0-test\n"));
	assert_true(inq_dump_vmcoreinfo_symbol(dump, "_stext", &v));
	assert_true(v == MKDUMP_IMAGE);
	assert_true(inq_dump_vmcoreinfo_num(dump, "NUMBER(negative)", 10, &v));
	assert_true(v == (uint64_t)-5);
	assert_false(inq_dump_vmcoreinfo_num(dump, "NUMBER(words)", 10, &v));
	assert_false(inq_dump_vmcoreinfo_num(dump, "NUMBER(huge)", 10, &v));
	assert_false(inq_dump_vmcoreinfo_num(dump, "NUMBER(neg", 10, &v));
	assert_true(v == (uint64_t)-5);
	inq_dump_destroy(dump);
	mkdump_destroy(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opens_every_page_format),
		cmocka_unit_test(opens_a_kdump_header_without_a_machine_name),
		cmocka_unit_test(opens_flattened_and_heeds_the_order_of_records),
		cmocka_unit_test(opens_wrapped),
		cmocka_unit_test(opens_wrapped_in_several_streams),
		cmocka_unit_test(says_what_a_file_that_is_no_dump_looks_like),
		cmocka_unit_test(refuses_what_is_no_regular_file_without_waiting),
		cmocka_unit_test(tells_a_process_core_from_a_kernel_without_vmcoreinfo),
		cmocka_unit_test(finds_vmcoreinfo_in_memory),
		cmocka_unit_test(names_a_foreign_architecture_of_a_kdump),
		cmocka_unit_test(refuses_impossible_kdump_headers),
		cmocka_unit_test(knows_that_makedumpfile_ran_out_of_room),
		cmocka_unit_test(answers_from_vmcoreinfo),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
