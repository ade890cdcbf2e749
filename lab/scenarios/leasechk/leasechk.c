// SPDX-License-Identifier: GPL-2.0-or-later
/* Leases of addresses, searched by number. lease_renew() believes that a lease is always found. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct lease {
	u32 nr;
	u32 addr;
	struct lease *next;
	u64 renewed;
	u64 expires;
};

static struct lease *leases;

static noinline struct lease *lease_find(u32 nr)
{
	struct lease *l;

	for (l = leases; l; l = l->next) {
		if (l->nr == nr)
			return l;
	}
	return NULL;
}

static noinline int lease_renew(u32 nr, u64 now)
{
	struct lease *lease = lease_find(nr);

	if (lease->expires < now)
		return -ETIMEDOUT;
	lease->renewed = now;
	lease->expires = now + 3600;
	return 0;
}

static long lease_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int error = lease_renew(cmd, ktime_get_seconds());

	return error == -ETIMEDOUT ? -EAGAIN : error;
}

static const struct file_operations lease_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = lease_ioctl,
};

static struct miscdevice lease_device = { MISC_DYNAMIC_MINOR, "leases", &lease_fops };

static int __init leasechk_init(void)
{
	u32 nr;

	for (nr = 1; nr <= 5; nr++) {
		struct lease *l = kzalloc(sizeof(*l), GFP_KERNEL);

		if (!l)
			return -ENOMEM;
		l->nr = nr;
		l->expires = ktime_get_seconds() + 3600;
		l->next = leases;
		leases = l;
	}
	return misc_register(&lease_device);
}

module_init(leasechk_init);
MODULE_DESCRIPTION("inquest lab: leases");
MODULE_LICENSE("GPL");
