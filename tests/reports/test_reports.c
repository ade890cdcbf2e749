// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Golden files: tests/reports/NAME.json is a saved case, NAME.txt the text report that it must
 * give, to the byte.  A report's JSON must give the same report again.
 *
 *	test_reports FOLDER		compare
 *	test_reports --update FOLDER	write the .txt files anew (then look at the difference)
 *	test_reports --json FILE	write FILE's JSON report to stdout, for test_schema.py
 *	test_reports --text FILE	and the text report, for test_scale.py
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analyze/analyze.h"
#include "report/facts.h"
#include "report/report.h"

enum { MAX_CASES = 64 };

struct golden {
	char json[512];
	char text[512];
	char name[64];
};

static char *report_of(struct inq_case *c, const char *format)
{
	struct inq_report_options opt = {.width = 100};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	struct inq_error *err = inq_report_write(c, format, &opt, out);

	fclose(out);
	if (err) {
		fprintf(stderr, "%s\n", err->message);
		exit(1);
	}
	return text;
}

static struct inq_case *judged(const char *path)
{
	struct inq_case *c = NULL;
	struct inq_error *err = inq_case_load_file(path, &c);

	if (!err)
		err = inq_analyze(c);
	if (err) {
		fprintf(stderr, "%s\n", err->message);
		exit(1);
	}
	return c;
}

static char *read_file(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = calloc(1, 1 << 20);

	if (!f || !text || fread(text, 1, (1 << 20) - 1, f) == 0)
		fail_msg("can't read %s", path);
	fclose(f);
	return text;
}

static void text_report_is_as_golden(void **state)
{
	const struct golden *g = *state;
	struct inq_case *c = judged(g->json);
	char *got = report_of(c, "text"), *want = read_file(g->text);

	assert_string_equal(got, want);
	free(got);
	free(want);
	inq_case_destroy(c);
}

static void saved_report_gives_the_same_report(void **state)
{
	const struct golden *g = *state;
	struct inq_case *c = judged(g->json), *again = NULL;
	char *json = report_of(c, "json"), *text = report_of(c, "text"), *text_again;
	struct inq_error *err = inq_case_load(json, strlen(json), &again);

	if (!err)
		err = inq_analyze(again);
	if (err)
		fail_msg("%s", err->message);
	text_again = report_of(again, "text");
	assert_string_equal(text, text_again);
	free(json);
	free(text);
	free(text_again);
	inq_case_destroy(c);
	inq_case_destroy(again);
}

static int is_case(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 5 && strcmp(e->d_name + n - 5, ".json") == 0;
}

static size_t collect(const char *folder, struct golden *golden)
{
	struct dirent **files;
	int nr = scandir(folder, &files, is_case, alphasort);
	size_t n = 0;

	for (int i = 0; i < nr; i++) {
		if (n < MAX_CASES) {
			struct golden *g = &golden[n++];
			int stem = (int)strlen(files[i]->d_name) - 5;

			snprintf(g->name, sizeof(g->name), "%.*s", stem, files[i]->d_name);
			snprintf(g->json, sizeof(g->json), "%.400s/%.64s.json", folder, g->name);
			snprintf(g->text, sizeof(g->text), "%.400s/%.64s.txt", folder, g->name);
		}
		free(files[i]);
	}
	if (nr >= 0)
		free(files);
	return n;
}

static int update(const struct golden *golden, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct inq_case *c = judged(golden[i].json);
		char *text = report_of(c, "text");
		FILE *f = fopen(golden[i].text, "we");

		if (!f || fputs(text, f) < 0 || fclose(f) != 0)
			return 1;
		free(text);
		inq_case_destroy(c);
	}
	return 0;
}

static int print_report(const char *path, const char *format)
{
	struct inq_case *c = judged(path);
	char *report = report_of(c, format);

	fputs(report, stdout);
	free(report);
	inq_case_destroy(c);
	return 0;
}

int main(int argc, char **argv)
{
	static struct golden golden[MAX_CASES];
	static struct CMUnitTest tests[2 * MAX_CASES];
	static char names[MAX_CASES][96];
	size_t n;

	if (argc == 3 && strcmp(argv[1], "--json") == 0)
		return print_report(argv[2], "json");
	if (argc == 3 && strcmp(argv[1], "--text") == 0)
		return print_report(argv[2], "text");
	if (argc < 2)
		return 2;
	n = collect(argv[argc - 1], golden);
	if (argc == 3 && strcmp(argv[1], "--update") == 0)
		return update(golden, n);
	for (size_t i = 0; i < n; i++) {
		snprintf(names[i], sizeof(names[i]), "%s, saved and loaded", golden[i].name);
		tests[2 * i] = (struct CMUnitTest){golden[i].name, text_report_is_as_golden, NULL,
						   NULL, &golden[i]};
		tests[2 * i + 1] = (struct CMUnitTest){names[i], saved_report_gives_the_same_report,
						       NULL, NULL, &golden[i]};
	}
	return _cmocka_run_group_tests("reports", tests, 2 * n, NULL, NULL) != 0 || n == 0;
}
