// SPDX-License-Identifier: GPL-2.0-or-later
/* Every access through a pointer, every call that it is given to. */
#include "code/uses.h"

#include <stdlib.h>
#include <string.h>

#include "code/sum.h"
#include "kernel/modules.h"

#include "util/banned.h"

enum {
	MAX_CALLEES = 2,      /* calls that are followed inwards */
	MAX_TEXT = 4 << 20,   /* bytes of a module that are searched */
	MAX_FUNCTIONS = 48,   /* functions of it that are looked at */
	MAX_FUNCTION = 16384, /* bytes of one of them */
	MAX_MEMBER = 1 << 20, /* of an access through a pointer, from where it points */
};

struct collect {
	struct inq_uses *u;
	struct inq_code_func *fn;
	struct inq_values *vals;
	const struct inq_subject *s;
	int64_t shift; /* of the pointer in this function from the one that is asked about */
	unsigned int depth;
	bool failed;
};

bool inq_value_induction(const struct inq_value *v, const struct inq_value **ret_init,
			 int64_t *ret_step)
{
	const struct inq_value *init = NULL;
	int64_t step = 0;

	if (v->kind != INQ_VAL_PHI)
		return false;
	for (unsigned int i = 0; i < v->nr_phi; i++) {
		const struct inq_value *a = v->phi[i];

		if (a == v)
			continue;
		if (a->kind == INQ_VAL_BINOP && a->op == INQ_OP_AND && !a->b && a->c > 0)
			a = a->a; /* a counter of 32 bits */
		if (a->kind == INQ_VAL_ADD && !a->b && a->a == v && (!step || step == a->c))
			step = a->c;
		else if (!init)
			init = v->phi[i];
		else
			return false;
	}
	if (!init || !step)
		return false;
	*ret_init = init;
	*ret_step = step;
	return true;
}

static const struct inq_value *split_const(const struct inq_value *v, int64_t *c)
{
	*c = 0;
	if (v->kind != INQ_VAL_ADD || v->b)
		return v;
	*c = v->c;
	return v->a;
}

static bool is_subject(const struct collect *x, const struct inq_value *v)
{
	const struct inq_subject *s = x->s;

	if (s->pointer)
		return v->kind == INQ_VAL_LOAD && v->size == 8 && v->a->kind == INQ_VAL_CONST &&
		       (uint64_t)v->a->c == s->pointer;
	return s->v && v == s->v;
}

/* One of the ways into a PHI is the pointer itself, and none another offset of it. */
static bool is_subject_phi(const struct collect *x, const struct inq_value *v)
{
	for (unsigned int i = 0; v->kind == INQ_VAL_PHI && i < v->nr_phi; i++)
		if (is_subject(x, v->phi[i]))
			return true;
	/* and the other way round: what goes into the one that is asked about */
	for (unsigned int i = 0; x->s->v && x->s->v->kind == INQ_VAL_PHI && i < x->s->v->nr_phi;
	     i++)
		if (x->s->v->phi[i] == v && v->kind != INQ_VAL_CONST)
			return true;
	return false;
}

/* The term of @sum that is the subject's pointer; -1: none. */
static int subject_term(const struct collect *x, const struct inq_sum *sum)
{
	for (unsigned int i = 0; i < sum->n; i++)
		if (sum->mult[i] == 1 && !sum->step[i] &&
		    (is_subject(x, sum->v[i]) || is_subject_phi(x, sum->v[i])))
			return (int)i;
	return -1;
}

/*
 * Whether @v is the subject's pointer plus *@ret_off, plus an index of *@ret_stride bytes (0:
 * none, of several the smallest).
 */
