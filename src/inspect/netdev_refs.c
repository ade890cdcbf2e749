// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * netdev-refs: which network device can't go, for how long, and how many references to it are
 * left.
 *
 *	netdev_run_todo()	unregister_netdevice: waits for each device's references in turn
 *	net_device.pcpu_refcnt	per CPU, moved up where a reference is taken and down where it is
 *				given back, be that on another CPU: only their sum means something
 *	net_device.reg_state	NETREG_UNREGISTERED while it is waited for
 *
 * The wait is a row of short sleeps, so the task itself does not tell how long it lasts; what the
 * kernel says of it every ten seconds does.  The device is in the function's registers or in
 * a list whose head is on its stack: whatever there is, or is a link of, a net_device in that
 * state, of the name that the log has, is the one.
 *
 * Each second the kernel asks all who know the device to let it go; a reference that is left after
 * ten is one that nobody remembers.  Who that is no kernel without reference trackers keeps; which
 * modules' data still points to the device is a hint.
 */
#include <inttypes.h>
#include <string.h>

#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "inspect/names.h"
#include "kernel/modules.h"
#include "util/strbuf.h"

#include "util/banned.h"

enum { DEV_NAME, DEV_STATE, DEV_REFS, DEV_REF_COUNT, DEV_TODO, NETDEV_NR };
static const struct inq_field_def netdev_defs[NETDEV_NR] = {
	[DEV_NAME] = {"net_device", "name", INQ_REQUIRED},
	[DEV_STATE] = {"net_device", "reg_state", INQ_REQUIRED},
	/* one or the other, CONFIG_PCPU_DEV_REFCNT since 5.13 (919067cc845f) */
	[DEV_REFS] = {"net_device", "pcpu_refcnt", INQ_OPTIONAL},
	[DEV_REF_COUNT] = {"net_device", "dev_refcnt.refs.counter", INQ_OPTIONAL},
	[DEV_TODO] = {"net_device", "todo_list", INQ_REQUIRED},
};

enum { UNREGISTERED = 3 /* NETREG_UNREGISTERED */, NAME_MAX_LEN = 16, NAMED_MAX = 4 };

static const char *const waiting[] = {"netdev_wait_allrefs_any", "netdev_wait_allrefs",
				      "netdev_run_todo", NULL};
static const char message[] = "unregister_netdevice: waiting for ";
/* The kernel says so first after so long: net.core.netdev_unregister_timeout_secs, since 5.13. */
static const double first_after_s = 10;

/* What the log says of a device. */
struct said {
	char name[NAME_MAX_LEN];
	uint64_t first_ns, last_ns;
	inq_id evidence;
};

struct reader {
	struct inq_inspect *in;
	struct inq_field f[NETDEV_NR];
	struct said said;
};

/* ---- the log --------------------------------------------------------------------- */

static bool read_record(const struct inq_log_record *r, void *arg)
{
	struct reader *rd = arg;
	struct said *said = &rd->said;
	const char *at = strstr(r->text, message);
	size_t len = at ? strcspn(at + strlen(message), " \n") : 0;

	if (!len || len >= sizeof(said->name))
		return true;
	at += strlen(message);
	if (strncmp(said->name, at, len) != 0 || said->name[len]) {
		memcpy(said->name, at, len);
		said->name[len] = '\0';
		said->first_ns = r->ts_ns;
	}
	said->last_ns = r->ts_ns;
	said->evidence = inq_fact_log(rd->in, r, r->text);
	return true;
}

/* ---- the device ------------------------------------------------------------------ */

static bool is_device(const struct reader *rd, uint64_t dev)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t state;
	char name[NAME_MAX_LEN];

	return rd->in->arch->is_kernel_addr(k, dev) &&
	       inq_field_try_u64(k, &rd->f[DEV_STATE], dev, &state) && state == UNREGISTERED &&
	       inq_field_try_str(k, &rd->f[DEV_NAME], dev, name, sizeof(name)) &&
	       strcmp(name, rd->said.name) == 0;
}

