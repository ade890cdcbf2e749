/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TESTS_UNWIND_MACHINE_H
#define TESTS_UNWIND_MACHINE_H

/*
 * A tiny kernel to unwind: functions of FN_SIZE bytes at TEXT, tables for them, a task's,
 * an interrupt and an NMI stack.  Every function has a call at CALL_AT, so that a return
 * address in it is fn(n) + RET.
 */

#include "arch/x86_64.h"
#include "unwind/unwind.h"

#include "fake_kernel.h"

#define TEXT	   UINT64_C(0xffffffff81000000)
#define TABLE_IPS  UINT64_C(0xffffffff82000000)
#define TABLE_ORC  UINT64_C(0xffffffff82100000)
#define TASK_STACK UINT64_C(0xffffc90000010000)
#define IRQ_STACK  UINT64_C(0xffffc90000020000)
#define IST	   UINT64_C(0xfffffe0000001000) /* struct cea_exception_stacks */
#define TASK	   UINT64_C(0xffff888000001000)
#define GENERATED  UINT64_C(0xffffffffc0001000)

enum {
	FN_SIZE = 256,
	CALL_AT = 0x40,
	RET = CALL_AT + 5,
	STACK_SIZE = 16384,
	PT_REGS = 168,
	NR_FN = 24,
};

/* Raw entries in the format of 6.4. */
enum {
	ORC_CALL_SP = 0x205,
	ORC_CALL_BP = 0x214,  /* and bp is saved below the CFA */
	ORC_SAVES_BP = 0x215, /* based on sp, bp is saved below the CFA */
	ORC_SP_INDIRECT = 0x209,
	ORC_BP_INDIRECT = 0x208,
	ORC_R10 = 0x216,
	ORC_REGS = 0xb05,
	ORC_IRET = 0xc05,
	ORC_END = 0x100,
	ORC_NONE = 0,
};

struct machine {
	struct fake_kernel f;
	struct inq_unwinder *u;
	struct inq_ustack stack;
	unsigned int nr_fn;
};

/** Address of function @n. */
static inline uint64_t fn(unsigned int n)
{
	return TEXT + (uint64_t)n * FN_SIZE;
}

static inline uint64_t ret_in(unsigned int n)
{
	return fn(n) + RET;
}

/** Make function @n's call go to @target. */
static inline void set_call(struct machine *m, uint64_t at, uint64_t target)
{
	int32_t rel = (int32_t)(target - (at + 5));
	unsigned char e8 = 0xe8;

	fake_put(&m->f, at, &e8, 1);
	fake_put(&m->f, at + 1, &rel, 4);
}

static inline void set_orc(struct machine *m, unsigned int n, int sp_off, int bp_off,
			   unsigned int flags)
{
	uint64_t raw = (uint64_t)(uint16_t)sp_off | (uint64_t)(uint16_t)bp_off << 16 |
		       (uint64_t)flags << 32;

	fake_put(&m->f, TABLE_ORC + 6 * n, &raw, 6);
}

/** A new function: its name, and how to unwind from anywhere in it. */
static inline unsigned int add_fn(struct machine *m, const char *name, int sp_off,
				  unsigned int flags)
{
	unsigned int n = m->nr_fn++;
	int32_t rel = (int32_t)(fn(n) - (TABLE_IPS + 4 * n));

	assert_true(n < NR_FN);
	fake_symbol(&m->f, name, fn(n), FN_SIZE, true);
	fake_put(&m->f, TABLE_IPS + 4 * n, &rel, 4);
	set_orc(m, n, sp_off, -16, flags);
	set_call(m, fn(n) + CALL_AT, TEXT - 0x10000);
	return n;
}

