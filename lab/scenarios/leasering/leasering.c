// SPDX-License-Identifier: GPL-2.0-or-later
/* Leases end in a work item, which forgets to stop the timer that renews them. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/workqueue.h>

struct lease_class {
	u32 seconds;
	u32 renewals;
};

struct lease {
	struct lease_class *in[24];	/* every class that it counts for */
	u32 nr;
};

static struct kmem_cache *lease_cache;
static struct lease_class common = { 300, 0 };
static struct lease *lease;
static struct timer_list renew_timer;
static struct delayed_work expire_work;

static noinline __noclone void lease_count(struct lease *l)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(l->in); i++)
		l->in[i]->renewals++;
}

static void lease_renew(struct timer_list *timer)
{
	lease_count(lease);
	mod_timer(timer, jiffies + HZ / 10);
}

static noinline __noclone void lease_drop(struct lease *l)
{
	l->nr = 0;
	kmem_cache_free(lease_cache, l);
}

static void lease_expire(struct work_struct *work)
{
	lease_drop(lease);
}

static int __init leasering_init(void)
{
	int i;

	lease_cache = KMEM_CACHE(lease, 0);
	if (!lease_cache)
		return -ENOMEM;
	lease = kmem_cache_zalloc(lease_cache, GFP_KERNEL);
	if (!lease)
		return -ENOMEM;
	for (i = 0; i < ARRAY_SIZE(lease->in); i++)
		lease->in[i] = &common;
	timer_setup(&renew_timer, lease_renew, 0);
	mod_timer(&renew_timer, jiffies + HZ / 10);
	INIT_DELAYED_WORK(&expire_work, lease_expire);
	schedule_delayed_work(&expire_work, HZ / 2);
	return 0;
}

module_init(leasering_init);
MODULE_DESCRIPTION("inquest lab: leases");
MODULE_LICENSE("GPL");
