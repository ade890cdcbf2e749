// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers and stacks of x86-64, from fabricated structures. */
#include "arch/x86_64.h"

#include "fake_kernel.h"

#include "util/banned.h"

#define BASE UINT64_C(0xffffc90000000000)

static struct fake_kernel f;
static const struct inq_arch *arch = &inq_arch_x86_64;

static int setup(void **state)
{
	(void)state;
	fake_setup(&f);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_teardown(&f);
	return 0;
}

static void architectures_are_found_by_name(void **state)
{
	(void)state;
	assert_ptr_equal(inq_arch_by_name("x86_64"), &inq_arch_x86_64);
	assert_null(inq_arch_by_name("vax"));
}

static void every_slot_is_filled(void **state)
{
	(void)state;
	assert_int_equal(arch->nr_regs, 16);
	for (unsigned int i = 0; i < arch->nr_regs; i++)
		assert_non_null(arch->reg_names[i]);
	assert_string_equal(arch->reg_names[arch->sp], "rsp");
	assert_string_equal(arch->reg_names[arch->fp], "rbp");
	assert_string_equal(arch->reg_names[arch->arg_regs[0]], "rdi");
	assert_non_null(arch->decode);
	assert_non_null(arch->format_insn);
	assert_non_null(arch->cpu_stacks);
	assert_non_null(arch->is_call_thunk);
}

/* r15 is the first of pr_reg, rip the 17th. */
static void prstatus_gives_all_registers(void **state)
{
	unsigned char note[336] = {0};
	struct inq_regs r;

	(void)state;
	for (unsigned int i = 0; i < 27; i++) {
		uint64_t v = 0x1000 + i;

		memcpy(note + 112 + 8 * i, &v, 8);
	}
	assert_null(arch->regs_from_prstatus(note, sizeof(note), &r));
	assert_int_equal(r.known, 0xffff);
	assert_int_equal(r.val[INQ_X86_R15], 0x1000);
	assert_int_equal(r.val[INQ_X86_RBP], 0x1004);
	assert_int_equal(r.val[INQ_X86_RAX], 0x100a);
	assert_int_equal(r.val[INQ_X86_RDI], 0x100e);
	assert_int_equal(r.orig_syscall, 0x100f);
	assert_int_equal(r.ip, 0x1010);
	assert_int_equal(r.val[INQ_X86_RSP], 0x1013);
	assert_true(r.has_flags);
	assert_int_equal(r.flags, 0x1012);
	assert_false(r.user); /* cs 0x1011 */
}

static void short_prstatus_is_refused(void **state)
{
	unsigned char note[100] = {0};
	struct inq_regs r;
	struct inq_error *err;

	(void)state;
	err = arch->regs_from_prstatus(note, sizeof(note), &r);
	assert_non_null(err);
	assert_int_equal(err->code, INQ_ERR_BADDATA);
	inq_error_destroy(err);
}

static void put_pt_regs(uint64_t addr, uint16_t cs)
{
	for (unsigned int i = 0; i < 21; i++)
		fake_put_u64(&f, addr + 8 * i, 0x2000 + i);
	/* FRED keeps event data above cs (6.9). */
	fake_put_u64(&f, addr + 8 * 17, UINT64_C(0xabcd0000) | cs);
}

static void pt_regs_without_types_follow_the_abi(void **state)
{
	struct inq_regs r;

	(void)state;
	fake_memory(&f, BASE, 4096);
	put_pt_regs(BASE, 0x10);
	assert_null(arch->regs_from_pt_regs(&f.k, BASE, &r));
	assert_int_equal(r.ip, 0x2010);
	assert_int_equal(r.val[INQ_X86_RBX], 0x2005);
	assert_false(r.user);
	put_pt_regs(BASE, 0x33);
	assert_null(arch->regs_from_pt_regs(&f.k, BASE, &r));
	assert_true(r.user);
	assert_int_equal(arch->pt_regs_size(&f.k), 168);
}

