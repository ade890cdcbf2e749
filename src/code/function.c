// SPDX-License-Identifier: GPL-2.0-or-later
/* The instructions of a function: its bytes, its .cold part's, normalised. */
#include "code/code.h"

#include <stdlib.h>
#include <string.h>

#include "util/bisect.h"
#include "util/banned.h"

enum {
	MAX_BYTES = 64 * 1024,
	MAX_INSNS = 20000,
	MAX_PARTS = 4,
	UNKNOWN_SIZE = 1024, /* taken when the symbol has no size */
};

struct part {
	uint64_t start, end;
};

struct decoding {
	struct inq_code_func *fn;
	struct inq_insn_vec *insns; /* the context's, for reuse */
	struct part parts[MAX_PARTS];
	unsigned int nr_parts;
};

/* Index of the first instruction at or behind @addr. */
static size_t first_from(const struct inq_function *f, uint64_t addr)
{
	return inq_bisect(f->nr_insns, i, f->insns[i].addr < addr);
}

int inq_function_insn_at(const struct inq_function *f, uint64_t addr)
{
	size_t i = first_from(f, addr);

	return i < f->nr_insns && f->insns[i].addr == addr ? (int)i : -1;
}

uint64_t inq_function_call_target(const struct inq_function *f, const struct inq_insn *insn)
{
	if (insn->op == INQ_OP_CALL)
		return insn->target;
	if ((insn->op == INQ_OP_JMP || insn->op == INQ_OP_JCC) && insn->target &&
	    inq_function_insn_at(f, insn->target) < 0)
		return insn->target;
	return 0;
}

int inq_function_insn_before(const struct inq_function *f, uint64_t addr)
{
	size_t i = first_from(f, addr);

	return i && f->insns[i - 1].addr + f->insns[i - 1].len == addr ? (int)i - 1 : -1;
}

static void add_string_operand(struct inq_insn *insn, inq_reg reg, bool written)
{
	uint64_t moved = insn->reads & insn->writes;

	if (!inq_reg_in(moved, reg))
		return;
	insn->operands[insn->nr_operands++] =
		(struct inq_operand){.kind = INQ_OPERAND_MEM,
				     .size = 1,
				     .read = !written,
				     .written = written,
				     .reg = INQ_REG_NONE,
				     .mem = {.base = reg, .index = INQ_REG_NONE, .scale = 1}};
}

/*
 * String instructions come without operands: they use the registers in which memcpy() gets
 * its target and source.
 */
static void add_string_operands(const struct inq_arch *arch, struct inq_insn *insn)
{
	if (insn->op != INQ_OP_STRING || insn->nr_operands || arch->nr_arg_regs < 2)
		return;
	add_string_operand(insn, arch->arg_regs[0], insn->writes_mem);
	if (insn->reads_mem)
		add_string_operand(insn, arch->arg_regs[1], false);
}

/*
 * Calls and jumps to thunks, return thunks and tracing hooks become what they
 * stand for, so that nobody above meets them.
 */
static bool normalise(struct inq_code *c, struct inq_insn *insn)
{
	const struct inq_callee *callee;

	if ((insn->op != INQ_OP_CALL && insn->op != INQ_OP_JMP) || !insn->target)
		return true;
	callee = inq_code_callee(c, insn->target);
	if (!callee)
		return false;
	switch (callee->role) {
	case INQ_CALLEE_RETURN:
		if (insn->op != INQ_OP_JMP)
			break;
		insn->op = INQ_OP_RET;
		insn->target = 0;
		break;
	case INQ_CALLEE_NOTHING:
		if (insn->op != INQ_OP_CALL)
			break;
		insn->op = INQ_OP_NOP;
		insn->target = 0;
		insn->reads = insn->writes = 0;
		break;
	case INQ_CALLEE_INDIRECT:
		insn->target = 0;
		insn->nr_operands = 1;
		insn->operands[0] = (struct inq_operand){
			.kind = INQ_OPERAND_REG, .size = 8, .read = true, .reg = callee->reg};
		break;
	default:
		break;
	}
	return true;
}

/* Filling behind code that doesn't go on; nothing jumps there. */
static bool is_filling(const struct inq_insn *before, const struct inq_insn *insn)
{
	if (insn->op != INQ_OP_TRAP || insn->len != 1)
		return false;
	return before->op == INQ_OP_JMP || before->op == INQ_OP_RET || before->op == INQ_OP_TRAP;
}

