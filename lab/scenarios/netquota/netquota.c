// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Traffic quotas of network devices, looked up under the kernel's lock for network configuration. A device that doesn't exist is
 * refused, and that way out forgets to unlock: no network configuration ends any more.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/uaccess.h>

static u32 quotas[64];

static noinline int quota_set(const char *name)
{
	struct net_device *dev;

	rtnl_lock();
	dev = __dev_get_by_name(&init_net, name);
	if (!dev) {
#ifdef NETQUOTA_FIXED
		rtnl_unlock();
#endif
		return -ENODEV;
	}
	quotas[dev->ifindex % ARRAY_SIZE(quotas)]++;
	rtnl_unlock();
	return 0;
}

static ssize_t quota_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	char name[IFNAMSIZ] = "";
	int err;

	if (copy_from_user(name, from, min(count, sizeof(name) - 1)))
		return -EFAULT;
	err = quota_set(name);
	return err ?: count;
}

static ssize_t quota_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 sum = 0;
	int i;

	rtnl_lock();
	for (i = 0; i < ARRAY_SIZE(quotas); i++)
		sum += quotas[i];
	rtnl_unlock();
	return simple_read_from_buffer(to, count, pos, &sum, sizeof(sum));
}

static const struct file_operations quota_fops = {
	.owner = THIS_MODULE,
	.read = quota_read,
	.write = quota_write,
};

static struct miscdevice quota_device = { MISC_DYNAMIC_MINOR, "quota", &quota_fops };

static int __init netquota_init(void)
{
	return misc_register(&quota_device);
}

static void __exit netquota_exit(void)
{
	misc_deregister(&quota_device);
}

module_init(netquota_init);
module_exit(netquota_exit);
MODULE_DESCRIPTION("inquest lab: quotas");
MODULE_LICENSE("GPL");
