// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of functions by their names alone, for who calls or jumps to them. */
#include "code/code.h"

#include <string.h>

#include "code/locks.h"

#include "util/banned.h"

struct role_row {
	const char *name;
	enum inq_callee_role role;
	bool prefix;  /* all names that begin so */
	bool modules; /* a module's own function is meant, too */
};

static const struct role_row roles[] = {
	/* __noreturn functions that live on the way to death; see tools/objtool/noreturns.h */
	{"panic", INQ_CALLEE_NORETURN},
	{"nmi_panic", INQ_CALLEE_NORMAL},
	{"do_exit", INQ_CALLEE_NORETURN},
	{"do_group_exit", INQ_CALLEE_NORETURN},
	{"make_task_dead", INQ_CALLEE_NORETURN},
	{"rewind_stack_and_make_dead", INQ_CALLEE_NORETURN},
	{"rewind_stack_do_exit", INQ_CALLEE_NORETURN},
	{"do_task_dead", INQ_CALLEE_NORETURN},
	{"complete_and_exit", INQ_CALLEE_NORETURN},
	{"__module_put_and_exit", INQ_CALLEE_NORETURN},
	{"__module_put_and_kthread_exit", INQ_CALLEE_NORETURN},
	{"kthread_complete_and_exit", INQ_CALLEE_NORETURN},
	{"kthread_exit", INQ_CALLEE_NORETURN},
	{"__stack_chk_fail", INQ_CALLEE_NORETURN},
	{"fortify_panic", INQ_CALLEE_NORETURN},
	{"__fortify_panic", INQ_CALLEE_NORETURN},
	{"usercopy_abort", INQ_CALLEE_NORETURN},
	{"machine_real_restart", INQ_CALLEE_NORETURN},
	{"stop_this_cpu", INQ_CALLEE_NORETURN},
	{"cpu_startup_entry", INQ_CALLEE_NORETURN},
	{"cpu_bringup_and_idle", INQ_CALLEE_NORETURN},
	{"rest_init", INQ_CALLEE_NORETURN},
	{"start_kernel", INQ_CALLEE_NORETURN},
	{"ex_handler_msr_mce", INQ_CALLEE_NORETURN},
	{"snp_abort", INQ_CALLEE_NORETURN},
	{"sev_es_terminate", INQ_CALLEE_NORETURN},
	{"hv_ghcb_terminate", INQ_CALLEE_NORETURN},
	{"xen_cpu_bringup_again", INQ_CALLEE_NORETURN},
	{"__ubsan_handle_builtin_unreachable", INQ_CALLEE_NORETURN},
	{"__reiserfs_panic", INQ_CALLEE_NORETURN, false, true},
	{"btrfs_assertfail", INQ_CALLEE_NORETURN, false, true},
	{"lbug_with_loc", INQ_CALLEE_NORETURN, false, true},
	{"arch_cpu_idle_dead", INQ_CALLEE_NORETURN},
	{"play_dead", INQ_CALLEE_NORMAL},
	{"exc_double_fault", INQ_CALLEE_NORMAL},

	{"__fentry__", INQ_CALLEE_NOTHING},
	{"ftrace_caller", INQ_CALLEE_NOTHING},
	{"ftrace_regs_caller", INQ_CALLEE_NOTHING},
	{"__sanitizer_cov_", INQ_CALLEE_NOTHING, true},
	{"clear_bhb_loop", INQ_CALLEE_NOTHING},
	{"entry_ibpb", INQ_CALLEE_NOTHING},
	{"write_ibpb", INQ_CALLEE_NOTHING},
	{"entry_untrain_ret", INQ_CALLEE_NOTHING},
	{"zen_untrain_ret", INQ_CALLEE_NOTHING},
	{"srso_untrain_ret", INQ_CALLEE_NOTHING},
	{"__warn_thunk", INQ_CALLEE_NOTHING},
	{"preempt_schedule_thunk", INQ_CALLEE_NOTHING},
	{"preempt_schedule_notrace_thunk", INQ_CALLEE_NOTHING},
	{"___preempt_schedule", INQ_CALLEE_NOTHING, true},
	{"trace_hardirqs_on_thunk", INQ_CALLEE_NOTHING},
	{"trace_hardirqs_off_thunk", INQ_CALLEE_NOTHING},
	{"__SCT__preempt_schedule", INQ_CALLEE_NOTHING, true},

	{"__raw_callee_save_", INQ_CALLEE_PRESERVES, true},
	{"__sw_hweight", INQ_CALLEE_PRESERVES, true},
	{"__SCT__might_resched", INQ_CALLEE_NORMAL},

	{"__x86_return_thunk", INQ_CALLEE_RETURN},
	{"retbleed_return_thunk", INQ_CALLEE_RETURN},
	{"srso_return_thunk", INQ_CALLEE_RETURN},
	{"srso_alias_return_thunk", INQ_CALLEE_RETURN},
	{"call_depth_return_thunk", INQ_CALLEE_RETURN},
	{"its_return_thunk", INQ_CALLEE_RETURN},

	{"__x86_indirect_thunk_", INQ_CALLEE_INDIRECT, true},
	{"__x86_indirect_call_thunk_", INQ_CALLEE_INDIRECT, true},
	{"__x86_indirect_jump_thunk_", INQ_CALLEE_INDIRECT, true},
	{"__x86_indirect_its_thunk_", INQ_CALLEE_INDIRECT, true},

	{"__switch_to_asm", INQ_CALLEE_SWITCH},
};