static void pt_regs_follow_the_types_where_they_differ(void **state)
{
	static const char *const names[] = {"ss",  "sp", "flags", "cs",	 "ip",	"orig_ax", "di",
					    "si",  "dx", "cx",	  "ax",	 "r8",	"r9",	   "r10",
					    "r11", "bx", "bp",	  "r12", "r13", "r14",	   "r15"};
	struct inq_regs r;

	(void)state;
	fake_struct(&f, "pt_regs", 200);
	for (unsigned int i = 0; i < array_size(names); i++)
		fake_member(&f, (struct fake_member){"pt_regs", names[i], 8 * i, 8, 0, 0});
	fake_memory(&f, BASE, 4096);
	for (unsigned int i = 0; i < 21; i++)
		fake_put_u64(&f, BASE + 8 * i, 0x3000 + i);
	assert_null(arch->regs_from_pt_regs(&f.k, BASE, &r));
	assert_int_equal(r.ip, 0x3004);
	assert_int_equal(r.val[INQ_X86_RAX], 0x300a);
	assert_int_equal(r.val[INQ_X86_R15], 0x3014);
	assert_int_equal(arch->pt_regs_size(&f.k), 200);
}

static void unreadable_pt_regs_are_an_error(void **state)
{
	struct inq_regs r;
	struct inq_error *err = arch->regs_from_pt_regs(&f.k, BASE, &r);

	(void)state;
	assert_non_null(err);
	assert_int_equal(err->code, INQ_ERR_FAULT);
	inq_error_destroy(err);
}

static void sleeping_task_keeps_its_callee_saved_registers(void **state)
{
	static const char *const names[] = {"flags", "r15", "r14", "r13",
					    "r12",   "bx",  "bp",  "ret_addr"};
	struct inq_error *err;
	struct inq_regs r;

	(void)state;
	err = arch->regs_from_task(&f.k, BASE, &r);
	assert_non_null(err);
	assert_int_equal(err->code, INQ_ERR_NOTFOUND);
	inq_error_destroy(err);
	fake_struct(&f, "task_struct", 64);
	fake_member(&f, (struct fake_member){"task_struct", "thread.sp", 24, 8, 0, 0});
	fake_struct(&f, "inactive_task_frame", 64);
	for (unsigned int i = 0; i < array_size(names); i++)
		fake_member(&f,
			    (struct fake_member){"inactive_task_frame", names[i], 8 * i, 8, 0, 0});
	fake_memory(&f, BASE, 4096);
	fake_put_u64(&f, BASE + 24, BASE + 0x800);
	for (unsigned int i = 0; i < 8; i++)
		fake_put_u64(&f, BASE + 0x800 + 8 * i, 0x4000 + i);
	assert_null(arch->regs_from_task(&f.k, BASE, &r));
	assert_int_equal(r.ip, 0x4007);
	assert_int_equal(r.val[INQ_X86_RBP], 0x4006);
	assert_int_equal(r.val[INQ_X86_R12], 0x4004);
	assert_int_equal(r.val[INQ_X86_RSP], BASE + 0x840);
	assert_false(r.known >> INQ_X86_RAX & 1);
	assert_false(r.user);
}

static void add_exception_stacks(void)
{
	static const char *const names[] = {"DF_stack", "NMI_stack", "DB_stack", "MCE_stack"};

	fake_struct(&f, "cea_exception_stacks", 0xc000);
	for (unsigned int i = 0; i < array_size(names); i++)
		fake_member(&f, (struct fake_member){"cea_exception_stacks", names[i],
						     0x1000 + 0x3000 * i, 0x2000, 0, 0});
	fake_struct(&f, "cpu_entry_area", 0x20000);
	fake_member(&f, (struct fake_member){"cpu_entry_area", "estacks", 0x5000, 0xc000, 0, 0});
	fake_member(&f, (struct fake_member){"cpu_entry_area", "entry_stack_page", 0x1000, 0x1000,
					     0, 0});
	fake_percpu(&f, "cea_exception_stacks", BASE + 0x5000);
}

