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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_things_get_honest_names),
		cmocka_unit_test(lock_is_named_with_its_module),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
