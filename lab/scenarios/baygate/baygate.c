// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loading bays, each with a lock in an array of the depot. Opening one that is blocked returns too early.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

struct bay {
	u32 opened, blocked;
	spinlock_t gate_lock;	/* of the gate */
	u32 trucks[5];
};

struct depot {
	u64 trips;
	struct bay bays[8];
};

static struct depot *depot;

static noinline int bay_open(struct depot *d, u32 nr)
{
	struct bay *bay = &d->bays[nr % 8];

	spin_lock(&bay->gate_lock);
	if (bay->blocked) {
#ifdef BAYGATE_FIXED
		spin_unlock(&bay->gate_lock);
#endif
		return -EBUSY;
	}
	bay->opened++;
	spin_unlock(&bay->gate_lock);
	return 0;
}

static noinline u32 bay_trucks(struct depot *d, u32 nr)
{
	u32 n = 0;

	spin_lock(&d->bays[nr % 8].gate_lock);
	for (int i = 0; i < 5; i++)
		n += d->bays[nr % 8].trucks[i];
	spin_unlock(&d->bays[nr % 8].gate_lock);
	return n;
}

static ssize_t bay_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 n = 0;

	for (u32 nr = 0; nr < 8; nr++)
		n += bay_trucks(depot, nr);
	return simple_read_from_buffer(to, count, pos, &n, sizeof(n));
}

static long bay_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return bay_open(depot, cmd);
}

static const struct file_operations bay_fops = {
	.owner = THIS_MODULE,
	.read = bay_read,
	.unlocked_ioctl = bay_ioctl,
};

static struct miscdevice bay_device = { MISC_DYNAMIC_MINOR, "baygate", &bay_fops };

static int __init baygate_init(void)
{
	depot = kzalloc(sizeof(*depot), GFP_KERNEL);
	if (!depot)
		return -ENOMEM;
	for (int i = 0; i < 8; i++)
		spin_lock_init(&depot->bays[i].gate_lock);
	depot->bays[5].blocked = 1;
	return misc_register(&bay_device);
}

static void __exit baygate_exit(void)
{
	misc_deregister(&bay_device);
}

module_init(baygate_init);
module_exit(baygate_exit);
MODULE_DESCRIPTION("inquest lab: loading bays");
MODULE_LICENSE("GPL");
