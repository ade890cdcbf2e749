// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Megabytes at once: symbol tables, types.  Inflating is what costs, so the pages
 * are shared out between threads, each with a reader of its own.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "dump/dump_priv.h"
#include "util/cleanup.h"

#include "util/banned.h"

enum {
	HELPERS_MAX = 3,
	BATCH = 32,	    /* pages that a thread takes at a time */
	PARALLEL_MIN = 128, /* pages: below, a thread costs more than it saves */
};

struct bulk {
	const struct inq_page_index *ix;
	const uint64_t *ppages;
	unsigned char *buf;
	size_t n;
	_Atomic size_t next; /* first page that nobody has taken */
	_Atomic size_t bad;  /* first page that failed; n: none */
};

static void note_failure(struct bulk *b, size_t page)
{
	size_t seen = atomic_load(&b->bad);

	while (page < seen && !atomic_compare_exchange_weak(&b->bad, &seen, page))
		;
}

static void work(struct bulk *b, struct inq_page_reader *reader)
{
	for (;;) {
		size_t at = atomic_fetch_add(&b->next, BATCH);
		size_t n, done;

		if (at >= b->n || at > atomic_load(&b->bad))
			return;
		n = b->n - at < BATCH ? b->n - at : BATCH;
		if (inq_page_reader_read(reader, b->ppages + at, n, b->buf + at * INQ_PAGE_SIZE,
					 &done) != INQ_READ_OK)
			note_failure(b, at + done);
	}
}

static void *helper(void *arg)
{
	struct bulk *b = arg;
	struct inq_page_reader reader;

	if (inq_page_reader_init(&reader, b->ix))
		work(b, &reader);
	inq_page_reader_deinit(&reader);
	return NULL;
}

static size_t helpers_wanted(size_t n)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (n < PARALLEL_MIN || cpus < 2)
		return 0;
	return cpus - 1 < HELPERS_MAX ? (size_t)(cpus - 1) : HELPERS_MAX;
}

static void run(struct bulk *b, struct inq_page_reader *own)
{
	size_t wanted = helpers_wanted(b->n), started = 0;
	pthread_t threads[HELPERS_MAX];

	while (started < wanted && !pthread_create(&threads[started], NULL, helper, b))
		started++;
	work(b, own);
	while (started)
		pthread_join(threads[--started], NULL);
}

int inq_dump_bulk(struct inq_dump *dump, bool virt, uint64_t addr, unsigned char *buf, size_t n,
		  size_t *ret_done)
{
	cleanup_free uint64_t *ppages = calloc(n, sizeof(*ppages));
	struct bulk b = {.ix = &dump->shared->index, .ppages = ppages, .buf = buf};
	int code = INQ_READ_OK;
	size_t done;

	*ret_done = 0;
	if (!ppages)
		return INQ_ERR_NOMEM;
	for (; b.n < n && code == INQ_READ_OK; b.n++) {
		uint64_t at = addr + b.n * INQ_PAGE_SIZE;

		ppages[b.n] = at >> INQ_PAGE_SHIFT;
		if (virt)
			code = inq_dump_translate(dump, at, &ppages[b.n]);
		if (code != INQ_READ_OK)
			break;
	}
	atomic_init(&b.bad, b.n);
	run(&b, &dump->reader);
	dump->stats.pages += b.n;
	*ret_done = atomic_load(&b.bad);
	if (*ret_done == b.n)
		return code;
	/* What is wrong with it: ask again, for that page alone.  Perhaps nothing, but with one
	 * behind it that was read with it. */
	code = inq_page_reader_read(&dump->reader, ppages + *ret_done, 1,
				    buf + *ret_done * INQ_PAGE_SIZE, &done);
	*ret_done += done;
	return code;
}
