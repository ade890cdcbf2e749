// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * memory: who has it, where it ran out: the resident pages of each process (mm_struct.rss_stat)
 * and what the kernel counts (vm_node_stat[], vm_zone_stat[]; mm/vmstat.c).
 */
#include <inttypes.h>
#include <string.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/memory_kernel.h"
#include "inspect/task_fields.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum {
	PAGE_BYTES = 4096,
	MM_COUNTERS = 4, /* MM_FILEPAGES, MM_ANONPAGES, MM_SWAPENTS, MM_SHMEMPAGES since 4.5 */
	MM_SWAPENTS = 2, /* not resident */
};

enum { RSS_ATOMICS, RSS_COUNTERS, COUNTER_COUNT, RSS_NR };
static const struct inq_field_def rss_defs[RSS_NR] = {
	[RSS_ATOMICS] = {"mm_struct", "rss_stat.count", INQ_OPTIONAL},
	/* struct percpu_counter[] since 6.2 (f1a7941243c1) */
	[RSS_COUNTERS] = {"mm_struct", "rss_stat", INQ_OPTIONAL},
	[COUNTER_COUNT] = {"percpu_counter", "count", INQ_OPTIONAL},
};

struct statistic {
	const char *what, *array, *type;
	const char *names[2]; /* enumerators, newest first */
};
static const struct statistic statistics[] = {
	{"slab",
	 "vm_node_stat",
	 "node_stat_item",
	 {"NR_SLAB_UNRECLAIMABLE_B", "NR_SLAB_UNRECLAIMABLE"}},
	{"slab",
	 "vm_node_stat",
	 "node_stat_item",
	 {"NR_SLAB_RECLAIMABLE_B", "NR_SLAB_RECLAIMABLE"}},
	/* of a zone before 5.11 (f0c0c115fb81) */
	{"page tables", "vm_node_stat", "node_stat_item", {"NR_PAGETABLE"}},
	{"shmem", "vm_node_stat", "node_stat_item", {"NR_SHMEM"}},
	{"page cache", "vm_node_stat", "node_stat_item", {"NR_FILE_PAGES"}},
	{"free", "vm_zone_stat", "zone_stat_item", {"NR_FREE_PAGES"}},
};

static void add(struct inq_inspect *in, const char *what, inq_id task, uint64_t addr, size_t size,
		uint64_t pages)
{
	struct inq_memory_use *u;
	inq_id ev;

	if (pages > INT64_MAX / PAGE_BYTES || !pages)
		return;
	if (task == INQ_NONE)
		ev = inq_fact_memory(in, addr, size, pages, "%s: %" PRIu64 " pages", what, pages);
	else
		ev = inq_fact_memory(in, addr, size, pages,
				     "%s has %" PRIu64 " resident pages (mm_struct.rss_stat)",
				     inq_fact_task_name(in, task), pages);
	u = inq_case_add(in->c, &in->c->memory);
	if (u)
		*u = (struct inq_memory_use){.what = what,
					     .task = task,
					     .track = INQ_NONE,
					     .bytes = (int64_t)(pages * PAGE_BYTES),
					     .evidence = ev};
}

static void read_statistic(struct inq_inspect *in, const struct statistic *s)
{
	uint64_t addr = inq_symbol_addr(in->k, s->array), pages;
	int64_t nr = -1;

	for (size_t i = 0; i < array_size(s->names) && s->names[i]; i++) {
		if (inq_type_enum_value(in->k, s->type, s->names[i], &nr))
			break;
		nr = -1;
	}
	if (addr && nr >= 0 && nr < 256 &&
	    inq_dump_try_u64(in->k->dump, addr + (uint64_t)nr * 8, &pages) && (int64_t)pages > 0)
		add(in, s->what, INQ_NONE, addr + (uint64_t)nr * 8, 8, pages);
}

static void read_process(struct inq_inspect *in, const struct inq_field *f, inq_id task)
{
	const struct inq_task *t = &in->c->tasks.v[task];
	bool atomics = f[RSS_ATOMICS].found;
	const struct inq_field *at = &f[atomics ? RSS_ATOMICS : RSS_COUNTERS];
	uint64_t pages = 0, most = 0, most_at = t->mm + at->offset;

	for (unsigned int i = 0; i < MM_COUNTERS; i++) {
		uint64_t addr = t->mm + at->offset + (uint64_t)i * (at->size / MM_COUNTERS), n;

		if (!atomics)
			addr += f[COUNTER_COUNT].offset;
		if (i == MM_SWAPENTS || !inq_dump_try_u64(in->k->dump, addr, &n) ||
		    (int64_t)n <= 0 || n > INT64_MAX / PAGE_BYTES / MM_COUNTERS)
			continue;
		pages += n;
		if (n > most) {
			most = n;
			most_at = addr;
		}
	}
	add(in, "process", task, most_at, 8, pages);
}

static bool ran_out(const struct inq_inspect *in)
{
	for (size_t i = 0; i < in->c->events.n; i++) {
		if (in->c->events.v[i].kind == INQ_EVENT_OOM)
			return true;
	}
	return in->c->dump.panic_message && strstr(in->c->dump.panic_message, "memory");
}

struct inq_error *inq_inspect_memory(struct inq_inspect *in)
{
	uint64_t addr = inq_symbol_addr(in->k, "_totalram_pages"), pages;
	struct inq_field f[RSS_NR];
	struct inq_error *err;

	if (!ran_out(in))
		return NULL;
	err = inq_fields_resolve(in->k, rss_defs, f, RSS_NR);
	if (err) {
		bool nomem = err->code == INQ_ERR_NOMEM;

		if (nomem)
			return err;
		inq_gap_add(in->c, "memory", 0, "%s", err->message);
		inq_error_destroy(err);
		return NULL;
	}
	if (addr && inq_dump_try_u64(in->k->dump, addr, &pages)) {
		add(in, "total", INQ_NONE, addr, 8, pages);
		err = inq_memory_of_kernel(in, pages > UINT32_MAX ? 0 : pages * PAGE_BYTES);
		if (err)
			return err;
	}
	for (size_t i = 0; i < array_size(statistics); i++)
		read_statistic(in, &statistics[i]);
	if (!f[RSS_ATOMICS].found && (!f[RSS_COUNTERS].found || !f[COUNTER_COUNT].found)) {
		inq_gap_add(in->c, "memory", 0, "mm_struct.rss_stat: not in this kernel's types");
		return NULL;
	}
	for (size_t i = 0; i < in->c->tasks.n; i++) {
		const struct inq_task *t = &in->c->tasks.v[i];

		if (t->mm && t->pid == t->tgid)
			read_process(in, f, (inq_id)i);
	}
	return NULL;
}
