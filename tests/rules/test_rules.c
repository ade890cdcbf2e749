// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Every rule's fixtures: tests/rules/RULE/{hit,miss,partial}*.json is a saved case without a
 * vmcore, with what must come out of it under "expect":
 *
 *	class, confidence, trigger	of the verdict (trigger null: none)
 *	culprit				members as in the JSON report; null: nobody
 *	lock, fault			name of the lock, expression of the fault
 *	victims				how many
 *	also				class of what is the first of the others that are wrong;
 *					null: nothing else is
 *	rule, title, gap, chain, next	a part of a broken rule's source, the title, a gap, a step
 *of what happened, what to look at next
 *	bystander			a part of why who panicked is not the culprit; null: nobody
 *					panicked, or the culprit did
 */
#include <dirent.h>
#include <json-c/json.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/analyze.h"
#include "report/facts.h"

enum { MAX_FIXTURES = 512 };

struct fixture {
	char path[512];
	char name[128];
};

static const char *str_or_null(struct json_object *o)
{
	return o ? json_object_get_string(o) : NULL;
}

static void expect_str(const char *what, struct json_object *expected, const char *got)
{
	const char *want = str_or_null(expected);

	if (want ? !got || strcmp(want, got) != 0 : got != NULL)
		fail_msg("%s: expected %s, got %s", what, want ? want : "none", got ? got : "none");
}

static void expect_part(const char *what, struct json_object *expected, const char *got)
{
	const char *want = str_or_null(expected);

	if (!got || !strstr(got, want))
		fail_msg("%s: expected '%s' in '%s'", what, want, got ? got : "none");
}

static void check_culprit(const struct inq_case *c, struct json_object *expected)
{
	const struct inq_verdict *v = &c->verdict;
	const struct inq_task *t = inq_case_task(c, v->culprit.task);

	if (!expected) {
		expect_str("culprit", NULL, v->culprit_kind);
		return;
	}
	json_object_object_foreach(expected, key, want)
	{
		if (strcmp(key, "kind") == 0)
			expect_str("culprit.kind", want, v->culprit_kind);
		else if (strcmp(key, "comm") == 0)
			expect_str("culprit.comm", want, t ? t->comm : NULL);
		else if (strcmp(key, "function") == 0)
			expect_str("culprit.function", want, v->function);
		else if (strcmp(key, "module") == 0)
			expect_str("culprit.module", want, v->module);
		else if (strcmp(key, "cpu") == 0)
			assert_int_equal(json_object_get_int(want), v->culprit.cpu);
		else
			fail_msg("expect.culprit: unknown member %s", key);
	}
}

static const char *all_rules(const struct inq_case *c, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < c->verdict.rules.n && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s (%s); ", c->verdict.rules.v[i].rule,
				      c->verdict.rules.v[i].where);
	return buf;
}

static const char *all_steps(const struct inq_case *c, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < c->verdict.chain.n && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s; ", c->verdict.chain.v[i].text);
	return buf;
}

static const char *all_next(const struct inq_case *c, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < c->verdict.next_steps.n && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s; ", c->verdict.next_steps.v[i]);
	return buf;
}

static const char *all_gaps(const struct inq_case *c, char *buf, size_t size)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < c->gaps.n && n < size; i++)
		n += (size_t)snprintf(buf + n, size - n, "%s; ", c->gaps.v[i].why);
	return buf;
}

