// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/analyze.h"

/* The one thing that varies between two dumps of a bug, and between two bugs. */
struct variant {
	uint64_t lock_addr;
	const char *lock, *function, *module, *comm;
	int32_t cpu, pid;
};

static const struct variant base = {0xffffffffc0001000, "a_lock", "f", "demo", "dd", 0, 7};

/* A CPU that deadlocked on its own spinlock. */
static void signature_of(const struct variant *v, char *ret)
{
	struct inq_case *c = inq_case_create();
	struct inq_task *t = inq_case_add(c, &c->tasks);
	struct inq_actor who = {.kind = INQ_ACTOR_CPU, .cpu = v->cpu, .task = 0};
	inq_id r = inq_resource_find_or_add(c, INQ_RES_SPINLOCK, v->lock_addr);
	struct inq_hold *h = inq_case_add(c, &c->holds);
	struct inq_wait *w = inq_case_add(c, &c->waits);

	for (int32_t i = 0; i <= v->cpu; i++)
		*inq_case_add(c, &c->cpus) = (struct inq_cpu){
			.nr = i, .task = i == v->cpu ? 0 : INQ_NONE, .stack = INQ_NONE};
	*t = (struct inq_task){
		.pid = v->pid, .comm = v->comm, .on_cpu = true, .cpu = v->cpu, .stack = INQ_NONE};
	c->resources.v[r].name = v->lock;
	c->resources.v[r].module = v->module;
	*h = (struct inq_hold){.resource = r,
			       .holder = who,
			       .how = INQ_HELD_CODE,
			       .every_path = true,
			       .conf = INQ_CONF_CERTAIN,
			       .function = v->function,
			       .module = v->module,
			       .frame = INQ_NONE};
	*w = (struct inq_wait){.resource = r,
			       .waiter = who,
			       .spins = true,
			       .since_s = 30,
			       .conf = INQ_CONF_CERTAIN,
			       .frame = INQ_NONE,
			       .target = INQ_ACTOR_INIT};
	assert_null(inq_analyze(c));
	assert_string_equal(c->verdict.class_, "self-deadlock");
	memcpy(ret, c->verdict.signature, 17);
	inq_case_destroy(c);
}

static void assert_same(const struct variant *v, bool same)
{
	char x[17], y[17];

	signature_of(&base, x);
	signature_of(v, y);
	assert_int_equal(strlen(x), 16);
	assert_int_equal(strspn(x, "0123456789abcdef"), 16);
	if (same)
		assert_string_equal(x, y);
	else
		assert_string_not_equal(x, y);
}

static void address_cpu_pid_and_name_of_the_task_do_not_count(void **state)
{
	struct variant v = base;

	(void)state;
	v.lock_addr += 0x100000;
	v.cpu = 3;
	v.pid = 4711;
	v.comm = "cat";
	assert_same(&v, true);
}

static void compiler_suffixes_do_not_count(void **state)
{
	struct variant v = base;

	(void)state;
	v.function = "f.isra.0";
	assert_same(&v, true);
}

static void array_index_of_the_lock_does_not_count(void **state)
{
	struct variant v = base, w = base;
	char x[17], y[17];

	(void)state;
	v.lock = "locks[3].lock";
	w.lock = "locks[12].lock";
	signature_of(&v, x);
	signature_of(&w, y);
	assert_string_equal(x, y);
	assert_same(&v, false);
}

static void another_lock_function_or_module_is_another_bug(void **state)
{
	struct variant v = base;

	(void)state;
	v.lock = "b_lock";
	assert_same(&v, false);
	v = base;
	v.function = "g";
	assert_same(&v, false);
	v = base;
	v.module = "other";
	assert_same(&v, false);
}

/* Functions of a cycle call each other until the stack is full; the first of @names meets its end.
 */
static void overflow_signature(const char *const names[], size_t n, char *ret)
{
	enum { FRAMES = 24, FRAME_BYTES = 256 };
	struct inq_case *c = inq_case_create();
	struct inq_cpu *cpu = inq_case_add(c, &c->cpus);
	struct inq_stack *s = inq_case_add(c, &c->stacks);
	struct inq_fault *f = inq_case_add(c, &c->faults);

	*cpu = (struct inq_cpu){.task = INQ_NONE, .stack = 0, .panic_cpu = true};
	s->v = inq_arena_calloc(&c->arena, FRAMES, sizeof(*s->v));
	s->n = FRAMES;
	for (size_t i = 0; i < FRAMES; i++)
		s->v[i] = (struct inq_frame){.symbol = names[i % n],
					     .module = "demo",
					     .how = "orc",
					     .sp = 0xffffc90000000000 + i * FRAME_BYTES};
	*f = (struct inq_fault){.kind = INQ_FAULT_DOUBLE,
				.on_stack = true,
				.task = INQ_NONE,
				.symbol = names[0],
				.module = "demo",
				.freed_by = INQ_NONE,
				.allocated_by = INQ_NONE,
				.t_s = -1};
	c->dump.panicked = true;
	c->dump.panic_message = "Kernel panic - not syncing: Fatal exception";
	assert_null(inq_analyze(c));
	assert_string_equal(c->verdict.class_, "stack-overflow");
	memcpy(ret, c->verdict.signature, 17);
	inq_case_destroy(c);
}

static void who_of_a_recursion_meets_the_end_does_not_count(void **state)
{
	char ab[17], ba[17], ac[17];

	(void)state;
	overflow_signature((const char *const[]){"a", "b"}, 2, ab);
	overflow_signature((const char *const[]){"b", "a"}, 2, ba);
	overflow_signature((const char *const[]){"a", "c"}, 2, ac);
	assert_string_equal(ab, ba);
	assert_string_not_equal(ab, ac);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(address_cpu_pid_and_name_of_the_task_do_not_count),
		cmocka_unit_test(compiler_suffixes_do_not_count),
		cmocka_unit_test(array_index_of_the_lock_does_not_count),
		cmocka_unit_test(another_lock_function_or_module_is_another_bug),
		cmocka_unit_test(who_of_a_recursion_meets_the_end_does_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
