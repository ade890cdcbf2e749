// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kernfs: who removes a file of sysfs (or another kernfs), and waits for whom to be through with
 * it.
 *
 * kernfs_drain() waits until all references of kernfs_node.active are given back; lockdep knows
 * that as the lock kn->active.  A task has one while a function of that file runs for it, which
 * shows in its stack: an argument of a frame there leads to the kernfs_open_file, and that to the
 * node.  Of a directory
 * the files within are drained one by one.  The waits are there already (sleepers); the holds are
 * added.
 */
#include <inttypes.h>

#include "code/frames.h"
#include "code/locks.h"
#include "inspect/edges.h"
#include "inspect/facts.h"
#include "inspect/inspectors.h"
#include "kernel/symtab.h"

#include "util/banned.h"

enum { KN_ACTIVE, KN_NAME, KIOCB_FILE, FILE_OPS, FILE_PRIVATE, SEQ_PRIVATE, OF_KN, KERNFS_NR };
static const struct inq_field_def kernfs_defs[KERNFS_NR] = {
	[KN_ACTIVE] = {"kernfs_node", "active.counter", INQ_REQUIRED},
	[KN_NAME] = {"kernfs_node", "name", INQ_OPTIONAL},
	[KIOCB_FILE] = {"kiocb", "ki_filp", INQ_REQUIRED},
	[FILE_OPS] = {"file", "f_op", INQ_REQUIRED},
	[FILE_PRIVATE] = {"file", "private_data", INQ_REQUIRED},
	[SEQ_PRIVATE] = {"seq_file", "private", INQ_REQUIRED},
	[OF_KN] = {"kernfs_open_file", "kn", INQ_REQUIRED},
};

/* KN_DEACTIVATED_BIAS, INT_MIN + 1, is added while a node is removed. */
static const int64_t bias = INT32_MIN + 1;

struct kernfs_reader {
	struct inq_inspect *in;
	struct inq_field f[KERNFS_NR];
	uint64_t ops; /* kernfs_file_fops */
};

/* A function whose first argument leads to the open file. */
enum argument { NO_ARGUMENT, KIOCB, FILE_, SEQ_FILE, OPEN_FILE };
static const struct {
	const char *name;
	enum argument arg;
} users[] = {
	/* with a kiocb since 5.11 (4eaad21a6ac9, cc099e0b399f) */
	{"kernfs_fop_read_iter", KIOCB},  {"kernfs_fop_write_iter", KIOCB},
	{"kernfs_fop_read", FILE_},	  {"kernfs_fop_write", FILE_},
	{"seq_read_iter", KIOCB},	  {"seq_read", FILE_},
	{"sysfs_kf_seq_show", SEQ_FILE},  {"kernfs_seq_show", SEQ_FILE},
	{"sysfs_kf_read", OPEN_FILE},	  {"sysfs_kf_write", OPEN_FILE},
	{"sysfs_kf_bin_read", OPEN_FILE}, {"sysfs_kf_bin_write", OPEN_FILE},
};

static enum argument argument_of(const struct inq_frame *f)
{
	for (size_t i = 0; !f->module && f->symbol && i < array_size(users); i++) {
		if (inq_fact_is(f->symbol, users[i].name))
			return users[i].arg;
	}
	return NO_ARGUMENT;
}

/* The node of what @addr, of kind @arg, is or leads to; 0: none. */
static uint64_t node_of(struct kernfs_reader *rd, enum argument arg, uint64_t addr)
{
	struct inq_kernel *k = rd->in->k;
	uint64_t ops, kn;

	if (arg == KIOCB && !inq_field_try_u64(k, &rd->f[KIOCB_FILE], addr, &addr))
		return 0;
	if (arg == KIOCB || arg == FILE_) {
		if (!inq_field_try_u64(k, &rd->f[FILE_OPS], addr, &ops) || ops != rd->ops ||
		    !inq_field_try_u64(k, &rd->f[FILE_PRIVATE], addr, &addr))
			return 0;
	}
	if (arg != OPEN_FILE && !inq_field_try_u64(k, &rd->f[SEQ_PRIVATE], addr, &addr))
		return 0;
	return inq_field_try_u64(k, &rd->f[OF_KN], addr, &kn) ? kn : 0;
}

/* Before the reference is taken they lock the open file. */
static bool waits_for_its_turn(const struct inq_stack *s, size_t frame)
{
	return frame == 0 || (!s->v[frame - 1].module && s->v[frame - 1].symbol &&
			      inq_lock_primitive(s->v[frame - 1].symbol));
}

