// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel's dispatchers on a stack had called, with what object, and who asked for it. */
#include <stdio.h>

#include "frames.h"
#include "inspect/dispatch.h"

enum { OBJECT = 64, IRQ = 24 };

static struct inq_origin origin;
static uint64_t beat, beat_timer, softirqs, softirq_names;

static void types(void)
{
	world_struct("work_struct", 32, (struct world_member[]){{"func", "ptr", 24}, {0}});
	world_struct("workqueue_struct", OBJECT,
		     (struct world_member[]){{"name", "char[24]", 8}, {0}});
	world_struct("pool_workqueue", 16, (struct world_member[]){{"wq", "ptr", 8}, {0}});
	world_struct("worker", 16, (struct world_member[]){{"current_pwq", "ptr", 8}, {0}});
	world_struct("irq_data", 16, (struct world_member[]){{"irq", "u32", 4}, {0}});
	world_struct(
		"irq_desc", OBJECT,
		(struct world_member[]){{"irq_data", "irq_data", 16}, {"action", "ptr", 40}, {0}});
	world_struct("irqaction", OBJECT,
		     (struct world_member[]){{"handler", "ptr", 0},
					     {"thread_fn", "ptr", 8},
					     {"name", "ptr", 16},
					     {"next", "ptr", 24},
					     {"irq", "u32", 32},
					     {0}});
	world_struct("tasklet_struct", 40,
		     (struct world_member[]){{"callback", "ptr", 24}, {"data", "u64", 32}, {0}});
	world_struct("kprobe", OBJECT,
		     (struct world_member[]){{"addr", "ptr", 0}, {"symbol_name", "ptr", 8}, {0}});
	world_struct("nf_hook_state", 8,
		     (struct world_member[]){{"hook", "u8", 0}, {"pf", "u8", 1}, {0}});
	world_struct("softirq_action", 8, (struct world_member[]){{"action", "ptr", 0}, {0}});
}

static void functions(void)
{
	static const char *const names[] = {
		"call_timer_fn",
		"__hrtimer_run_queues",
		"process_one_work",
		"__handle_irq_event_percpu",
		"irq_thread_fn",
		"tasklet_action_common",
		"rcu_do_batch",
		"handle_softirqs",
		"notifier_call_chain",
		"raw_notifier_call_chain",
		"kprobe_int3_handler",
		"nf_hook_slow",
		"do_one_initcall",
		"kthread",
		"__handle_sysrq",
		"write_sysrq_trigger",
		"flush_smp_call_function_queue",
	};

	for (unsigned int i = 0; i < array_size(names); i++)
		frames_function(names[i], i);
	beat = frames_function("beat", array_size(names));
	frames_function("hum", array_size(names) + 1);
}