static void check_member(const struct inq_case *c, const char *key, struct json_object *want)
{
	const struct inq_verdict *v = &c->verdict;
	const struct inq_resource *r = inq_case_resource(c, v->resource);
	const struct inq_fault *f = inq_case_fault(c, v->fault);
	char text[4096];

	if (strcmp(key, "class") == 0)
		expect_str(key, want, v->class_);
	else if (strcmp(key, "confidence") == 0)
		expect_str(key, want, inq_confidence_name(v->conf));
	else if (strcmp(key, "trigger") == 0)
		expect_str(key, want, v->trigger);
	else if (strcmp(key, "culprit") == 0)
		check_culprit(c, want);
	else if (strcmp(key, "lock") == 0)
		expect_str(key, want, r ? r->name : NULL);
	else if (strcmp(key, "fault") == 0)
		expect_str(key, want, f ? f->expression : NULL);
	else if (strcmp(key, "victims") == 0)
		assert_int_equal(json_object_get_int(want), v->victims.n);
	else if (strcmp(key, "also") == 0)
		expect_str(key, want, v->others.n ? c->findings.v[v->others.v[0]].class_ : NULL);
	else if (strcmp(key, "title") == 0)
		expect_part(key, want, v->title);
	else if (strcmp(key, "bystander") == 0 && want)
		expect_part(key, want, v->panic_note);
	else if (strcmp(key, "bystander") == 0)
		expect_str(key, NULL, v->panic_note);
	else if (strcmp(key, "rule") == 0)
		expect_part(key, want, all_rules(c, text, sizeof(text)));
	else if (strcmp(key, "chain") == 0)
		expect_part(key, want, all_steps(c, text, sizeof(text)));
	else if (strcmp(key, "next") == 0)
		expect_part(key, want, all_next(c, text, sizeof(text)));
	else if (strcmp(key, "gap") == 0)
		expect_part(key, want, all_gaps(c, text, sizeof(text)));
	else
		fail_msg("expect: unknown member %s", key);
}

static void fixture_gives_its_verdict(void **state)
{
	const struct fixture *fx = *state;
	struct json_object *root = json_object_from_file(fx->path);
	struct json_object *expect = NULL;
	struct inq_case *c = NULL;
	struct inq_error *err;

	assert_non_null(root);
	assert_true(json_object_object_get_ex(root, "expect", &expect));
	err = inq_case_load_file(fx->path, &c);
	if (err)
		fail_msg("%s", err->message);
	err = inq_analyze(c);
	if (err)
		fail_msg("%s", err->message);
	assert_int_equal(strlen(c->verdict.signature), 16);
	json_object_object_foreach(expect, key, want)
	{
		check_member(c, key, want);
	}
	inq_case_destroy(c);
	json_object_put(root);
}

static int is_fixture(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".json") == 0;
}

static int is_folder(const struct dirent *e)
{
	return e->d_name[0] != '.' && !strchr(e->d_name, '.');
}

static size_t collect_rule(const char *root, const char *rule, struct fixture *fixtures, size_t n)
{
	struct dirent **files;
	char folder[384];
	int nr;

	snprintf(folder, sizeof(folder), "%s/%s", root, rule);
	nr = scandir(folder, &files, is_fixture, alphasort);
	for (int i = 0; i < nr; i++) {
		if (n < MAX_FIXTURES) {
			struct fixture *fx = &fixtures[n++];
			const char *file = files[i]->d_name;

			snprintf(fx->path, sizeof(fx->path), "%s/%.100s", folder, file);
			snprintf(fx->name, sizeof(fx->name), "%.60s/%.*s", rule,
				 (int)strlen(file) - 5, file);
		}
		free(files[i]);
	}
	if (nr >= 0)
		free(files);
	return n;
}

int main(int argc, char **argv)
{
	static struct fixture fixtures[MAX_FIXTURES];
	static struct CMUnitTest tests[MAX_FIXTURES];
	struct dirent **rules;
	size_t n = 0;
	int nr;

	if (argc != 2)
		return 2;
	nr = scandir(argv[1], &rules, is_folder, alphasort);
	if (nr <= 0)
		return 2;
	for (int i = 0; i < nr; i++) {
		n = collect_rule(argv[1], rules[i]->d_name, fixtures, n);
		free(rules[i]);
	}
	free(rules);
	for (size_t i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){fixtures[i].name, fixture_gives_its_verdict, NULL,
					       NULL, &fixtures[i]};
	return _cmocka_run_group_tests("rules", tests, n, NULL, NULL) != 0 || n == 0;
}
