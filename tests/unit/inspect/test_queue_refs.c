// SPDX-License-Identifier: GPL-2.0-or-later
/* References that are left to a disk's queue, and file systems that are frozen. */
#include "module_code.h"

static uint64_t freezer, reader, queue, data, sem;
enum { REQUEST = 128, NR_TAGS = 4, USAGE = 32, DEPTH = 64, WAIT_QUEUE = 72 };

static void types(void)
{
	world_struct("percpu_ref", 16, (struct world_member[]){{"data", "ptr", 8}, {0}});
	world_struct("percpu_ref_data", 16, (struct world_member[]){{"count", "atomic64", 0}, {0}});
	world_struct("gendisk", 64, (struct world_member[]){{"disk_name", "char[32]", 8}, {0}});
	world_struct("request_queue", 128,
		     (struct world_member[]){{"queue_ctx", "ptr", 8},
					     {"disk", "ptr", 16},
					     {"q_usage_counter", "percpu_ref", USAGE},
					     {"mq_freeze_depth", "u32", DEPTH},
					     {0}});
	world_struct("blk_mq_ctx", 64, (struct world_member[]){{"hctxs", "ptr[3]", 16}, {0}});
	world_struct("blk_mq_hw_ctx", 64,
		     (struct world_member[]){{"tags", "ptr", 8}, {"sched_tags", "ptr", 16}, {0}});
	world_struct(
		"blk_mq_tags", 64,
		(struct world_member[]){{"nr_tags", "u32", 0}, {"static_rqs", "ptr", 16}, {0}});
	world_struct("request", REQUEST,
		     (struct world_member[]){{"q", "ptr", 0},
					     {"state", "u32", 16},
					     {"ref", "atomic", 20},
					     {"queuelist", "list_head", 32},
					     {0}});
	world_struct("percpu_rw_semaphore", 48, (struct world_member[]){{"x", "u64", 0}, {0}});
	world_struct("sb_writers", 152,
		     (struct world_member[]){
			     {"frozen", "u16", 0}, {"rw_sem", "percpu_rw_semaphore[3]", 8}, {0}});
	world_struct("super_block", 256,
		     (struct world_member[]){{"s_list", "list_head", 0},
					     {"s_type", "ptr", 16},
					     {"s_writers", "sb_writers", 24},
					     {"s_id", "char[32]", 180},
					     {0}});
	world_struct("file_system_type", 16, (struct world_member[]){{"name", "ptr", 0}, {0}});
}

