// SPDX-License-Identifier: GPL-2.0-or-later
/* ORC tables in each of their formats, and look-ups in them. */
#include "unwind/orc.h"

#include "fake_kernel.h"

#include "util/banned.h"

#define TEXT   UINT64_C(0xffffffff81000000)
#define IPS    UINT64_C(0xffffffff82000000)
#define ORC    UINT64_C(0xffffffff82100000)
#define LOOKUP UINT64_C(0xffffffff82200000)
#define MODULE UINT64_C(0xffffffffc0000000)

enum { ENTRIES = 64, STEP = 16 };

static struct fake_kernel f;

static uint64_t raw(int sp_off, int bp_off, unsigned int flags)
{
	return (uint64_t)(uint16_t)sp_off | (uint64_t)(uint16_t)bp_off << 16 |
	       (uint64_t)flags << 32;
}

/* The four formats that kernels have had. */
static const struct inq_orc_format v4_14 = {8, 2, 0, 10, false};
static const struct inq_orc_format v6_3 = {8, 2, 10, 11, false};
static const struct inq_orc_format v6_4 = {8, 3, 11, 0, false};
static const struct inq_orc_format v7_1 = {8, 3, 11, 0, true};

static void entries_mean_the_same_in_every_format(void **state)
{
	static const struct {
		const struct inq_orc_format *format;
		unsigned int flags;
		enum inq_orc_type type;
		enum inq_orc_reg sp_reg, bp_reg;
		bool signal;
	} cases[] = {
		{&v4_14, 0x005, INQ_ORC_CALL, INQ_ORC_REG_SP, INQ_ORC_REG_UNDEFINED, false},
		{&v4_14, 0x014, INQ_ORC_CALL, INQ_ORC_REG_BP, INQ_ORC_REG_PREV_SP, false},
		{&v4_14, 0x105, INQ_ORC_REGS, INQ_ORC_REG_SP, INQ_ORC_REG_UNDEFINED, true},
		{&v4_14, 0x205, INQ_ORC_REGS_PARTIAL, INQ_ORC_REG_SP, INQ_ORC_REG_UNDEFINED, true},
		{&v4_14, 0x400, INQ_ORC_END, INQ_ORC_REG_UNDEFINED, INQ_ORC_REG_UNDEFINED, false},
		{&v4_14, 0x000, INQ_ORC_UNDEFINED, INQ_ORC_REG_UNDEFINED, INQ_ORC_REG_UNDEFINED,
		 false},
		{&v4_14, 0x016, INQ_ORC_CALL, INQ_ORC_REG_R10, INQ_ORC_REG_PREV_SP, false},
		{&v4_14, 0x008, INQ_ORC_CALL, INQ_ORC_REG_BP_INDIRECT, INQ_ORC_REG_UNDEFINED,
		 false},
		{&v6_3, 0x005, INQ_ORC_CALL, INQ_ORC_REG_SP, INQ_ORC_REG_UNDEFINED, false},
		{&v6_3, 0x505, INQ_ORC_REGS, INQ_ORC_REG_SP, INQ_ORC_REG_UNDEFINED, true},
		{&v6_3, 0x105, INQ_ORC_REGS, INQ_ORC_REG_SP, INQ_ORC_REG_UNDEFINED, false},
		{&v6_3, 0x800, INQ_ORC_END, INQ_ORC_REG_UNDEFINED, INQ_ORC_REG_UNDEFINED, false},
		{&v6_4, 0x205, INQ_ORC_CALL, INQ_ORC_REG_SP, INQ_ORC_REG_UNDEFINED, false},
		{&v6_4, 0x209, INQ_ORC_CALL, INQ_ORC_REG_SP_INDIRECT, INQ_ORC_REG_UNDEFINED, false},
		{&v6_4, 0xb05, INQ_ORC_REGS, INQ_ORC_REG_SP, INQ_ORC_REG_UNDEFINED, true},
		{&v6_4, 0xc05, INQ_ORC_REGS_PARTIAL, INQ_ORC_REG_SP, INQ_ORC_REG_UNDEFINED, true},
		{&v6_4, 0x100, INQ_ORC_END, INQ_ORC_REG_UNDEFINED, INQ_ORC_REG_UNDEFINED, false},
		{&v6_4, 0x000, INQ_ORC_UNDEFINED, INQ_ORC_REG_UNDEFINED, INQ_ORC_REG_UNDEFINED,
		 false},
		{&v6_4, 0x700, INQ_ORC_UNDEFINED, INQ_ORC_REG_UNDEFINED, INQ_ORC_REG_UNDEFINED,
		 false},
		{&v7_1, 0x203, INQ_ORC_CALL, INQ_ORC_REG_SP, INQ_ORC_REG_UNDEFINED, false},
		{&v7_1, 0x284, INQ_ORC_CALL, INQ_ORC_REG_BP, INQ_ORC_REG_PREV_SP, false},
		{&v7_1, 0x201, INQ_ORC_CALL, INQ_ORC_REG_AX, INQ_ORC_REG_UNDEFINED, false},
		{&v7_1, 0x205, INQ_ORC_CALL, INQ_ORC_REG_DI, INQ_ORC_REG_UNDEFINED, false},
		{&v7_1, 0x209, INQ_ORC_CALL, INQ_ORC_REG_SP_INDIRECT, INQ_ORC_REG_UNDEFINED, false},
		{&v7_1, 0x20a, INQ_ORC_CALL, INQ_ORC_REG_BP_INDIRECT, INQ_ORC_REG_UNDEFINED, false},
		{&v7_1, 0x20f, INQ_ORC_CALL, INQ_ORC_REG_INVALID, INQ_ORC_REG_UNDEFINED, false},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		struct inq_orc_entry e =
			inq_orc_decode(cases[i].format, raw(24, -16, cases[i].flags));

		assert_int_equal(e.type, cases[i].type);
		assert_int_equal(e.sp_reg, cases[i].sp_reg);
		assert_int_equal(e.bp_reg, cases[i].bp_reg);
		assert_int_equal(e.signal, cases[i].signal);
		assert_int_equal(e.sp_offset, 24);
		assert_int_equal(e.bp_offset, -16);
	}
}

