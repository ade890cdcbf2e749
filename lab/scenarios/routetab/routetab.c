// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A table of routes under an rwlock. A lookup holds it for reading and asks for the route's cost, which reads the table under
 * the same lock: that goes well unless a writer queues in between, whom new readers must let pass.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define ROUTES 16

struct route_table {
	u32 generation;
	u32 used;
	rwlock_t lock;		/* protects cost, used, generation */
	u32 cost[ROUTES];
};

static struct route_table *routes;
static struct task_struct *threads[2];

static noinline u32 route_cost(struct route_table *t, u32 nr)
{
	u32 cost;

#ifdef ROUTETAB_FIXED
	cost = t->cost[nr % ROUTES];
#else
	read_lock(&t->lock);
	cost = t->cost[nr % ROUTES];
	read_unlock(&t->lock);
#endif
	return cost;
}

static noinline u32 route_find(struct route_table *t, u32 nr)
{
	u32 best;

	read_lock(&t->lock);
	udelay(300);	/* a walk */
	best = route_cost(t, nr) + t->used;
	read_unlock(&t->lock);
	return best;
}

static noinline void route_update(struct route_table *t, u32 nr)
{
	write_lock(&t->lock);
	t->cost[nr % ROUTES] = nr;
	t->generation++;
	write_unlock(&t->lock);
}

static int find_thread(void *arg)
{
	u32 nr = 0;

	while (!kthread_should_stop()) {
		nr += route_find(routes, nr) + 1;
		usleep_range(100, 300);
	}
	return 0;
}

static int update_thread(void *arg)
{
	u32 nr = 0;

	while (!kthread_should_stop()) {
		route_update(routes, nr++);
		usleep_range(100, 300);
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

static int __init routetab_init(void)
{
	routes = kzalloc(sizeof(*routes), GFP_KERNEL);
	if (!routes)
		return -ENOMEM;
	rwlock_init(&routes->lock);
	threads[0] = start(find_thread, "rtfind", 1);
	threads[1] = start(update_thread, "rtupdate", 2);
	return PTR_ERR_OR_ZERO(threads[0]);
}

static void __exit routetab_exit(void)
{
	kthread_stop(threads[0]);
	kthread_stop(threads[1]);
	kfree(routes);
}

module_init(routetab_init);
module_exit(routetab_exit);
MODULE_DESCRIPTION("inquest lab: routes");
MODULE_LICENSE("GPL");
