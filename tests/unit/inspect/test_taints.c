// SPDX-License-Identifier: GPL-2.0-or-later
/* Taint flags in words, modules with theirs, live patches, registered kprobes. */
#include "kernel/internal.h"
#include "kernel/symtab.h"
#include "world.h"

enum { PROBE = 64, PATCH = 64, MODULE = 128, TABLE = 64 };

static uint64_t patches, probes;

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_struct("kprobe", PROBE,
		     (struct world_member[]){{"hlist", "list_head", 8}, {"addr", "ptr", 40}, {0}});
	world_struct("klp_patch", PATCH,
		     (struct world_member[]){{"mod", "ptr", 0}, {"list", "list_head", 16}, {0}});
	world_struct("module", MODULE, (struct world_member[]){{"name", "char[56]", 24}, {0}});
	patches = world_global("klp_patches", 16);
	probes = world_global("kprobe_table", TABLE * 8);
	world_symbol("beat", WORLD_TEXT + 0x100, 0x100);
	world_symbol("hum", WORLD_TEXT + 0x200, 0x100);
	world_ready();
	world_list(patches, NULL, 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static const struct inq_dump_facts *facts(void)
{
	assert_null(inq_inspect_taints(world.in));
	return &world.in->c->dump;
}

static void test_a_clean_kernel(void **state)
{
	const struct inq_dump_facts *d = facts();

	(void)state;
	assert_null(d->taints);
	assert_null(d->tainting_modules);
	assert_null(d->live_patches);
	assert_null(d->kprobes);
}

/* Documentation/admin-guide/tainted-kernels.rst; unknown bits have no words. */
static void test_flags_in_words(void **state)
{
	(void)state;
	world.in->c->dump.taint = 1 | 1 << 7 | 1 << 12 | UINT64_C(1) << 19 | UINT64_C(1) << 63;
	assert_string_equal(facts()->taints, "P (proprietary module), D (an oops before), "
					     "O (out-of-tree module), J (fwctl)");
}

static void test_modules_that_taint(void **state)
{
	struct inq_modules *m = world.k->modules;

	(void)state;
	m->n = 3;
	m->v = calloc(m->n, sizeof(*m->v));
	m->data = calloc(m->n, sizeof(*m->data));
	assert_true(m->v && m->data);
	memcpy(m->v[0].name, "drum", sizeof("drum"));
	m->v[0].taints = 1 << 12 | 1 << 13;
	memcpy(m->v[1].name, "ext4", sizeof("ext4"));
	memcpy(m->v[2].name, "flute", sizeof("flute"));
	m->v[2].taints = 1;
	assert_string_equal(facts()->tainting_modules, "drum (OE), flute (P)");
}

static uint64_t patch_of(const char *module)
{
	uint64_t patch = world_heap(PATCH), mod = world_heap(MODULE);

	put64(patch, mod);
	put_text(mod + 24, module);
	return patch + 16;
}

static void test_live_patches(void **state)
{
	(void)state;
	world_list(patches, (uint64_t[]){patch_of("fix_a"), patch_of("fix_b")}, 2);
	assert_string_equal(facts()->live_patches, "fix_a, fix_b");
}

static uint64_t probe_at(uint64_t addr, uint64_t next)
{
	uint64_t p = world_heap(PROBE);

	put64(p + 8, next);
	put64(p + 40, addr);
	return p + 8;
}

static void test_kprobes_in_every_bucket(void **state)
{
	(void)state;
	put64(probes, probe_at(WORLD_TEXT + 0x100, probe_at(WORLD_TEXT + 0x210, 0)));
	put64(probes + (TABLE - 1) * 8, probe_at(WORLD_TEXT + 0x110, 0));
	assert_string_equal(facts()->kprobes, "beat+0x0/0x100, hum+0x10/0xfe00, beat+0x10/0x100");
}

static void test_many_kprobes_are_counted(void **state)
{
	uint64_t node = 0;

	(void)state;
	for (unsigned int i = 0; i < 11; i++)
		node = probe_at(WORLD_TEXT + 0x100, node);
	put64(probes, node);
	assert_non_null(strstr(facts()->kprobes, " and 3 more"));
}

static void test_what_is_no_probe_ends_its_bucket(void **state)
{
	(void)state;
	put64(probes, probe_at(WORLD_TEXT + 0x100, probe_at(0x6b6b6b6b6b6b6b6b, 0)));
	assert_string_equal(facts()->kprobes, "beat+0x0/0x100");
}

/* A list that goes round in a circle comes to an end, and loses nothing that was read. */
static void test_lists_in_a_circle(void **state)
{
	uint64_t patch = patch_of("fix_a"), probe = probe_at(WORLD_TEXT + 0x100, 0);
	const struct inq_dump_facts *d;

	(void)state;
	put64(patches, patch);
	put64(patch, patch);
	put64(probe, probe);
	put64(probes, probe);
	d = facts();
	assert_int_equal(strncmp(d->live_patches, "fix_a", 5), 0);
	assert_int_equal(strncmp(d->kprobes, "beat+0x0/0x100", 14), 0);
	assert_true(strlen(d->live_patches) < 20 && strlen(d->kprobes) < 50);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_clean_kernel),
		TEST(test_flags_in_words),
		TEST(test_modules_that_taint),
		TEST(test_live_patches),
		TEST(test_kprobes_in_every_bucket),
		TEST(test_many_kprobes_are_counted),
		TEST(test_what_is_no_probe_ends_its_bucket),
		TEST(test_lists_in_a_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
