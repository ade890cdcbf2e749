// SPDX-License-Identifier: GPL-2.0-or-later
#include "kernel/bulk.h"

#include <pthread.h>

#include "util/banned.h"

enum { PAGE = 4096, BULK_MIN = 64 * PAGE };

struct half {
	struct inq_dump *dump;
	uint64_t addr;
	unsigned char *buf;
	size_t len;
	const char *what;
	struct inq_error *err;
};

static void *read_half(void *arg)
{
	struct half *h = arg;

	h->err = inq_dump_read(h->dump, h->addr, h->buf, h->len, h->what);
	return NULL;
}

struct inq_error *inq_bulk_read(struct inq_dump *dump, struct inq_dump *second, uint64_t addr,
				void *buf, size_t len, const char *what)
{
	struct half upper = {.dump = second, .what = what};
	struct inq_error *err;
	pthread_t thread;
	size_t lower = (len / 2 + PAGE - 1) & ~(size_t)(PAGE - 1);

	if (!second || len < BULK_MIN)
		return inq_dump_read(dump, addr, buf, len, what);
	/* Cut at a page of the kernel, so that no page is inflated twice. */
	lower -= addr % PAGE;
	upper.addr = addr + lower;
	upper.buf = (unsigned char *)buf + lower;
	upper.len = len - lower;
	if (pthread_create(&thread, NULL, read_half, &upper))
		return inq_dump_read(dump, addr, buf, len, what);
	err = inq_dump_read(dump, addr, buf, lower, what);
	pthread_join(thread, NULL);
	if (!err)
		return upper.err;
	inq_error_destroy(upper.err);
	return err;
}