static bool derived(const struct collect *x, const struct inq_value *v, int64_t *ret_off,
		    int64_t *ret_stride)
{
	const struct inq_subject *s = x->s;
	struct inq_sum sum = {0};
	int64_t stride = 0;
	int at = -1;

	inq_sum_add(&sum, v);
	if (sum.failed)
		return false;
	if (s->object)
		sum.c = (int64_t)((uint64_t)sum.c - s->object);
	else
		at = subject_term(x, &sum);
	if (s->object ? sum.c < 0 || (uint64_t)sum.c >= s->object_size : at < 0)
		return false;
	for (unsigned int i = 0; i < sum.n; i++) {
		int64_t step = sum.step[i] ? sum.step[i] : sum.mult[i];

		if ((int)i == at)
			continue;
		if (step <= 0)
			return false;
		if (!stride || step < stride)
			stride = step;
	}
	*ret_off = sum.c;
	*ret_stride = stride;
	return true;
}

static void add_use(struct collect *x, int64_t off, int64_t stride, uint8_t size, bool points)
{
	struct inq_uses *u = x->u;
	struct inq_use use = {.off = off + x->shift,
			      .stride = stride,
			      .size = size > 8 ? 0 : size,
			      .points = points};

	for (unsigned int i = 0; i < u->n; i++)
		if (u->v[i].off == use.off && u->v[i].size == use.size &&
		    u->v[i].stride == use.stride) {
			u->v[i].points |= points;
			return;
		}
	if (u->n == INQ_USES_MAX)
		u->overflow = true;
	else
		u->v[u->n++] = use;
}

static void add_sink(struct collect *x, int64_t off, struct inq_type type)
{
	struct inq_uses *u = x->u;

	off += x->shift;
	for (unsigned int i = 0; i < u->nr_sinks; i++)
		if (u->sinks[i].off == off && u->sinks[i].type.id == type.id &&
		    u->sinks[i].type.btf == type.btf)
			return;
	if (u->nr_sinks == INQ_SINKS_MAX)
		u->overflow = true;
	else
		u->sinks[u->nr_sinks++] = (struct inq_use_sink){off, type};
}

/* What lies at @addr is used as an address itself, and what is at that one is accessed. */
static void pointer_use(struct collect *x, const struct inq_value *addr)
{
	int64_t off, stride, c;
	const struct inq_value *v = split_const(addr, &c);

	/* a constant so large is the address, and the other an index */
	if (v->kind == INQ_VAL_LOAD && v->size == 8 && c > -MAX_MEMBER && c < MAX_MEMBER &&
	    derived(x, v->a, &off, &stride))
		add_use(x, off, stride, 8, true);
}

static void memory_uses(struct collect *x, const struct inq_state *st, const struct inq_insn *insn)
{
	int64_t off, stride;

	for (unsigned int i = 0; i < insn->nr_operands && insn->op != INQ_OP_LEA; i++) {
		const struct inq_operand *op = &insn->operands[i];
		const struct inq_value *addr;

		if (op->kind != INQ_OPERAND_MEM || op->mem.percpu || op->mem.other_seg)
			continue;
		addr = inq_state_address(x->vals, st, &op->mem);
		if (derived(x, addr, &off, &stride))
			add_use(x, off, stride, insn->op == INQ_OP_STRING ? 0 : op->size, false);
		pointer_use(x, addr);
	}
}

/* What the pointer variable is set to. */
static void stored_value(struct collect *x, struct inq_state *st, const struct inq_insn *insn)
{
	const struct inq_value *addr, *v;
	int64_t c;

	if (!x->s->pointer || insn->op != INQ_OP_MOV || insn->nr_operands < 2 ||
	    insn->operands[0].kind != INQ_OPERAND_MEM || insn->operands[0].size != 8)
		return;
	addr = inq_state_address(x->vals, st, &insn->operands[0].mem);
	if (addr->kind != INQ_VAL_CONST || (uint64_t)addr->c != x->s->pointer)
		return;
	v = split_const(inq_state_operand(st, insn, &insn->operands[1]), &c);
	if (v->kind == INQ_VAL_CALL && !c)
		x->u->alloc_size = inq_value_alloc_size(x->fn, v);
	else if (v->kind == INQ_VAL_CONST && v->c)
		x->u->stored_object = (uint64_t)v->c;
	else if (v->kind == INQ_VAL_SCALE) {
		x->u->stored_object = (uint64_t)c;
		x->u->stored_stride = v->c;
	}
}

