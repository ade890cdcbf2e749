// SPDX-License-Identifier: GPL-2.0-or-later
/* A bus of cells. Cells beyond the battery's fifth have no ring; a balance of all cells takes their rings' locks. */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define NR_CELLS 8

struct cell_ring {
	u32 head, tail;
	u64 volts[6];
	spinlock_t lock;
	u32 drained;
};

struct cell {
	u16 nr;
	u16 flags;
	struct cell_ring *ring;
	u64 level;
};

struct battery {
	char model[20];
	u32 balances;
	struct cell *cells[NR_CELLS];
};

static struct task_struct *balancer;

static u64 ring_drain(struct cell_ring *ring)
{
	unsigned long flags;
	u64 v;

	spin_lock_irqsave(&ring->lock, flags);
	v = ring->volts[ring->tail++ % ARRAY_SIZE(ring->volts)];
	ring->drained++;
	spin_unlock_irqrestore(&ring->lock, flags);
	return v;
}

static noinline void cell_balance(struct cell *c, u64 target)
{
	u64 v = ring_drain(c->ring);

	c->level = v > target ? v - target : target - v;
	c->flags |= 1;
}

static noinline void battery_balance(struct battery *b, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		cell_balance(b->cells[i], 3700);
	b->balances++;
}

static int balance_thread(void *arg)
{
	struct battery *b = arg;
	int nr = 2;

	while (!kthread_should_stop()) {
		battery_balance(b, nr);
		msleep(20);
		if (nr < NR_CELLS)
			nr++;
	}
	return 0;
}

static struct cell *__init cell_new(int i)
{
	struct cell *c = kzalloc(sizeof(*c), GFP_KERNEL);

	if (!c)
		return NULL;
	c->nr = i;
	if (i >= 5)
		return c;
	c->ring = kzalloc(sizeof(*c->ring), GFP_KERNEL);
	if (c->ring)
		spin_lock_init(&c->ring->lock);
	return c;
}

static int __init cellbus_init(void)
{
	struct battery *b = kzalloc(sizeof(*b), GFP_KERNEL);
	int i;

	if (!b)
		return -ENOMEM;
	strscpy(b->model, "LP-8", sizeof(b->model));
	for (i = 0; i < NR_CELLS; i++)
		b->cells[i] = cell_new(i);
	balancer = kthread_run(balance_thread, b, "balancer");
	return PTR_ERR_OR_ZERO(balancer);
}

module_init(cellbus_init);
MODULE_DESCRIPTION("inquest lab: battery cells");
MODULE_LICENSE("GPL");
