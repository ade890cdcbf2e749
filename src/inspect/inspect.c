// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/inspect.h"

#include <stdlib.h>
#include <string.h>

#include "inspect/inspectors.h"
#include "inspect/objects.h"
#include "util/cleanup.h"

#include "util/banned.h"

/*
 * The order matters: a later inspector uses the facts of earlier ones.  To add one: write
 * inspect/NAME.c, declare it in inspectors.h, add a row here.
 */
static const struct inq_inspector inspectors[] = {
	{"machine", inq_inspect_machine},
	{"tasks", inq_inspect_tasks},
	{"cpus", inq_inspect_cpus},
	{"log", inq_inspect_log},
	{"damage", inq_inspect_damage},
	{"lockup", inq_inspect_lockup},
	{"faults", inq_inspect_faults},
	{"ipi", inq_inspect_ipi},
	{"spinlocks", inq_inspect_spinlocks},
	{"spinners", inq_inspect_spinners},
	{"sleepers", inq_inspect_sleepers},
	{"blocker", inq_inspect_blocker},
	{"stop-machine", inq_inspect_stop_machine},
	{"handler-waits", inq_inspect_handler_waits},
	{"kernfs", inq_inspect_kernfs},
	{"napi-waits", inq_inspect_napi_waits},
	{"block", inq_inspect_block},
	{"queue-refs", inq_inspect_queue_refs},
	{"frozen-fs", inq_inspect_frozen_fs},
	{"thread-waits", inq_inspect_thread_waits},
	{"signallers", inq_inspect_signallers},
	{"removals", inq_inspect_removals},
	{"netdev-refs", inq_inspect_netdev_refs},
	{"bit-waits", inq_inspect_bit_waits},
	{"rcu", inq_inspect_rcu},
	{"rcu-waits", inq_inspect_rcu_waits},
	{"rcu-tasks", inq_inspect_rcu_tasks},
	{"srcu", inq_inspect_srcu},
	{"workqueue", inq_inspect_workqueue},
	{"tries", inq_inspect_tries},
	{"polls", inq_inspect_polls},
	{"holds", inq_inspect_holds},
	{"takers", inq_inspect_takers},
	{"leaks", inq_inspect_leaks},
	{"polled", inq_inspect_polled},
	{"log-stacks", inq_inspect_log_stacks},
	{"cpu-state", inq_inspect_cpu_state},
	{"origins", inq_inspect_origins},
	{"memory", inq_inspect_memory},
	{"mce", inq_inspect_mce},
	{"passed-on", inq_inspect_passed_on},
	{"module-activity", inq_inspect_module_activity},
	{"taints", inq_inspect_taints},
	{"sources", inq_inspect_sources},
};

struct inq_error *inq_inspect_create(struct inq_kernel *k, const char *path,
				     struct inq_inspect **ret)
{
	const struct inq_dump_info *info = inq_dump_get_info(k->dump);
	struct inq_inspect *in = calloc(1, sizeof(*in));
	struct inq_error *err;

	if (!in)
		return &inq_enomem;
	in->k = k;
	in->arch = inq_arch_by_name(info->arch);
	if (!in->arch) {
		err = inq_error_create(INQ_ERR_NOTSUP, 0, "architecture %s is not supported",
				       info->arch);
		goto fail;
	}
	in->thread_size = in->arch->thread_size;
	in->c = inq_case_create();
	if (!in->c) {
		err = &inq_enomem;
		goto fail;
	}
	in->c->dump.path = inq_arena_strdup(&in->c->arena, path);
	err = inq_unwinder_create(k, in->arch, &in->unwinder);
	if (!err)
		err = inq_code_create(k, in->arch, &in->code);
	if (err)
		goto fail;
	inq_code_set_objects(in->code, inq_object_find, in);
	*ret = in;
	return NULL;
fail:
	inq_inspect_destroy(in);
	return err;
}

void inq_inspect_destroy(struct inq_inspect *in)
{
	if (!in)
		return;
	for (size_t i = 0; i < in->ustacks.n; i++)
		inq_ustack_deinit(&in->ustacks.v[i]);
	free(in->ustacks.v);
	inq_hashmap_deinit(&in->task_ids);
	inq_hashmap_deinit(&in->locks_read);
	inq_hashmap_deinit(&in->queued_on);
	inq_hashmap_deinit(&in->queue_heads);
	inq_code_destroy(in->code);
	inq_unwinder_destroy(in->unwinder);
	inq_case_destroy(in->c);
	free(in);
}

static struct inq_error *run(struct inq_inspect *in, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct inq_error *err = inspectors[i].run(in);

		if (err)
			return inq_error_prefix(err, "%s", inspectors[i].name);
		if (inq_case_failed(in->c) || inq_dump_no_memory(in->k->dump) || in->k->no_memory)
			return &inq_enomem;
	}
	return NULL;
}

struct inq_error *inq_inspect_run(struct inq_inspect *in)
{
	return run(in, array_size(inspectors));
}

struct inq_error *inq_inspect_run_until(struct inq_inspect *in, const char *name)
{
	for (size_t i = 0; i < array_size(inspectors); i++) {
		if (strcmp(inspectors[i].name, name) == 0)
			return run(in, i + 1);
	}
	return inq_error_create(INQ_ERR_NOTFOUND, 0, "no inspector is called %s", name);
}