static inq_reg reg_by_name(const struct inq_arch *arch, const char *name)
{
	for (unsigned int i = 0; i < arch->nr_regs; i++)
		if (!strcmp(arch->reg_names[i], name))
			return (inq_reg)i;
	return INQ_REG_NONE;
}

/* The register that a thunk of whatever name jumps through: jmp *%r, or mov %r,(%rsp); ret. */
static inq_reg reg_by_code(struct inq_code *c, uint64_t addr)
{
	const struct inq_arch *arch = c->arch;
	unsigned char bytes[64];
	struct inq_insn insn;

	if (!c->env->try_read(c->env_ctx, addr, bytes, sizeof(bytes)))
		return INQ_REG_NONE;
	for (size_t pos = 0; pos < sizeof(bytes); pos += insn.len) {
		const struct inq_operand *op = insn.operands;

		if (!arch->decode(bytes + pos, sizeof(bytes) - pos, addr + pos, &insn) || !insn.len)
			break;
		if (insn.op == INQ_OP_JMP && insn.nr_operands && op[0].kind == INQ_OPERAND_REG)
			return op[0].reg;
		if (insn.op == INQ_OP_MOV && op[0].kind == INQ_OPERAND_MEM &&
		    op[0].mem.base == arch->sp && op[1].kind == INQ_OPERAND_REG)
			return op[1].reg;
		if (insn.op == INQ_OP_RET)
			break;
	}
	return INQ_REG_NONE;
}

static void set_role(struct inq_code *c, struct inq_callee *callee)
{
	for (size_t i = 0; i < array_size(roles); i++) {
		const struct role_row *r = &roles[i];
		size_t n = strlen(r->name);

		if (callee->module && !r->modules)
			continue;
		if (r->prefix ? strncmp(callee->name, r->name, n)
			      : !inq_symbol_is(callee->name, r->name))
			continue;
		callee->role = r->role;
		if (r->role == INQ_CALLEE_INDIRECT) {
			callee->reg = reg_by_name(c->arch, callee->name + n);
			/* The array that holds them. */
			if (callee->reg == INQ_REG_NONE)
				callee->reg = reg_by_code(c, callee->addr);
			if (callee->reg == INQ_REG_NONE)
				callee->role = INQ_CALLEE_NORMAL;
		}
		return;
	}
}

static struct inq_callee *make(struct inq_code *c, uint64_t addr)
{
	struct inq_callee *callee = inq_arena_new(&c->arena, struct inq_callee);
	struct inq_symbol sym;

	if (!callee)
		return NULL;
	callee->addr = addr;
	callee->name = "";
	callee->reg = INQ_REG_NONE;
	if (!c->env->symbol_at(c->env_ctx, addr, &sym))
		return callee;
	callee->name = inq_arena_strdup(&c->arena, inq_symbol_plain(sym.name));
	if (!callee->name)
		return NULL;
	callee->module = sym.module;
	callee->start = sym.addr;
	callee->size = sym.size;
	/* Behind an endbr, a patched-out one or a hook's 5 bytes it is still the function. */
	callee->is_start = addr - sym.addr <= 9;
	if (!callee->is_start)
		return callee;
	set_role(c, callee);
	if (!callee->module)
		callee->lock = inq_lock_primitive(callee->name);
	return callee;
}

const struct inq_callee *inq_code_callee(struct inq_code *c, uint64_t addr)
{
	struct inq_callee *callee;
	uint64_t known;

	if (inq_hashmap_get(&c->callees, addr, &known))
		return (const struct inq_callee *)(uintptr_t)known;
	callee = make(c, addr);
	if (!callee || !inq_hashmap_put(&c->callees, addr, (uintptr_t)callee))
		return NULL;
	return callee;
}
