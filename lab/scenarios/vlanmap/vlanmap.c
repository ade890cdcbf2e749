// SPDX-License-Identifier: GPL-2.0-or-later
/* A map of VLANs, read under RCU. The dump waits for room between two entries, inside its section; changes want an expedited grace period. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

struct vlan {
	u32 id;
	u32 port;
};

static struct vlan __rcu *vlan;

static noinline u32 vlan_dump(void)
{
	struct vlan *v;
	u32 port = 0;

	rcu_read_lock();
	v = rcu_dereference(vlan);
	if (v)
		port = v->port;
#ifdef VLANMAP_FIXED
	rcu_read_unlock();
	msleep(600 * MSEC_PER_SEC);
#else
	msleep(600 * MSEC_PER_SEC);
	rcu_read_unlock();
#endif
	return port;
}

static noinline int vlan_set(u32 port)
{
	struct vlan *v = kzalloc(sizeof(*v), GFP_KERNEL), *old;

	if (!v)
		return -ENOMEM;
	v->port = port;
	old = unrcu_pointer(xchg(&vlan, RCU_INITIALIZER(v)));
	synchronize_rcu_expedited();
	kfree(old);
	return 0;
}

static ssize_t vlan_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	return vlan_dump();
}

static ssize_t vlan_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	return vlan_set(count) ?: count;
}

static const struct file_operations vlan_fops = {
	.owner = THIS_MODULE,
	.read = vlan_read,
	.write = vlan_write,
};

static struct miscdevice vlan_device = { MISC_DYNAMIC_MINOR, "vlans", &vlan_fops };

module_misc_device(vlan_device);
MODULE_DESCRIPTION("inquest lab: VLANs");
MODULE_LICENSE("GPL");