/* The device that a word of the stack is, or is the link of, from the top of it to @frame's end. */
static uint64_t find_device(const struct reader *rd, inq_id stack, size_t frame)
{
	const struct inq_ustack *us = &rd->in->ustacks.v[stack];
	uint64_t end = us->v[frame].cfa, word;

	if (!end || end <= us->v[0].sp || end - us->v[0].sp > rd->in->thread_size)
		return 0;
	for (uint64_t at = us->v[0].sp; at < end; at += sizeof(word)) {
		if (!inq_dump_try_u64(rd->in->k->dump, at, &word) || word & 7)
			continue;
		if (is_device(rd, word))
			return word;
		if (is_device(rd, word - rd->f[DEV_TODO].offset))
			return word - rd->f[DEV_TODO].offset;
	}
	return 0;
}

static bool count_references(const struct reader *rd, uint64_t dev, int32_t *ret)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t counts, n;
	uint32_t sum = 0;

	if (inq_field_try_u64(k, &rd->f[DEV_REF_COUNT], dev, &n)) {
		*ret = (int32_t)n;
		return true;
	}
	if (!inq_field_try_u64(k, &rd->f[DEV_REFS], dev, &counts))
		return false;
	for (unsigned int cpu = 0; cpu < k->nr_cpus; cpu++) {
		uint64_t at = inq_percpu_addr(k, counts, cpu);

		if (!at)
			continue;
		if (!inq_dump_try_uint(k->dump, at, sizeof(sum), &n))
			return false;
		sum += (uint32_t)n;
	}
	*ret = (int32_t)sum;
	return true;
}

struct pointers {
	struct inq_inspect *in;
	uint64_t to;
	struct inq_strbuf names;
	size_t n; /* names */
};

static void look_for_pointers(struct pointers *p, const struct inq_module *m,
			      const struct inq_module_range *r)
{
	uint64_t words[512];

	for (uint64_t at = r->start; at + sizeof(words) <= r->end; at += sizeof(words)) {
		if (!inq_dump_try_read(p->in->k->dump, at, words, sizeof(words)))
			continue;
		for (size_t i = 0; i < array_size(words) && p->n < NAMED_MAX; i++) {
			const char *name =
				words[i] == p->to ? inq_name_of(p->in, at + i * 8, NULL) : NULL;

			if (name)
				inq_strbuf_addf(&p->names, "%s%s [%s]", p->n++ ? ", " : "", name,
						m->name);
		}
	}
}

/* Names of modules' variables and members that point to @dev: "last_user [demo]"; NULL: none. */
static const char *pointers_to(struct inq_inspect *in, uint64_t dev)
{
	struct pointers p = {.in = in, .to = dev, .names = INQ_STRBUF_INIT};
	const struct inq_module *m;
	const char *names = NULL;
	size_t n;

	m = inq_modules(in->k, &n);
	for (size_t i = 0; i < n; i++) {
		/* ranges are whole pages */
		for (size_t k = 0; k < m[i].nr_ranges; k++) {
			if (!m[i].ranges[k].text && !m[i].ranges[k].init)
				look_for_pointers(&p, &m[i], &m[i].ranges[k]);
		}
	}
	if (p.n)
		names = inq_arena_strdup(&in->c->arena, inq_strbuf_str(&p.names));
	in->c->arena.failed |= p.names.failed;
	inq_strbuf_deinit(&p.names);
	return names;
}

/* ---- the wait -------------------------------------------------------------------- */

static void fill(struct reader *rd, struct inq_resource *r, uint64_t dev, int32_t refs)
{
	struct inq_inspect *in = rd->in;
	const struct inq_field *f = &rd->f[rd->f[DEV_REFS].found ? DEV_REFS : DEV_REF_COUNT];
	const char *pointers = pointers_to(in, dev);
	uint64_t value = 0;

	r->name = inq_arena_printf(&in->c->arena, "net_device.%s", f->def->path);
	r->whose = inq_arena_strdup(&in->c->arena, rd->said.name);
	r->has_word = true;
	r->word = (uint32_t)refs;
	r->detail = inq_arena_printf(&in->c->arena, "usage count %" PRId32, refs);
	r->never = inq_arena_printf(
		&in->c->arena,
		"nobody gives back what is left of them, usage count %" PRId32 "%s%s", refs,
		pointers ? "; these still point to it: " : "", pointers ? pointers : "");
	inq_field_try_u64(in->k, f, dev, &value);
	r->ev_word = inq_fact_memory(in, dev + f->offset, f->size, value,
				     "%s of %s: the usage count is %" PRId32 "%s", r->name,
				     rd->said.name, refs,
				     rd->f[DEV_REFS].found ? ", that of all CPUs added up" : "");
}

