// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/case.h"

static int make_case(void **state)
{
	*state = inq_case_create();
	return *state ? 0 : -1;
}

static int drop_case(void **state)
{
	inq_case_destroy(*state);
	return 0;
}

static void evidence_of_equal_text_comes_once(void **state)
{
	struct inq_case *c = *state;
	inq_id a = inq_evidence_add(c, INQ_EV_MEMORY, "x = %d", 1);
	inq_id b = inq_evidence_add(c, INQ_EV_MEMORY, "x = %d", 1);
	inq_id other = inq_evidence_add(c, INQ_EV_REGISTER, "x = %d", 1);

	assert_int_equal(a, b);
	assert_int_not_equal(a, other);
	assert_int_equal(c->evidence.n, 2);
}

static void evidence_keeps_its_value_and_checks(void **state)
{
	struct inq_case *c = *state;
	inq_id id = inq_evidence_add(c, INQ_EV_MEMORY, "x");

	inq_evidence_set_value(c, id, 0x1000, 7);
	inq_evidence_set_checks(c, id, "read %V 0x1000", NULL);
	assert_true(inq_evidence_at(c, id)->has_value);
	assert_int_equal(inq_evidence_at(c, id)->value, 7);
	assert_string_equal(inq_evidence_at(c, id)->check_inquest, "read %V 0x1000");
	assert_null(inq_evidence_at(c, id)->check_crash);
	assert_null(inq_evidence_at(c, INQ_NONE));
}

static void ids_skip_none_and_repetitions(void **state)
{
	struct inq_case *c = *state;
	struct inq_ids ids = {0};

	inq_ids_add(c, &ids, 3);
	inq_ids_add(c, &ids, INQ_NONE);
	inq_ids_add(c, &ids, 3);
	inq_ids_add(c, &ids, 4);
	assert_int_equal(ids.n, 2);
}

static void tables_grow_and_keep_their_elements(void **state)
{
	struct inq_case *c = *state;

	for (int i = 0; i < 1000; i++)
		inq_case_add(c, &c->tasks)->pid = i;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(c->tasks.v[i].pid, i);
	assert_false(inq_case_failed(c));
}

static void resource_is_found_by_kind_and_address(void **state)
{
	struct inq_case *c = *state;
	inq_id a = inq_resource_find_or_add(c, INQ_RES_MUTEX, 0x1000);

	assert_int_equal(a, inq_resource_find_or_add(c, INQ_RES_MUTEX, 0x1000));
	assert_int_not_equal(a, inq_resource_find_or_add(c, INQ_RES_SPINLOCK, 0x1000));
	assert_int_not_equal(inq_resource_find_or_add(c, INQ_RES_IPI, 0),
			     inq_resource_find_or_add(c, INQ_RES_IPI, 0));
}

static void repeated_gap_is_one(void **state)
{
	struct inq_case *c = *state;

	inq_gap_add(c, "tasks", 0, "page %d excluded", 1);
	inq_gap_add(c, "tasks", 0, "page %d excluded", 1);
	inq_gap_add(c, "tasks", 0, "page %d excluded", 2);
	assert_int_equal(c->gaps.n, 2);
}

static void same_executor_is_same_cpu_or_same_task(void **state)
{
	struct inq_actor cpu = {.kind = INQ_ACTOR_CPU, .cpu = 1, .task = 5};
	struct inq_actor irq = {.kind = INQ_ACTOR_INTERRUPT, .cpu = 1, .task = 5};
	struct inq_actor other = {.kind = INQ_ACTOR_CPU, .cpu = 2, .task = 6};
	struct inq_actor off = {.kind = INQ_ACTOR_TASK, .cpu = -1, .task = 6};
	struct inq_actor none = INQ_ACTOR_INIT;

	(void)state;
	assert_true(inq_actor_same(&cpu, &irq));
	assert_false(inq_actor_same(&cpu, &other));
	assert_true(inq_actor_same(&other, &off));
	assert_false(inq_actor_same(&none, &none));
}

static void references_that_lead_nowhere_are_mended(void **state)
{
	struct inq_case *c = *state;
	struct inq_cpu *cpu = inq_case_add(c, &c->cpus);
	struct inq_wait *w = inq_case_add(c, &c->waits);

	cpu->task = 99;
	cpu->stack = -7;
	w->waiter = (struct inq_actor){.kind = INQ_ACTOR_CPU, .cpu = 4096, .task = 1};
	w->resource = 12;
	inq_ids_add(c, &w->evidence, 1000);
	inq_case_mend(c);
	assert_int_equal(cpu->task, INQ_NONE);
	assert_int_equal(cpu->stack, INQ_NONE);
	assert_int_equal(w->waiter.kind, INQ_ACTOR_NONE);
	assert_int_equal(w->resource, INQ_NONE);
	assert_int_equal(w->evidence.n, 0);
}

static void words_outside_their_enum_are_unknown(void **state)
{
	(void)state;
	assert_string_equal(inq_resource_kind_name(1000), "unknown");
	assert_string_equal(inq_resource_kind_name(INQ_RES_WAIT_QUEUE), "wait-queue");
	assert_string_equal(inq_cpu_state_name(INQ_CPU_SPIN_WAIT), "spin-wait");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, make_case, drop_case)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(evidence_of_equal_text_comes_once),
		TEST(evidence_keeps_its_value_and_checks),
		TEST(ids_skip_none_and_repetitions),
		TEST(tables_grow_and_keep_their_elements),
		TEST(resource_is_found_by_kind_and_address),
		TEST(repeated_gap_is_one),
		TEST(same_executor_is_same_cpu_or_same_task),
		TEST(references_that_lead_nowhere_are_mended),
		TEST(words_outside_their_enum_are_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
