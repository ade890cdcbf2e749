// SPDX-License-Identifier: GPL-2.0-or-later
/* Gauges in a table under an rwlock. A gauge that is off is skipped. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define GAUGES 12

struct gauge_table {
	u32 value[GAUGES];
	bool off[GAUGES];
	rwlock_t lock;	/* protects value */
};

static struct gauge_table *table;

static noinline bool gauge_read(struct gauge_table *t, unsigned int i, u32 *ret)
{
	bool ok = false;

	read_lock(&t->lock);
	if (t->off[i]) {
		read_unlock(&t->lock);
#ifdef GAUGEMAP_FIXED
		return false;
#else
		goto out;
#endif
	}
	*ret = t->value[i];
	ok = true;
#ifndef GAUGEMAP_FIXED
out:
#endif
	read_unlock(&t->lock);
	return ok;
}

static noinline void gauge_set(struct gauge_table *t, unsigned int i, u32 value)
{
	write_lock(&t->lock);
	t->value[i] = value;
	write_unlock(&t->lock);
}

static int scan_thread(void *arg)
{
	unsigned int n = 0;
	u32 v;

	while (!kthread_should_stop()) {
		gauge_read(table, n++ % GAUGES, &v);
		if (n == 500)
			table->off[7] = true;
		usleep_range(1000, 2000);
		if (n > 600)
			ssleep(1000);
	}
	return 0;
}

static int set_thread(void *arg)
{
	while (!kthread_should_stop()) {
		gauge_set(table, 3, jiffies);
		usleep_range(3000, 4000);
	}
	return 0;
}

static void start(int (*fn)(void *), const char *name, int cpu)
{
	struct task_struct *t = kthread_create(fn, NULL, name);

	if (!IS_ERR(t)) {
		kthread_bind(t, cpu);
		wake_up_process(t);
	}
}

static int __init gaugemap_init(void)
{
	table = kzalloc(sizeof(*table), GFP_KERNEL);
	if (!table)
		return -ENOMEM;
	rwlock_init(&table->lock);
	start(scan_thread, "scanner", 1);
	start(set_thread, "setter", 2);
	return 0;
}

module_init(gaugemap_init);
MODULE_DESCRIPTION("inquest lab: gauges");
MODULE_LICENSE("GPL");