static struct inq_error *decode_part(struct decoding *d, uint64_t start, uint64_t size)
{
	struct inq_code *c = d->fn->code;
	cleanup_free unsigned char *bytes = malloc(size);
	struct inq_insn before = {.op = INQ_OP_NOP}, *insn;
	struct inq_error *err;

	if (!bytes)
		return &inq_enomem;
	err = c->env->read(c->env_ctx, start, bytes, size);
	if (err)
		return err;
	for (size_t pos = 0; pos < size && d->insns->n < MAX_INSNS;) {
		insn = inq_vec_push(d->insns);
		if (!insn)
			return &inq_enomem;
		if (!c->arch->decode(bytes + pos, size - pos, start + pos, insn) || !insn->len) {
			d->insns->n--;
			pos++;
			continue;
		}
		if (!normalise(c, insn))
			return &inq_enomem;
		add_string_operands(c->arch, insn);
		pos += insn->len;
		if (is_filling(&before, insn))
			d->insns->n--;
		else
			before = *insn;
	}
	d->parts[d->nr_parts++] = (struct part){start, start + size};
	return NULL;
}

static bool in_parts(const struct decoding *d, uint64_t addr)
{
	for (unsigned int i = 0; i < d->nr_parts; i++)
		if (addr >= d->parts[i].start && addr < d->parts[i].end)
			return true;
	return false;
}

static bool is_cold_part_of(const char *cold, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(cold, name, n) && !strncmp(cold + n, ".cold", 5);
}

/* Decode the .cold parts that what is decoded so far jumps to. */
static struct inq_error *decode_cold_parts(struct decoding *d)
{
	struct inq_code *c = d->fn->code;
	struct inq_error *err;

	for (size_t i = 0; i < d->insns->n && d->nr_parts < MAX_PARTS; i++) {
		const struct inq_insn *insn = &d->insns->v[i];
		const struct inq_callee *to;

		if ((insn->op != INQ_OP_JMP && insn->op != INQ_OP_JCC) || !insn->target ||
		    in_parts(d, insn->target))
			continue;
		to = inq_code_callee(c, insn->target);
		if (!to)
			return &inq_enomem;
		if (!is_cold_part_of(to->name, d->fn->f.sym.name))
			continue;
		if (!to->size || to->size > MAX_BYTES)
			continue;
		err = decode_part(d, to->start, to->size);
		if (err == &inq_enomem)
			return err;
		inq_error_destroy(err); /* then the jump leads out, and the graph is incomplete */
	}
	return NULL;
}

static int compare_addr(const void *a, const void *b)
{
	const struct inq_insn *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static struct inq_error *decode_all(struct decoding *d)
{
	struct inq_function *f = &d->fn->f;
	uint64_t size = f->sym.size ? f->sym.size : UNKNOWN_SIZE;
	struct inq_error *err;

	f->complete = size <= MAX_BYTES;
	err = decode_part(d, f->sym.addr, size <= MAX_BYTES ? size : MAX_BYTES);
	if (!err)
		err = decode_cold_parts(d);
	if (err)
		return err;
	if (!d->insns->n)
		return inq_error_create(INQ_ERR_BADDATA, f->sym.addr, "no instructions");
	if (d->nr_parts > 1)
		qsort(d->insns->v, d->insns->n, sizeof(*d->insns->v), compare_addr);
	f->insns = inq_arena_calloc(&d->fn->arena, d->insns->n, sizeof(*f->insns));
	if (!f->insns)
		return &inq_enomem;
	memcpy(f->insns, d->insns->v, d->insns->n * sizeof(*f->insns));
	f->nr_insns = (unsigned int)d->insns->n;
	return NULL;
}

struct inq_error *inq_function_build(struct inq_code_func *fn)
{
	struct decoding d = {.fn = fn, .insns = &fn->code->scratch};
	struct inq_error *err;

	d.insns->n = 0;
	err = decode_all(&d);
	if (!err)
		err = inq_function_make_blocks(fn);
	if (err)
		return inq_error_prefix(err, "code of %s", fn->f.sym.name);
	return NULL;
}
