// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/facts.h"
#include "report/report.h"

static struct inq_case *load(const char *json)
{
	struct inq_case *c = NULL;
	struct inq_error *err = inq_case_load(json, strlen(json), &c);

	if (err)
		fail_msg("%s", err->message);
	return c;
}

static void what_is_left_out_is_unknown(void **state)
{
	struct inq_case *c =
		load("{\"facts\": {\"cpus\": [{}], \"tasks\": [{}], \"waits\": [{}]}}");

	(void)state;
	assert_int_equal(c->cpus.v[0].task, INQ_NONE);
	assert_true(c->cpus.v[0].stuck_s < 0);
	assert_int_equal(c->tasks.v[0].stack, INQ_NONE);
	assert_true(c->tasks.v[0].since_s < 0);
	assert_int_equal(c->waits.v[0].target.kind, INQ_ACTOR_NONE);
	assert_int_equal(c->waits.v[0].target.cpu, -1);
	inq_case_destroy(c);
}

static void flags_follow_from_what_is_there(void **state)
{
	struct inq_case *c = load("{\"facts\": {\"faults\": [{\"addr\": \"0x0\"}, {}]}}");

	(void)state;
	assert_true(c->faults.v[0].has_addr);
	assert_false(c->faults.v[1].has_addr);
	inq_case_destroy(c);
}

static void expect_error(const char *json)
{
	struct inq_case *c = NULL;
	struct inq_error *err = inq_case_load(json, strlen(json), &c);

	assert_non_null(err);
	assert_int_equal(err->code, INQ_ERR_BADDATA);
	assert_null(c);
	inq_error_destroy(err);
}

static void wrong_types_are_refused(void **state)
{
	(void)state;
	expect_error("");
	expect_error("[]");
	expect_error("{");
	expect_error("{\"facts\": {\"cpus\": {}}}");
	expect_error("{\"facts\": {\"cpus\": [1]}}");
	expect_error("{\"facts\": {\"cpus\": [{\"state\": \"dancing\"}]}}");
	expect_error("{\"facts\": {\"tasks\": [{\"pid\": 99999999999}]}}");
	expect_error("{\"facts\": {\"tasks\": [{\"addr\": \"0xzz\"}]}}");
	expect_error("{\"facts\": {\"waits\": [{\"waiter\": 3}]}}");
	expect_error("{\"evidence\": [{\"kind\": \"rumour\", \"text\": \"x\"}]}");
}

/* Every member of the tables survives being written and read: the second JSON is the first. */
static void saved_case_is_saved_the_same_again(void **state)
{
	static const char json[] =
		"{\"dump\": {\"path\": \"v\", \"cpus\": 1, \"taint\": \"0x1\"},"
		" \"evidence\": [{\"kind\": \"memory\", \"text\": \"x\", \"address\": \"0x10\","
		" \"check\": {\"inquest\": \"read %V 0x10\"}}],"
		" \"facts\": {\"cpus\": [{\"nr\": 0, \"online\": true, \"state\": \"spin-wait\","
		" \"irqs\": \"off\", \"preempt_count\": \"0x80000001\", \"stuck_s\": 3.25,"
		" \"clock_ns\": 123456789012, \"task\": 0, \"stack\": 0, \"ev_state\": 0}],"
		" \"tasks\": [{\"addr\": \"0xffff888000000000\", \"pid\": 5, \"comm\": \"x\","
		" \"exit\": \"zombie\", \"run\": \"dead\"}],"
		" \"stacks\": [{\"complete\": true, \"user_ip\": \"0x40\", \"syscall_nr\": 60,"
		" \"frames\": [{\"ip\": \"0x1\", \"symbol\": \"f\", \"context\": \"nmi\"}]}],"
		" \"faults\": [{\"kind\": \"page-fault\", \"addr\": \"0x8\", \"path\":"
		" [{\"expr\": \"p\", \"memory\": \"0x0\"}], \"ev_code\": [0]}]}}";
	struct inq_report_options opt = {0};
	char *text[2] = {NULL};
	struct inq_case *c = load(json);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t n;
		FILE *out = open_memstream(&text[i], &n);

		assert_null(inq_report_write(c, "json", &opt, out));
		fclose(out);
		inq_case_destroy(c);
		c = load(text[i]);
	}
	inq_case_destroy(c);
	assert_string_equal(text[0], text[1]);
	assert_non_null(strstr(text[0], "\"clock_ns\": 123456789012"));
	assert_non_null(strstr(text[0], "\"exit\": \"zombie\""));
	assert_non_null(strstr(text[0], "\"syscall_nr\": 60"));
	free(text[0]);
	free(text[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_left_out_is_unknown),
		cmocka_unit_test(flags_follow_from_what_is_there),
		cmocka_unit_test(wrong_types_are_refused),
		cmocka_unit_test(saved_case_is_saved_the_same_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
