// SPDX-License-Identifier: GPL-2.0-or-later
/* A small network card: queues with rings of buffers, statistics of each, a filter table. Its vendor's tool may break it. */
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#define QUEUES 4
#define RING 32

struct fib_stats {
	u64 packets, bytes;
	u64 errors;
};

struct fib_buf {
	struct list_head node;
	struct sk_buff *skb;
	u32 len;
	u16 flags;
};

struct fib_queue {
	u16 id;
	u16 head, tail;
	u32 weight;
	struct fib_stats *stats;
	struct fib_buf *ring[RING];
	struct list_head done;
};

struct fib_filter {
	u32 key;
	char label[12];
	int (*match)(const struct fib_filter *f, const struct sk_buff *skb);
	struct fib_filter *next;
};

struct fib_hw {
	void (*kick)(struct fib_queue *q);
};

struct fib_priv {
	struct net_device *dev;
	const struct fib_hw *hw;
	struct fib_queue queues[QUEUES];
	struct fib_filter *filters[8];
	struct timer_list refill;
	struct delayed_work stat_work;
	u32 budget, interval;
};

static struct net_device *nic;

static void kick(struct fib_queue *q) { q->tail = q->head; }
static const struct fib_hw hw = { .kick = kick };

static int match_key(const struct fib_filter *f, const struct sk_buff *skb)
{
	return skb->len % f->key == 0;
}

static struct fib_queue *pick_queue(struct fib_priv *p, struct sk_buff *skb)
{
	return &p->queues[skb->len % QUEUES];
}

static bool filtered(struct fib_priv *p, struct sk_buff *skb)
{
	struct fib_filter *f;

	for (f = p->filters[skb->len & 7]; f; f = f->next)
		if (f->match(f, skb))
			return true;
	return false;
}

static void account(struct fib_queue *q, unsigned int len)
{
	if (!q->stats)
		return;
	q->stats->packets++;
	q->stats->bytes += len;
}

static netdev_tx_t fib_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct fib_priv *p = netdev_priv(dev);
	struct fib_queue *q = pick_queue(p, skb);
	struct fib_buf *buf = q->ring[q->head % RING];

	if (filtered(p, skb))
		goto drop;
	buf->len = skb->len;
	q->head++;
	account(q, skb->len);
	p->hw->kick(q);
drop:
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

static void fib_refill(struct timer_list *t)
{
	struct fib_priv *p = container_of(t, struct fib_priv, refill);
	struct fib_buf *buf, *tmp;
	int i;

	for (i = 0; i < QUEUES; i++) {
		struct fib_queue *q = &p->queues[i];

		list_for_each_entry_safe(buf, tmp, &q->done, node) {
			q->weight += buf->len;
			list_del(&buf->node);
		}
	}
	mod_timer(&p->refill, jiffies + HZ / 10);
}

static void fib_stat_work(struct work_struct *work)
{
	struct fib_priv *p = container_of(work, struct fib_priv, stat_work.work);
	u64 sum = 0;
	int i;

	for (i = 0; i < QUEUES; i++)
		sum += p->queues[i].stats->bytes;
	p->budget = sum / p->interval;
	schedule_delayed_work(&p->stat_work, HZ / 10);
}

static const struct net_device_ops fib_netdev_ops = { .ndo_start_xmit = fib_xmit };

static void fib_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &fib_netdev_ops;
}

/* "what" from user space, as a vendor's tool would. */
static ssize_t fib_ctl(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	struct fib_priv *p = netdev_priv(nic);
	char what[32] = "";
	int i;

	if (count >= sizeof(what) || copy_from_user(what, from, count))
		return -EFAULT;
	if (!strncmp(what, "shrink", 6)) {	/* forgets that the ring goes on */
		for (i = 0; i < QUEUES; i++)
			p->queues[i].ring[i ? 0 : 3] = NULL;
	} else if (!strncmp(what, "reset", 5)) {	/* forgets the periodic work */
		p->queues[2].stats = NULL;
	}
	return count;
}

static const struct proc_ops fib_proc = { .proc_write = fib_ctl };

static int __init fib_init(void)
{
	struct fib_priv *p;
	int i, j;

	nic = alloc_netdev(sizeof(*p), "fib%d", NET_NAME_UNKNOWN, fib_setup);
	if (!nic)
		return -ENOMEM;
	eth_hw_addr_random(nic);
	p = netdev_priv(nic);
	p->dev = nic;
	p->hw = &hw;
	p->interval = 8;
	for (i = 0; i < QUEUES; i++) {
		INIT_LIST_HEAD(&p->queues[i].done);
		p->queues[i].stats = kzalloc(sizeof(struct fib_stats), GFP_KERNEL);
		for (j = 0; j < RING; j++)
			p->queues[i].ring[j] = kzalloc(sizeof(struct fib_buf), GFP_KERNEL);
	}
	for (i = 0; i < 8; i++) {
		p->filters[i] = kzalloc(sizeof(struct fib_filter), GFP_KERNEL);
		p->filters[i]->match = match_key;
		p->filters[i]->key = 100000 + i;
	}
	timer_setup(&p->refill, fib_refill, 0);
	INIT_DELAYED_WORK(&p->stat_work, fib_stat_work);
	mod_timer(&p->refill, jiffies + HZ);
	schedule_delayed_work(&p->stat_work, HZ / 5);
	proc_create("fibctl", 0222, NULL, &fib_proc);
	return register_netdev(nic);
}
module_init(fib_init);
MODULE_DESCRIPTION("inquest lab: a small network card");
MODULE_LICENSE("GPL");
