// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/describe.h"

static void unknown_things_get_honest_names(void **state)
{
	struct inq_case *c = inq_case_create();
	struct inq_strbuf sb = INQ_STRBUF_INIT;
	struct inq_actor none = INQ_ACTOR_INIT;

	(void)state;
	inq_describe_task(c, INQ_NONE, &sb);
	inq_describe_actor(c, &none, &sb);
	inq_describe_resource(c, 5, &sb);
	assert_string_equal(inq_strbuf_str(&sb), "an unknown tasknobodysomething unknown");
	inq_strbuf_deinit(&sb);
	inq_case_destroy(c);
}

static void lock_is_named_with_its_module(void **state)
{
	struct inq_case *c = inq_case_create();
	struct inq_strbuf sb = INQ_STRBUF_INIT;
	inq_id id = inq_resource_find_or_add(c, INQ_RES_SPINLOCK, 0x1000);

	(void)state;
	inq_describe_resource(c, id, &sb);
	assert_string_equal(inq_strbuf_str(&sb), "spinlock at 0x1000");
	c->resources.v[id].name = "a_lock";
	c->resources.v[id].module = "demo";
	inq_strbuf_reset(&sb);
	inq_describe_resource(c, id, &sb);
	assert_string_equal(inq_strbuf_str(&sb), "spinlock a_lock [demo]");
	inq_strbuf_deinit(&sb);
	inq_case_destroy(c);
}

static void expect_actor(const struct inq_case *c, enum inq_actor_kind kind, inq_id task,
			 const char *words)
{
	const struct inq_actor who = {
		.kind = kind, .cpu = kind == INQ_ACTOR_TASK ? -1 : 2, .task = task};
	struct inq_strbuf sb = INQ_STRBUF_INIT;

	inq_describe_actor(c, &who, &sb);
	assert_string_equal(inq_strbuf_str(&sb), words);
	inq_strbuf_deinit(&sb);
}

static void who_is_on_a_cpu_is_named_with_it(void **state)
{
	struct inq_case *c = inq_case_create();

	(void)state;
	*inq_case_add(c, &c->tasks) = (struct inq_task){.pid = 0, .comm = "swapper/2"};
	*inq_case_add(c, &c->tasks) = (struct inq_task){.pid = 7, .comm = "dd"};
	expect_actor(c, INQ_ACTOR_CPU, 0, "CPU 2's idle task");
	expect_actor(c, INQ_ACTOR_INTERRUPT, 1, "CPU 2 dd (7)");
	expect_actor(c, INQ_ACTOR_CPU, INQ_NONE, "CPU 2");
	expect_actor(c, INQ_ACTOR_TASK, 1, "dd (7)");
	inq_case_destroy(c);
}

static void expect_resource(enum inq_resource_kind kind, const char *name, const char *words)
{
	struct inq_case *c = inq_case_create();
	struct inq_strbuf sb = INQ_STRBUF_INIT;
	inq_id id = inq_resource_find_or_add(c, kind, 0x1000);

	c->resources.v[id].name = name;
	inq_describe_resource(c, id, &sb);
	assert_string_equal(inq_strbuf_str(&sb), words);
	inq_strbuf_deinit(&sb);
	inq_case_destroy(c);
}

static void what_is_waited_for_is_told_in_words_not_in_the_contracts(void **state)
{
	(void)state;
	expect_resource(INQ_RES_RCU, "rcu_state", "RCU rcu_state");
	expect_resource(INQ_RES_IO, "sda", "I/O of sda");
	expect_resource(INQ_RES_IO, NULL, "I/O at 0x1000");
	expect_resource(INQ_RES_HANDLER, "a_timer", "handler of a_timer");
	expect_resource(INQ_RES_MUTEX, NULL, "mutex at 0x1000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_things_get_honest_names),
		cmocka_unit_test(lock_is_named_with_its_module),
		cmocka_unit_test(who_is_on_a_cpu_is_named_with_it),
		cmocka_unit_test(what_is_waited_for_is_told_in_words_not_in_the_contracts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
