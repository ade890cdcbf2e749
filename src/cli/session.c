// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>

#include "kernel/source.h"

#include "util/banned.h"

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* One line, whatever @text holds: a file's name may have a newline in it, or an escape. */
static void put_on_one_line(const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p < 0x20 || *p == 0x7f)
			fprintf(stderr, "\\x%02x", *p);
		else
			fputc(*p, stderr);
	}
}

void inq_complain_of(const char *what, const char *fmt, ...)
{
	char message[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	fputs("inquest: ", stderr);
	if (what) {
		put_on_one_line(what);
		fputs(": ", stderr);
	}
	put_on_one_line(message);
	fputc('\n', stderr);
}

void inq_complain(const char *file, struct inq_error *err)
{
	inq_complain_of(file, "%s", err->message);
	inq_error_destroy(err);
}

void inq_session_lap(struct inq_session *s, const char *floor)
{
	double now = now_ms();

	if (s->verbose) {
		struct inq_dump_stats stats = inq_dump_get_stats(s->dump);

		fprintf(stderr, "inquest: %-8s %7.1f ms %6" PRIu64 " pages %8" PRIu64 " reads\n",
			floor, now - s->started_ms, stats.pages - s->seen.pages,
			stats.reads - s->seen.reads);
		s->seen = stats;
	}
	s->started_ms = now;
}

/* Symbols and types, of the dump and of the files that were given. */
static struct inq_error *open_kernel(struct inq_session *s)
{
	cleanup_free char *found = NULL;
	const char *vmlinux = s->vmlinux;
	struct inq_error *err = NULL;

	if (!vmlinux && s->debug_dir)
		err = inq_source_find_vmlinux(s->dump, s->debug_dir, &found);
	vmlinux = vmlinux ? vmlinux : found;
	if (!err)
		err = inq_kernel_create(s->dump, vmlinux, &s->gaps, &s->kernel);
	return err ? err : inq_source_open(s->kernel, vmlinux, s->debug_dir);
}

enum inq_exit inq_session_open(struct inq_session *s)
{
	struct inq_error *err;

	s->started_ms = now_ms();
	err = inq_dump_open(s->path, &s->dump);
	if (err) {
		bool no_case = err->code == INQ_ERR_NOTFOUND || err->code == INQ_ERR_NOMEM;

		inq_complain(s->path, err);
		return no_case ? INQ_EXIT_NO_CASE : INQ_EXIT_NO_DUMP;
	}
	inq_session_lap(s, "dump");
	err = open_kernel(s);
	if (!err) {
		inq_session_lap(s, "kernel");
		err = inq_inspect_create(s->kernel, s->path, &s->inspect);
	}
	if (err) {
		inq_complain(s->path, err);
		return INQ_EXIT_NO_CASE;
	}
	inq_session_lap(s, "unwind");
	return INQ_EXIT_OK;
}

void inq_session_close(struct inq_session *s)
{
	inq_inspect_destroy(s->inspect);
	inq_kernel_destroy(s->kernel);
	inq_kernel_gaps_deinit(&s->gaps);
	inq_dump_destroy(s->dump);
	*s = (struct inq_session){0};
}

bool inq_finish_output(FILE *out, const char *name)
{
	bool ok = !ferror(out);

	if ((out == stdout ? fflush(out) : fclose(out)) != 0)
		ok = false;
	if (!ok)
		inq_complain_of(name, "can't write: %s", strerror(errno));
	return ok;
}
