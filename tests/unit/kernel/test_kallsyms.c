// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "fake.h"
#include "kernel/kallsyms_load.h"

#define TEXT   UINT64_C(0xffffffff81000000)
#define VALUES UINT64_C(0xffffffff81800000)

static char long_name[301];

static const struct fake_sym few[] = {
	{TEXT, "T_stext"},	    {TEXT, "T_text"},
	{TEXT + 0x40, "tkey.0"},    {TEXT + 0x80, "Tschedule"},
	{TEXT + 0x100, "tkey.0"},   {TEXT + 0x140, "tinner"},
	{TEXT + 0x180, "Tinner"},   {TEXT + 0x200, long_name},
	{TEXT + 0x1000, "T_etext"}, {TEXT + 0x2000, "D__kallsyms_internals"},
};

static int setup(void **state)
{
	(void)state;
	memset(long_name, 'x', sizeof(long_name) - 1);
	long_name[0] = 'T';
	return 0;
}

static struct inq_kallsyms *create(struct inq_kallsyms_tables t, uint64_t stext)
{
	struct inq_kallsyms *ks = NULL;
	struct inq_error *err = inq_kallsyms_create(&t, stext, &ks);

	inq_kallsyms_tables_deinit(&t);
	inq_error_destroy(err);
	return ks;
}

static uint64_t value_of(const struct inq_kallsyms *ks, const char *name)
{
	uint32_t i;

	return inq_kallsyms_by_name(ks, name, &i) ? inq_kallsyms_value(ks, i) : 0;
}

static void test_every_encoding_is_recognised_by_stext(void **state)
{
	(void)state;
	for (int e = 0; e < INQ_KALLSYMS_ENCODINGS; e++) {
		struct inq_kallsyms *ks =
			create(fake_tables(few, array_size(few), e, TEXT, VALUES), TEXT);

		assert_non_null(ks);
		assert_int_equal(inq_kallsyms_encoding(ks), e);
		assert_int_equal(value_of(ks, "_etext"), TEXT + 0x1000);
		assert_int_equal(value_of(ks, "__kallsyms_internals"), TEXT + 0x2000);
		inq_kallsyms_destroy(ks);
	}
}

static void test_percpu_symbols_are_small_values(void **state)
{
	static const struct fake_sym syms[] = {
		{0, "A__per_cpu_start"}, {0x19160, "Acpu_number"}, {TEXT, "T_stext"}};
	struct inq_kallsyms *ks =
		create(fake_tables(syms, 3, INQ_KALLSYMS_ABSOLUTE_PERCPU, TEXT, VALUES), TEXT);

	(void)state;
	assert_non_null(ks);
	assert_int_equal(value_of(ks, "cpu_number"), 0x19160);
	assert_int_equal(value_of(ks, "_stext"), TEXT);
	inq_kallsyms_destroy(ks);
}

static void test_a_moved_kernel_that_no_encoding_explains_is_refused(void **state)
{
	(void)state;
	assert_null(
		create(fake_tables(few, array_size(few), INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES),
		       TEXT + 0x1000));
}

static void test_names_are_found_and_spelled(void **state)
{
	struct inq_kallsyms *ks = create(
		fake_tables(few, array_size(few), INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES), TEXT);
	char name[512], type;
	uint32_t i;

	(void)state;
	for (size_t n = 0; n < array_size(few); n++) {
		assert_true(inq_kallsyms_name(ks, (uint32_t)n, &type, name, sizeof(name)));
		assert_int_equal(type, few[n].name[0]);
		assert_string_equal(name, few[n].name + 1);
		assert_true(inq_kallsyms_by_name(ks, few[n].name + 1, &i));
	}
	assert_false(inq_kallsyms_by_name(ks, "schedul", &i));
	assert_false(inq_kallsyms_by_name(ks, "schedulee", &i));
	assert_false(inq_kallsyms_by_name(ks, "Tschedule", &i));
	assert_false(inq_kallsyms_by_name(ks, "", &i));
	assert_true(inq_kallsyms_name(ks, 3, &type, name, 4));
	assert_string_equal(name, "sch");
	inq_kallsyms_destroy(ks);
}