static double since(const struct reader *rd)
{
	double s = inq_fact_since(rd->in, rd->said.first_ns);

	return s < 0 ? s : s + first_after_s;
}

/* The stack of @task where it may be seen to wait: it wakes every moment, so also on a CPU. */
static inq_id stack_of(struct inq_inspect *in, inq_id task)
{
	const struct inq_task *t = inq_case_task(in->c, task);

	if (!t->on_cpu && t->run != INQ_RUN_BLOCKED && t->run != INQ_RUN_QUEUED)
		return INQ_NONE;
	return inq_fact_stack_now(in, task);
}

/* The resource that the device which @task waits for in frame @frame is; INQ_NONE: not found. */
static inq_id resource_of(struct reader *rd, inq_id task, size_t frame)
{
	struct inq_inspect *in = rd->in;
	uint64_t dev = find_device(rd, stack_of(in, task), frame);
	struct inq_resource *r;
	int32_t refs;
	inq_id id;

	if (!dev || !count_references(rd, dev, &refs))
		return INQ_NONE;
	id = inq_resource_find_or_add(in->c, INQ_RES_REFERENCES, dev);
	r = inq_case_resource(in->c, id);
	if (r && !r->has_word)
		fill(rd, r, dev, refs);
	return id;
}

/* Between its sleeps it also waits for RCU and for rtnl_mutex, for a moment each time. */
static const double moment_s = 2.0;

/* The wait of @task that is a part of the one for the device, or a new one; NULL: it waits for
 * something else, which takes long itself. */
static struct inq_wait *wait_of(struct reader *rd, inq_id task)
{
	struct inq_case *c = rd->in->c;
	const struct inq_task *t = inq_case_task(c, task);
	const struct inq_cpu *cpu = t->on_cpu ? inq_case_cpu(c, t->cpu) : NULL;

	/* what it spins for on its CPU takes no time, unless that is stuck */
	for (size_t i = 0; !cpu && i < c->waits.n; i++) {
		struct inq_wait *w = &c->waits.v[i];
		const struct inq_resource *r = inq_case_resource(c, w->resource);

		if (w->waiter.task == task)
			return r && (r->kind == INQ_RES_TIMER ||
				     (w->since_s >= 0 && w->since_s < moment_s))
				       ? w
				       : NULL;
	}
	if (cpu && cpu->lockup)
		return NULL;
	return inq_edge_wait(rd->in, inq_edge_task(rd->in, task), INQ_NONE);
}

static void look_at(struct reader *rd, inq_id task, size_t frame)
{
	struct inq_inspect *in = rd->in;
	inq_id id = resource_of(rd, task, frame);
	const struct inq_resource *r = inq_case_resource(in->c, id);
	struct inq_wait *w = r ? wait_of(rd, task) : NULL;

	if (!w)
		return;
	w->resource = id;
	w->frame = (inq_id)frame;
	w->conf = INQ_CONF_CERTAIN;
	w->since_s = since(rd);
	w->since_how = "log";
	inq_ids_add(in->c, &w->evidence, r->ev_word);
	inq_ids_add(in->c, &w->evidence, rd->said.evidence);
}

/* The frame in which @task waits for references to a device; -1: it doesn't. */
static int waiting_frame(struct inq_inspect *in, inq_id task)
{
	const struct inq_stack *s = inq_case_stack(in->c, stack_of(in, task));

	return s ? inq_fact_find_frame(s, 0, waiting) : -1;
}

struct inq_error *inq_inspect_netdev_refs(struct inq_inspect *in)
{
	struct reader rd = {.in = in};
	cleanup_error struct inq_error *err = NULL;
	size_t lost;

	err = inq_log_walk(in->k, read_record, &rd, &lost);
	if (err || !rd.said.name[0])
		return NULL; /* `log` has said what can't be read of it */
	err = inq_fields_resolve(in->k, netdev_defs, rd.f, NETDEV_NR);
	if (err) {
		inq_gap_add(in->c, "network devices that can't go", 0, "%s", err->message);
		return NULL;
	}
	for (size_t i = 0; i < in->c->tasks.n && !inq_case_failed(in->c); i++) {
		int frame = waiting_frame(in, (inq_id)i);

		if (frame >= 0)
			look_at(&rd, (inq_id)i, (size_t)frame);
	}
	return NULL;
}