static bool collect(struct collect *x);

/* A function of ours without a prototype: what it does with its argument @reg. */
static void follow_call(struct collect *x, const struct inq_callee *callee, inq_reg reg,
			int64_t off)
{
	struct inq_subject s = {0};
	struct collect inner = {.u = x->u, .s = &s, .shift = x->shift + off, .depth = x->depth + 1};
	struct inq_error *err;

	if (x->depth >= MAX_CALLEES || callee->module != x->fn->f.sym.module ||
	    callee->size > MAX_FUNCTION || callee->lock)
		return;
	err = inq_code_func(x->fn->code, callee->start, &inner.fn);
	if (!err && inner.fn != x->fn)
		err = inq_values_get(inner.fn, &inner.vals);
	if (!err && inner.vals) {
		s.v = inq_node_entry(inner.vals, reg);
		x->failed |= !collect(&inner);
	}
	x->failed |= err && err->code == INQ_ERR_NOMEM;
	inq_error_destroy(err);
}

static void note_arg_stride(struct inq_uses *u, int64_t stride)
{
	u->arg_strides_differ |= u->arg_stride && u->arg_stride != stride;
	u->arg_stride = stride;
}

static void call_uses(struct collect *x, const struct inq_state *st, const struct inq_insn *insn)
{
	struct inq_code *c = x->fn->code;
	const struct inq_callee *callee = inq_code_callee(c, insn->target);
	struct inq_type func, type;
	int64_t off, stride;
	bool typed;

	if (!callee || !callee->is_start || callee->start == x->fn->f.sym.addr)
		return;
	typed = c->env->func_type(c->env_ctx, callee->name, callee->module, &func);
	for (unsigned int i = 0; i < c->arch->nr_arg_regs; i++) {
		inq_reg reg = c->arch->arg_regs[i];

		if (!derived(x, inq_state_reg(st, reg), &off, &stride))
			continue;
		if (stride) {
			note_arg_stride(x->u, stride);
			continue;
		}
		if (!typed)
			follow_call(x, callee, reg, off);
		else if (inq_type_func_param(func, i, &type, NULL) &&
			 inq_type_kind(type) == INQ_TYPE_PTR &&
			 inq_type_kind(inq_type_target(type)) == INQ_TYPE_STRUCT &&
			 inq_type_size(inq_type_target(type)))
			add_sink(x, off, inq_type_strip(inq_type_target(type)));
	}
}

static bool collect(struct collect *x)
{
	const struct inq_function *f = &x->fn->f;
	struct inq_state st = {0};

	for (unsigned int b = 0; b < x->vals->nr_in && !x->failed; b++) {
		const struct inq_block *blk = &f->blocks[b];

		if (!inq_values_block_state(x->vals, b, &st)) {
			x->failed = true;
			break;
		}
		for (unsigned int i = blk->first; i < blk->first + blk->n; i++) {
			const struct inq_insn *insn = &f->insns[i];

			memory_uses(x, &st, insn);
			stored_value(x, &st, insn);
			if (insn->target && (insn->op == INQ_OP_CALL || insn->op == INQ_OP_JMP) &&
			    insn->target - f->sym.addr >= f->sym.size)
				call_uses(x, &st, insn);
			inq_state_step(&st, insn);
		}
	}
	inq_state_deinit(&st);
	return !x->failed;
}

bool inq_uses_collect(struct inq_uses *u, struct inq_code_func *fn, const struct inq_subject *s)
{
	struct collect x = {.u = u, .fn = fn, .s = s};
	struct inq_error *err = inq_values_get(fn, &x.vals);
	bool ok = !err && collect(&x);

	inq_error_destroy(err);
	return ok;
}

/* A 32-bit number in code at @at that is, or leads from there to, an address of @s. */
static bool refers(const unsigned char *p, uint64_t at, const struct inq_subject *s)
{
	uint64_t start = s->pointer ? s->pointer : s->object;
	uint64_t size = s->pointer ? 8 : s->object_size, to;
	int32_t n;

	memcpy(&n, p, sizeof(n));
	if ((uint64_t)(int64_t)n - start < size)
		return true;
	/* relative to the instruction's end: behind an immediate of up to 4 bytes */
	to = at + 4 + (uint64_t)(int64_t)n;
	return to - start < size || to + 1 - start < size || to + 2 - start < size ||
	       to + 4 - start < size;
}

