// SPDX-License-Identifier: GPL-2.0-or-later
/* Ports in pairs, kept in step by a kernel thread. A port that lost its peer is still locked together with it. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct pair_port {
	u32 nr;
	u32 speed;
	u64 frames;
	struct pair_port *peer;
	spinlock_t lock;
};

static struct pair_port *pair_ports[4];
static struct task_struct *pair_task;

static noinline __noclone void pair_sync(struct pair_port *port)
{
	spin_lock(&port->peer->lock);
	port->frames += port->peer->frames;
	spin_unlock(&port->peer->lock);
}

static int pair_thread(void *unused)
{
	u32 i = 0;

	while (!kthread_should_stop()) {
		pair_sync(pair_ports[i++ % 4]);
		msleep(100);
	}
	return 0;
}

static int __init portpair_init(void)
{
	u32 i;

	for (i = 0; i < 4; i++) {
		pair_ports[i] = kzalloc(sizeof(*pair_ports[i]), GFP_KERNEL);
		if (!pair_ports[i])
			return -ENOMEM;
		pair_ports[i]->nr = i;
		spin_lock_init(&pair_ports[i]->lock);
	}
	pair_ports[0]->peer = pair_ports[1];
	pair_ports[1]->peer = pair_ports[0];
	pair_ports[2]->peer = pair_ports[3];
	pair_task = kthread_run(pair_thread, NULL, "pairsync");
	return PTR_ERR_OR_ZERO(pair_task);
}

module_init(portpair_init);
MODULE_DESCRIPTION("inquest lab: ports in pairs");
MODULE_LICENSE("GPL");