/* Mostly calls based on sp, some on bp, one interrupt entry, an end, a hole. */
static void assert_guessed(const struct inq_orc_format *want, unsigned int call_sp,
			   unsigned int call_bp, unsigned int regs, unsigned int end)
{
	uint64_t v[40];
	struct inq_orc_format got;

	for (unsigned int i = 0; i < array_size(v); i++)
		v[i] = raw(8 * (int)i, 0, i % 4 ? call_sp : call_bp);
	v[3] = raw(0, 0, regs);
	v[4] = raw(0, 0, end);
	v[5] = 0;
	got = inq_orc_guess_format(v, array_size(v));
	assert_int_equal(got.type_shift, want->type_shift);
	assert_int_equal(got.type_bits, want->type_bits);
	assert_int_equal(got.signal_bit, want->signal_bit);
	assert_int_equal(got.end_bit, want->end_bit);
	assert_int_equal(got.new_regs, want->new_regs);
}

static void format_shows_in_the_table_itself(void **state)
{
	(void)state;
	assert_guessed(&v4_14, 0x005, 0x014, 0x105, 0x400);
	assert_guessed(&v6_3, 0x005, 0x014, 0x505, 0x800);
	assert_guessed(&v6_4, 0x205, 0x214, 0xb05, 0x100);
	assert_guessed(&v7_1, 0x203, 0x284, 0xb03, 0x100);
}

/* ENTRIES functions of STEP bytes; entry i has sp_offset 8 * i. */
static void put_table(uint64_t text, uint64_t ips, uint64_t orc, unsigned int flags)
{
	for (unsigned int i = 0; i < ENTRIES; i++) {
		uint64_t r = raw(8 * (int)i, 0, flags);
		int32_t rel = (int32_t)(text + i * STEP - (ips + 4 * i));

		fake_put(&f, ips + 4 * i, &rel, 4);
		fake_put(&f, orc + 6 * i, &r, 6);
	}
}

