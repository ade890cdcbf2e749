// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Routes that are read under RCU. Dumping them waits for room in the log, minutes long, inside the read-side critical
 * section; a change of the routes waits for the grace period.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#ifdef ROUTECACHE_FIXED
#define ROOM_MS 0
#else
#define ROOM_MS 200000
#endif

struct route {
	u32 metric;
	u32 uses;
	struct rcu_head rcu;
};

static struct route __rcu *route;

static noinline void route_wait_room(void)
{
	if (ROOM_MS)
		msleep(ROOM_MS);
}

static noinline u32 route_dump(void)
{
	struct route *r;
	u32 metric = 0;

	rcu_read_lock();
	r = rcu_dereference(route);
	if (r) {
		route_wait_room();
		metric = r->metric;
	}
	rcu_read_unlock();
	return metric;
}

static noinline int route_change(u32 metric)
{
	struct route *new = kzalloc(sizeof(*new), GFP_KERNEL), *old;

	if (!new)
		return -ENOMEM;
	new->metric = metric;
	old = rcu_replace_pointer(route, new, true);
	synchronize_rcu();
	kfree(old);
	return 0;
}

static ssize_t route_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 metric = route_dump();

	return simple_read_from_buffer(to, count, pos, &metric, sizeof(metric));
}

static ssize_t route_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	return route_change(count) ?: count;
}

static const struct file_operations route_fops = {
	.owner = THIS_MODULE,
	.read = route_read,
	.write = route_write,
};

static struct miscdevice route_device = { MISC_DYNAMIC_MINOR, "routes", &route_fops };

static int __init routecache_init(void)
{
	return misc_register(&route_device);
}

static void __exit routecache_exit(void)
{
	misc_deregister(&route_device);
	synchronize_rcu();
	kfree(rcu_dereference_protected(route, true));
}

module_init(routecache_init);
module_exit(routecache_exit);
MODULE_DESCRIPTION("inquest lab: routes");
MODULE_LICENSE("GPL");
