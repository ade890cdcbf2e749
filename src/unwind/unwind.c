// SPDX-License-Identifier: GPL-2.0-or-later
/* The driver: frame by frame, from technique to technique and from stack to stack. */
#include "unwind/unwind_priv.h"

#include <stdlib.h>

#include "kernel/modules.h"
#include "kernel/symtab.h"
#include "util/vec.h"

#include "util/banned.h"

const char *inq_how_name(enum inq_how how)
{
	static const char *const names[] = {"regs", "orc", "code", "fp", "scan"};

	return (size_t)how < array_size(names) ? names[how] : "?";
}

const char *inq_unwind_end_name(enum inq_unwind_end end)
{
	static const char *const names[] = {
		[INQ_UNWIND_COMPLETE] = "complete",
		[INQ_UNWIND_BAD_FRAME] = "the next frame is on no stack, or returns to no code",
		[INQ_UNWIND_NO_DATA] = "no unwind data",
		[INQ_UNWIND_UNREADABLE] = "stack not in the dump",
		[INQ_UNWIND_LOOP] = "frames don't lead outwards",
	};

	return (size_t)end < array_size(names) ? names[end] : "?";
}

void inq_ustack_deinit(struct inq_ustack *s)
{
	inq_vec_deinit(s);
	s->end = INQ_UNWIND_COMPLETE;
	s->end_addr = 0;
	s->user_regs_known = false;
}

struct inq_error *inq_unwinder_create(struct inq_kernel *k, const struct inq_arch *arch,
				      struct inq_unwinder **ret)
{
	struct inq_unwinder *u = calloc(1, sizeof(*u));

	if (!u)
		return &inq_enomem;
	u->k = k;
	u->arch = arch;
	if (k->nr_cpus) {
		u->cpus = calloc(k->nr_cpus, sizeof(*u->cpus));
		if (!u->cpus) {
			free(u);
			return &inq_enomem;
		}
	}
	arch->layout(k, &u->layout);
	u->has_orc = inq_orc_init(&u->orc, k);
	u->image_start = inq_symbol_addr(k, "_stext");
	u->image_end = inq_symbol_addr(k, "_end");
	u->init_start = inq_symbol_addr(k, "_sinittext");
	u->init_end = inq_symbol_addr(k, "_einittext");
	*ret = u;
	return NULL;
}

void inq_unwinder_destroy(struct inq_unwinder *u)
{
	if (!u)
		return;
	inq_orc_deinit(&u->orc);
	inq_hashmap_deinit(&u->roles);
	free(u->cpus);
	free(u);
}

const char *inq_unwinder_technique(const struct inq_unwinder *u)
{
	return u->has_orc ? "orc" : "fp";
}

bool inq_unwind_is_generated(struct inq_unwinder *u, uint64_t ip)
{
	const uint64_t reach = UINT64_C(1) << 31;

	/* BPF programs and trampolines: in no table, but the image calls them, by rel32. */
	if (!u->image_start || !u->arch->is_kernel_addr(u->k, ip))
		return false;
	if (ip - u->image_start > reach && u->image_start - ip > reach)
		return false;
	if (ip >= u->image_start && ip < u->image_end)
		return false;
	return !inq_module_by_addr(u->k, ip);
}

bool inq_unwind_is_code(struct inq_unwinder *u, uint64_t ip)
{
	/* The boot CPU's idle task returns to code that is long freed; its tables are not. */
	if (ip >= u->init_start && ip < u->init_end)
		return true;
	return inq_kernel_is_text(u->k, ip) || inq_unwind_is_generated(u, ip);
}

static bool is_call(struct inq_unwinder *u, uint64_t ret_addr, unsigned int len,
		    struct inq_insn *ret)
{
	unsigned char bytes[32];
	struct inq_insn insn;

	if (ret_addr < len || !inq_dump_try_read(u->k->dump, ret_addr - len, bytes, len) ||
	    !u->arch->decode(bytes, len, ret_addr - len, &insn))
		return false;
	if (insn.len != len || insn.op != INQ_OP_CALL)
		return false;
	*ret = insn;
	return true;
}

bool inq_unwind_call_before(struct inq_unwinder *u, uint64_t ret_addr, struct inq_insn *ret)
{
	unsigned int direct = u->arch->direct_call_len;

	/* The direct call first: other lengths could only seem to be one. */
	if (is_call(u, ret_addr, direct, ret))
		return true;
	for (unsigned int len = 1; len <= u->arch->insn_max; len++)
		if (len != direct && is_call(u, ret_addr, len, ret))
			return true;
	return false;
}

bool inq_unwind_is_thunk(struct inq_unwinder *u, uint64_t target)
{
	struct inq_symbol sym;

	return inq_symbol_by_addr(u->k, target, &sym) &&
	       u->arch->is_call_thunk(inq_symbol_plain(sym.name));
}

