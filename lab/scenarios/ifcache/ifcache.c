// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A cache of interface settings under RCU. The reader takes the settings in a read section, but leaves that before it sleeps and
 * uses them; the writer replaces them and frees the old ones after a grace period.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct if_policy {
	u32 burst;
	u32 rate;
};

struct if_settings {
	u32 version;
	u32 mtu;
	u64 flags;
	struct if_policy *policy;
	struct rcu_head rcu;
	char name[32];
};

static struct kmem_cache *settings_cache;
static struct if_settings __rcu *settings;
static struct if_policy fair = { 10, 1000 };

static struct if_settings *settings_new(u32 version)
{
	struct if_settings *s = kmem_cache_zalloc(settings_cache, GFP_KERNEL);

	if (s) {
		s->version = version;
		s->policy = &fair;
	}
	return s;
}

static void settings_free(struct rcu_head *rcu)
{
	kmem_cache_free(settings_cache, container_of(rcu, struct if_settings, rcu));
}

static noinline __noclone struct if_settings *settings_get(void)
{
	struct if_settings *s;

	rcu_read_lock();
	s = rcu_dereference(settings);
	rcu_read_unlock();
	return s;
}

static noinline __noclone u32 settings_rate(struct if_settings *s, u32 scale)
{
	return s->policy->rate * scale;
}

static ssize_t if_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	struct if_settings *s = settings_get();
	u32 rate;

	msleep(1500);
	rate = settings_rate(s, 8);
	return simple_read_from_buffer(to, count, pos, &rate, sizeof(rate));
}

static ssize_t if_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	struct if_settings *old, *fresh = settings_new(count);

	if (!fresh)
		return -ENOMEM;
	old = rcu_replace_pointer(settings, fresh, true);
	call_rcu(&old->rcu, settings_free);
	return count;
}

static const struct file_operations if_fops = {
	.owner = THIS_MODULE,
	.read = if_read,
	.write = if_write,
};

static struct miscdevice if_device = { MISC_DYNAMIC_MINOR, "ifcache", &if_fops };

static int __init ifcache_init(void)
{
	settings_cache = KMEM_CACHE(if_settings, 0);
	if (!settings_cache)
		return -ENOMEM;
	RCU_INIT_POINTER(settings, settings_new(1));
	return misc_register(&if_device);
}

module_init(ifcache_init);
MODULE_DESCRIPTION("inquest lab: interface settings");
MODULE_LICENSE("GPL");
