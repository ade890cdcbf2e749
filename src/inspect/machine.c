// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * machine: which kernel this is, and how it ended: init_uts_ns, taint, panic state,
 * watchdog threshold.  Fills c->dump.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { UTS_NODENAME, UTS_RELEASE, UTS_VERSION, UTS_NR };
static const struct inq_field_def uts_defs[UTS_NR] = {
	[UTS_NODENAME] = {"uts_namespace", "name.nodename", INQ_OPTIONAL},
	[UTS_RELEASE] = {"uts_namespace", "name.release", INQ_OPTIONAL},
	[UTS_VERSION] = {"uts_namespace", "name.version", INQ_OPTIONAL},
};

static const char *uts_string(struct inq_inspect *in, const struct inq_field *f, uint64_t uts,
			      const char *otherwise)
{
	char buf[80];

	if (!f->found || !inq_field_try_str(in->k, f, uts, buf, sizeof(buf)) || !buf[0])
		return inq_arena_strdup(&in->c->arena, otherwise);
	return inq_arena_strdup(&in->c->arena, buf);
}

static void read_identity(struct inq_inspect *in, const struct inq_dump_info *info)
{
	struct inq_dump_facts *d = &in->c->dump;
	uint64_t uts = inq_symbol_addr(in->k, "init_uts_ns");
	struct inq_field f[UTS_NR];
	struct inq_error *err = inq_fields_resolve(in->k, uts_defs, f, UTS_NR);

	inq_error_destroy(err);
	if (err || !uts) {
		d->release = inq_arena_strdup(&in->c->arena, info->release);
		d->nodename = inq_arena_strdup(&in->c->arena, info->nodename);
		return;
	}
	d->nodename = uts_string(in, &f[UTS_NODENAME], uts, info->nodename);
	d->release = uts_string(in, &f[UTS_RELEASE], uts, info->release);
	d->version = uts_string(in, &f[UTS_VERSION], uts, NULL);
}

/* panic() sets panic_cpu before anything else, and so does crash_kexec() (since 4.5,
 * 7bbee5ca3896); PANIC_CPU_INVALID is -1. */
static void read_panic_state(struct inq_inspect *in)
{
	struct inq_dump_facts *d = &in->c->dump;
	uint64_t cpu;

	if (inq_kernel_try_global(in->k, "panic_cpu", 4, &cpu))
		d->panicked = (int32_t)cpu >= 0;
	inq_kernel_try_global(in->k, "tainted_mask", 8, &d->taint);
}

/* A string, alone (before 6.1) or the first member of a struct (6.1, 6f1dae1d84b6). */
static void read_last_unloaded(struct inq_inspect *in)
{
	uint64_t addr = inq_symbol_addr(in->k, "last_unloaded_module");
	char name[57] = "";
	size_t n;

	if (!addr || !inq_dump_try_read(in->k->dump, addr, name, sizeof(name) - 1))
		return;
	n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
	if (n)
		in->c->dump.last_unloaded = inq_arena_strndup(&in->c->arena, name, n);
}

static void read_watchdog(struct inq_inspect *in)
{
	uint64_t thresh, timeout;

	/* Soft lockup threshold is twice this (kernel/watchdog.c: get_softlockup_thresh()). */
	if (inq_kernel_try_global(in->k, "watchdog_thresh", 4, &thresh) && thresh <= 3600)
		in->c->dump.watchdog_thresh_s = (double)thresh;
	if (inq_kernel_try_global(in->k, "sysctl_hung_task_timeout_secs", 8, &timeout) &&
	    timeout <= 86400)
		in->c->dump.hung_task_timeout_s = (double)timeout;
}

struct inq_error *inq_inspect_machine(struct inq_inspect *in)
{
	const struct inq_dump_info *info = inq_dump_get_info(in->k->dump);
	struct inq_arena *a = &in->c->arena;
	struct inq_dump_facts *d = &in->c->dump;

	d->format = inq_arena_strdup(a, info->format);
	d->arch = inq_arena_strdup(a, info->arch);
	d->build_id = inq_arena_strdup(a, info->build_id);
	d->symbols = in->k->symbols_from;
	d->types = in->k->types_from;
	d->unwinder = inq_unwinder_technique(in->unwinder);
	d->dumped_at = info->dumped_at;
	d->complete = info->complete;
	d->cpus = in->k->nr_cpus;
	d->uptime_s = -1;
	read_identity(in, info);
	read_panic_state(in);
	read_watchdog(in);
	read_last_unloaded(in);
	if (!info->complete)
		inq_gap_add(in->c, "dump file", 0,
			    "the file is cut off or says that it is incomplete");
	return NULL;
}
