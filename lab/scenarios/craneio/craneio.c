// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cranes that hand loads to each other. Each has a semaphore for the one load that it can carry; a hand-over takes the giver's,
 * then the taker's.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/semaphore.h>
#include <linux/slab.h>

#define CRANES 4

struct yard {
	u64 moved;
	struct semaphore hook[CRANES];	/* each: who loads that crane */
};

static struct yard *yard;
static struct task_struct *movers[2];

static noinline void crane_hand_over(struct yard *y, int from, int to)
{
#ifdef CRANEIO_FIXED
	if (from > to)
		swap(from, to);
#endif
	down(&y->hook[from]);
	usleep_range(500, 800);
	down(&y->hook[to]);
	y->moved++;
	up(&y->hook[to]);
	up(&y->hook[from]);
}

static int mover(void *arg)
{
	long nr = (long)arg;

	while (!kthread_should_stop()) {
		crane_hand_over(yard, 1 + nr, 2 - nr);
		usleep_range(100, 300);
	}
	return 0;
}

static int __init craneio_init(void)
{
	long i;

	yard = kzalloc(sizeof(*yard), GFP_KERNEL);
	if (!yard)
		return -ENOMEM;
	for (i = 0; i < CRANES; i++)
		sema_init(&yard->hook[i], 1);
	for (i = 0; i < 2; i++) {
		movers[i] = kthread_run(mover, (void *)i, "mover/%ld", i);
		if (IS_ERR(movers[i]))
			return PTR_ERR(movers[i]);
	}
	return 0;
}

static void __exit craneio_exit(void)
{
	kthread_stop(movers[0]);
	kthread_stop(movers[1]);
	kfree(yard);
}

module_init(craneio_init);
module_exit(craneio_exit);
MODULE_DESCRIPTION("inquest lab: cranes");
MODULE_LICENSE("GPL");
