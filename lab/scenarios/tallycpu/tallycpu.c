// SPDX-License-Identifier: GPL-2.0-or-later
/* Tallies of each CPU; a thread of each CPU fetches the neighbour's tally, without being disturbed meanwhile. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/smp.h>

struct tally {
	u64 own;
	u64 fetched;
};

static DEFINE_PER_CPU(struct tally, tallies);
static struct task_struct *threads[2];
static atomic_t round_of[2];

static void tally_read(void *arg)
{
	u64 *to = arg;

	*to = this_cpu_read(tallies.own);
}

static noinline u64 tally_fetch(int cpu)
{
	u64 value = 0;

	smp_call_function_single(cpu, tally_read, &value, true);
	return value;
}

static noinline void tally_settle(int peer)
{
	struct tally *t;
#ifndef TALLYCPU_FIXED
	unsigned long flags;

	local_irq_save(flags);
	t = this_cpu_ptr(&tallies);
	mdelay(20);
	t->fetched = tally_fetch(peer);
	local_irq_restore(flags);
#else
	t = this_cpu_ptr(&tallies);
	mdelay(20);
	t->fetched = tally_fetch(peer);
#endif
	t->own++;
}

/* Both settle at the same time: they wait for each other's round. */
static int tally_thread(void *arg)
{
	int me = (long)arg;

	while (!kthread_should_stop()) {
		int now = atomic_inc_return(&round_of[me]);

		while (atomic_read(&round_of[!me]) < now && !kthread_should_stop())
			usleep_range(20, 40);
		tally_settle(me ? 1 : 2);
		msleep(30);
	}
	return 0;
}

static struct task_struct *start(int (*fn)(void *), long arg, const char *name, int cpu)
{
	struct task_struct *t = kthread_create(fn, (void *)arg, name);

	if (!IS_ERR(t)) {
		kthread_bind(t, cpu);
		wake_up_process(t);
	}
	return t;
}

static int __init tallycpu_init(void)
{
	threads[0] = start(tally_thread, 0, "settler/1", 1);
	threads[1] = start(tally_thread, 1, "settler/2", 2);
	return 0;
}

module_init(tallycpu_init);
MODULE_DESCRIPTION("inquest lab: tallies");
MODULE_LICENSE("GPL");