uint64_t inq_unwind_function(struct inq_unwinder *u, uint64_t ip)
{
	struct inq_symbol sym;

	return inq_symbol_by_addr(u->k, ip, &sym) ? sym.addr : 0;
}

bool inq_unwind_stack_of(const struct inq_unwind_state *s, uint64_t sp, uint64_t size, size_t *ret)
{
	for (size_t i = 0; i < s->nr_stacks; i++) {
		const struct inq_stack_range *r = &s->stacks[i];

		if (sp >= r->start && sp < r->end && size <= r->end - sp) {
			*ret = i;
			return true;
		}
	}
	return false;
}

bool inq_unwind_read(const struct inq_unwind_state *s, uint64_t addr, uint64_t *ret)
{
	size_t stack;

	return inq_unwind_stack_of(s, addr, 8, &stack) &&
	       inq_dump_try_u64(s->u->k->dump, addr, ret);
}

/* Enter the stack that @sp lies in, further out than before. */
static enum inq_step move_to(struct inq_unwind_state *s, uint64_t sp)
{
	uint64_t old_sp = 0;
	size_t stack;

	/* The outermost frame may have popped all there was. */
	if (!inq_unwind_stack_of(s, sp, 8, &stack) && !inq_unwind_stack_of(s, sp - 8, 8, &stack)) {
		s->end = INQ_UNWIND_BAD_FRAME;
		goto end;
	}
	s->end = INQ_UNWIND_LOOP;
	if (stack == s->stack) {
		if (inq_regs_get(&s->regs, s->u->arch->sp, &old_sp) && sp <= old_sp)
			goto end;
	} else if (s->visited >> stack & 1) {
		goto end;
	} else {
		s->visited |= UINT32_C(1) << s->stack;
		s->stack = stack;
	}
	return INQ_STEP_OK;
end:
	s->end_addr = sp;
	return INQ_STEP_END;
}

enum inq_step inq_step_call(struct inq_unwind_state *s, uint64_t ip, uint64_t sp, bool fp_known,
			    uint64_t fp, enum inq_how how)
{
	enum inq_step step;

	if (!inq_unwind_is_code(s->u, ip)) {
		s->end = INQ_UNWIND_BAD_FRAME;
		s->end_addr = ip;
		return INQ_STEP_END;
	}
	step = move_to(s, sp);
	if (step != INQ_STEP_OK)
		return step;
	s->regs = (struct inq_regs){.ip = ip, .orig_syscall = UINT64_MAX};
	inq_regs_set(&s->regs, s->u->arch->sp, sp);
	if (fp_known)
		inq_regs_set(&s->regs, s->u->arch->fp, fp);
	s->pt_regs = 0;
	s->exact = s->literal = s->at_call = false;
	s->how = how;
	return INQ_STEP_OK;
}

/* Code that was removed: its memory is free, or filled with int3, one of which was executed. */
static bool was_removed(struct inq_unwinder *u, uint64_t ip)
{
	unsigned char bytes[2];

	if (!inq_dump_try_read(u->k->dump, ip - 1, bytes, 2))
		return true;
	return bytes[0] == u->arch->trap_byte && bytes[1] == u->arch->trap_byte;
}

static enum inq_step step(struct inq_unwind_state *s, uint64_t *ret_cfa)
{
	enum inq_step r;
	bool code_first;

	if (!inq_unwind_is_code(s->u, s->regs.ip)) {
		r = inq_step_bad_ip(s, ret_cfa);
		if (r != INQ_STEP_NO)
			return r;
		s->end = INQ_UNWIND_BAD_FRAME;
		s->end_addr = s->regs.ip;
		return INQ_STEP_END;
	}
	r = inq_step_orc(s, ret_cfa);
	/* A kernel with frame pointers: they are cheaper, but not set up yet at a function's start.
	 */
	code_first = s->u->has_orc || s->exact;
	if (r == INQ_STEP_NO)
		r = code_first ? inq_step_code(s, ret_cfa) : inq_step_fp(s, ret_cfa);
	if (r == INQ_STEP_NO)
		r = code_first ? inq_step_fp(s, ret_cfa) : inq_step_code(s, ret_cfa);
	if (r == INQ_STEP_NO)
		r = inq_step_scan(s, ret_cfa);
	/* Near the image code may have been generated, or was a module that is gone. */
	if (r == INQ_STEP_NO && s->exact && was_removed(s->u, s->regs.ip))
		r = inq_step_bad_ip(s, ret_cfa);
	if (r != INQ_STEP_NO)
		return r;
	s->end = INQ_UNWIND_NO_DATA;
	s->end_addr = s->regs.ip;
	return INQ_STEP_END;
}

