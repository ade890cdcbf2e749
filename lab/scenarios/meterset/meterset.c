// SPDX-License-Identifier: GPL-2.0-or-later
/* Meters of each CPU in a list of that CPU; a meter that wraps is reset, which tells the CPU's sum. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define LIMIT 500

struct meter {
	struct list_head node;
	u64 count;
	u64 wraps;
};

struct meter_cpu {
	u64 sum;
	unsigned int resets;
	raw_spinlock_t lock;	/* protects meters */
	struct list_head meters;
};

static DEFINE_PER_CPU(struct meter_cpu, meter_cpus);
static struct task_struct *threads[3];

static noinline void meter_account(struct meter_cpu *mc, struct meter *m)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&mc->lock, flags);
	mc->sum += m->count;
	mc->resets++;
	raw_spin_unlock_irqrestore(&mc->lock, flags);
}

static noinline void meter_wrap(struct meter_cpu *mc, struct meter *m)
{
	m->wraps++;
#ifdef METERSET_FIXED
	mc->sum += m->count;
	mc->resets++;
#else
	meter_account(mc, m);
#endif
	m->count = 0;
}

static void meter_tick(struct meter_cpu *mc, struct meter *m)
{
	if (m->count++ > LIMIT)
		meter_wrap(mc, m);
}

static noinline void meters_tick(struct meter_cpu *mc)
{
	struct meter *m;
	unsigned long flags;

	raw_spin_lock_irqsave(&mc->lock, flags);
	list_for_each_entry(m, &mc->meters, node)
		meter_tick(mc, m);
	raw_spin_unlock_irqrestore(&mc->lock, flags);
}

static int tick_thread(void *arg)
{
	while (!kthread_should_stop()) {
		meters_tick(this_cpu_ptr(&meter_cpus));
		usleep_range(500, 1500);
	}
	return 0;
}

static int sum_thread(void *arg)
{
	struct meter idle = { .count = 0 };
	int cpu;

	while (!kthread_should_stop()) {
		for_each_online_cpu(cpu)
			meter_account(per_cpu_ptr(&meter_cpus, cpu), &idle);
		msleep(20);
	}
	return 0;
}

static struct task_struct *start(int (*fn)(void *), const char *name, int cpu)
{
	struct task_struct *t = kthread_create(fn, NULL, name);

	if (!IS_ERR(t)) {
		kthread_bind(t, cpu);
		wake_up_process(t);
	}
	return t;
}

static int __init meterset_init(void)
{
	int cpu, i;

	for_each_possible_cpu(cpu) {
		struct meter_cpu *mc = per_cpu_ptr(&meter_cpus, cpu);

		raw_spin_lock_init(&mc->lock);
		INIT_LIST_HEAD(&mc->meters);
		for (i = 0; i < 3; i++) {
			struct meter *m = kzalloc(sizeof(*m), GFP_KERNEL);

			if (m)
				list_add(&m->node, &mc->meters);
		}
	}
	threads[0] = start(tick_thread, "ticker", 1);
	threads[1] = start(sum_thread, "summer", 0);
	return 0;
}

module_init(meterset_init);
MODULE_DESCRIPTION("inquest lab: meters");
MODULE_LICENSE("GPL");