static int setup(void **state)
{
	static const char *const names[] = {"schedule", "blk_mq_freeze_queue_wait",
					    "blk_queue_enter", "blk_mq_get_tag", "other"};

	(void)state;
	world_begin();
	world_task_types();
	types();
	for (unsigned int i = 0; i < array_size(names); i++)
		frames_function(names[i], i);
	world_global("super_blocks", 16);
	world_ready();
	world_two_tasks("freezer", &freezer, "reader", &reader);
	queue = world_heap(128);
	data = world_heap(16);
	put64(queue + USAGE + 8, data);
	put32(queue + DEPTH, 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

/* Requests of the queue, none in use. */
static uint64_t requests(void)
{
	uint64_t ctx = 0xf000 - 64, hctx = world_heap(64), tags = world_heap(64);
	uint64_t rqs = world_heap(NR_TAGS * 8), rq = world_heap(NR_TAGS * REQUEST);

	put64(queue + 8, ctx);
	for (unsigned int cpu = 0; cpu < WORLD_CPUS; cpu++)
		put64(world_percpu_at(ctx, cpu) + 16, hctx);
	put64(hctx + 8, tags);
	put32(tags, NR_TAGS);
	put64(tags + 16, rqs);
	for (uint64_t i = 0; i < NR_TAGS; i++) {
		put64(rqs + i * 8, rq + i * REQUEST);
		put64(rq + i * REQUEST, queue);
		put64(rq + i * REQUEST + 32, rq + i * REQUEST + 32);
	}
	return rq;
}

static size_t freezes(void)
{
	inq_id s = FRAMES({"schedule", {0}}, {"blk_mq_freeze_queue_wait", {queue}}, {"other", {0}});

	return frames_sleeper(freezer, s, 1, INQ_RES_IO, queue);
}

static const struct inq_resource *looked_at(size_t w)
{
	assert_null(inq_inspect_queue_refs(world.in));
	return frames_resource(w);
}

static void test_a_request_that_somebody_kept(void **state)
{
	uint64_t rq = requests();
	size_t w = freezes();
	const struct inq_resource *r;

	(void)state;
	put32(rq + 2 * REQUEST + 20, 1);
	put64(data, 1);
	r = looked_at(w);
	assert_int_equal(r->kind, INQ_RES_REFERENCES);
	assert_int_equal(r->word, 1);
	assert_non_null(r->never);
	assert_int_equal(r->ev_signaller.n, 1);
	assert_int_equal(inq_evidence_at(world.in->c, r->ev_signaller.v[0])->addr,
			 rq + 2 * REQUEST + 20);
}

static void test_more_references_than_such_requests(void **state)
{
	uint64_t rq = requests();
	size_t w = freezes();

	(void)state;
	put32(rq + 20, 1);
	put64(data, 3);
	assert_null(looked_at(w)->never);
	assert_non_null(frames_resource(w)->signaller);
}

static void test_a_request_on_a_list_is_somebodys(void **state)
{
	uint64_t rq = requests();
	size_t w = freezes();

	(void)state;
	put32(rq + 20, 1);
	put64(rq + 32, data);
	put64(data, 1);
	assert_null(looked_at(w)->never);
}

static void test_a_request_that_was_started_is_the_devices(void **state)
{
	uint64_t rq = requests();
	size_t w = freezes();

	(void)state;
	put32(rq + 20, 1);
	put32(rq + 16, 1);
	put64(data, 1);
	assert_null(looked_at(w)->never);
}

static void test_no_reference_is_left(void **state)
{
	size_t w = freezes();

	(void)state;
	put64(data, 0);
	assert_true(looked_at(w)->came);
}

/* The CPUs' counts have not been added up yet. */
static void test_a_count_with_its_bias_is_none(void **state)
{
	size_t w = freezes();

	(void)state;
	put64(data, (UINT64_C(1) << 63) + 1);
	assert_int_equal(looked_at(w)->kind, INQ_RES_IO);
}

static void test_requests_of_the_device_are_another_wait(void **state)
{
	size_t w = freezes();

	(void)state;
	put64(data, 1);
	world.in->c->waits.v[w].resource =
		inq_resource_find_or_add(world.in->c, INQ_RES_IO, world_heap(64));
	assert_int_equal(looked_at(w)->kind, INQ_RES_IO);
}

static void test_who_wants_in_waits_for_the_freezer(void **state)
{
	inq_id s = FRAMES({"schedule", {0}}, {"blk_queue_enter", {queue}}, {"other", {0}});
	size_t w = frames_sleeper(reader, s, 0, INQ_RES_WAIT_QUEUE, queue + WAIT_QUEUE);
	const struct inq_case *c = world.in->c;

	(void)state;
	freezes();
	put64(data, 1);
	looked_at(w);
	assert_int_equal(c->holds.n, 1);
	assert_int_equal(c->holds.v[0].resource, c->waits.v[w].resource);
	assert_int_equal(c->holds.v[0].holder.task, frames_task_id(freezer));
}

static void test_a_queue_that_is_thawed_is_nobodys(void **state)
{
	inq_id s = FRAMES({"schedule", {0}}, {"blk_queue_enter", {queue}}, {"other", {0}});
	size_t w = frames_sleeper(reader, s, 0, INQ_RES_WAIT_QUEUE, queue + WAIT_QUEUE);

	(void)state;
	freezes();
	put64(data, 1);
	put32(queue + DEPTH, 0);
	looked_at(w);
	assert_int_equal(world.in->c->holds.n, 0);
}

/* ---- file systems ------------------------------------------------------------ */

/* One that is @frozen, and somebody waits for semaphore @n of it. */
static const struct inq_resource *writes_to(uint32_t frozen, uint64_t n)
{
	uint64_t head = inq_symbol_addr(world.k, "super_blocks"), sb = world_heap(256);
	uint64_t type = world_heap(16), name = world_heap(16);
	inq_id s = FRAMES({"schedule", {0}}, {"other", {0}});
	size_t w;

	put_text(name, "ext4");
	put64(type, name);
	put64(sb + 16, type);
	put_text(sb + 180, "vda1");
	put32(sb + 24, frozen);
	world_list(head, &sb, 1);
	sem = sb + 32 + n * 48;
	w = frames_sleeper(reader, s, 0, INQ_RES_PERCPU_RWSEM, sem);
	assert_null(inq_inspect_frozen_fs(world.in));
	return frames_resource(w);
}

static void test_a_frozen_file_system(void **state)
{
	const struct inq_resource *r = writes_to(4, 0);

	(void)state;
	assert_string_equal(r->whose, "ext4 on vda1");
	assert_non_null(r->never);
	assert_int_equal(r->ev_signaller.n, 1);
}

static void test_one_that_is_being_frozen(void **state)
{
	(void)state;
	assert_null(writes_to(2, 1)->never);
}

static void test_a_semaphore_behind_the_last_is_another(void **state)
{
	(void)state;
	assert_null(writes_to(4, 3)->whose);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_request_that_somebody_kept),
		TEST(test_more_references_than_such_requests),
		TEST(test_a_request_on_a_list_is_somebodys),
		TEST(test_a_request_that_was_started_is_the_devices),
		TEST(test_no_reference_is_left),
		TEST(test_a_count_with_its_bias_is_none),
		TEST(test_requests_of_the_device_are_another_wait),
		TEST(test_who_wants_in_waits_for_the_freezer),
		TEST(test_a_queue_that_is_thawed_is_nobodys),
		TEST(test_a_frozen_file_system),
		TEST(test_one_that_is_being_frozen),
		TEST(test_a_semaphore_behind_the_last_is_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