static int setup(void **state)
{
	(void)state;
	fake_setup(&f);
	fake_memory(&f, IPS, 4096);
	fake_memory(&f, ORC, 4096);
	fake_memory(&f, LOOKUP, 4096);
	fake_symbol(&f, "_stext", TEXT, 0, true);
	fake_symbol(&f, "__start_orc_unwind_ip", IPS, 0, false);
	fake_symbol(&f, "__stop_orc_unwind_ip", IPS + 4 * ENTRIES, 0, false);
	fake_symbol(&f, "__start_orc_unwind", ORC, 0, false);
	put_table(TEXT, IPS, ORC, 0x205);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_teardown(&f);
	return 0;
}

static void assert_all_found(struct inq_orc *o)
{
	struct inq_orc_entry e;

	for (unsigned int i = 0; i < ENTRIES * STEP; i++) {
		assert_true(inq_orc_find(o, TEXT + i, &e));
		assert_int_equal(e.sp_offset, 8 * (i / STEP));
	}
	assert_false(inq_orc_find(o, TEXT - 1, &e));
}

static void every_address_finds_its_entry(void **state)
{
	struct inq_orc o;

	(void)state;
	assert_true(inq_orc_init(&o, &f.k));
	assert_all_found(&o);
	inq_orc_deinit(&o);
}

static void last_entry_ends_with_the_image(void **state)
{
	struct inq_orc_entry e;
	struct inq_orc o;

	(void)state;
	fake_symbol(&f, "_end", TEXT + 0x10000, 0, false);
	assert_true(inq_orc_init(&o, &f.k));
	assert_true(inq_orc_find(&o, TEXT + 0xffff, &e));
	assert_false(inq_orc_find(&o, TEXT + 0x10000, &e));
	inq_orc_deinit(&o);
}

static void second_look_up_reads_nothing(void **state)
{
	struct inq_orc_entry e;
	struct inq_orc o;
	uint64_t reads;

	(void)state;
	assert_true(inq_orc_init(&o, &f.k));
	assert_true(inq_orc_find(&o, TEXT + 100, &e));
	reads = f.reads;
	assert_true(inq_orc_find(&o, TEXT + 100, &e));
	assert_int_equal(f.reads, reads);
	inq_orc_deinit(&o);
}

static void kernels_index_saves_reads_and_is_not_trusted(void **state)
{
	uint64_t bisected, indexed;
	struct inq_orc_entry e;
	struct inq_orc o;

	(void)state;
	assert_true(inq_orc_init(&o, &f.k));
	bisected = f.reads;
	assert_true(inq_orc_find(&o, TEXT + 0x100, &e));
	bisected = f.reads - bisected;
	inq_orc_deinit(&o);

	fake_symbol(&f, "orc_lookup", LOOKUP, 0, false);
	fake_symbol(&f, "orc_lookup_end", LOOKUP + 4 * 5, 0, false);
	for (unsigned int i = 0; i < 5; i++) {
		uint32_t first = i < 4 ? i * 256 / STEP : ENTRIES - 1;

		fake_put(&f, LOOKUP + 4 * i, &first, 4);
	}
	assert_true(inq_orc_init(&o, &f.k));
	indexed = f.reads;
	assert_true(inq_orc_find(&o, TEXT + 0x100, &e));
	indexed = f.reads - indexed;
	assert_true(indexed < bisected);
	assert_all_found(&o);
	inq_orc_deinit(&o);

	/* An index of nonsense (backwards, too high, too low): the answers stay right. */
	for (unsigned int i = 0; i < 5; i++) {
		static const uint32_t nonsense[] = {0xffff, 50, 60, 0, 3};
		uint32_t first = nonsense[i];

		fake_put(&f, LOOKUP + 4 * i, &first, 4);
	}
	assert_true(inq_orc_init(&o, &f.k));
	assert_all_found(&o);
	inq_orc_deinit(&o);
}