static inline void machine_setup(struct machine *m)
{
	static const char *const frame[] = {"r15", "r14", "r13", "r12", "bx", "bp", "ret_addr"};

	memset(m, 0, sizeof(*m));
	fake_setup(&m->f);
	memset(fake_memory(&m->f, TEXT, NR_FN * FN_SIZE), 0x90, NR_FN * FN_SIZE);
	fake_memory(&m->f, TABLE_IPS, 4096);
	fake_memory(&m->f, TABLE_ORC, 4096);
	fake_memory(&m->f, TASK_STACK, STACK_SIZE);
	fake_memory(&m->f, IRQ_STACK, STACK_SIZE);
	fake_memory(&m->f, IST, 0x6000);
	fake_memory(&m->f, TASK, 4096);
	memset(fake_memory(&m->f, GENERATED, 4096), 0x90, 4096);
	fake_symbol(&m->f, "_stext", TEXT, 0, true);
	fake_symbol(&m->f, "_end", TEXT + 0x2000000, 0, false);
	fake_symbol(&m->f, "__start_orc_unwind_ip", TABLE_IPS, 0, false);
	fake_symbol(&m->f, "__stop_orc_unwind_ip", TABLE_IPS + 4 * NR_FN, 0, false);
	fake_symbol(&m->f, "__start_orc_unwind", TABLE_ORC, 0, false);
	fake_percpu(&m->f, "hardirq_stack_ptr", IRQ_STACK + STACK_SIZE - 8);
	fake_percpu(&m->f, "cea_exception_stacks", IST);
	fake_struct(&m->f, "cea_exception_stacks", 0x6000);
	fake_member(&m->f, (struct fake_member){"cea_exception_stacks", "NMI_stack", 0x1000, 0x2000,
						0, 0});
	fake_member(&m->f,
		    (struct fake_member){"cea_exception_stacks", "DF_stack", 0x4000, 0x2000, 0, 0});
	fake_struct(&m->f, "task_struct", 64);
	fake_member(&m->f, (struct fake_member){"task_struct", "thread.sp", 24, 8, 0, 0});
	fake_struct(&m->f, "inactive_task_frame", 56);
	for (unsigned int i = 0; i < array_size(frame); i++)
		fake_member(&m->f,
			    (struct fake_member){"inactive_task_frame", frame[i], 8 * i, 8, 0, 0});
}

/** After the functions are there: fill the tables' rest, and make the unwinder. */
static inline void machine_start(struct machine *m)
{
	for (unsigned int n = m->nr_fn; n < NR_FN; n++) {
		int32_t rel = (int32_t)(fn(n) - (TABLE_IPS + 4 * n));

		fake_put(&m->f, TABLE_IPS + 4 * n, &rel, 4);
		set_orc(m, n, 8, 0, ORC_CALL_SP);
	}
	assert_null(inq_unwinder_create(&m->f.k, &inq_arch_x86_64, &m->u));
}

static inline void machine_teardown(struct machine *m)
{
	inq_ustack_deinit(&m->stack);
	inq_unwinder_destroy(m->u);
	fake_teardown(&m->f);
}

static inline void put(struct machine *m, uint64_t addr, uint64_t v)
{
	fake_put_u64(&m->f, addr, v);
}

/** A struct pt_regs at @addr: what was interrupted; other registers hold 0x1000 + their place. */
static inline void put_pt_regs(struct machine *m, uint64_t addr, uint64_t ip, uint64_t sp,
			       bool user)
{
	for (unsigned int i = 0; i < 21; i++)
		put(m, addr + 8 * i, 0x1000 + i);
	put(m, addr + 8 * 16, ip);
	put(m, addr + 8 * 17, user ? 0x33 : 0x10);
	put(m, addr + 8 * 19, sp);
}

/** Unwind CPU 0 from @ip and @sp, on the task's stack. */
static inline void unwind_cpu(struct machine *m, uint64_t ip, uint64_t sp, uint64_t bp)
{
	struct inq_regs r = {.ip = ip};

	inq_regs_set(&r, INQ_X86_RSP, sp);
	inq_regs_set(&r, INQ_X86_RBP, bp);
	inq_regs_set(&r, INQ_X86_R10, TASK_STACK + 0x3000);
	assert_null(inq_unwind_cpu(m->u, 0, &r, TASK_STACK, STACK_SIZE, &m->stack));
}

static inline void assert_frame(const struct machine *m, size_t i, uint64_t ip, uint64_t sp,
				enum inq_how how, enum inq_context ctx)
{
	assert_true(i < m->stack.n);
	assert_int_equal(m->stack.v[i].ip, ip);
	assert_int_equal(m->stack.v[i].sp, sp);
	assert_int_equal(m->stack.v[i].how, how);
	assert_int_equal(m->stack.v[i].ctx, ctx);
}

#endif
