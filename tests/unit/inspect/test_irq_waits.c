// SPDX-License-Identifier: GPL-2.0-or-later
/* Who waits for an interrupt's handlers, or its thread, to end, and who runs them. */
#include "handlers.h"

static void test_an_interrupt_that_is_handled_is_waited_for(void **state)
{
	uint64_t desc = irq_desc(NR);

	(void)state;
	handles(2, desc);
	spins("synchronize_irq", NR);
	assert_spins_for(desc, 2);
	assert_string_equal(frames_resource(0)->name, "beat-irq");
}

/* The function that others call in the end has the irq_desc itself. */
static void test_an_interrupt_is_waited_for_by_its_descriptor(void **state)
{
	uint64_t desc = irq_desc(NR);

	(void)state;
	handles(2, desc);
	spins("__synchronize_irq", desc);
	assert_spins_for(desc, 2);
	assert_string_equal(frames_resource(0)->name, "beat-irq");
}

static void test_another_interrupt_is_not(void **state)
{
	(void)state;
	handles(2, irq_desc(NR + 1));
	spins("synchronize_irq", NR);
	assert_nothing();
}

static void test_one_wait_through_two_functions(void **state)
{
	(void)state;
	handles(2, irq_desc(NR));
	world.in->c->cpus.v[1].stack =
		FRAMES({"synchronize_irq", {NR}}, {"disable_irq", {NR}}, {"close_it", {0}});
	assert_null(inq_inspect_handler_waits(world.in));
	assert_int_equal(world.in->c->waits.n, 1);
	assert_int_equal(world.in->c->waits.v[0].frame, 1);
}

static void test_an_interrupts_thread_sleeps_in_the_handler(void **state)
{
	struct inq_case *c = world.in->c;
	struct inq_task *t = &c->tasks.v[frames_task_id(thread)];

	(void)state;
	t->kthread = true;
	t->stack = FRAMES({"schedule", {0}}, {"beat", {0}}, {"irq_thread_fn", {irq_desc(NR)}});
	spins("synchronize_irq", NR);
	assert_null(inq_inspect_handler_waits(world.in));
	assert_int_equal(c->holds.n, 1);
	assert_int_equal(c->holds.v[0].holder.kind, INQ_ACTOR_TASK);
	assert_int_equal(c->holds.v[0].holder.task, frames_task_id(thread));
	assert_string_equal(c->holds.v[0].function, "beat");
}

static void test_a_process_in_such_a_function_is_no_interrupts_thread(void **state)
{
	(void)state;
	world.in->c->tasks.v[frames_task_id(thread)].stack =
		FRAMES({"beat", {0}}, {"irq_thread_fn", {irq_desc(NR)}});
	spins("synchronize_irq", NR);
	assert_nothing();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_an_interrupt_that_is_handled_is_waited_for),
		TEST(test_an_interrupt_is_waited_for_by_its_descriptor),
		TEST(test_another_interrupt_is_not),
		TEST(test_one_wait_through_two_functions),
		TEST(test_an_interrupts_thread_sleeps_in_the_handler),
		TEST(test_a_process_in_such_a_function_is_no_interrupts_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
