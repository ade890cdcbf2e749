// SPDX-License-Identifier: GPL-2.0-or-later
/* Which dispatchers on a stack have to do with a frame of it. */
#include "model/case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct inq_case *c;

static int setup(void **state)
{
	(void)state;
	c = inq_case_create();
	return !c;
}

static int teardown(void **state)
{
	(void)state;
	inq_case_destroy(c);
	return 0;
}

/* A stack of one frame per letter: t(ask) i(rq) s(oftirq) e(xception). */
static void stack_of(const char *contexts)
{
	struct inq_stack *s = inq_case_add(c, &c->stacks);
	size_t n = strlen(contexts);

	assert_non_null(s);
	s->v = inq_arena_calloc(&c->arena, n, sizeof(*s->v));
	assert_non_null(s->v);
	s->n = n;
	for (size_t i = 0; i < n; i++)
		s->v[i].context = contexts[i] == 'i'   ? INQ_FRAME_IRQ
				  : contexts[i] == 's' ? INQ_FRAME_SOFTIRQ
				  : contexts[i] == 'e' ? INQ_FRAME_EXCEPTION
						       : INQ_FRAME_TASK;
}

static void origin_at(inq_id frame)
{
	struct inq_origin *o = inq_case_add(c, &c->origins);

	assert_non_null(o);
	o->stack = 0;
	o->frame = frame;
}

static void expect(inq_id frame, size_t n, inq_id first)
{
	inq_id found[4];

	assert_int_equal(inq_origins_at(c, 0, frame, found, 4), n);
	if (n)
		assert_int_equal(found[0], first);
}

static void test_innermost_first(void **state)
{
	(void)state;
	stack_of("tttt");
	origin_at(4);
	origin_at(2);
	expect(0, 2, 1);
	expect(2, 1, 0);
	expect(3, 1, 0);
	expect(9, 0, INQ_NONE);
	expect(-1, 0, INQ_NONE);
}

/* A timer on top of a system call: neither has to do with the other. */
static void test_interrupt(void **state)
{
	(void)state;
	stack_of("iiitt");
	origin_at(1);
	origin_at(5);
	expect(0, 1, 0);
	expect(2, 0, INQ_NONE);
	expect(3, 1, 1);
}

/* The oops on top of the code that faulted is the doing of that code's caller. */
static void test_exception(void **state)
{
	(void)state;
	stack_of("eett");
	origin_at(4);
	expect(0, 1, 0);
	expect(2, 1, 0);
}

static void test_softirq_in_interrupt(void **state)
{
	(void)state;
	stack_of("ssiit");
	origin_at(1);
	origin_at(3);
	origin_at(5);
	expect(0, 1, 0);
	expect(2, 1, 1);
	expect(4, 1, 2);
}

static void test_damaged(void **state)
{
	(void)state;
	expect(0, 0, INQ_NONE);
	stack_of("t");
	origin_at(-5);
	origin_at(77);
	expect(0, 0, INQ_NONE);
	c->origins.v[0].stack = 99;
	inq_case_mend(c);
	assert_int_equal(c->origins.v[0].stack, INQ_NONE);
}

static void test_process_of_a_thread(void **state)
{
	struct inq_task *t;
	struct inq_process *p;

	(void)state;
	for (int32_t pid = 5; pid <= 7; pid++) {
		t = inq_case_add(c, &c->tasks);
		assert_non_null(t);
		t->pid = pid;
		t->tgid = pid == 7 ? 7 : 5;
	}
	p = inq_case_add(c, &c->processes);
	assert_non_null(p);
	p->task = 1;
	assert_int_equal(inq_process_of(c, 0), 0);
	assert_int_equal(inq_process_of(c, 2), INQ_NONE);
	assert_int_equal(inq_process_of(c, INQ_NONE), INQ_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_innermost_first, setup, teardown),
		cmocka_unit_test_setup_teardown(test_interrupt, setup, teardown),
		cmocka_unit_test_setup_teardown(test_exception, setup, teardown),
		cmocka_unit_test_setup_teardown(test_softirq_in_interrupt, setup, teardown),
		cmocka_unit_test_setup_teardown(test_damaged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_process_of_a_thread, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
