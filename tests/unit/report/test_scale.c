// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/report.h"

/* 5,000 tasks behind one lock are one line for a person. */
static void alike_waiters_are_folded(void **state)
{
	enum { N = 5000 };
	struct inq_report_options opt = {0};
	struct inq_case *c = inq_case_create();
	inq_id r = inq_resource_find_or_add(c, INQ_RES_MUTEX, 0x1000);
	char *text = NULL;
	size_t n, lines = 0;
	FILE *out = open_memstream(&text, &n);

	(void)state;
	c->resources.v[r].name = "a_mutex";
	for (int i = 0; i < N; i++) {
		struct inq_victim *v = inq_case_add(c, &c->verdict.victims);
		struct inq_wait *w = inq_case_add(c, &c->waits);

		*inq_case_add(c, &c->tasks) = (struct inq_task){
			.pid = i + 1, .comm = "java", .stack = INQ_NONE, .ev_exit = INQ_NONE};
		*v = (struct inq_victim){.actor = {.kind = INQ_ACTOR_TASK, .cpu = -1, .task = i},
					 .wait = i};
		*w = (struct inq_wait){
			.waiter = v->actor, .resource = r, .since_s = i, .target = INQ_ACTOR_INIT};
	}
	assert_null(inq_report_write(c, "text", &opt, out));
	fclose(out);
	assert_non_null(
		strstr(text, "java (1) and 4999 more like it --mutex a_mutex, up to 4999.0 s-->"));
	for (const char *s = text; (s = strchr(s, '\n')); s++)
		lines++;
	assert_true(lines < 40);
	free(text);
	inq_case_destroy(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alike_waiters_are_folded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
