// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/json_out.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "report/utf8.h"
#include "util/cleanup.h"
#include "util/banned.h"

static void put_string(FILE *out, const char *s)
{
	size_t n;

	fputc('"', out);
	for (; *s; s += n) {
		uint32_t cp = inq_utf8_next(s, &n);

		if (cp == '"' || cp == '\\')
			fprintf(out, "\\%c", (char)cp);
		else if (cp == '\n')
			fputs("\\n", out);
		else if (cp == INQ_UTF8_BAD)
			fputs("\\ufffd", out);
		else if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
			fprintf(out, "\\u%04x", cp);
		else
			fwrite(s, 1, n, out);
	}
	fputc('"', out);
}

static void put_newline(struct inq_json *j)
{
	fputc('\n', j->out);
	for (unsigned int i = 0; i < j->depth; i++)
		fputs("  ", j->out);
}

static void put_key(struct inq_json *j, const char *key)
{
	if (j->comma)
		fputc(',', j->out);
	if (j->lines) {
		if (j->comma)
			fputc(' ', j->out);
	} else if (j->depth) {
		put_newline(j);
	}
	if (key) {
		put_string(j->out, key);
		fputs(": ", j->out);
	}
	j->comma = true;
}

static void json_open(struct inq_json *j, const char *key, bool line, char begin, char end)
{
	assert(j->depth < array_size(j->ends));
	put_key(j, key);
	fputc(begin, j->out);
	j->ends[j->depth++] = end;
	if (j->lines || line)
		j->lines++;
	j->comma = false;
}

void inq_json_object(struct inq_json *j, const char *key, bool line)
{
	json_open(j, key, line, '{', '}');
}

void inq_json_array(struct inq_json *j, const char *key, bool line)
{
	json_open(j, key, line, '[', ']');
}

void inq_json_end(struct inq_json *j)
{
	assert(j->depth > 0);
	j->depth--;
	if (j->lines)
		j->lines--;
	else if (j->comma)
		put_newline(j);
	fputc(j->ends[j->depth], j->out);
	j->comma = true;
}

void inq_json_str(struct inq_json *j, const char *key, const char *s)
{
	put_key(j, key);
	if (s)
		put_string(j->out, s);
	else
		fputs("null", j->out);
}

void inq_json_addr(struct inq_json *j, const char *key, uint64_t addr)
{
	put_key(j, key);
	fprintf(j->out, "\"0x%016" PRIx64 "\"", addr);
}

void inq_json_int(struct inq_json *j, const char *key, int64_t v)
{
	put_key(j, key);
	fprintf(j->out, "%" PRId64, v);
}

void inq_json_num(struct inq_json *j, const char *key, double v)
{
	char text[352]; /* the largest double has 309 digits */
	size_t n;

	put_key(j, key);
	if (!isfinite(v)) {
		fputs("null", j->out);
		return;
	}
	n = (size_t)snprintf(text, sizeof(text), "%.6f", v);
	text[n - 7] = '.'; /* whatever the locale writes */
	while (text[n - 1] == '0')
		n--;
	if (text[n - 1] == '.')
		n--;
	fwrite(text, 1, n, j->out);
}

void inq_json_bool(struct inq_json *j, const char *key, bool v)
{
	put_key(j, key);
	fputs(v ? "true" : "false", j->out);
}

void inq_json_null(struct inq_json *j, const char *key)
{
	put_key(j, key);
	fputs("null", j->out);
}