static bool push_frame(struct inq_unwind_state *s, struct inq_ustack *ret)
{
	struct inq_uframe *f = inq_vec_push(ret);

	if (!f)
		return false;
	f->ip = s->regs.ip;
	inq_regs_get(&s->regs, s->u->arch->sp, &f->sp);
	f->pt_regs = s->pt_regs;
	f->exact_ip = s->exact;
	f->at_call = s->at_call;
	f->how = s->how;
	f->stack = s->stacks[s->stack].kind;
	f->regs = s->regs;
	return true;
}

static struct inq_error *run(struct inq_unwind_state *s, struct inq_ustack *ret)
{
	enum inq_step r = INQ_STEP_OK;

	while (r == INQ_STEP_OK) {
		uint64_t cfa = 0;

		if (ret->n == INQ_UNWIND_FRAMES) {
			s->end = INQ_UNWIND_LOOP;
			s->end_addr = s->regs.ip;
			break;
		}
		if (!push_frame(s, ret))
			return &inq_enomem;
		r = step(s, &cfa);
		ret->v[ret->n - 1].cfa = cfa;
	}
	ret->end = r == INQ_STEP_USER ? INQ_UNWIND_COMPLETE : s->end;
	ret->end_addr = ret->end == INQ_UNWIND_COMPLETE ? 0 : s->end_addr;
	if (r == INQ_STEP_USER) {
		ret->user_regs_known = true;
		ret->user_regs = s->regs;
	}
	inq_unwind_set_contexts(s->u, ret);
	return NULL;
}

/* A stack that has just overflowed stands in the guard page below. */
enum { GUARD_BYTES = 4096 };

void inq_unwind_add_task_stack(struct inq_unwind_state *s, uint64_t start, uint64_t size)
{
	struct inq_stack_range r = {.kind = INQ_STACK_TASK, .name = "task"};

	if (!size || start < GUARD_BYTES || start > UINT64_MAX - size)
		return;
	r.start = start - GUARD_BYTES;
	r.end = start + size;
	s->stacks[s->nr_stacks++] = r;
}

static void add_cpu_stacks(struct inq_unwind_state *s, unsigned int cpu)
{
	struct inq_cpu_stacks *c;

	if (cpu >= s->u->k->nr_cpus)
		return;
	c = &s->u->cpus[cpu];
	if (!c->known)
		c->n = s->u->arch->cpu_stacks(s->u->k, cpu, c->v, INQ_UNWIND_STACKS);
	c->known = true;
	for (size_t i = 0; i < c->n; i++) {
		struct inq_stack_range *r = &s->stacks[s->nr_stacks++];

		*r = c->v[i];
		if (r->kind == INQ_STACK_IRQ && r->start >= GUARD_BYTES)
			r->start -= GUARD_BYTES;
	}
}

/* A CPU between two tasks, or on a stack that we know nothing of: as large as a task's. */
static void add_unknown_stack(struct inq_unwind_state *s, uint64_t sp)
{
	uint64_t size = s->u->arch->thread_size;
	struct inq_stack_range r = {.kind = INQ_STACK_TASK, .name = "?"};

	r.start = sp & ~(size - 1);
	r.end = r.start > UINT64_MAX - size ? UINT64_MAX : r.start + size;
	s->stacks[s->nr_stacks++] = r;
}

struct inq_error *inq_unwind_start(struct inq_unwind_state *s, struct inq_ustack *ret)
{
	uint64_t sp;

	s->how = INQ_HOW_REGS;
	if (s->regs.user) {
		ret->user_regs = s->regs;
		ret->user_regs_known = true;
		ret->end = INQ_UNWIND_COMPLETE;
		return NULL;
	}
	if (!inq_regs_get(&s->regs, s->u->arch->sp, &sp)) {
		ret->end = INQ_UNWIND_NO_DATA;
		ret->end_addr = s->regs.ip;
		return NULL;
	}
	if (!inq_unwind_stack_of(s, sp, 8, &s->stack)) {
		add_unknown_stack(s, sp);
		s->stack = s->nr_stacks - 1;
	}
	return run(s, ret);
}

struct inq_error *inq_unwind_cpu(struct inq_unwinder *u, unsigned int cpu,
				 const struct inq_regs *regs, uint64_t task_stack,
				 uint64_t task_stack_size, struct inq_ustack *ret)
{
	struct inq_unwind_state s = {.u = u, .regs = *regs, .exact = true, .literal = true};

	inq_ustack_deinit(ret);
	inq_unwind_add_task_stack(&s, task_stack, task_stack_size);
	add_cpu_stacks(&s, cpu);
	return inq_unwind_start(&s, ret);
}