static void bit_fields_of_the_types_win(void **state)
{
	struct inq_orc_entry e;
	struct inq_orc o;

	(void)state;
	/* A table that looks like 6.4's, and types that say otherwise. */
	fake_struct(&f, "orc_entry", 6);
	fake_member(&f, (struct fake_member){"orc_entry", "type", 5, 4, 0, 2});
	fake_member(&f, (struct fake_member){"orc_entry", "signal", 5, 4, 2, 1});
	fake_member(&f, (struct fake_member){"orc_entry", "end", 5, 4, 3, 1});
	assert_true(inq_orc_init(&o, &f.k));
	assert_int_equal(o.format.type_bits, 2);
	assert_int_equal(o.format.signal_bit, 10);
	assert_int_equal(o.format.end_bit, 11);
	assert_true(inq_orc_find(&o, TEXT, &e));
	assert_int_equal(e.type, INQ_ORC_REGS_PARTIAL);
	inq_orc_deinit(&o);
}

/* The same members as gcc lays them out: all in one 4-byte word. */
static void bit_fields_counted_from_their_word(void **state)
{
	struct inq_orc o;

	(void)state;
	fake_struct(&f, "orc_entry", 6);
	fake_member(&f, (struct fake_member){"orc_entry", "type", 4, 4, 8, 3});
	fake_member(&f, (struct fake_member){"orc_entry", "signal", 4, 4, 11, 1});
	assert_true(inq_orc_init(&o, &f.k));
	assert_int_equal(o.format.type_shift, 8);
	assert_int_equal(o.format.type_bits, 3);
	assert_int_equal(o.format.signal_bit, 11);
	assert_int_equal(o.format.end_bit, 0);
	inq_orc_deinit(&o);
}

static void module_has_its_own_tables(void **state)
{
	struct inq_orc_entry e;
	struct inq_orc o;

	(void)state;
	fake_memory(&f, MODULE, 0x4000);
	put_table(MODULE, MODULE + 0x2000, MODULE + 0x3000, 0x214);
	f.has_module = true;
	f.module = (struct inq_module){.orc_ip = MODULE + 0x2000,
				       .orc = MODULE + 0x3000,
				       .orc_num = ENTRIES,
				       .nr_ranges = 1};
	f.module.ranges[0] = (struct inq_module_range){MODULE, MODULE + 0x1000, true, false};
	assert_true(inq_orc_init(&o, &f.k));
	assert_true(inq_orc_find(&o, MODULE + 3 * STEP + 1, &e));
	assert_int_equal(e.sp_offset, 24);
	assert_int_equal(e.sp_reg, INQ_ORC_REG_BP);
	f.module.orc_num = UINT64_MAX;
	assert_false(inq_orc_find(&o, MODULE + 4 * STEP, &e));
	f.module.orc_num = 0;
	assert_false(inq_orc_find(&o, MODULE + 5 * STEP, &e));
	inq_orc_deinit(&o);
}

static void missing_or_absurd_tables_are_none(void **state)
{
	struct inq_orc_entry e;
	struct inq_orc o;

	(void)state;
	fake_teardown(&f);
	fake_setup(&f);
	assert_false(inq_orc_init(&o, &f.k));
	assert_false(inq_orc_find(&o, TEXT, &e));
	inq_orc_deinit(&o);
	fake_symbol(&f, "__start_orc_unwind_ip", IPS, 0, false);
	fake_symbol(&f, "__stop_orc_unwind_ip", IPS + (UINT64_C(1) << 40), 0, false);
	fake_symbol(&f, "__start_orc_unwind", ORC, 0, false);
	assert_false(inq_orc_init(&o, &f.k));
	inq_orc_deinit(&o);
	/* Named, but not in the dump. */
	f.symbols[1].addr = IPS + 400;
	assert_false(inq_orc_init(&o, &f.k));
	assert_false(inq_orc_find(&o, TEXT, &e));
	inq_orc_deinit(&o);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_mean_the_same_in_every_format),
		cmocka_unit_test(format_shows_in_the_table_itself),
		test(every_address_finds_its_entry),
		test(last_entry_ends_with_the_image),
		test(second_look_up_reads_nothing),
		test(kernels_index_saves_reads_and_is_not_trusted),
		test(bit_fields_of_the_types_win),
		test(bit_fields_counted_from_their_word),
		test(module_has_its_own_tables),
		test(missing_or_absurd_tables_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