static void test_of_equal_names_the_global_one_then_the_lowest_is_taken(void **state)
{
	struct inq_kallsyms *ks = create(
		fake_tables(few, array_size(few), INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES), TEXT);

	(void)state;
	assert_int_equal(value_of(ks, "inner"), TEXT + 0x180);
	assert_int_equal(value_of(ks, "key.0"), TEXT + 0x40);
	inq_kallsyms_destroy(ks);
}

static void test_an_address_belongs_to_the_symbol_before_it(void **state)
{
	struct inq_kallsyms *ks = create(
		fake_tables(few, array_size(few), INQ_KALLSYMS_PLACE_RELATIVE, TEXT, VALUES), TEXT);
	uint64_t next;
	uint32_t i;

	(void)state;
	assert_true(inq_kallsyms_by_addr(ks, TEXT + 0xff, &i));
	assert_int_equal(i, 3);
	assert_true(inq_kallsyms_next_value(ks, i, &next));
	assert_int_equal(next, TEXT + 0x100);
	assert_true(inq_kallsyms_by_addr(ks, TEXT, &i));
	assert_int_equal(i, 0); /* of two aliases the first */
	assert_false(inq_kallsyms_by_addr(ks, TEXT - 1, &i));
	assert_true(inq_kallsyms_by_addr(ks, UINT64_MAX, &i));
	assert_int_equal(i, array_size(few) - 1);
	assert_false(inq_kallsyms_next_value(ks, i, &next));
	inq_kallsyms_destroy(ks);
}

static void test_an_unsorted_table_is_searched_all_the_same(void **state)
{
	static const struct fake_sym syms[] = {{TEXT + 0x300, "tc"},
					       {TEXT, "T_stext"},
					       {TEXT + 0x200, "tb"},
					       {TEXT + 0x100, "ta"}};
	struct inq_kallsyms *ks =
		create(fake_tables(syms, 4, INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES), TEXT);
	uint64_t next;
	uint32_t i;

	(void)state;
	assert_non_null(ks);
	assert_true(inq_kallsyms_by_addr(ks, TEXT + 0x1ff, &i));
	assert_int_equal(i, 3);
	assert_true(inq_kallsyms_next_value(ks, i, &next));
	assert_int_equal(next, TEXT + 0x200);
	inq_kallsyms_destroy(ks);
}

static void test_damaged_tables_are_errors(void **state)
{
	struct inq_kallsyms_tables t;

	(void)state;
	t = fake_tables(few, array_size(few), INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES);
	t.names_len -= 1;
	assert_null(create(t, TEXT));
	t = fake_tables(few, array_size(few), INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES);
	t.token_index['k'] = UINT16_MAX;
	assert_null(create(t, TEXT));
	t = fake_tables(few, array_size(few), INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES);
	t.tokens_len -= 1;
	assert_null(create(t, TEXT));
	t = fake_tables(few, array_size(few), INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES);
	t.names[0] = 0;
	assert_null(create(t, TEXT));
	t = fake_tables(few, array_size(few), INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES);
	t.n = INQ_KALLSYMS_MAX + 1;
	assert_null(create(t, TEXT));
	t = fake_tables(few + 2, array_size(few) - 2, INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES);
	assert_null(create(t, TEXT)); /* no _stext */
}

/* Every byte of the tables set to every-bit-on, one after the other: no crash, whatever comes. */
static void test_no_single_damaged_byte_is_dangerous(void **state)
{
	struct inq_kallsyms_tables t =
		fake_tables(few, array_size(few), INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES);
	size_t names = t.names_len, tokens = t.tokens_len;

	(void)state;
	inq_kallsyms_tables_deinit(&t);
	for (size_t i = 0; i < names + tokens + 512; i++) {
		struct inq_kallsyms *ks;
		char type, name[512];
		uint32_t n;

		t = fake_tables(few, array_size(few), INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES);
		if (i < names)
			t.names[i] = 0xff;
		else if (i < names + tokens)
			t.tokens[i - names] = (char)0xff;
		else
			((unsigned char *)t.token_index)[i - names - tokens] = 0xff;
		ks = create(t, TEXT);
		for (uint32_t s = 0; ks && s < inq_kallsyms_count(ks); s++)
			inq_kallsyms_name(ks, s, &type, name, sizeof(name));
		if (ks)
			inq_kallsyms_by_name(ks, "schedule", &n);
		inq_kallsyms_destroy(ks);
	}
}

enum { MANY = 700 };

static struct fake_sym *many(void)
{
	static char names[MANY][24];
	static struct fake_sym syms[MANY];

