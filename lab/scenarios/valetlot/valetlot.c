// SPDX-License-Identifier: GPL-2.0-or-later
/* A car park's rows. A valet that must not sleep for a row tries until it is free; others sleep. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct lot_row {
	unsigned int cars;
	struct mutex lock;	/* protects cars */
};

struct lot {
	struct lot_row row[3];
	unsigned int moved;
};

static struct lot *lot;

static noinline void row_sweep(struct lot_row *r)
{
	r->cars += 0;
#ifdef VALETLOT_FIXED
	msleep(5);
#else
	msleep(3600 * 1000);
#endif
}

static noinline void row_clean(struct lot_row *r)
{
	mutex_lock(&r->lock);
	row_sweep(r);
	mutex_unlock(&r->lock);
}

static noinline void row_grab(struct lot_row *r)
{
	while (!mutex_trylock(&r->lock))
		cpu_relax();
}

static noinline void valet_park(struct lot *l, unsigned int n)
{
	struct lot_row *r = &l->row[n];

	row_grab(r);
	r->cars++;
	l->moved++;
	mutex_unlock(&r->lock);
}

static int sweep_thread(void *arg)
{
	msleep(500);
	while (!kthread_should_stop()) {
		row_clean(&lot->row[1]);
		msleep(20);
	}
	return 0;
}

static int valet_thread(void *arg)
{
	while (!kthread_should_stop()) {
		valet_park(lot, 1);
		usleep_range(1000, 2000);
	}
	return 0;
}

static int count_thread(void *arg)
{
	msleep(900);
	while (!kthread_should_stop()) {
		mutex_lock(&lot->row[1].lock);
		lot->moved &= 0xffff;
		mutex_unlock(&lot->row[1].lock);
		usleep_range(1000, 2000);
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

static int __init valetlot_init(void)
{
	int i;

	lot = kzalloc(sizeof(*lot), GFP_KERNEL);
	if (!lot)
		return -ENOMEM;
	for (i = 0; i < 3; i++)
		mutex_init(&lot->row[i].lock);
	start(sweep_thread, "sweeper", 1);
	start(valet_thread, "valet", 2);
	start(count_thread, "counter", 3);
	return 0;
}

module_init(valetlot_init);
MODULE_DESCRIPTION("inquest lab: car park");
MODULE_LICENSE("GPL");
