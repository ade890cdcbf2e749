// SPDX-License-Identifier: GPL-2.0-or-later
/* Network devices that can't go, and whom tasks RCU waits for. */
#include "module_code.h"
#include "ring.h"

enum { DEVICE = 256, REFS = 64, TODO = 80, STATE = 96, UNREGISTERED = 3 };
static uint64_t remover, other, dev, counts, stack;

static void types(void)
{
	world_struct("net_device", DEVICE,
		     (struct world_member[]){{"name", "char[16]", 0},
					     {"pcpu_refcnt", "ptr", REFS},
					     {"todo_list", "list_head", TODO},
					     {"reg_state", "u8", STATE},
					     {0}});
}

static int setup(void **state)
{
	static const char *const names[] = {"schedule", "msleep", "netdev_run_todo",
					    "synchronize_rcu_tasks", "other"};

	(void)state;
	world_begin();
	world_task_types();
	types();
	ring_types();
	for (unsigned int i = 0; i < array_size(names); i++)
		frames_function(names[i], i);
	world_global("rcu_tasks", 64);
	world_ready();
	ring_make();
	world_two_tasks("remover", &remover, "other", &other);
	dev = world_heap(DEVICE);
	counts = 0xf000 - 64;
	stack = world_heap(256);
	put_text(dev, "eth7");
	put64(dev + REFS, counts);
	put32(dev + STATE, UNREGISTERED);
	put32(world_percpu_at(counts, 0), 5);
	put32(world_percpu_at(counts, 1), (uint32_t)-3);
	world.in->now_ns = UINT64_C(60000000000);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static void says(uint64_t s)
{
	ring_add(s * 1000000000, 0,
		 "unregister_netdevice: waiting for eth7 to become free. Usage count = 2");
}

/* @task sleeps in netdev_run_todo(), whose frame ends at the end of the stack. */
static size_t sleeps(uint64_t task, enum inq_resource_kind kind, double since_s)
{
	inq_id s = FRAMES({"schedule", {0}}, {"msleep", {0}}, {"netdev_run_todo", {0}},
			  {"other", {0}});
	struct inq_uframe *f = world.in->ustacks.v[s].v;
	size_t w = frames_sleeper(task, s, 1, kind, 0);

	f[0].sp = stack;
	f[2].cfa = stack + 256;
	world.in->c->tasks.v[frames_task_id(task)].run = INQ_RUN_BLOCKED;
	world.in->c->waits.v[w].since_s = since_s;
	return w;
}

static void test_a_device_in_the_list_on_the_stack(void **state)
{
	size_t w = sleeps(remover, INQ_RES_TIMER, 0.1);
	const struct inq_resource *r;

	(void)state;
	put64(stack + 128, dev + TODO);
	says(20);
	says(30);
	assert_null(inq_inspect_netdev_refs(world.in));
	r = frames_resource(w);
	assert_int_equal(r->kind, INQ_RES_REFERENCES);
	assert_int_equal(r->addr, dev);
	assert_string_equal(r->whose, "eth7");
	assert_int_equal(r->word, 2);
	assert_non_null(r->never);
	/* the first message comes after ten seconds */
	assert_true(world.in->c->waits.v[w].since_s > 49.9 &&
		    world.in->c->waits.v[w].since_s < 50.1);
}

static void test_a_device_in_a_register_that_was_saved(void **state)
{
	size_t w = sleeps(remover, INQ_RES_TIMER, 0.1);

	(void)state;
	put64(stack + 8, dev);
	says(20);
	assert_null(inq_inspect_netdev_refs(world.in));
	assert_int_equal(frames_resource(w)->addr, dev);
}

/* The remover runs in netdev_run_todo() on CPU 1. */
static void runs_on_a_cpu(void)
{
	struct inq_case *c = world.in->c;
	inq_id s = FRAMES({"netdev_run_todo", {0}}, {"other", {0}});
	struct inq_task *t = &c->tasks.v[frames_task_id(remover)];

	frames_cpus();
	world.in->ustacks.v[s].v[0].sp = stack;
	world.in->ustacks.v[s].v[0].cfa = stack + 256;
	c->cpus.v[1].stack = s;
	t->on_cpu = true;
	t->run = INQ_RUN_ON_CPU;
	t->cpu = 1;
	put64(stack + 8, dev);
	says(20);
}

/* Between two of its sleeps. */
static void test_who_waits_is_on_a_cpu(void **state)
{
	const struct inq_case *c = world.in->c;

	(void)state;
	runs_on_a_cpu();
	assert_null(inq_inspect_netdev_refs(world.in));
	assert_int_equal(c->waits.n, 1);
	assert_int_equal(frames_resource(0)->addr, dev);
	assert_int_equal(c->waits.v[0].waiter.cpu, 1);
}

static void test_a_cpu_that_is_stuck_is_another_matter(void **state)
{
	struct inq_case *c = world.in->c;

	(void)state;
	runs_on_a_cpu();
	c->cpus.v[1].lockup = true;
	assert_null(inq_inspect_netdev_refs(world.in));
	assert_int_equal(c->waits.n, 0);
}

static void assert_silent(size_t w, enum inq_resource_kind kind)
{
	assert_null(inq_inspect_netdev_refs(world.in));
	assert_int_equal(frames_resource(w)->kind, kind);
}

static void test_the_log_says_nothing(void **state)
{
	(void)state;
	put64(stack + 8, dev);
	assert_silent(sleeps(remover, INQ_RES_TIMER, 0.1), INQ_RES_TIMER);
}

static void test_another_device_than_the_logs(void **state)
{
	(void)state;
	put64(stack + 8, dev);
	put_text(dev, "eth77");
	says(20);
	assert_silent(sleeps(remover, INQ_RES_TIMER, 0.1), INQ_RES_TIMER);
}

static void test_a_device_that_is_in_use(void **state)
{
	(void)state;
	put64(stack + 8, dev);
	put32(dev + STATE, 1);
	says(20);
	assert_silent(sleeps(remover, INQ_RES_TIMER, 0.1), INQ_RES_TIMER);
}

/* What it waits for on the way may be what hangs. */
static void test_a_long_wait_for_rcu_stays_one(void **state)
{
	(void)state;
	put64(stack + 8, dev);
	says(20);
	assert_silent(sleeps(remover, INQ_RES_RCU, 40.0), INQ_RES_RCU);
}

static void test_a_frame_without_an_end_is_not_searched(void **state)
{
	size_t w = sleeps(remover, INQ_RES_TIMER, 0.1);

	(void)state;
	put64(stack + 8, dev);
	says(20);
	world.in->ustacks.v[world.in->c->tasks.v[frames_task_id(remover)].stack].v[2].cfa = 0;
	assert_silent(w, INQ_RES_TIMER);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_device_in_the_list_on_the_stack),
		TEST(test_a_device_in_a_register_that_was_saved),
		TEST(test_who_waits_is_on_a_cpu),
		TEST(test_a_cpu_that_is_stuck_is_another_matter),
		TEST(test_the_log_says_nothing),
		TEST(test_another_device_than_the_logs),
		TEST(test_a_device_that_is_in_use),
		TEST(test_a_long_wait_for_rcu_stays_one),
		TEST(test_a_frame_without_an_end_is_not_searched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
