// SPDX-License-Identifier: GPL-2.0-or-later
/* Stacks put together by hand, unwound. */
#include "machine.h"

#include "util/banned.h"

static struct machine m;

static int setup(void **state)
{
	(void)state;
	machine_setup(&m);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	machine_teardown(&m);
	return 0;
}

#define TOP (TASK_STACK + STACK_SIZE)

static void calls_are_followed_to_the_first_frame(void **state)
{
	unsigned int a = add_fn(&m, "a", 16, ORC_CALL_SP), b = add_fn(&m, "b", 24, ORC_CALL_SP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t sp = TASK_STACK + 0x3000;

	(void)state;
	machine_start(&m);
	put(&m, sp + 8, ret_in(b));
	put(&m, sp + 16 + 16, ret_in(end));
	unwind_cpu(&m, fn(a) + 3, sp, 0);
	assert_int_equal(m.stack.n, 3);
	assert_frame(&m, 0, fn(a) + 3, sp, INQ_HOW_REGS, INQ_CTX_TASK);
	assert_frame(&m, 1, ret_in(b), sp + 16, INQ_HOW_ORC, INQ_CTX_TASK);
	assert_frame(&m, 2, ret_in(end), sp + 40, INQ_HOW_ORC, INQ_CTX_TASK);
	assert_true(m.stack.v[0].exact_ip);
	assert_false(m.stack.v[1].exact_ip);
	assert_int_equal(m.stack.v[0].cfa, sp + 16);
	assert_int_equal(m.stack.v[1].cfa, sp + 40);
	assert_int_equal(m.stack.v[2].cfa, 0);
	assert_int_equal(m.stack.end, INQ_UNWIND_COMPLETE);
	assert_false(m.stack.user_regs_known);
}

/* A call that doesn't return may end its function: the byte after it is another's. */
static void return_address_belongs_to_the_call_before_it(void **state)
{
	unsigned int a = add_fn(&m, "a", 8, ORC_CALL_SP), b = add_fn(&m, "b", 16, ORC_CALL_SP);
	unsigned int next = add_fn(&m, "after_b", 32, ORC_CALL_SP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t sp = TASK_STACK + 0x3000;

	(void)state;
	machine_start(&m);
	set_call(&m, fn(next) - 5, fn(a));
	put(&m, sp, fn(next));
	put(&m, sp + 8 + 8, ret_in(end));
	unwind_cpu(&m, fn(a), sp, 0);
	assert_int_equal(m.stack.n, 3);
	assert_frame(&m, 1, fn(b) + FN_SIZE, sp + 8, INQ_HOW_ORC, INQ_CTX_TASK);
	assert_frame(&m, 2, ret_in(end), sp + 24, INQ_HOW_ORC, INQ_CTX_TASK);
}

static void frame_pointer_is_carried_and_restored(void **state)
{
	unsigned int keeps = add_fn(&m, "keeps", 8, ORC_CALL_SP);
	unsigned int saves = add_fn(&m, "saves", 32, ORC_SAVES_BP);
	unsigned int based = add_fn(&m, "based", 16, ORC_CALL_BP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t sp = TASK_STACK + 0x2000, bp = TASK_STACK + 0x3000, v;

	(void)state;
	machine_start(&m);
	put(&m, sp, ret_in(saves));
	put(&m, sp + 8 + 16, bp);	     /* saved by `saves` at CFA - 16 */
	put(&m, sp + 8 + 24, ret_in(based)); /* its return address */
	put(&m, bp, 0x5555);
	put(&m, bp + 8, ret_in(end));
	unwind_cpu(&m, fn(keeps), sp, 0x4444);
	assert_int_equal(m.stack.n, 4);
	assert_true(inq_regs_get(&m.stack.v[1].regs, INQ_X86_RBP, &v));
	assert_int_equal(v, 0x4444);
	assert_true(inq_regs_get(&m.stack.v[2].regs, INQ_X86_RBP, &v));
	assert_int_equal(v, bp);
	assert_frame(&m, 3, ret_in(end), bp + 16, INQ_HOW_ORC, INQ_CTX_TASK);
	assert_true(inq_regs_get(&m.stack.v[3].regs, INQ_X86_RBP, &v));
	assert_int_equal(v, 0x5555);
}

static void realigned_stacks_are_followed_through_other_registers(void **state)
{
	unsigned int a = add_fn(&m, "a", 16, ORC_R10), b = add_fn(&m, "b", -8, ORC_BP_INDIRECT);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t sp = TASK_STACK + 0x2000, r10 = TASK_STACK + 0x3000;

	(void)state;
	machine_start(&m);
	put(&m, r10, TASK_STACK + 0x3100); /* saved fp, at CFA - 16 */
	put(&m, r10 + 8, ret_in(b));
	put(&m, TASK_STACK + 0x3100 - 8, TASK_STACK + 0x3200); /* [bp - 8]: the CFA */
	put(&m, TASK_STACK + 0x3200 - 8, ret_in(end));
	unwind_cpu(&m, fn(a), sp, 0);
	assert_int_equal(m.stack.n, 3);
	assert_frame(&m, 1, ret_in(b), r10 + 16, INQ_HOW_ORC, INQ_CTX_TASK);
	assert_frame(&m, 2, ret_in(end), TASK_STACK + 0x3200, INQ_HOW_ORC, INQ_CTX_TASK);
}

/* A task in a system call, a timer interrupt on the other stack, a softirq, a page fault in it. */
static void build_nested(uint64_t *ret_ip, uint64_t *ret_sp)
{
	unsigned int fault = add_fn(&m, "exc_page_fault", 8, ORC_CALL_SP);
	unsigned int entry_fault = add_fn(&m, "asm_exc_page_fault", 0, ORC_REGS);
	unsigned int work = add_fn(&m, "net_rx_action", 8, ORC_CALL_SP);
	unsigned int softirq = add_fn(&m, "handle_softirqs", 8, ORC_CALL_SP);
	unsigned int irq = add_fn(&m, "sysvec_apic_timer_interrupt", 0, ORC_SP_INDIRECT);
	unsigned int entry_irq = add_fn(&m, "asm_sysvec_apic_timer_interrupt", 0, ORC_REGS);
	unsigned int sys = add_fn(&m, "do_syscall_64", 8, ORC_CALL_SP);
	unsigned int entry_sys = add_fn(&m, "entry_SYSCALL_64_after_hwframe", 0, ORC_REGS);
	uint64_t task = TOP - PT_REGS, irq_top = IRQ_STACK + STACK_SIZE, sp;

	put_pt_regs(&m, task, 0x401000, 0x7ffe0000, true);
	put(&m, task - 8, ret_in(entry_sys));
	sp = task - 8 - PT_REGS;
	put_pt_regs(&m, sp, fn(sys) + 9, task - 8, false);
	put(&m, sp - 8, ret_in(entry_irq));
	put(&m, irq_top - 8, sp); /* the interrupt stack's top word links to the task's stack */
	put(&m, irq_top - 16, ret_in(irq));
	put(&m, irq_top - 24, ret_in(softirq));
	put_pt_regs(&m, irq_top - 24 - PT_REGS, fn(work) + 1, irq_top - 24, false);
	put(&m, irq_top - 32 - PT_REGS, ret_in(entry_fault));
	*ret_ip = fn(fault) + 1;
	*ret_sp = irq_top - 32 - PT_REGS;
	machine_start(&m);
}

static void contexts_of_nested_interrupts(void **state)
{
	uint64_t ip, sp, v;

	(void)state;
	build_nested(&ip, &sp);
	unwind_cpu(&m, ip, sp, 0);
	assert_int_equal(m.stack.n, 8);
	assert_int_equal(m.stack.end, INQ_UNWIND_COMPLETE);
	assert_frame(&m, 0, fn(0) + 1, sp, INQ_HOW_REGS, INQ_CTX_EXCEPTION);
	assert_frame(&m, 1, ret_in(1), sp + 8, INQ_HOW_ORC, INQ_CTX_EXCEPTION);
	assert_frame(&m, 2, fn(2) + 1, IRQ_STACK + STACK_SIZE - 24, INQ_HOW_REGS, INQ_CTX_SOFTIRQ);
	assert_frame(&m, 3, ret_in(3), IRQ_STACK + STACK_SIZE - 16, INQ_HOW_ORC, INQ_CTX_SOFTIRQ);
	assert_frame(&m, 4, ret_in(4), IRQ_STACK + STACK_SIZE - 8, INQ_HOW_ORC, INQ_CTX_IRQ);
	assert_frame(&m, 5, ret_in(5), TOP - 2 * PT_REGS - 8, INQ_HOW_ORC, INQ_CTX_IRQ);
	assert_frame(&m, 6, fn(6) + 9, TOP - PT_REGS - 8, INQ_HOW_REGS, INQ_CTX_TASK);
	assert_frame(&m, 7, ret_in(7), TOP - PT_REGS, INQ_HOW_ORC, INQ_CTX_TASK);
	assert_int_equal(m.stack.v[0].stack, INQ_STACK_IRQ);
	assert_int_equal(m.stack.v[6].stack, INQ_STACK_TASK);
	assert_int_equal(m.stack.v[6].pt_regs, TOP - 2 * PT_REGS - 8);
	assert_true(m.stack.v[6].exact_ip);
	assert_true(inq_regs_get(&m.stack.v[6].regs, INQ_X86_RDI, &v));
	assert_int_equal(v, 0x1000 + 14);
	assert_true(m.stack.user_regs_known);
	assert_true(m.stack.user_regs.user);
	assert_int_equal(m.stack.user_regs.ip, 0x401000);
	assert_int_equal(m.stack.user_regs.orig_syscall, 0x1000 + 15);
}

/* Switched out on the way back from an interrupt: that is the task's own doing again. */
static void preempted_task_is_in_task_context(void **state)
{
	unsigned int schedule = add_fn(&m, "__schedule", 8, ORC_CALL_SP);
	unsigned int preempt = add_fn(&m, "preempt_schedule_irq", 8, ORC_CALL_SP);
	unsigned int exits = add_fn(&m, "irqentry_exit", 8, ORC_CALL_SP);
	unsigned int entry = add_fn(&m, "asm_sysvec_reschedule_ipi", 0, ORC_REGS);
	unsigned int busy = add_fn(&m, "busy", 8, ORC_CALL_SP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t sp = TASK_STACK + 0x3000;

	(void)state;
	machine_start(&m);
	put(&m, sp, ret_in(preempt));
	put(&m, sp + 8, ret_in(exits));
	put(&m, sp + 16, ret_in(entry));
	put_pt_regs(&m, sp + 24, fn(busy), sp + 0x200, false);
	put(&m, sp + 0x200, ret_in(end));
	unwind_cpu(&m, fn(schedule), sp, 0);
	assert_int_equal(m.stack.n, 6);
	assert_int_equal(m.stack.v[0].ctx, INQ_CTX_TASK);
	assert_int_equal(m.stack.v[2].ctx, INQ_CTX_TASK);
	assert_int_equal(m.stack.v[3].ctx, INQ_CTX_IRQ);
	assert_int_equal(m.stack.v[4].ctx, INQ_CTX_TASK);
}

/* Entry code before it has pushed the registers: only the processor's frame is there. */
static void interrupt_frame_alone_is_enough(void **state)
{
	unsigned int entry = add_fn(&m, "asm_exc_nmi", 0, ORC_IRET),
		     a = add_fn(&m, "a", 8, ORC_CALL_SP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t nmi = IST + 0x1000 + 0x2000 - 40, sp = TASK_STACK + 0x3000, v;

	(void)state;
	machine_start(&m);
	put(&m, nmi, fn(a) + 7);
	put(&m, nmi + 8, 0x10);
	put(&m, nmi + 16, 0x202);
	put(&m, nmi + 24, sp);
	put(&m, sp, ret_in(end));
	unwind_cpu(&m, fn(entry), nmi, 0x7777);
	assert_int_equal(m.stack.n, 3);
	assert_frame(&m, 0, fn(entry), nmi, INQ_HOW_REGS, INQ_CTX_NMI);
	assert_frame(&m, 1, fn(a) + 7, sp, INQ_HOW_REGS, INQ_CTX_TASK);
	assert_int_equal(m.stack.v[0].stack, INQ_STACK_NMI);
	assert_true(inq_regs_get(&m.stack.v[1].regs, INQ_X86_RBP, &v));
	assert_int_equal(v, 0x7777);
	assert_false(inq_regs_get(&m.stack.v[1].regs, INQ_X86_RAX, &v));
	assert_int_equal(m.stack.v[1].regs.flags, 0x202);
	assert_int_equal(m.stack.end, INQ_UNWIND_COMPLETE);
}

static void user_mode_has_no_kernel_frames(void **state)
{
	struct inq_regs r = {.ip = 0x401000, .user = true};

	(void)state;
	machine_start(&m);
	assert_null(inq_unwind_cpu(m.u, 0, &r, TASK_STACK, STACK_SIZE, &m.stack));
	assert_int_equal(m.stack.n, 0);
	assert_int_equal(m.stack.end, INQ_UNWIND_COMPLETE);
	assert_true(m.stack.user_regs_known);
	assert_int_equal(m.stack.user_regs.ip, 0x401000);
}

static void call_through_a_bad_pointer_returns_to_its_caller(void **state)
{
	unsigned int a = add_fn(&m, "a", 8, ORC_CALL_SP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	static const unsigned char indirect[] = {0xff, 0xd0}; /* call rax */
	uint64_t sp = TASK_STACK + 0x3000;

	(void)state;
	machine_start(&m);
	fake_put(&m.f, fn(a) + 0x20, indirect, 2);
	put(&m, sp, fn(a) + 0x22);
	put(&m, sp + 8, ret_in(end));
	unwind_cpu(&m, 0, sp, 0);
	assert_int_equal(m.stack.n, 3);
	assert_frame(&m, 1, fn(a) + 0x22, sp + 8, INQ_HOW_ORC, INQ_CTX_TASK);
	assert_true(m.stack.v[1].at_call); /* nothing ran there: all registers are the call's */
	assert_false(m.stack.v[2].at_call);
	assert_int_equal(m.stack.end, INQ_UNWIND_COMPLETE);
}

/* What is on the stack after a wild jump that was no call proves nothing. */
static void stale_word_below_a_bad_pointer_is_no_frame(void **state)
{
	unsigned int a = add_fn(&m, "a", 8, ORC_CALL_SP);
	uint64_t sp = TASK_STACK + 0x3000;

	(void)state;
	machine_start(&m);
	put(&m, sp, ret_in(a)); /* behind a direct call of something else */
	unwind_cpu(&m, 0x1234, sp, 0);
	assert_int_equal(m.stack.n, 1);
	assert_int_equal(m.stack.end, INQ_UNWIND_BAD_FRAME);
	assert_int_equal(m.stack.end_addr, 0x1234);
}

static void overwritten_return_address_ends_the_stack(void **state)
{
	unsigned int a = add_fn(&m, "a", 8, ORC_CALL_SP), b = add_fn(&m, "b", 8, ORC_CALL_SP);
	uint64_t sp = TASK_STACK + 0x3000;

	(void)state;
	machine_start(&m);
	put(&m, sp, ret_in(b));
	put(&m, sp + 8, UINT64_C(0x4141414141414141));
	unwind_cpu(&m, fn(a), sp, 0);
	assert_int_equal(m.stack.n, 2);
	assert_int_equal(m.stack.end, INQ_UNWIND_BAD_FRAME);
	assert_int_equal(m.stack.end_addr, UINT64_C(0x4141414141414141));
}

static void stack_missing_from_the_dump_ends_it(void **state)
{
	unsigned int a = add_fn(&m, "a", 8, ORC_CALL_SP);

	(void)state;
	machine_start(&m);
	m.f.regions[3].size = 0x1000; /* only its lowest page is there */
	unwind_cpu(&m, fn(a), TASK_STACK + 0x3000, 0);
	assert_int_equal(m.stack.n, 1);
	assert_int_equal(m.stack.end, INQ_UNWIND_UNREADABLE);
	assert_int_equal(m.stack.end_addr, TASK_STACK + 0x3000);
}

static void frames_that_lead_inwards_are_a_loop(void **state)
{
	unsigned int a = add_fn(&m, "a", 16, ORC_CALL_BP);
	uint64_t sp = TASK_STACK + 0x3000;

	(void)state;
	machine_start(&m);
	put(&m, sp, sp); /* saved bp points at itself */
	put(&m, sp + 8, ret_in(a));
	unwind_cpu(&m, fn(a), sp, sp);
	assert_int_equal(m.stack.end, INQ_UNWIND_LOOP);
	assert_int_equal(m.stack.n, 2);
}

static void stacks_that_lead_back_to_each_other_are_a_loop(void **state)
{
	unsigned int a = add_fn(&m, "asm_exc_debug", 0, ORC_REGS);
	uint64_t task = TASK_STACK + 0x1000, irq = IRQ_STACK + 0x1000;

	(void)state;
	machine_start(&m);
	put_pt_regs(&m, task, fn(a), irq, false);
	put_pt_regs(&m, irq, fn(a), task, false);
	unwind_cpu(&m, fn(a), task, 0);
	assert_int_equal(m.stack.end, INQ_UNWIND_LOOP);
	assert_int_equal(m.stack.n, 2);
}

static void endless_stack_is_bounded(void **state)
{
	unsigned int a = add_fn(&m, "a", 8, ORC_CALL_SP);

	(void)state;
	machine_start(&m);
	for (uint64_t at = TASK_STACK; at < TOP; at += 8)
		put(&m, at, ret_in(a));
	unwind_cpu(&m, fn(a), TASK_STACK, 0);
	assert_int_equal(m.stack.n, INQ_UNWIND_FRAMES);
	assert_int_equal(m.stack.end, INQ_UNWIND_LOOP);
}

static void overflow_of(uint64_t stack, enum inq_stack_kind kind)
{
	unsigned int a = add_fn(&m, "a", 0x110, ORC_CALL_SP);
	unsigned int df = add_fn(&m, "asm_exc_double_fault", 0, ORC_REGS);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t regs = IST + 0x4000 + 0x2000 - PT_REGS;

	machine_start(&m);
	put_pt_regs(&m, regs, fn(a), stack - 0x100, false);
	put(&m, stack + 8, ret_in(end));
	unwind_cpu(&m, fn(df), regs, 0);
	assert_int_equal(m.stack.n, 3);
	assert_frame(&m, 1, fn(a), stack - 0x100, INQ_HOW_REGS, INQ_CTX_TASK);
	assert_frame(&m, 2, ret_in(end), stack + 0x10, INQ_HOW_ORC, INQ_CTX_TASK);
	assert_int_equal(m.stack.v[1].stack, kind);
}

static void overflowed_stack_is_unwound_from_the_guard_page(void **state)
{
	(void)state;
	overflow_of(TASK_STACK, INQ_STACK_TASK);
}

static void overflowed_interrupt_stack_too(void **state)
{
	(void)state;
	overflow_of(IRQ_STACK, INQ_STACK_IRQ);
}

static void sleeping_task_from_its_saved_frame(void **state)
{
	unsigned int schedule = add_fn(&m, "__schedule", 16, ORC_SAVES_BP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t sp = TASK_STACK + 0x3000, v;

	(void)state;
	machine_start(&m);
	put(&m, TASK + 24, sp);
	put(&m, sp + 32, 0xbbbb);
	put(&m, sp + 48, ret_in(schedule));
	put(&m, sp + 56, 0x9999); /* bp as __schedule saved it */
	put(&m, sp + 64, ret_in(end));
	assert_null(inq_unwind_task(m.u, TASK, TASK_STACK, STACK_SIZE, &m.stack));
	assert_int_equal(m.stack.n, 2);
	assert_frame(&m, 0, ret_in(schedule), sp + 56, INQ_HOW_REGS, INQ_CTX_TASK);
	assert_false(m.stack.v[0].exact_ip);
	assert_true(inq_regs_get(&m.stack.v[0].regs, INQ_X86_RBX, &v));
	assert_int_equal(v, 0xbbbb);
	assert_true(inq_regs_get(&m.stack.v[1].regs, INQ_X86_RBP, &v));
	assert_int_equal(v, 0x9999);
}

/* The dump has the stack, and not what says how far it reaches. */
static void sleeping_task_is_found_on_its_stack(void **state)
{
	unsigned int schedule = add_fn(&m, "__schedule", 16, ORC_SAVES_BP);
	unsigned int lock = add_fn(&m, "lock", 16, ORC_CALL_SP);
	unsigned int nap = add_fn(&m, "nap", 16, ORC_CALL_SP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	unsigned int switcher = add_fn(&m, "__switch_to_asm", 8, ORC_CALL_SP);
	uint64_t sp = TASK_STACK + 0x3000, stale = TASK_STACK + 0x2fd0;

	(void)state;
	machine_start(&m);
	set_call(&m, fn(schedule) + CALL_AT, fn(switcher));
	set_call(&m, fn(lock) + CALL_AT, fn(schedule));
	set_call(&m, fn(nap) + CALL_AT, fn(lock));
	/* of a former sleep: it leads out, but by way of a call of another function */
	put(&m, stale + 48, ret_in(schedule));
	put(&m, stale + 64, ret_in(nap));
	put(&m, stale + 80, ret_in(end));
	put(&m, sp + 48, ret_in(schedule));
	put(&m, sp + 64, ret_in(lock));
	put(&m, sp + 80, ret_in(end));
	assert_null(inq_unwind_task(m.u, TASK + 0x100000, TASK_STACK, STACK_SIZE, &m.stack));
	assert_int_equal(m.stack.n, 3);
	assert_int_equal(m.stack.end, INQ_UNWIND_COMPLETE);
	assert_frame(&m, 0, ret_in(schedule), sp + 56, INQ_HOW_SCAN, INQ_CTX_TASK);
	assert_frame(&m, 1, ret_in(lock), sp + 72, INQ_HOW_ORC, INQ_CTX_TASK);
}

/* Neither is a frame taken that leads nowhere. */
static void stale_switch_alone_is_no_stack(void **state)
{
	unsigned int schedule = add_fn(&m, "__schedule", 16, ORC_SAVES_BP);
	unsigned int switcher = add_fn(&m, "__switch_to_asm", 8, ORC_CALL_SP);

	(void)state;
	machine_start(&m);
	set_call(&m, fn(schedule) + CALL_AT, fn(switcher));
	put(&m, TASK_STACK + 0x3000 + 48, ret_in(schedule));
	put(&m, TASK_STACK + 0x3000 + 64, 0x1234);
	assert_null(inq_unwind_task(m.u, TASK + 0x100000, TASK_STACK, STACK_SIZE, &m.stack));
	assert_int_equal(m.stack.n, 0);
	assert_int_equal(m.stack.end, INQ_UNWIND_UNREADABLE);
}

/* It "returns" to the very start of its first function: no call precedes that. */
static void new_task_stands_at_its_first_instruction(void **state)
{
	unsigned int before = add_fn(&m, "before", 8, ORC_CALL_SP);
	unsigned int first = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t sp = TASK_STACK + 0x3000;

	(void)state;
	(void)before;
	machine_start(&m);
	put(&m, TASK + 24, sp);
	put(&m, sp + 48, fn(first));
	assert_null(inq_unwind_task(m.u, TASK, TASK_STACK, STACK_SIZE, &m.stack));
	assert_int_equal(m.stack.n, 1);
	assert_int_equal(m.stack.end, INQ_UNWIND_COMPLETE);
}

static void unreadable_task_has_no_frames(void **state)
{
	(void)state;
	machine_start(&m);
	assert_null(inq_unwind_task(m.u, TASK + 0x100000, TASK_STACK, STACK_SIZE, &m.stack));
	assert_int_equal(m.stack.n, 0);
	assert_int_equal(m.stack.end, INQ_UNWIND_UNREADABLE);
}

/* push rbp; push rbx; sub rsp, 0x20; xor ebp, ebp; nops. */
static void function_without_table_is_followed_by_its_code(void **state)
{
	static const unsigned char code[] = {0x55, 0x53, 0x48, 0x83, 0xec, 0x20, 0x31, 0xed};
	unsigned int a = add_fn(&m, "machine_kexec", 0, ORC_NONE);
	unsigned int b = add_fn(&m, "b", 16, ORC_CALL_SP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t sp = TASK_STACK + 0x3000, v;

	(void)state;
	machine_start(&m);
	fake_put(&m.f, fn(a), code, sizeof(code));
	put(&m, sp + 0x28, 0x7654);
	put(&m, sp + 0x30, ret_in(b));
	put(&m, sp + 0x40, ret_in(end));
	unwind_cpu(&m, fn(a) + 0x30, sp, 0);
	assert_int_equal(m.stack.n, 3);
	assert_frame(&m, 1, ret_in(b), sp + 0x38, INQ_HOW_CODE, INQ_CTX_TASK);
	assert_true(inq_regs_get(&m.stack.v[1].regs, INQ_X86_RBP, &v));
	assert_int_equal(v, 0x7654);
	assert_int_equal(m.stack.v[0].cfa, sp + 0x38);
	assert_frame(&m, 2, ret_in(end), sp + 0x48, INQ_HOW_ORC, INQ_CTX_TASK);
	/* In the middle of the prologue as well. */
	put(&m, sp + 8, ret_in(b));
	put(&m, sp + 0x18, ret_in(end));
	unwind_cpu(&m, fn(a) + 1, sp, 0);
	assert_frame(&m, 1, ret_in(b), sp + 16, INQ_HOW_CODE, INQ_CTX_TASK);
}

/* mov rbp, rsp and a realigned sp: only the frame pointer tells. */
static void realigned_function_without_table(void **state)
{
	static const unsigned char code[] = {0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xe4, 0xf0};
	unsigned int a = add_fn(&m, "odd", 0, ORC_NONE), b = add_fn(&m, "b", 16, ORC_CALL_SP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t sp = TASK_STACK + 0x3000, bp = sp + 0x48, v;

	(void)state;
	machine_start(&m);
	fake_put(&m.f, fn(a), code, sizeof(code));
	put(&m, bp, 0x1357);
	put(&m, bp + 8, ret_in(b));
	put(&m, bp + 16 + 8, ret_in(end));
	unwind_cpu(&m, fn(a) + 0x30, sp, bp);
	assert_int_equal(m.stack.n, 3);
	assert_frame(&m, 1, ret_in(b), bp + 16, INQ_HOW_CODE, INQ_CTX_TASK);
	assert_true(inq_regs_get(&m.stack.v[1].regs, INQ_X86_RBP, &v));
	assert_int_equal(v, 0x1357);
}

/* Removed code is filled with int3, and was called through a thunk that goes by its alias. */
static void removed_code_returns_to_its_caller(void **state)
{
	static const unsigned char removed[] = {0xcc, 0xcc, 0xcc};
	unsigned int thunk = add_fn(&m, "__pi___x86_indirect_thunk_rax", 0, ORC_CALL_SP);
	unsigned int b = add_fn(&m, "b", 16, ORC_CALL_SP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t sp = TASK_STACK + 0x3000;

	(void)state;
	machine_start(&m);
	set_call(&m, fn(b) + CALL_AT, fn(thunk));
	put(&m, sp, ret_in(b));
	put(&m, sp + 8 + 8, ret_in(end));
	unwind_cpu(&m, GENERATED + 0x11, sp, 0);
	assert_int_equal(m.stack.n, 1);
	fake_put(&m.f, GENERATED + 0x10, removed, sizeof(removed));
	unwind_cpu(&m, GENERATED + 0x11, sp, 0);
	assert_int_equal(m.stack.n, 3);
	assert_frame(&m, 1, ret_in(b), sp + 8, INQ_HOW_ORC, INQ_CTX_TASK);
}

/* BPF and trampolines: no symbol, no table, but frame pointers. */
static void generated_code_is_followed_by_its_frame_pointer(void **state)
{
	unsigned int b = add_fn(&m, "b", 16, ORC_CALL_SP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	uint64_t sp = TASK_STACK + 0x3000, bp = sp + 0x40;

	(void)state;
	machine_start(&m);
	put(&m, bp, 0x1111);
	put(&m, bp + 8, ret_in(b));
	put(&m, bp + 16 + 8, ret_in(end));
	unwind_cpu(&m, GENERATED + 0x10, sp, bp);
	assert_int_equal(m.stack.n, 3);
	assert_frame(&m, 1, ret_in(b), bp + 16, INQ_HOW_FP, INQ_CTX_TASK);
	assert_int_equal(m.stack.end, INQ_UNWIND_COMPLETE);
}

static void remove_tables(void)
{
	for (size_t i = 0; i < m.f.nr_symbols; i++)
		if (strstr(m.f.symbols[i].name, "orc_unwind"))
			m.f.symbols[i].name = "gone";
}

static void kernel_with_frame_pointers_only(void **state)
{
	static const unsigned char prologue[] = {0x55, 0x48, 0x89, 0xe5, 0x48, 0x83, 0xec, 0x20};
	unsigned int a = add_fn(&m, "a", 0, 0), b = add_fn(&m, "b", 0, 0);
	unsigned int entry = add_fn(&m, "asm_exc_page_fault", 0, 0), c = add_fn(&m, "c", 0, 0);
	uint64_t bp = TASK_STACK + 0x3000, regs = bp + 0x100;

	(void)state;
	remove_tables();
	machine_start(&m);
	assert_string_equal(inq_unwinder_technique(m.u), "fp");
	fake_put(&m.f, fn(a), prologue, sizeof(prologue));
	put(&m, bp, bp + 0x40);
	put(&m, bp + 8, ret_in(b));
	put(&m, bp + 0x40, regs | 1); /* entry code: encoded address of pt_regs */
	put(&m, bp + 0x48, ret_in(entry));
	put_pt_regs(&m, regs, fn(c) + 0x30, TASK_STACK + 0x3800, false);
	put(&m, regs + 8 * 4, TASK_STACK + 0x3900);
	put(&m, TASK_STACK + 0x3900, 0);
	put(&m, TASK_STACK + 0x3908, ret_in(b));
	unwind_cpu(&m, fn(a) + 0x30, bp - 0x20, bp);
	assert_int_equal(m.stack.n, 5);
	assert_frame(&m, 1, ret_in(b), bp + 16, INQ_HOW_CODE, INQ_CTX_EXCEPTION);
	assert_frame(&m, 2, ret_in(entry), bp + 0x50, INQ_HOW_FP, INQ_CTX_EXCEPTION);
	assert_frame(&m, 3, fn(c) + 0x30, TASK_STACK + 0x3800, INQ_HOW_REGS, INQ_CTX_TASK);
}

/* Neither table nor frame pointer nor code that can be followed: only a call of this very function.
 */
static void scan_takes_only_a_call_of_this_function(void **state)
{
	unsigned int a = add_fn(&m, "a", 0, ORC_NONE), b = add_fn(&m, "b", 16, ORC_CALL_SP);
	unsigned int c = add_fn(&m, "c", 16, ORC_CALL_SP);
	unsigned int end = add_fn(&m, "ret_from_fork", 0, ORC_END);
	static const unsigned char lost[] = {0x48, 0x89, 0xc4}; /* mov rsp, rax */
	uint64_t sp = TASK_STACK + 0x3000;

	(void)state;
	machine_start(&m);
	fake_put(&m.f, fn(a), lost, sizeof(lost));
	set_call(&m, fn(c) + CALL_AT, fn(a));
	put(&m, sp + 8, ret_in(b)); /* stale: b calls something else */
	put(&m, sp + 16, fn(c));    /* a function pointer */
	put(&m, sp + 0x40, ret_in(c));
	put(&m, sp + 0x50, ret_in(end));
	unwind_cpu(&m, fn(a) + 0x30, sp, 0);
	assert_int_equal(m.stack.n, 3);
	assert_frame(&m, 1, ret_in(c), sp + 0x48, INQ_HOW_SCAN, INQ_CTX_TASK);
	assert_frame(&m, 2, ret_in(end), sp + 0x58, INQ_HOW_ORC, INQ_CTX_TASK);
	/* Without that call there is no frame at all. */
	put(&m, sp + 0x40, 0);
	unwind_cpu(&m, fn(a) + 0x30, sp, 0);
	assert_int_equal(m.stack.n, 1);
	assert_int_equal(m.stack.end, INQ_UNWIND_NO_DATA);
	assert_int_equal(m.stack.end_addr, fn(a) + 0x30);
}

/* Whatever the stacks, the tables and the registers hold, an unwind ends. */
static void damaged_stacks_always_end(void **state)
{
	static const unsigned int flags[] = {ORC_CALL_SP, ORC_CALL_BP, ORC_SP_INDIRECT, ORC_REGS,
					     ORC_IRET,	  ORC_NONE,    ORC_BP_INDIRECT, ORC_R10};
	uint64_t x = 88172645463325252u;

	(void)state;
	for (unsigned int i = 0; i < array_size(flags); i++)
		add_fn(&m, "some", 8 * (int)(i % 5), flags[i]);
	machine_start(&m);
	for (unsigned int round = 0; round < 3000; round++) {
		for (uint64_t at = TASK_STACK + 0x3000; at < TOP; at += 8) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			put(&m, at,
			    x % 3 ? ret_in((unsigned int)(x >> 8) % 8)
				  : TASK_STACK + 0x3000 + (x >> 16) % 0x1000);
		}
		unwind_cpu(&m, fn((unsigned int)(x >> 32) % 8) + 3, TASK_STACK + 0x3000,
			   TASK_STACK + 0x3000 + (x >> 40) % 0x1000);
		assert_in_range(m.stack.n, 1, INQ_UNWIND_FRAMES);
		for (size_t i = 1; i < m.stack.n; i++)
			if (m.stack.v[i].stack == m.stack.v[i - 1].stack && !m.stack.v[i].pt_regs)
				assert_true(m.stack.v[i].sp > m.stack.v[i - 1].sp);
	}
}

static void names_are_words(void **state)
{
	(void)state;
	assert_string_equal(inq_how_name(INQ_HOW_REGS), "regs");
	assert_string_equal(inq_how_name(INQ_HOW_ORC), "orc");
	assert_string_equal(inq_how_name(INQ_HOW_CODE), "code");
	assert_string_equal(inq_how_name(INQ_HOW_FP), "fp");
	assert_string_equal(inq_how_name(INQ_HOW_SCAN), "scan");
	for (int i = INQ_UNWIND_COMPLETE; i <= INQ_UNWIND_LOOP; i++)
		assert_true(strlen(inq_unwind_end_name((enum inq_unwind_end)i)) > 3);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(calls_are_followed_to_the_first_frame),
		test(return_address_belongs_to_the_call_before_it),
		test(frame_pointer_is_carried_and_restored),
		test(realigned_stacks_are_followed_through_other_registers),
		test(contexts_of_nested_interrupts),
		test(preempted_task_is_in_task_context),
		test(interrupt_frame_alone_is_enough),
		test(user_mode_has_no_kernel_frames),
		test(call_through_a_bad_pointer_returns_to_its_caller),
		test(stale_word_below_a_bad_pointer_is_no_frame),
		test(overwritten_return_address_ends_the_stack),
		test(stack_missing_from_the_dump_ends_it),
		test(frames_that_lead_inwards_are_a_loop),
		test(stacks_that_lead_back_to_each_other_are_a_loop),
		test(endless_stack_is_bounded),
		test(overflowed_stack_is_unwound_from_the_guard_page),
		test(overflowed_interrupt_stack_too),
		test(sleeping_task_from_its_saved_frame),
		test(sleeping_task_is_found_on_its_stack),
		test(stale_switch_alone_is_no_stack),
		test(new_task_stands_at_its_first_instruction),
		test(unreadable_task_has_no_frames),
		test(function_without_table_is_followed_by_its_code),
		test(realigned_function_without_table),
		test(removed_code_returns_to_its_caller),
		test(generated_code_is_followed_by_its_frame_pointer),
		test(kernel_with_frame_pointers_only),
		test(scan_takes_only_a_call_of_this_function),
		test(damaged_stacks_always_end),
		cmocka_unit_test(names_are_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