static void stacks_of_a_cpu(void **state)
{
	struct inq_stack_range s[8];

	(void)state;
	add_exception_stacks();
	fake_percpu(&f, "hardirq_stack_ptr", BASE - 8); /* since 5.12: the top word */
	assert_int_equal(arch->cpu_stacks(&f.k, 0, s, 8), 6);
	assert_int_equal(s[0].kind, INQ_STACK_IRQ);
	assert_int_equal(s[0].start, BASE - 16384);
	assert_int_equal(s[0].end, BASE);
	assert_int_equal(s[2].kind, INQ_STACK_NMI);
	assert_int_equal(s[2].start, BASE + 0x5000 + 0x4000);
	assert_int_equal(s[2].end, BASE + 0x5000 + 0x6000);
	assert_string_equal(s[4].name, "#MC");
	assert_int_equal(s[5].kind, INQ_STACK_ENTRY);
	assert_int_equal(s[5].start, BASE + 0x1000);
	assert_int_equal(arch->cpu_stacks(&f.k, 1, s, 2), 2);
	assert_int_equal(s[0].end, BASE + 0x10000);
}

static void irq_stack_before_5_12_points_at_its_end(void **state)
{
	struct inq_stack_range s[8];

	(void)state;
	fake_percpu(&f, "hardirq_stack_ptr", BASE);
	fake_struct(&f, "irq_stack", 8192);
	assert_int_equal(arch->cpu_stacks(&f.k, 0, s, 8), 1);
	assert_int_equal(s[0].start, BASE - 8192);
	assert_int_equal(s[0].end, BASE);
}

static void irq_stack_inside_pcpu_hot(void **state)
{
	struct inq_stack_range s[8];

	(void)state;
	fake_memory(&f, BASE, 4096);
	fake_symbol(&f, "pcpu_hot", BASE, 64, false);
	fake_struct(&f, "pcpu_hot", 64);
	fake_member(&f, (struct fake_member){"pcpu_hot", "hardirq_stack_ptr", 24, 8, 0, 0});
	fake_put_u64(&f, BASE + 24, BASE + 0x100000 - 8);
	assert_int_equal(arch->cpu_stacks(&f.k, 0, s, 8), 1);
	assert_int_equal(s[0].end, BASE + 0x100000);
}

static void no_stacks_without_symbols(void **state)
{
	struct inq_stack_range s[8];

	(void)state;
	assert_int_equal(arch->cpu_stacks(&f.k, 0, s, 8), 0);
}

static void entry_code_opens_its_context(void **state)
{
	static const struct {
		const char *name;
		int ctx; /* -1: none */
	} cases[] = {
		{"asm_exc_page_fault", INQ_CTX_EXCEPTION},
		{"asm_exc_nmi", INQ_CTX_NMI},
		{"asm_exc_nmi_kvm_vmx", INQ_CTX_NMI},
		{"end_repeat_nmi", INQ_CTX_NMI},
		{"asm_sysvec_apic_timer_interrupt", INQ_CTX_IRQ},
		{"asm_sysvec_call_function_single", INQ_CTX_IRQ},
		{"asm_common_interrupt", INQ_CTX_IRQ},
		{"irq_entries_start", INQ_CTX_IRQ},
		{"asm_exc_xen_hypervisor_callback", INQ_CTX_IRQ},
		{"common_interrupt_return", INQ_CTX_IRQ},
		{"entry_SYSCALL_64", INQ_CTX_TASK},
		{"entry_SYSCALL_64_after_hwframe", INQ_CTX_TASK},
		{"ret_from_fork", INQ_CTX_TASK},
		{"ret_from_fork_asm", INQ_CTX_TASK},
		{"asm_exc_double_fault", INQ_CTX_EXCEPTION},
		{"asm_exc_machine_check", INQ_CTX_EXCEPTION},
		{"asm_fred_entrypoint_kernel", INQ_CTX_EXCEPTION},
		{"fred_extint", INQ_CTX_IRQ},
		{"schedule", -1},
		{"common_interrupt", -1},
		{"asm_call_irq_on_stack", -1},
		{"exc_page_fault", -1},
		{"nmi_restorer", -1},
		{"", -1},
	};

	(void)state;
	for (size_t i = 0; i < array_size(cases); i++) {
		enum inq_context ctx = INQ_CTX_USER;
		bool found = arch->entry_context(cases[i].name, &ctx);

		assert_int_equal(found ? (int)ctx : -1, cases[i].ctx);
	}
}