static bool is_in_use(struct kernfs_reader *rd, uint64_t kn)
{
	uint64_t word;

	return inq_field_try_u64(rd->in->k, &rd->f[KN_ACTIVE], kn, &word) && (int32_t)word < 0 &&
	       (int32_t)word > bias;
}

/* Whether a frame's argument @addr leads to @kn; 0: to any file that is being removed. */
static bool leads_to(struct kernfs_reader *rd, enum argument arg, uint64_t addr, uint64_t kn)
{
	uint64_t used = node_of(rd, arg, addr);

	return used && (kn ? used == kn : is_in_use(rd, used));
}

/* The frame of @stack that has a reference to @kn, or to any; -1: none. */
static int frame_with(struct kernfs_reader *rd, inq_id stack, uint64_t kn)
{
	struct inq_inspect *in = rd->in;
	const struct inq_stack *s = inq_case_stack(in->c, stack);
	enum inq_certainty how;
	uint64_t addr;

	for (size_t i = 0; s && i < s->n; i++) {
		enum argument arg = argument_of(&s->v[i]);

		if (arg != NO_ARGUMENT && !waits_for_its_turn(s, i) &&
		    inq_frame_arg(in->code, &in->ustacks.v[stack], i, 0, 0, &addr, &how) &&
		    leads_to(rd, arg, addr, kn))
			return (int)i;
	}
	return -1;
}

/* The file's own function: the outermost of a module inside @frame, else the one right inside. */
static size_t function_inside(const struct inq_stack *s, size_t frame)
{
	for (size_t i = frame; i-- > 0;) {
		if (s->v[i].module)
			return i;
	}
	return frame ? frame - 1 : 0;
}

static void look_at_task(struct kernfs_reader *rd, inq_id task, inq_id resource, uint64_t kn)
{
	struct inq_inspect *in = rd->in;
	const struct inq_task *t = inq_case_task(in->c, task);
	const struct inq_stack *s;
	struct inq_hold *h;
	inq_id stack;
	int frame;

	if (t->kthread || t->run == INQ_RUN_DEAD)
		return;
	stack = inq_fact_task_stack(in, task);
	frame = frame_with(rd, stack, kn);
	if (frame < 0)
		return;
	s = inq_case_stack(in->c, stack);
	t = inq_case_task(in->c, task);
	h = inq_edge_hold(in, resource, inq_edge_task(in, task),
			  inq_fact_stack(in, t->on_cpu ? t->cpu : -1, t->pid,
					 "%s uses the file: it is in %s",
					 inq_fact_task_name(in, task), s->v[frame].symbol));
	if (!h || h->function)
		return;
	h->frame = (inq_id)function_inside(s, (size_t)frame);
	h->function = s->v[h->frame].symbol;
	h->module = s->v[h->frame].module;
}

static void look_at_resource(struct kernfs_reader *rd, inq_id id)
{
	struct inq_inspect *in = rd->in;
	struct inq_resource *r = inq_case_resource(in->c, id);
	uint64_t kn = r->addr, word;
	char text[64];

	if (!inq_field_try_u64(in->k, &rd->f[KN_ACTIVE], kn, &word) || (int32_t)word >= 0)
		return;
	r->name = NULL;
	if (inq_field_try_str(in->k, &rd->f[KN_NAME], kn, text, sizeof(text)))
		r->name = inq_arena_strdup(&in->c->arena, text);
	r->ev_word = inq_fact_memory(in, kn + rd->f[KN_ACTIVE].offset, 4, word,
				     "%s is being removed, and is in use %" PRId64
				     " times still (kernfs_node.active)",
				     r->name ? r->name : "the file", (int32_t)word - bias);
	kn = is_in_use(rd, kn) ? kn : 0;
	for (size_t i = 0; i < in->c->tasks.n && !inq_case_failed(in->c); i++)
		look_at_task(rd, (inq_id)i, id, kn);
}

struct inq_error *inq_inspect_kernfs(struct inq_inspect *in)
{
	struct kernfs_reader rd = {.in = in, .ops = inq_symbol_addr(in->k, "kernfs_file_fops")};
	cleanup_error struct inq_error *err =
		inq_fields_resolve(in->k, kernfs_defs, rd.f, KERNFS_NR);
	bool told = false;

	for (size_t i = 0; i < in->c->resources.n; i++) {
		const struct inq_resource *r = &in->c->resources.v[i];

		if (r->kind != INQ_RES_ACTIVE_REF || !r->addr)
			continue;
		if (!err)
			look_at_resource(&rd, (inq_id)i);
		else if (!told)
			inq_gap_add(in->c, "users of files in sysfs", 0, "%s", err->message);
		told = true;
	}
	return NULL;
}