/* The functions of text at [@start, @end) that refer to @s. */
static bool collect_range(struct inq_uses *u, struct inq_code *c, uint64_t start, uint64_t end,
			  const struct inq_subject *s, unsigned int *nr)
{
	cleanup_free unsigned char *text = NULL;
	uint64_t seen = 0;

	if (end - start > MAX_TEXT || end - start < 4)
		return true;
	text = malloc(end - start);
	if (!text)
		return false;
	if (!c->env->try_read(c->env_ctx, start, text, end - start))
		return true;
	for (uint64_t at = start; at + 4 <= end && *nr < MAX_FUNCTIONS; at++) {
		struct inq_code_func *fn;
		struct inq_error *err;
		bool ok = true;

		if (at < seen || !refers(text + (at - start), at, s))
			continue;
		err = inq_code_func(c, at, &fn);
		if (!err && fn->f.sym.size && fn->f.sym.size <= MAX_FUNCTION) {
			seen = fn->f.sym.addr + fn->f.sym.size;
			ok = inq_uses_collect(u, fn, s);
			++*nr;
		}
		ok &= !err || err->code != INQ_ERR_NOMEM;
		inq_error_destroy(err);
		if (!ok)
			return false;
	}
	u->overflow |= *nr == MAX_FUNCTIONS;
	return true;
}

bool inq_uses_collect_module(struct inq_uses *u, struct inq_code *c,
			     const struct inq_module *module, const struct inq_subject *s)
{
	unsigned int nr = 0;

	for (size_t i = 0; i < module->nr_ranges; i++) {
		const struct inq_module_range *r = &module->ranges[i];

		if (r->text && !r->init && !collect_range(u, c, r->start, r->end, s, &nr))
			return false;
	}
	return true;
}

static const struct {
	const char *name;
	unsigned int arg; /* that says how many bytes */
} allocators[] = {
	{"__kmalloc", 0},
	{"__kmalloc_noprof", 0},
	{"__kmalloc_node", 0},
	{"__kmalloc_node_noprof", 0},
	{"kmalloc_trace", 2}, /* 6.1 (2a588e1df4f6) */
	{"kmalloc_node_trace", 3},
	{"__kmalloc_cache_noprof", 2}, /* 6.10 (a0a44d9175b3) */
	{"__kmalloc_cache_node_noprof", 3},
	{"kmem_cache_alloc_trace", 2},
	{"kmem_cache_alloc_node_trace", 3},
	{"vmalloc", 0},
	{"vmalloc_noprof", 0},
	{"vzalloc", 0},
	{"vzalloc_noprof", 0},
	{"kvmalloc_node", 0},
	{"__kvmalloc_node_noprof", 0},
	{"devm_kmalloc", 1},
	{"__alloc_percpu", 0},
};

uint64_t inq_value_alloc_size(struct inq_code_func *fn, const struct inq_value *v)
{
	const struct inq_callee *callee =
		v->kind == INQ_VAL_CALL && v->c ? inq_code_callee(fn->code, (uint64_t)v->c) : NULL;
	int insn = inq_function_insn_at(&fn->f, v->site);
	const struct inq_state *s;
	const struct inq_value *size;
	struct inq_error *err;
	size_t i = 0;

	while (callee && i < array_size(allocators) && strcmp(callee->name, allocators[i].name))
		i++;
	if (!callee || i == array_size(allocators) || insn < 0)
		return 0;
	err = inq_values_at(fn->code, &fn->f, (unsigned int)insn, &s);
	if (err) {
		inq_error_destroy(err);
		return 0;
	}
	size = inq_state_reg(s, fn->code->arch->arg_regs[allocators[i].arg]);
	return size->kind == INQ_VAL_CONST && size->c > 0 ? (uint64_t)size->c : 0;
}