static void kernel_addresses_by_their_form(void **state)
{
	(void)state;
	assert_true(arch->is_kernel_addr(&f.k, 0xffffffff81000000));
	assert_true(arch->is_kernel_addr(&f.k, 0xffff888000000000));
	assert_false(arch->is_kernel_addr(&f.k, 0xff11000000000000));
	assert_false(arch->is_kernel_addr(&f.k, 0x7fffffffe000));
	assert_false(arch->is_kernel_addr(&f.k, 8));
	f.l5 = true;
	assert_true(arch->is_kernel_addr(&f.k, 0xff11000000000000));
	assert_false(arch->is_kernel_addr(&f.k, 0x0100000000000000));
}

static void instructions_are_read_up_to_the_end_of_memory(void **state)
{
	static const unsigned char code[] = {0xc3};
	struct inq_error *err;
	struct inq_insn insn;

	(void)state;
	fake_memory(&f, BASE, 4096);
	fake_put(&f, BASE + 4095, code, 1);
	assert_null(inq_insn_read(&f.k, arch, BASE + 4095, &insn));
	assert_int_equal(insn.op, INQ_OP_RET);
	err = inq_insn_read(&f.k, arch, BASE + 4096, &insn);
	assert_non_null(err);
	assert_int_equal(err->code, INQ_ERR_FAULT);
	inq_error_destroy(err);
}

static void words_of_machine_checks(void **state)
{
	static const struct {
		uint64_t status;
		const char *words;
	} rows[] = {
		{0xbe00000000000151, "uncorrected error in the L1 cache (instruction), an "
				     "instruction fetch; the CPU's state is corrupt"},
		{0xbd000000000000a1, "uncorrected error in the memory controller, a memory write, "
				     "channel 1"},
		{0x8c00004000010090, "corrected error in the memory controller, a memory read"},
		{0xfa00000000400405, "error code 0x0405"},
		{0xbe00000000800400, "internal timer error"},
		{0xb200000000000e0f, "the bus or interconnect"},
		{0xb200000000000016, "the L2 TLB (data)"},
		{0xf200000000000005, "internal parity error; the CPU's state is corrupt; more "
				     "errors were lost"},
	};
	char text[160], little[8];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		inq_arch_x86_64.describe_machine_check(rows[i].status, text, sizeof(text));
		if (!strstr(text, rows[i].words))
			fail_msg("%llx: %s", (unsigned long long)rows[i].status, text);
	}
	inq_arch_x86_64.describe_machine_check(rows[0].status, little, sizeof(little));
	assert_int_equal(strlen(little), sizeof(little) - 1);
}

#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(architectures_are_found_by_name),
		test(every_slot_is_filled),
		test(prstatus_gives_all_registers),
		test(short_prstatus_is_refused),
		test(pt_regs_without_types_follow_the_abi),
		test(pt_regs_follow_the_types_where_they_differ),
		test(unreadable_pt_regs_are_an_error),
		test(sleeping_task_keeps_its_callee_saved_registers),
		test(stacks_of_a_cpu),
		test(irq_stack_before_5_12_points_at_its_end),
		test(irq_stack_inside_pcpu_hot),
		test(no_stacks_without_symbols),
		test(entry_code_opens_its_context),
		test(kernel_addresses_by_their_form),
		test(instructions_are_read_up_to_the_end_of_memory),
		test(words_of_machine_checks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