static int setup(void **state)
{
	(void)state;
	world_begin();
	types();
	functions();
	beat_timer = world_global("beat_timer", OBJECT);
	world_global("beat_chain", OBJECT);
	softirqs = world_global("softirq_vec", 10 * 8);
	softirq_names = world_global("softirq_to_name", 10 * 8);
	world_ready();
	origin = (struct inq_origin){.number = -1};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static bool reads(inq_id stack, size_t frame)
{
	return inq_dispatch_read(world.in, stack, frame, 0, &origin);
}

static void expect(enum inq_origin_kind kind, const char *function, const char *text)
{
	assert_int_equal(origin.kind, kind);
	assert_string_equal(origin.text, text);
	if (function)
		assert_string_equal(origin.function, function);
	else
		assert_null(origin.function);
}

static uint64_t text_at(const char *text)
{
	uint64_t at = world_heap(64);

	put_text(at, text);
	return at;
}

/* ---- timers, callbacks ------------------------------------------------- */

static void test_a_timer(void **state)
{
	(void)state;
	assert_true(
		reads(FRAMES({"beat", {beat_timer}}, {"call_timer_fn", {beat_timer, beat}}), 1));
	expect(INQ_ORIGIN_TIMER, "beat", "timer function beat (its timer_list: beat_timer)");
	assert_int_equal(origin.object, beat_timer);
}

static void test_a_timer_whose_function_is_gone(void **state)
{
	const uint64_t gone = 0xffffffffc0123000;

	(void)state;
	world.in->c->dump.last_unloaded = "drum";
	assert_true(reads(FRAMES({"call_timer_fn", {beat_timer, gone}}), 0));
	expect(INQ_ORIGIN_TIMER, "0xffffffffc0123000",
	       "timer function 0xffffffffc0123000, where no code is now; the module that was "
	       "unloaded last is drum (its timer_list: beat_timer)");
	assert_null(origin.module);
}

static void test_callbacks_of_hrtimers_rcu_and_ipis(void **state)
{
	(void)state;
	assert_true(reads(FRAMES({"beat", {beat_timer}}, {"__hrtimer_run_queues", {0}}), 1));
	expect(INQ_ORIGIN_HRTIMER, "beat", "hrtimer function beat (its hrtimer: beat_timer)");
	assert_true(reads(FRAMES({"beat", {beat_timer}}, {"rcu_do_batch", {0}}), 1));
	expect(INQ_ORIGIN_RCU, "beat", "RCU callback beat (its rcu_head: beat_timer)");
	assert_true(reads(FRAMES({"beat", {0}}, {"flush_smp_call_function_queue", {0}}), 1));
	expect(INQ_ORIGIN_IPI, "beat", "function beat, which another CPU asked this one to run");
}

static void test_a_dispatcher_that_called_nothing_yet(void **state)
{
	(void)state;
	assert_true(reads(FRAMES({"__hrtimer_run_queues", {0}}), 0));
	expect(INQ_ORIGIN_HRTIMER, NULL, "hrtimer function (unknown)");
}

/* ---- work, interrupts -------------------------------------------------- */

static void test_work_and_its_queue(void **state)
{
	uint64_t worker = world_heap(64), pwq = world_heap(64), wq = world_heap(64);

	(void)state;
	put64(worker + 8, pwq);
	put64(pwq + 8, wq);
	put_text(wq + 8, "drums");
	assert_true(reads(FRAMES({"beat", {0}}, {"process_one_work", {worker, beat_timer}}), 1));
	expect(INQ_ORIGIN_WORK, "beat",
	       "work function beat of workqueue drums (its work_struct: beat_timer)");
	assert_string_equal(origin.name, "drums");
}

static void test_work_that_has_no_frame_of_its_own(void **state)
{
	(void)state;
	put64(beat_timer + 24, beat);
	assert_true(reads(FRAMES({"process_one_work", {0, beat_timer}}), 0));
	expect(INQ_ORIGIN_WORK, "beat", "work function beat (its work_struct: beat_timer)");
}

static uint64_t action(uint64_t handler, const char *name, uint64_t next)
{
	uint64_t at = world_heap(OBJECT);

	put64(at, handler);
	put64(at + 16, text_at(name));
	put64(at + 24, next);
	put32(at + 32, IRQ);
	return at;
}

static uint64_t line_of(uint64_t first)
{
	uint64_t desc = world_heap(OBJECT);

	put32(desc + 16 + 4, IRQ);
	put64(desc + 40, first);
	return desc;
}

static void test_of_two_that_share_a_line_the_one_that_runs(void **state)
{
	uint64_t desc = line_of(action(beat + 0x100, "flute", action(beat, "drum", 0)));

	(void)state;
	assert_true(reads(FRAMES({"beat", {0}}, {"__handle_irq_event_percpu", {desc}}), 1));
	expect(INQ_ORIGIN_INTERRUPT, "beat", "interrupt 24 (drum), handler beat");
	assert_int_equal(origin.number, IRQ);
	assert_int_equal(origin.evidence.n, 1);
}

static void test_of_two_that_share_a_line_neither_is_guessed(void **state)
{
	uint64_t desc = line_of(action(WORLD_TEXT, "flute", action(WORLD_TEXT + 1, "drum", 0)));

	(void)state;
	assert_true(reads(FRAMES({"beat", {0}}, {"__handle_irq_event_percpu", {desc}}), 1));
	expect(INQ_ORIGIN_INTERRUPT, "beat", "interrupt 24, handler beat");
	assert_null(origin.name);
}

static void test_actions_that_go_round(void **state)
{
	uint64_t first = action(WORLD_TEXT, "flute", 0);

	(void)state;
	put64(first + 24, first);
	assert_true(
		reads(FRAMES({"beat", {0}}, {"__handle_irq_event_percpu", {line_of(first)}}), 1));
	assert_null(origin.name);
}

static void test_a_line_that_can_not_be_read(void **state)
{
	(void)state;
	assert_true(reads(FRAMES({"beat", {0}}, {"__handle_irq_event_percpu", {0x1000}}), 1));
	expect(INQ_ORIGIN_INTERRUPT, "beat", "a device's interrupt, handler beat");
	assert_int_equal(origin.number, -1);
}

static void test_the_thread_of_an_interrupt(void **state)
{
	uint64_t a = action(0, "drum", 0);

	(void)state;
	assert_true(reads(FRAMES({"beat", {0}}, {"irq_thread_fn", {0, a}}), 1));
	expect(INQ_ORIGIN_IRQ_THREAD, "beat", "thread of interrupt 24 (drum), handler beat");
}

static void test_a_softirq_by_its_name(void **state)
{
	(void)state;
	put64(softirqs + 3 * 8, beat);
	put64(softirq_names + 3 * 8, text_at("NET_RX"));
	assert_true(reads(FRAMES({"beat", {0}}, {"handle_softirqs", {0}}), 1));
	expect(INQ_ORIGIN_SOFTIRQ, "beat", "softirq NET_RX, function beat");
	assert_true(reads(FRAMES({"hum", {0}}, {"handle_softirqs", {0}}), 1));
	expect(INQ_ORIGIN_SOFTIRQ, "hum", "softirq, function hum");
}

/* The image's own code may have been tail-called by any callback: it is left alone. */
static void test_a_tasklet(void **state)
{
	uint64_t t = world_heap(64);

	(void)state;
	put64(t + 24, beat);
	assert_true(reads(FRAMES({"hum", {0}}, {"tasklet_action_common", {0}, 0, 8, t}), 1));
	expect(INQ_ORIGIN_TASKLET, "hum", "tasklet function hum");
	assert_int_equal(origin.object, 0);
}

/* ---- the rest ---------------------------------------------------------- */

static void test_a_notifier_and_its_event(void **state)
{
	uint64_t chain = inq_symbol_addr(world.k, "beat_chain");

	(void)state;
	assert_true(reads(FRAMES({"beat", {0}}, {"notifier_call_chain", {chain, 7}}), 1));
	expect(INQ_ORIGIN_NOTIFIER, "beat", "notifier beat of chain beat_chain, event 7");
	assert_int_equal(origin.number, 7);
}

static void test_of_two_layers_of_one_dispatcher_the_inner_called(void **state)
{
	inq_id stack = FRAMES({"beat", {0}}, {"notifier_call_chain", {0, 1}},
			      {"raw_notifier_call_chain", {0, 1}});

	(void)state;
	assert_true(reads(stack, 1));
	assert_false(reads(stack, 2));
}

static void test_a_kprobe_by_its_symbol(void **state)
{
	uint64_t p = world_heap(64);

	(void)state;
	put64(p, beat);
	put64(p + 8, text_at("beat"));
	assert_true(reads(FRAMES({"hum", {p}}, {"kprobe_int3_handler", {0}}), 1));
	expect(INQ_ORIGIN_KPROBE, "hum", "kprobe handler hum, probe at beat");
	put64(p, 0x1000); /* no code: that is no probe */
	assert_true(reads(FRAMES({"hum", {p}}, {"kprobe_int3_handler", {0}}), 1));
	expect(INQ_ORIGIN_KPROBE, "hum", "kprobe handler hum");
}

static void test_netfilter_hooks_have_names_where_they_are_ips(void **state)
{
	uint64_t s = world_heap(64);

	(void)state;
	put32(s, 10 << 8 | 1);
	assert_true(reads(FRAMES({"beat", {0}}, {"nf_hook_slow", {0, s}}), 1));
	expect(INQ_ORIGIN_NETFILTER, "beat", "netfilter hook beat at LOCAL_IN of IPv6");
	put32(s, 7 << 8 | 1); /* a bridge's are others */
	assert_true(reads(FRAMES({"beat", {0}}, {"nf_hook_slow", {0, s}}), 1));
	expect(INQ_ORIGIN_NETFILTER, "beat", "netfilter hook beat");
	put32(s, 2 << 8 | 0xff);
	assert_true(reads(FRAMES({"beat", {0}}, {"nf_hook_slow", {0, s}}), 1));
	expect(INQ_ORIGIN_NETFILTER, "beat", "netfilter hook beat");
}

static void test_initcalls_and_kernel_threads(void **state)
{
	(void)state;
	assert_true(reads(FRAMES({"hum", {0}}, {"do_one_initcall", {beat}}), 1));
	expect(INQ_ORIGIN_INITCALL, "beat", "initialisation function beat");
	assert_true(reads(FRAMES({"hum", {0}}, {"kthread", {0}}), 1));
	expect(INQ_ORIGIN_KTHREAD, "hum", "kernel thread function hum");
}

static void test_who_pressed_sysrq(void **state)
{
	(void)state;
	assert_true(reads(
		FRAMES({"beat", {0}}, {"__handle_sysrq", {'c'}}, {"write_sysrq_trigger", {0}}), 1));
	expect(INQ_ORIGIN_SYSRQ, "beat", "sysrq 'c', by a write to /proc/sysrq-trigger");
	assert_true(reads(FRAMES({"beat", {0}}, {"__handle_sysrq", {1}}), 1));
	expect(INQ_ORIGIN_SYSRQ, "beat", "sysrq, by a keyboard or console");
}

static void test_what_is_no_dispatcher(void **state)
{
	inq_id stack = FRAMES({"beat", {0}}, {"kthread", {0}});
	struct inq_frame *f = &inq_case_stack(world.in->c, stack)->v[1];

	(void)state;
	assert_false(reads(stack, 0));
	f->pt_regs = WORLD_HEAP; /* interrupted: what is on top it did not call */
	assert_false(reads(stack, 1));
	f->pt_regs = 0;
	f->module = "drum"; /* a function of such a name in a module */
	assert_false(reads(stack, 1));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_timer),
		TEST(test_a_timer_whose_function_is_gone),
		TEST(test_callbacks_of_hrtimers_rcu_and_ipis),
		TEST(test_a_dispatcher_that_called_nothing_yet),
		TEST(test_work_and_its_queue),
		TEST(test_work_that_has_no_frame_of_its_own),
		TEST(test_of_two_that_share_a_line_the_one_that_runs),
		TEST(test_of_two_that_share_a_line_neither_is_guessed),
		TEST(test_actions_that_go_round),
		TEST(test_a_line_that_can_not_be_read),
		TEST(test_the_thread_of_an_interrupt),
		TEST(test_a_softirq_by_its_name),
		TEST(test_a_tasklet),
		TEST(test_a_notifier_and_its_event),
		TEST(test_of_two_layers_of_one_dispatcher_the_inner_called),
		TEST(test_a_kprobe_by_its_symbol),
		TEST(test_netfilter_hooks_have_names_where_they_are_ips),
		TEST(test_initcalls_and_kernel_threads),
		TEST(test_who_pressed_sysrq),
		TEST(test_what_is_no_dispatcher),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
