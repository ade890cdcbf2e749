// SPDX-License-Identifier: GPL-2.0-or-later
/* Expression nodes: one per expression and function, with the simplifications that keep
 * equal things equal. */
#include "code/state.h"

#include <stdlib.h>
#include <string.h>

#include "util/banned.h"

enum { MAX_NODES = 60000 };

static bool has_own_site(enum inq_value_kind kind)
{
	return kind == INQ_VAL_CALL || kind == INQ_VAL_CLOBBER || kind == INQ_VAL_PHI;
}

static uint64_t mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 29;
}

static uint64_t node_hash(const struct inq_value *k)
{
	uint64_t h = mix(0, (uint64_t)k->kind << 24 | (uint64_t)k->op << 16 |
				    (uint64_t)k->reg << 8 | k->size);

	h = mix(h, (uint64_t)k->c);
	if (has_own_site(k->kind))
		h = mix(h, k->site);
	return mix(mix(h, (uintptr_t)k->a), (uintptr_t)k->b);
}

static bool node_same(const struct inq_value *x, const struct inq_value *y)
{
	return x->kind == y->kind && x->op == y->op && x->reg == y->reg && x->size == y->size &&
	       x->c == y->c && x->a == y->a && x->b == y->b &&
	       (!has_own_site(x->kind) || x->site == y->site);
}

static bool grow(struct inq_values *v)
{
	size_t size = v->table ? (v->mask + 1) * 2 : 256;
	struct inq_value **table = calloc(size, sizeof(*table));

	if (!table)
		return false;
	for (size_t i = 0; v->table && i <= v->mask; i++) {
		size_t at;

		if (!v->table[i])
			continue;
		at = node_hash(v->table[i]) & (size - 1);
		while (table[at])
			at = (at + 1) & (size - 1);
		table[at] = v->table[i];
	}
	free(v->table);
	v->table = table;
	v->mask = size - 1;
	return true;
}

static struct inq_value *node(struct inq_values *v, const struct inq_value *key)
{
	struct inq_value *n;
	size_t at;

	if ((!v->table || v->nr_nodes * 2 > v->mask) && !grow(v)) {
		v->fn->arena.failed = true;
		return (struct inq_value *)v->unknown;
	}
	at = node_hash(key) & v->mask;
	for (; v->table[at]; at = (at + 1) & v->mask) {
		if (!node_same(v->table[at], key))
			continue;
		if (v->table[at]->site != key->site)
			v->table[at]->site = 0;
		return v->table[at];
	}
	if (v->nr_nodes >= MAX_NODES) {
		v->overflow = true;
		return (struct inq_value *)v->unknown;
	}
	n = inq_arena_new(&v->fn->arena, struct inq_value);
	if (!n)
		return (struct inq_value *)v->unknown;
	*n = *key;
	v->table[at] = n;
	v->nr_nodes++;
	return n;
}

static const struct inq_value *make(struct inq_values *v, struct inq_value key)
{
	return node(v, &key);
}

const struct inq_value *inq_node_const(struct inq_values *v, int64_t c)
{
	return make(v, (struct inq_value){.kind = INQ_VAL_CONST, .reg = INQ_REG_NONE, .c = c});
}

const struct inq_value *inq_node_entry(struct inq_values *v, inq_reg reg)
{
	return make(v, (struct inq_value){.kind = INQ_VAL_ENTRY, .reg = reg});
}

const struct inq_value *inq_node_percpu(struct inq_values *v)
{
	return make(v, (struct inq_value){.kind = INQ_VAL_PERCPU_BASE, .reg = INQ_REG_NONE});
}

