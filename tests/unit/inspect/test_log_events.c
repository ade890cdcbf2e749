// SPDX-License-Identifier: GPL-2.0-or-later
/* Which lines of the log are events, and what the lines behind them add. */
#include "inspect/log_oops.h"
#include "ring.h"

static int setup(void **state)
{
	(void)state;
	world_begin();
	world_task_types();
	ring_types();
	world_ready();
	ring_make();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	world_end();
	return 0;
}

static const struct inq_event *event(size_t i)
{
	assert_true(i < world.in->c->events.n);
	return &world.in->c->events.v[i];
}

static enum inq_event_kind kind_of(const char *line)
{
	size_t n = world.in->c->events.n;

	ring_make();
	ring_add(1000, 0, line);
	assert_null(inq_inspect_log(world.in));
	assert_true(world.in->c->events.n <= n + 1);
	return world.in->c->events.n == n ? INQ_EVENT_OTHER : event(n)->kind;
}

static void test_lines_that_open_an_event(void **state)
{
	static const struct {
		const char *line;
		enum inq_event_kind kind;
	} rows[] = {
		{"BUG: kernel NULL pointer dereference, address: 0000000000000008", INQ_EVENT_OOPS},
		{"BUG: unable to handle page fault for address: ffffc90000000000", INQ_EVENT_OOPS},
		{"BUG: stack guard page was hit at 00000000 (stack is 0..1)", INQ_EVENT_OOPS},
		{"BUG: TASK stack guard page was hit at 0 (stack is 0..1)", INQ_EVENT_OOPS},
		{"BUG: IRQ stack guard page was hit at 0 (stack is 0..1)", INQ_EVENT_OOPS},
		{"kernel stack overflow (double-fault): 0000 [#1]", INQ_EVENT_OOPS},
		{"general protection fault, probably for non-canonical address 0x6b6b6b6b6b6b6b6b: "
		 "0000 [#1] SMP",
		 INQ_EVENT_OOPS},
		{"divide error: 0000 [#1] PREEMPT SMP", INQ_EVENT_OOPS},
		{"double fault: 0000 [#1]", INQ_EVENT_OOPS},
		{"stack segment: 0000 [#1]", INQ_EVENT_OOPS},
		{"Oops: general protection fault, probably for non-canonical address "
		 "0xdead0000000000f8: 0000 [#1] SMP",
		 INQ_EVENT_OOPS},
		{"Oops: int3: 0000 [#1] SMP NOPTI", INQ_EVENT_OOPS},
		{"Oops: 0002 [#1] PREEMPT SMP", INQ_EVENT_OTHER},
		{"traps: PANIC: double fault, error_code: 0x0", INQ_EVENT_OOPS},
		{"PANIC: double fault, error_code: 0x0", INQ_EVENT_OOPS},
		{"kernel BUG at mm/slub.c:379!", INQ_EVENT_BUG},
		{"------------[ kernel BUG at fs/inode.c:1!", INQ_EVENT_BUG},
		{"WARNING: CPU: 1 PID: 7 at kernel/fork.c:1 f+0x1/0x2", INQ_EVENT_WARN},
		{"watchdog: BUG: soft lockup - CPU#1 stuck for 45s! [python:108]",
		 INQ_EVENT_SOFT_LOCKUP},
		{"watchdog: Watchdog detected hard LOCKUP on cpu 3", INQ_EVENT_HARD_LOCKUP},
		{"rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:", INQ_EVENT_RCU_STALL},
		{"rcu: INFO: rcu_sched self-detected stall on CPU", INQ_EVENT_RCU_STALL},
		{"INFO: rcu_sched detected stalls on CPUs/tasks:", INQ_EVENT_RCU_STALL},
		{"INFO: task sh:12 blocked for more than 120 seconds.", INQ_EVENT_HUNG_TASK},
		{"Kernel panic - not syncing: Fatal exception", INQ_EVENT_PANIC},
		{"sysrq: Trigger a crash", INQ_EVENT_SYSRQ},
		{"Out of memory: Killed process 1 (a)", INQ_EVENT_OOM},
		{"Memory cgroup out of memory: Killed process 1 (a)", INQ_EVENT_OOM},
		{"java invoked oom-killer: gfp_mask=0x0", INQ_EVENT_OOM},
		{"mce: [Hardware Error]: CPU 0: Machine Check", INQ_EVENT_MCE},
		{"mce: CPU3: Machine Check Exception", INQ_EVENT_MCE},
		{"list_add corruption. prev->next should be next", INQ_EVENT_CORRUPTION},
		{"list_del corruption, 00->next is LIST_POISON1", INQ_EVENT_CORRUPTION},
		{"list_add double add: new=00, prev=00, next=00.", INQ_EVENT_CORRUPTION},
		{"refcount_t: underflow; use-after-free.", INQ_EVENT_OTHER},
		{"BUG: Bad page state in process a  pfn:1", INQ_EVENT_CORRUPTION},
		{"BUG: KASAN: use-after-free in f+0x1/0x2", INQ_EVENT_CORRUPTION},
		{"BUG: KFENCE: use-after-free read in f", INQ_EVENT_CORRUPTION},
		{"BUG kmalloc-64 (Tainted: G): Poison overwritten", INQ_EVENT_CORRUPTION},
		{"BUG: scheduling while atomic: a/1/0x00000002", INQ_EVENT_ATOMIC_SLEEP},
		{"BUG: sleeping function called from invalid context at a.c:1",
		 INQ_EVENT_ATOMIC_SLEEP},
		{"BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 31s!",
		 INQ_EVENT_WORKQUEUE},
		{"usb 1-1: new high-speed USB device number 2", INQ_EVENT_OTHER},
		{"audit: BUG: kernel NULL pointer dereference is a title", INQ_EVENT_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < array_size(rows); i++) {
		if (kind_of(rows[i].line) != rows[i].kind)
			fail_msg("%s", rows[i].line);
	}
}

static void test_an_oops_is_completed_by_its_lines(void **state)
{
	const struct inq_event *e;

	(void)state;
	ring_add(5000000000, 0, "BUG: kernel NULL pointer dereference, address: 0000000000000008");
	ring_add(5000000001, 0, "#PF: supervisor read access in kernel mode");
	ring_add(5000000002, 0,
		 "CPU: 2 UID: 0 PID: 3423 Comm: my java Tainted: G           OE      6.12.1");
	ring_add(5000000003, 0, "RIP: 0010:setup_msg+0x2a/0x80 [netoops]");
	ring_add(5000000004, 0, "RIP: 0010:other+0x1/0x2");
	assert_null(inq_inspect_log(world.in));
	assert_int_equal(world.in->c->events.n, 1);
	e = event(0);
	assert_int_equal(e->addr, 8);
	assert_int_equal(e->cpu, 2);
	assert_int_equal(e->pid, 3423);
	assert_string_equal(e->comm, "my java");
	assert_string_equal(e->symbol, "setup_msg");
	assert_int_equal(e->offset, 0x2a);
	assert_string_equal(e->module, "netoops");
	assert_true(e->t_s > 4.9 && e->t_s < 5.1);
	assert_non_null(inq_evidence_at(world.in->c, e->evidence)->check_inquest);
	assert_true(world.in->now_ns == 5000000004);
}

static void add_oops(const char *marker)
{
	ring_add(5000000000, 0, "BUG: kernel NULL pointer dereference, address: 0000000000000008");
	ring_add(5000000002, 0, "CPU: 2 PID: 3423 Comm: java Tainted: G           OE      6.1.1");
	ring_add(5000000003, 0, "RIP: 0010:setup_msg+0x2a/0x80 [netoops]");
	ring_add(5000000004, 0, "RSP: 0018:ff72000000001000 EFLAGS: 00000246");
	ring_add(5000000005, 0,
		 "RAX: 0000000000000000 RBX: 0000000000000007 RCX: 0000000000000002");
	ring_add(5000000006, 0, "Call Trace:");
	ring_add(5000000007, 0, marker);
	ring_add(5000000008, 0, " not_there+0x1e/0x30");
	ring_add(5000000009, 0, "RIP: 0033:0x435533");
	ring_add(5000000010, 0,
		 "RSP: 002b:00007ffe00001000 EFLAGS: 00000246 ORIG_RAX: 0000000000000001");
	ring_add(5000000011, 0,
		 "RAX: ffffffffffffffda RBX: 0000000000000001 RDI: 0000000000000003");
	ring_add(5000000012, 0, "Modules linked in: netoops(OE)");
	ring_add(5000000013, 0, "RAX: 00000000000000aa R15: 00000000000000aa");
	assert_null(inq_inspect_log(world.in));
	assert_int_equal(world.in->oopses.n, 1);
}

/* The registers of the fault and those of user mode stay apart. */
static void test_an_oops_has_the_registers_of_user_mode(void **state)
{
	const struct inq_log_oops *o;
	uint64_t v;

	(void)state;
	add_oops(" <TASK>");
	o = &world.in->oopses.v[0];
	assert_true(o->has_user);
	assert_int_equal(o->context, INQ_CTX_TASK);
	assert_int_equal(o->user_regs.ip, 0x435533);
	assert_int_equal(o->user_regs.orig_syscall, 1);
	assert_true(inq_regs_get(&o->user_regs, world.in->arch->syscall_regs[0], &v));
	assert_int_equal(v, 3);
	assert_true(inq_regs_get(&o->user_regs, world.in->arch->ret_reg, &v));
	assert_int_equal(v, UINT64_C(0xffffffffffffffda));
	assert_true(inq_regs_get(&o->regs, world.in->arch->ret_reg, &v));
	assert_int_equal(v, 0);
	assert_true(inq_regs_get(&o->regs, world.in->arch->sp, &v));
	assert_int_equal(v, UINT64_C(0xff72000000001000));
	assert_int_equal(o->nr_callers, 0);
}

static void test_an_oops_in_an_interrupt(void **state)
{
	(void)state;
	add_oops(" <IRQ>");
	assert_int_equal(world.in->oopses.v[0].context, INQ_CTX_IRQ);
}

static void test_lines_of_two_callers_may_be_interleaved(void **state)
{
	(void)state;
	ring_add(1000, 0x80000000, "BUG: kernel NULL pointer dereference, address: 10");
	ring_add(1001, 0x80000001, "general protection fault: 0000 [#2]");
	ring_add(1002, 0x80000000, "RIP: 0010:first+0x2a/0x80");
	ring_add(1003, 0x80000001, "RIP: 0010:second+0x1/0x2 [sample]");
	ring_add(1004, 0x80000002, "RIP: 0010:nobodys+0x1/0x2");
	assert_null(inq_inspect_log(world.in));
	assert_int_equal(world.in->c->events.n, 2);
	assert_string_equal(event(0)->symbol, "first");
	assert_null(event(0)->module);
	assert_string_equal(event(1)->symbol, "second");
}

static void test_a_line_of_later_completes_nothing(void **state)
{
	(void)state;
	ring_add(1000000000, 0, "general protection fault: 0000 [#1]");
	ring_add(2500000000, 0, "RIP: 0010:later+0x1/0x2");
	assert_null(inq_inspect_log(world.in));
	assert_null(event(0)->symbol);
}

static void test_lockup_reports_name_their_task(void **state)
{
	(void)state;
	ring_add(1, 0, "watchdog: BUG: soft lockup - CPU#3 stuck for 45s! [kworker/u8:1:108]");
	ring_add(2, 0, "INFO: task my:task:77 blocked for more than 122 seconds.");
	assert_null(inq_inspect_log(world.in));
	assert_int_equal(event(0)->cpu, 3);
	assert_int_equal(event(0)->pid, 108);
	assert_string_equal(event(0)->comm, "kworker/u8:1");
	assert_true(event(0)->duration_s == 45);
	assert_int_equal(event(1)->pid, 77);
	assert_string_equal(event(1)->comm, "my:task");
	assert_true(event(1)->duration_s == 122);
}

static void test_a_comm_with_brackets_is_whole(void **state)
{
	(void)state;
	ring_add(1, 0, "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [a[b]:9]");
	assert_null(inq_inspect_log(world.in));
	assert_int_equal(event(0)->pid, 9);
	assert_string_equal(event(0)->comm, "a[b]");
}

static void test_each_line_of_a_record_counts(void **state)
{
	(void)state;
	ring_add(1, 0, "nothing\nKernel panic - not syncing: softlockup: hung tasks\nnothing");
	assert_null(inq_inspect_log(world.in));
	assert_int_equal(world.in->c->events.n, 1);
	assert_string_equal(world.in->c->dump.panic_message,
			    "Kernel panic - not syncing: softlockup: hung tasks");
}

static void test_a_slab_report_names_its_object(void **state)
{
	(void)state;
	ring_add(1, 0, "BUG kmalloc-64 (Tainted: G           OE     ): Right Redzone overwritten");
	ring_add(2, 0, "0xff38dfe4830c1880-0xff38dfe4830c1880 @offset=2176. First byte 0x0");
	ring_add(3, 0, "Object 0xff38dfe4830c1840 @offset=2112 fp=0x0000000000000000");
	ring_add(4, 0, "CPU: 1 PID: 101 Comm: clip Tainted: G           OE      6.1.0");
	ring_add(1, 1, "BUG kmalloc-64 (Not tainted): Object already free");
	ring_add(2, 1, "INFO: Object 0x00000000b1f10d1f @offset=64 fp=0x0");
	assert_null(inq_inspect_log(world.in));
	assert_int_equal(event(0)->kind, INQ_EVENT_CORRUPTION);
	assert_int_equal(event(0)->addr, 0xff38dfe4830c1840);
	assert_int_equal(event(0)->pid, 101);
	assert_int_equal(event(1)->addr, 0xb1f10d1f); /* hashed: no object is there */
	assert_null(inq_inspect_damage(world.in));
	assert_int_equal(world.in->c->tracks.n, 0);
}

/* Since 6.15 what was found wrong stands in a line before the report. */
static void test_a_slab_report_says_what_its_check_found(void **state)
{
	(void)state;
	ring_add(1, 7,
		 "[Right Redzone overwritten] 0xff2e4f4202d15080-0xff2e4f4202d15080 @offset=128.");
	ring_add(1, 9, "BUG kmalloc-32 (Not tainted): Object corrupt");
	ring_add(1, 7,
		 "[Right Redzone overwritten] 0xff2e4f4202d15080-0xff2e4f4202d15080 @offset=128.");
	ring_add(2, 7, "BUG kmalloc-64 (Not tainted): Object corrupt");
	ring_add(3, 7, "BUG kmalloc-96 (Not tainted): Object corrupt");
	assert_null(inq_inspect_log(world.in));
	assert_int_equal(world.in->c->events.n, 3);
	assert_string_equal(event(0)->text, "BUG kmalloc-32 (Not tainted): Object corrupt");
	assert_string_equal(event(1)->text,
			    "BUG kmalloc-64 (Not tainted): Right Redzone overwritten");
	assert_string_equal(event(2)->text, "BUG kmalloc-96 (Not tainted): Object corrupt");
}

static void test_no_log_is_a_gap(void **state)
{
	(void)state;
	put64(inq_symbol_addr(world.k, "prb"), 0xffff999900000000);
	assert_null(inq_inspect_log(world.in));
	assert_int_equal(world_gaps("kernel log"), 1);
	assert_int_equal(world.in->c->events.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(test_lines_that_open_an_event),
		T(test_an_oops_is_completed_by_its_lines),
		T(test_an_oops_has_the_registers_of_user_mode),
		T(test_an_oops_in_an_interrupt),
		T(test_lines_of_two_callers_may_be_interleaved),
		T(test_a_line_of_later_completes_nothing),
		T(test_lockup_reports_name_their_task),
		T(test_a_comm_with_brackets_is_whole),
		T(test_each_line_of_a_record_counts),
		T(test_a_slab_report_names_its_object),
		T(test_a_slab_report_says_what_its_check_found),
		T(test_no_log_is_a_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