	for (size_t i = 0; i < MANY; i++) {
		snprintf(names[i], sizeof(names[i]), i ? "tkallsyms_%zu" : "T_stext", i);
		syms[i] = (struct fake_sym){TEXT + i * 16, names[i]};
	}
	return syms;
}

static void load_from(bool scan, enum inq_kallsyms_encoding e)
{
	uint64_t end = TEXT + 0x120000;
	struct inq_kallsyms_tables t = fake_tables(many(), MANY, e, TEXT, 0);
	struct inq_kallsyms *ks = NULL;
	struct inq_dump d = {0};
	struct inq_error *err;

	if (e == INQ_KALLSYMS_PLACE_RELATIVE) {
		/* once for the place, once with it */
		uint64_t at = fake_layout(&d, &t, end, false);

		fake_deinit(&d);
		inq_kallsyms_tables_deinit(&t);
		t = fake_tables(many(), MANY, e, TEXT, at);
	}
	fake_layout(&d, &t, end, !scan);
	fake_info(&d, "\nSYMBOL(_stext)=%llx\nSYMBOL(init_uts_ns)=%llx\n", (long long)TEXT,
		  (long long)TEXT + 0x200000);
	err = scan ? inq_kallsyms_scan(&d, &ks) : inq_kallsyms_load(&d, &ks);
	assert_null(err);
	assert_int_equal(inq_kallsyms_count(ks), MANY);
	assert_int_equal(value_of(ks, "kallsyms_699"), TEXT + 699 * 16);
	inq_kallsyms_destroy(ks);
	inq_kallsyms_tables_deinit(&t);
	fake_deinit(&d);
}

static void test_tables_are_loaded_where_vmcoreinfo_says(void **state)
{
	(void)state;
	for (int e = 0; e < INQ_KALLSYMS_ENCODINGS; e++)
		load_from(false, e);
}

/* Where symbol @i's name starts in @t. */
static size_t name_place(const struct inq_kallsyms_tables *t, uint32_t i)
{
	size_t off = 0;

	while (i--)
		off += t->names[off] + 1u;
	return off;
}

/* Loads MANY symbols after one byte of the names is @byte, @back bytes before the token table or
 * where symbol @i's name starts. */
static struct inq_kallsyms *load_damaged(uint32_t i, size_t back, unsigned char byte)
{
	struct inq_kallsyms_tables t =
		fake_tables(many(), MANY, INQ_KALLSYMS_BASE_RELATIVE, TEXT, 0);
	struct inq_kallsyms *ks = NULL;
	struct inq_dump d = {0};
	unsigned char *tokens, *names;

	fake_layout(&d, &t, TEXT + 0x120000, true);
	fake_info(&d, "\nSYMBOL(_stext)=%llx\n", (long long)TEXT);
	tokens = memmem(d.region[0].bytes, d.region[0].len, t.tokens, t.tokens_len);
	names = memmem(d.region[0].bytes, d.region[0].len, t.names, t.names_len);
	*(back ? tokens - back : names + name_place(&t, i)) = byte;
	assert_null(inq_kallsyms_load(&d, &ks));
	inq_kallsyms_tables_deinit(&t);
	fake_deinit(&d);
	return ks;
}

static void test_damaged_names_cost_those_up_to_the_next_marker(void **state)
{
	/* a length that is too long, too short, impossible; the first group has _stext */
	static const struct {
		uint32_t i;
		unsigned char byte;
	} damage[] = {{300, 40}, {300, 2}, {300, 0}, {3, 40}, {511, 1}};
	char type, name[64];
	uint32_t i;

	(void)state;
	for (size_t n = 0; n < array_size(damage); n++) {
		struct inq_kallsyms *ks = load_damaged(damage[n].i, 0, damage[n].byte);
		uint32_t group = damage[n].i / 256 * 256;

		assert_int_equal(inq_kallsyms_nameless(ks), 256);
		assert_false(inq_kallsyms_name(ks, group + 7, &type, name, sizeof(name)));
		assert_true(inq_kallsyms_by_addr(ks, TEXT + (group + 7) * 16, &i));
		assert_int_equal(i, group + 7);
		/* nobody is called by another's name */
		for (i = 1; i < MANY; i++) {
			char want[24];

			snprintf(want, sizeof(want), "kallsyms_%u", i);
			if (i / 256 * 256 == group)
				continue;
			assert_true(inq_kallsyms_name(ks, i, &type, name, sizeof(name)));
			assert_string_equal(name, want);
			assert_int_equal(value_of(ks, want), TEXT + i * 16);
		}
		inq_kallsyms_destroy(ks);
	}
}

