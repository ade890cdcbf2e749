// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/check.h"
#include "report/page.h"
#include "report/report.h"
#include "report/utf8.h"

static void expect_printable(const char *in, const char *out)
{
	struct inq_strbuf sb = INQ_STRBUF_INIT;

	inq_printable(&sb, in);
	assert_string_equal(inq_strbuf_str(&sb), out);
	inq_strbuf_deinit(&sb);
}

static void control_characters_become_visible(void **state)
{
	(void)state;
	expect_printable("a\033[2Jb", "a\\x1b[2Jb");
	expect_printable("line\nline\r", "line\\x0aline\\x0d");
	expect_printable("\x7f", "\\x7f");
	expect_printable("c1: \xc2\x9b", "c1: \\u009b");
}

static void bad_bytes_become_visible_and_good_utf8_stays(void **state)
{
	(void)state;
	expect_printable("\xff\xfe", "\\xff\\xfe");
	expect_printable("caf\xc3\xa9", "caf\xc3\xa9");
	expect_printable("overlong \xc0\xaf", "overlong \\xc0\\xaf");
	expect_printable("cut \xe2\x82", "cut \\xe2\\x82");
	expect_printable("surrogate \xed\xa0\x80", "surrogate \\xed\\xa0\\x80");
}

static void writing_direction_can_not_be_turned(void **state)
{
	(void)state;
	expect_printable("a\xe2\x80\xae"
			 "b",
			 "a\\u202eb");
}

static struct inq_case *nasty_case(void)
{
	static char nasty[] = "\033]0;x\a\xff\n\"\\";
	struct inq_case *c = inq_case_create();
	struct inq_task *t = inq_case_add(c, &c->tasks);
	struct inq_cpu *cpu = inq_case_add(c, &c->cpus);
	struct inq_event *e = inq_case_add(c, &c->events);
	inq_id ev = inq_evidence_add(c, INQ_EV_LOG, "%s", nasty);

	*t = (struct inq_task){.comm = nasty, .pid = 1, .stack = INQ_NONE, .ev_exit = INQ_NONE};
	*cpu = (struct inq_cpu){.task = 0, .stack = INQ_NONE};
	*e = (struct inq_event){.t_s = 1,
				.source = "log",
				.text = nasty,
				.cpu = -1,
				.pid = -1,
				.evidence = ev,
				.notable = true};
	inq_gap_add(c, nasty, 0, "%s", nasty);
	c->dump.release = c->dump.path = nasty;
	c->verdict.class_ = "none";
	c->verdict.title = nasty;
	return c;
}

static char *written(const char *format, bool color)
{
	struct inq_report_options opt = {.verbose = true, .color = color};
	struct inq_case *c = nasty_case();
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	assert_null(inq_report_write(c, format, &opt, out));
	fclose(out);
	inq_case_destroy(c);
	return text;
}

static void no_report_passes_on_what_a_dump_wants_to_do_to_a_terminal(void **state)
{
	static const char *const formats[] = {"text", "json"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *text = written(formats[i], false);
		size_t n;

		for (const char *s = text; *s; s += n) {
			uint32_t cp = inq_utf8_next(s, &n);

			assert_int_not_equal(cp, INQ_UTF8_BAD);
			assert_true(cp >= 0x20 || cp == '\n');
		}
		free(text);
	}
}

static void path_in_a_check_is_quoted_for_the_shell(void **state)
{
	struct inq_strbuf sb = INQ_STRBUF_INIT;

	(void)state;
	inq_check_command(&sb, "read %V 0x1", "/tmp/my core'; rm x");
	assert_string_equal(inq_strbuf_str(&sb), "inquest read '/tmp/my core'\\''; rm x' 0x1");
	inq_strbuf_reset(&sb);
	inq_check_command(&sb, "read %V 0x1", "/tmp/vmcore");
	assert_string_equal(inq_strbuf_str(&sb), "inquest read /tmp/vmcore 0x1");
	inq_strbuf_deinit(&sb);
}

static void wrapped_lines_stay_within_the_width(void **state)
{
	struct inq_page p = {.width = 40};

	(void)state;
	inq_page_wrap(&p, INQ_STYLE_PLAIN, "  1", 5,
		      "one two three four five six seven eight nine ten eleven twelve", "[e1 e2]");
	for (const char *line = p.out.str; *line; line += strcspn(line, "\n") + 1)
		assert_true(strcspn(line, "\n") <= 40);
	inq_strbuf_deinit(&p.out);
}

static void unknown_format_is_an_error(void **state)
{
	struct inq_report_options opt = {0};
	struct inq_case *c = inq_case_create();
	struct inq_error *err = inq_report_write(c, "pdf", &opt, stdout);

	(void)state;
	assert_non_null(err);
	assert_int_equal(err->code, INQ_ERR_NOTFOUND);
	inq_error_destroy(err);
	inq_case_destroy(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_characters_become_visible),
		cmocka_unit_test(bad_bytes_become_visible_and_good_utf8_stays),
		cmocka_unit_test(writing_direction_can_not_be_turned),
		cmocka_unit_test(no_report_passes_on_what_a_dump_wants_to_do_to_a_terminal),
		cmocka_unit_test(path_in_a_check_is_quoted_for_the_shell),
		cmocka_unit_test(wrapped_lines_stay_within_the_width),
		cmocka_unit_test(unknown_format_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