static int64_t wrap_add(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

const struct inq_value *inq_node_addc(struct inq_values *v, const struct inq_value *a, int64_t c)
{
	if (a->kind == INQ_VAL_CONST)
		return inq_node_const(v, wrap_add(a->c, c));
	if (a->kind == INQ_VAL_ADD && !a->b) {
		c = wrap_add(a->c, c);
		a = a->a;
	}
	if (!c)
		return a;
	return make(v,
		    (struct inq_value){.kind = INQ_VAL_ADD, .reg = INQ_REG_NONE, .c = c, .a = a});
}

/* x + x * 8, as lea makes it, is x * 9; x * 8 - x (@sign -1) is x * 7. */
static bool same_factor(const struct inq_value *a, const struct inq_value *b, int sign,
			const struct inq_value **ret, int64_t *ret_c)
{
	const struct inq_value *x = a->kind == INQ_VAL_SCALE ? a->a : a;
	const struct inq_value *y = b->kind == INQ_VAL_SCALE ? b->a : b;
	uint64_t n = b->kind == INQ_VAL_SCALE ? (uint64_t)b->c : 1;

	if (x != y)
		return false;
	*ret = x;
	*ret_c = wrap_add(a->kind == INQ_VAL_SCALE ? a->c : 1, (int64_t)(sign < 0 ? 0 - n : n));
	return true;
}

/* Constants stay outermost: (x + c) + y is (x + y) + c. */
const struct inq_value *inq_node_add(struct inq_values *v, const struct inq_value *a,
				     const struct inq_value *b)
{
	const struct inq_value *x;
	int64_t c = 0, factor;

	if (a->kind == INQ_VAL_CONST)
		return inq_node_addc(v, b, a->c);
	if (b->kind == INQ_VAL_CONST)
		return inq_node_addc(v, a, b->c);
	if (a->kind == INQ_VAL_ADD && !a->b) {
		c = wrap_add(c, a->c);
		a = a->a;
	}
	if (b->kind == INQ_VAL_ADD && !b->b) {
		c = wrap_add(c, b->c);
		b = b->a;
	}
	if (a != v->unknown && same_factor(a, b, 1, &x, &factor))
		return inq_node_addc(v, inq_node_scale(v, x, factor), c);
	if (a->kind == INQ_VAL_SCALE || (b->kind != INQ_VAL_SCALE && a > b)) {
		const struct inq_value *t = a;

		a = b;
		b = t;
	}
	a = make(v, (struct inq_value){.kind = INQ_VAL_ADD, .reg = INQ_REG_NONE, .a = a, .b = b});
	return inq_node_addc(v, a, c);
}

const struct inq_value *inq_node_scale(struct inq_values *v, const struct inq_value *a, int64_t c)
{
	if (c == 1)
		return a;
	if (a->kind == INQ_VAL_CONST)
		return inq_node_const(v, (int64_t)((uint64_t)a->c * (uint64_t)c));
	if (a->kind == INQ_VAL_SCALE)
		return inq_node_scale(v, a->a, (int64_t)((uint64_t)a->c * (uint64_t)c));
	if (!c)
		return inq_node_const(v, 0);
	return make(v,
		    (struct inq_value){.kind = INQ_VAL_SCALE, .reg = INQ_REG_NONE, .c = c, .a = a});
}

/* a - b, where both are multiples of one thing; else as it stands. */
static const struct inq_value *node_sub(struct inq_values *v, const struct inq_value *a,
					const struct inq_value *b)
{
	const struct inq_value *x;
	int64_t factor;

	if (a != v->unknown && same_factor(a, b, -1, &x, &factor))
		return inq_node_scale(v, x, factor);
	return make(v, (struct inq_value){.kind = INQ_VAL_BINOP,
					  .op = INQ_OP_SUB,
					  .reg = INQ_REG_NONE,
					  .a = a,
					  .b = b});
}

bool inq_op_compute(enum inq_op op, uint64_t a, uint64_t b, uint64_t *ret)
{
	switch (op) {
	case INQ_OP_SUB:
		*ret = a - b;
		return true;
	case INQ_OP_AND:
		*ret = a & b;
		return true;
	case INQ_OP_OR:
		*ret = a | b;
		return true;
	case INQ_OP_XOR:
		*ret = a ^ b;
		return true;
	case INQ_OP_SHL:
		*ret = a << (b & 63);
		return true;
	case INQ_OP_SHR:
		*ret = a >> (b & 63);
		return true;
	case INQ_OP_SAR:
		*ret = (uint64_t)((int64_t)a >> (b & 63));
		return true;
	case INQ_OP_MUL:
		*ret = a * b;
		return true;
	case INQ_OP_MOVSX: /* of b bytes */
		b = 64 - 8 * (b & 7);
		*ret = b == 64 ? a : (uint64_t)((int64_t)(a << b) >> b);
		return true;
	default:
		return false;
	}
}

const struct inq_value *inq_node_binopc(struct inq_values *v, enum inq_op op,
					const struct inq_value *a, int64_t c)
{
	uint64_t r;

	if (a->kind == INQ_VAL_CONST && inq_op_compute(op, (uint64_t)a->c, (uint64_t)c, &r))
		return inq_node_const(v, (int64_t)r);
	if (op == INQ_OP_SUB)
		return inq_node_addc(v, a, (int64_t)(0 - (uint64_t)c));
	if (op == INQ_OP_MUL)
		return inq_node_scale(v, a, c);
	if (op == INQ_OP_SHL && c >= 0 && c < 63)
		return inq_node_scale(v, a, INT64_C(1) << c);
	if (op == INQ_OP_AND && c == -1)
		return a;
	if ((op == INQ_OP_OR || op == INQ_OP_XOR || op == INQ_OP_SHR || op == INQ_OP_SAR) && !c)
		return a;
	if (op == INQ_OP_AND && a->kind == INQ_VAL_BINOP && a->op == INQ_OP_AND && !a->b)
		return inq_node_binopc(v, op, a->a, a->c & c);
	return make(v,
		    (struct inq_value){
			    .kind = INQ_VAL_BINOP, .op = op, .reg = INQ_REG_NONE, .c = c, .a = a});
}

const struct inq_value *inq_node_binop(struct inq_values *v, enum inq_op op,
				       const struct inq_value *a, const struct inq_value *b)
{
	if (op == INQ_OP_ADD)
		return inq_node_add(v, a, b);
	if (b->kind == INQ_VAL_CONST)
		return inq_node_binopc(v, op, a, b->c);
	if (a->kind == INQ_VAL_CONST && (op == INQ_OP_AND || op == INQ_OP_OR || op == INQ_OP_XOR))
		return inq_node_binopc(v, op, b, a->c);
	if (a == b && (op == INQ_OP_AND || op == INQ_OP_OR))
		return a;
	if (op == INQ_OP_SUB)
		return node_sub(v, a, b);
	return make(v,
		    (struct inq_value){
			    .kind = INQ_VAL_BINOP, .op = op, .reg = INQ_REG_NONE, .a = a, .b = b});
}

const struct inq_value *inq_node_load(struct inq_values *v, const struct inq_value *addr,
				      uint8_t size, uint64_t site)
{
	const struct inq_code *c = v->fn->code;

	/* gs:this_cpu_off holds the base itself. */
	if (c->this_cpu_off && addr->kind == INQ_VAL_ADD && !addr->b &&
	    addr->a->kind == INQ_VAL_PERCPU_BASE && (uint64_t)addr->c == c->this_cpu_off)
		return addr->a;
	return make(v, (struct inq_value){.kind = INQ_VAL_LOAD,
					  .reg = INQ_REG_NONE,
					  .size = size,
					  .site = site,
					  .a = addr});
}

const struct inq_value *inq_node_call(struct inq_values *v, uint64_t site, uint64_t target)
{
	return make(v, (struct inq_value){.kind = INQ_VAL_CALL,
					  .reg = INQ_REG_NONE,
					  .c = (int64_t)target,
					  .site = site});
}

const struct inq_value *inq_node_clobber(struct inq_values *v, uint64_t site, inq_reg reg)
{
	return make(v, (struct inq_value){.kind = INQ_VAL_CLOBBER, .reg = reg, .site = site});
}

struct inq_value *inq_node_phi(struct inq_values *v, unsigned int block, inq_reg reg, int64_t off)
{
	struct inq_value key = {.kind = INQ_VAL_PHI, .reg = reg, .c = block, .site = (uint64_t)off};

	return node(v, &key);
}

const struct inq_value *inq_node_trunc(struct inq_values *v, const struct inq_value *a,
				       unsigned int size)
{
	int64_t mask;

	if (!size || size >= 8)
		return a;
	if (a->kind == INQ_VAL_LOAD && a->size <= size)
		return a;
	mask = (int64_t)((UINT64_C(1) << size * 8) - 1);
	if (a->kind == INQ_VAL_BINOP && a->op == INQ_OP_AND && !a->b && a->c >= 0 && a->c <= mask)
		return a;
	return inq_node_binopc(v, INQ_OP_AND, a, mask);
}

bool inq_value_cfa_offset(const struct inq_arch *arch, const struct inq_value *v, int64_t *ret)
{
	int64_t c = 0;

	if (v->kind == INQ_VAL_ADD && !v->b) {
		c = v->c;
		v = v->a;
	}
	if (v->kind != INQ_VAL_ENTRY || v->reg != arch->sp)
		return false;
	*ret = wrap_add(c, -INQ_CALL_PUSH);
	return true;
}

static bool is_alignment(const struct inq_arch *arch, const struct inq_value *v)
{
	int64_t off;

	return v->kind == INQ_VAL_BINOP && v->op == INQ_OP_AND && !v->b && v->c < 0 &&
	       v->c >= -4096 && inq_value_cfa_offset(arch, v->a, &off);
}

bool inq_value_stack_offset(struct inq_values *vals, const struct inq_value *v, int64_t *ret)
{
	const struct inq_arch *arch = vals->fn->code->arch;
	int64_t c = 0;

	if (inq_value_cfa_offset(arch, v, &c)) {
		*ret = c;
		return c > -INQ_FRAME_MAX && c < INQ_FRAME_MAX;
	}
	if (v->kind == INQ_VAL_ADD && !v->b) {
		c = v->c;
		v = v->a;
	}
	if (v != vals->aligned) {
		if (vals->aligned || !is_alignment(arch, v))
			return false;
		vals->aligned = v;
	}
	*ret = INQ_ALIGNED + c;
	return c > -INQ_FRAME_MAX && c < INQ_FRAME_MAX;
}