static void test_a_damaged_marker_costs_nothing(void **state)
{
	(void)state;
	/* three markers, and padding of 4 bytes */
	for (size_t back = 5; back <= 16; back++) {
		struct inq_kallsyms *ks = load_damaged(0, back, 0x3f);

		assert_int_equal(inq_kallsyms_nameless(ks), 0);
		assert_int_equal(value_of(ks, "kallsyms_699"), TEXT + 699 * 16);
		inq_kallsyms_destroy(ks);
	}
}

static void test_a_name_with_unprintable_characters_is_none(void **state)
{
	struct inq_kallsyms_tables t =
		fake_tables(few, array_size(few), INQ_KALLSYMS_BASE_RELATIVE, TEXT, VALUES);
	struct inq_kallsyms *ks;
	char type, name[512];

	(void)state;
	t.tokens[t.token_index['k']] = (char)0xf6;
	ks = create(t, TEXT);
	assert_non_null(ks);
	assert_false(inq_kallsyms_name(ks, 2, &type, name, sizeof(name))); /* key.0 */
	assert_true(inq_kallsyms_name(ks, 3, &type, name, sizeof(name)));
	assert_string_equal(name, "schedule");
	inq_kallsyms_destroy(ks);
}

static void test_tables_are_found_by_their_shape(void **state)
{
	(void)state;
	load_from(true, INQ_KALLSYMS_ABSOLUTE);
	load_from(true, INQ_KALLSYMS_ABSOLUTE_PERCPU);
}

static void test_the_scan_finds_nothing_where_a_table_is_missing(void **state)
{
	struct inq_kallsyms_tables t =
		fake_tables(many(), MANY, INQ_KALLSYMS_ABSOLUTE_PERCPU, TEXT, 0);
	/* no damage; num_syms; names; token_index */
	size_t damage[] = {0, MANY * 4 + 8, MANY * 4 + 50, 0};

	(void)state;
	for (size_t i = 0; i < array_size(damage); i++) {
		struct inq_kallsyms *ks = NULL;
		struct inq_dump d = {0};
		struct inq_error *err;

		fake_layout(&d, &t, TEXT + 0x120000, false);
		fake_info(&d, "\nSYMBOL(_stext)=%llx\nSYMBOL(init_uts_ns)=%llx\n", (long long)TEXT,
			  (long long)TEXT + 0x200000);
		damage[3] = d.region[0].len - FAKE_RODATA - 512;
		if (i)
			memset(d.region[0].bytes + FAKE_RODATA + damage[i], 0, 8);
		err = inq_kallsyms_scan(&d, &ks);
		if (i == 0)
			assert_null(err);
		else
			assert_int_equal(err->code, INQ_ERR_NOTFOUND);
		inq_error_destroy(err);
		inq_kallsyms_destroy(ks);
		fake_deinit(&d);
	}
	inq_kallsyms_tables_deinit(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_encoding_is_recognised_by_stext),
		cmocka_unit_test(test_percpu_symbols_are_small_values),
		cmocka_unit_test(test_a_moved_kernel_that_no_encoding_explains_is_refused),
		cmocka_unit_test(test_names_are_found_and_spelled),
		cmocka_unit_test(test_of_equal_names_the_global_one_then_the_lowest_is_taken),
		cmocka_unit_test(test_an_address_belongs_to_the_symbol_before_it),
		cmocka_unit_test(test_an_unsorted_table_is_searched_all_the_same),
		cmocka_unit_test(test_damaged_tables_are_errors),
		cmocka_unit_test(test_no_single_damaged_byte_is_dangerous),
		cmocka_unit_test(test_tables_are_loaded_where_vmcoreinfo_says),
		cmocka_unit_test(test_damaged_names_cost_those_up_to_the_next_marker),
		cmocka_unit_test(test_a_damaged_marker_costs_nothing),
		cmocka_unit_test(test_a_name_with_unprintable_characters_is_none),
		cmocka_unit_test(test_tables_are_found_by_their_shape),
		cmocka_unit_test(test_the_scan_finds_nothing_where_a_table_is_missing),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
