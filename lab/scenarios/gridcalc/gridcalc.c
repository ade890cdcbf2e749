// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A grid that is relaxed until it is steady, under its mutex. One with a hole in it never gets steady.
 */
#include <linux/kthread.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#define CELLS 64

struct grid {
	u32 rounds;
	struct mutex lock;	/* protects cell */
	u32 cell[CELLS];
};

static struct grid *grid;
static struct task_struct *threads[3];

static noinline bool grid_is_steady(struct grid *g)
{
	u32 sum = 0;
	int i;

	for (i = 0; i < CELLS; i++)
		sum |= READ_ONCE(g->cell[i]);
	return !sum;
}

static noinline void grid_relax(struct grid *g)
{
	mutex_lock(&g->lock);
	while (!grid_is_steady(g))
		g->rounds++;
	mutex_unlock(&g->lock);
}

static noinline u32 grid_look(struct grid *g)
{
	u32 rounds;

	mutex_lock(&g->lock);
	rounds = g->rounds;
	mutex_unlock(&g->lock);
	return rounds;
}

static int relax_thread(void *arg)
{
	msleep(500);
#ifndef GRIDCALC_FIXED
	grid->cell[7] = 1;
#endif
	while (!kthread_should_stop()) {
		grid_relax(grid);
		usleep_range(100, 200);
	}
	return 0;
}

static int look_thread(void *arg)
{
	while (!kthread_should_stop()) {
		grid_look(grid);
		usleep_range(100, 200);
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

static int __init gridcalc_init(void)
{
	grid = kzalloc(sizeof(*grid), GFP_KERNEL);
	if (!grid)
		return -ENOMEM;
	mutex_init(&grid->lock);
	threads[0] = start(relax_thread, "relaxer", 1);
	threads[1] = start(look_thread, "looker/2", 2);
	threads[2] = start(look_thread, "looker/3", 3);
	return PTR_ERR_OR_ZERO(threads[0]);
}

static void __exit gridcalc_exit(void)
{
	int i;

	for (i = 0; i < 3; i++)
		kthread_stop(threads[i]);
	kfree(grid);
}

module_init(gridcalc_init);
module_exit(gridcalc_exit);
MODULE_DESCRIPTION("inquest lab: a grid");
MODULE_LICENSE("GPL");
