/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_INSPECT_HANDLERS_H
#define TESTS_INSPECT_HANDLERS_H

/* Handlers of timers, tasklets, interrupts and NAPI, on CPUs and in threads, and who waits. */

#include "module_code.h"

enum { BASE = 64, CLOCK = 32, OBJECT = 64, NR = 24 };

static uint64_t asker, thread, timer, timer_bases, hrtimer_bases, handler;

static inline void handler_types(void)
{
	world_struct("timer_base", BASE, (struct world_member[]){{"running_timer", "ptr", 8}, {0}});
	world_struct("timer_list", OBJECT, (struct world_member[]){{"function", "ptr", 24}, {0}});
	world_struct("hrtimer_clock_base", CLOCK,
		     (struct world_member[]){{"running", "ptr", 16}, {0}});
	world_struct("hrtimer_cpu_base", 64 + 8 * CLOCK,
		     (struct world_member[]){{"clock_base", "hrtimer_clock_base[8]", 64}, {0}});
	world_struct("hrtimer", OBJECT, (struct world_member[]){{"function", "ptr", 40}, {0}});
	world_struct("tasklet_struct", 40,
		     (struct world_member[]){
			     {"state", "u64", 8}, {"func", "ptr", 24}, {"data", "u64", 32}, {0}});
	world_struct("napi_struct", OBJECT,
		     (struct world_member[]){{"state", "u64", 16}, {"poll", "ptr", 24}, {0}});
	world_struct("irq_data", 16, (struct world_member[]){{"irq", "u32", 4}, {0}});
	world_struct("irqaction", 32, (struct world_member[]){{"name", "ptr", 16}, {0}});
	world_struct(
		"irq_desc", OBJECT,
		(struct world_member[]){{"irq_data", "irq_data", 16}, {"action", "ptr", 40}, {0}});
}

static inline void functions(void)
{
	static const char *const names[] = {
		"timer_delete_sync", "hrtimer_cancel",	  "tasklet_kill", "disable_irq",
		"synchronize_irq",   "__synchronize_irq", "napi_disable", "handle_irq_event_percpu",
		"irq_thread_fn",     "schedule",	  "close_it",	  "run_timers"};

	for (unsigned int i = 0; i < array_size(names); i++)
		frames_function(names[i], i);
	handler = frames_function("beat", array_size(names));
}

static inline int setup(void **state)
{
	(void)state;
	world_begin();
	world_task_types();
	handler_types();
	functions();
	timer_bases = world_percpu("timer_bases", (uint64_t)3 * BASE);
	hrtimer_bases = world_percpu("hrtimer_bases", 64 + 8 * CLOCK);
	timer = world_global("beat_timer", OBJECT);
	world_ready();
	asker = world_task(50, "asker");
	thread = world_task(51, "irq/24-beat");
	world_link_tasks((uint64_t[]){asker, thread}, 2);
	assert_null(inq_inspect_tasks(world.in));
	frames_cpus();
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static inline void spins(const char *function, uint64_t object)
{
	world.in->c->cpus.v[1].task = frames_task_id(asker);
	world.in->c->cpus.v[1].stack = FRAMES({function, {object}}, {"close_it", {0}});
}

static inline void runs(unsigned int cpu, uint64_t arg)
{
	world.in->c->cpus.v[cpu].stack =
		FRAMES({"beat", {arg}, INQ_CTX_SOFTIRQ}, {"run_timers", {0}, INQ_CTX_SOFTIRQ});
}

/* CPU 1 waits, spinning, for @object, which CPU @cpu handles in an interrupt. */
static inline void assert_spins_for(uint64_t object, int32_t cpu)
{
	struct inq_case *c = world.in->c;

	assert_null(inq_inspect_handler_waits(world.in));
	assert_int_equal(c->waits.n, 1);
	assert_true(c->waits.v[0].spins);
	assert_int_equal(c->waits.v[0].waiter.cpu, 1);
	assert_int_equal(c->waits.v[0].waiter.task, frames_task_id(asker));
	assert_int_equal(c->waits.v[0].evidence.n, 2);
	assert_int_equal(frames_resource(0)->kind, INQ_RES_HANDLER);
	assert_int_equal(frames_resource(0)->addr, object);
	assert_int_equal(c->holds.n, 1);
	assert_int_equal(c->holds.v[0].resource, c->waits.v[0].resource);
	assert_int_equal(c->holds.v[0].holder.kind, INQ_ACTOR_INTERRUPT);
	assert_int_equal(c->holds.v[0].holder.cpu, cpu);
	assert_string_equal(c->holds.v[0].function, "beat");
	assert_int_equal(c->holds.v[0].evidence.n, 1);
}

static inline void assert_nothing(void)
{
	assert_null(inq_inspect_handler_waits(world.in));
	assert_int_equal(world.in->c->waits.n, 0);
	assert_int_equal(world.in->c->holds.n, 0);
}

static inline uint64_t irq_desc(uint32_t nr)
{
	uint64_t desc = world_heap(OBJECT), action = world_heap(64), name = world_heap(64);

	put32(desc + 16 + 4, nr);
	put64(desc + 40, action);
	put64(action + 16, name);
	put_text(name, "beat-irq");
	return desc;
}

static inline void handles(unsigned int cpu, uint64_t desc)
{
	world.in->c->cpus.v[cpu].stack = FRAMES({"beat", {0}, INQ_CTX_IRQ},
						{"handle_irq_event_percpu", {desc}, INQ_CTX_IRQ});
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

#endif
