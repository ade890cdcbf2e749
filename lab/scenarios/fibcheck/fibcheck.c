// SPDX-License-Identifier: GPL-2.0-or-later
/* Routes that are read under RCU and replaced by writers. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct fib_route {
	u32 prefix;
	u32 gateway;
};

static struct fib_route __rcu *route;
static DEFINE_MUTEX(route_mutex);

static noinline long route_gateway(u32 prefix)
{
	struct fib_route *r;
	long gateway;

	rcu_read_lock();
	r = rcu_dereference(route);
	if (!r || r->prefix != prefix) {
#ifdef FIBCHECK_FIXED
		rcu_read_unlock();
#endif
		return -ENETUNREACH;
	}
	gateway = r->gateway;
	rcu_read_unlock();
	return gateway;
}

static noinline int route_replace(void)
{
	struct fib_route *old, *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	r->prefix = 10;
	mutex_lock(&route_mutex);
	old = rcu_replace_pointer(route, r, lockdep_is_held(&route_mutex));
	mutex_unlock(&route_mutex);
	synchronize_rcu();
	kfree(old);
	return 0;
}

static long fib_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return route_gateway(cmd);
}

static ssize_t fib_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	int err = route_replace();

	return err ? err : (ssize_t)len;
}

static const struct file_operations fib_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = fib_ioctl,
	.write = fib_write,
};

static struct miscdevice fib_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "routes", .fops = &fib_fops };

static int __init fibcheck_init(void)
{
	int err = route_replace();

	return err ? err : misc_register(&fib_dev);
}

module_init(fibcheck_init);
MODULE_DESCRIPTION("inquest lab: routes");
MODULE_LICENSE("GPL");
