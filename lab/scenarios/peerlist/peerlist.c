// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A ring of peers that a kernel thread walks as an RCU reader. Its end is the head that the walk began at; a peer that took
 * itself out of the ring in between leads it round a smaller one, for ever. It gives the CPU away politely, and still never
 * ends its read-side critical section.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#define PEERS 8

struct peer {
	struct peer __rcu *next;
	u32 nr;
	u64 seen;
};

static struct peer *peers;
static struct task_struct *walker;

static noinline unsigned int peer_walk(struct peer *head)
{
	unsigned int count = 0;
	struct peer *p;

	rcu_read_lock();
	for (p = rcu_dereference(head->next); p != head; p = rcu_dereference(p->next)) {
		p->seen++;
		count++;
		cond_resched();
	}
	rcu_read_unlock();
	return count;
}

static int peer_walker(void *arg)
{
	while (!kthread_should_stop()) {
		peer_walk(&peers[0]);
		msleep(20);
	}
	return 0;
}

static noinline void peer_replace(void)
{
#ifndef PEERLIST_FIXED
	rcu_assign_pointer(peers[6].next, &peers[3]);
#endif
	synchronize_rcu();
}

static ssize_t peer_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	peer_replace();
	return count;
}

static const struct file_operations peer_fops = {
	.owner = THIS_MODULE,
	.write = peer_write,
};

static struct miscdevice peer_device = { MISC_DYNAMIC_MINOR, "peers", &peer_fops };

static int __init peerlist_init(void)
{
	int i;

	peers = kcalloc(PEERS, sizeof(*peers), GFP_KERNEL);
	if (!peers)
		return -ENOMEM;
	for (i = 0; i < PEERS; i++) {
		peers[i].nr = i;
		rcu_assign_pointer(peers[i].next, &peers[(i + 1) % PEERS]);
	}
	walker = kthread_run(peer_walker, NULL, "peerwalk");
	if (IS_ERR(walker))
		return PTR_ERR(walker);
	return misc_register(&peer_device);
}

static void __exit peerlist_exit(void)
{
	misc_deregister(&peer_device);
	kthread_stop(walker);
	kfree(peers);
}

module_init(peerlist_init);
module_exit(peerlist_exit);
MODULE_DESCRIPTION("inquest lab: ring of peers");
MODULE_LICENSE("GPL");
