// SPDX-License-Identifier: GPL-2.0-or-later
/* Snapshots of a volume, read under an SRCU of each volume. A slow reader of one waits for its medium inside the section. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/srcu.h>
#include <linux/wait.h>

struct snap_volume {
	u64 merged;
	wait_queue_head_t medium;
	struct srcu_struct readers;
	u32 ready;
};

static struct snap_volume *volume;

static noinline ssize_t snap_stream(struct snap_volume *v)
{
	int idx = srcu_read_lock(&v->readers);

#ifdef SNAPVOL_FIXED
	srcu_read_unlock(&v->readers, idx);
	wait_event_interruptible(v->medium, READ_ONCE(v->ready));
#else
	wait_event_interruptible(v->medium, READ_ONCE(v->ready));
	srcu_read_unlock(&v->readers, idx);
#endif
	return 0;
}

static noinline ssize_t snap_merge(struct snap_volume *v, size_t count)
{
	synchronize_srcu(&v->readers);
	v->merged += count;
	return count;
}

static ssize_t snap_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	return snap_stream(volume);
}

static ssize_t snap_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	return snap_merge(volume, count);
}

static long snap_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	synchronize_srcu_expedited(&volume->readers);
	return 0;
}

static const struct file_operations snap_fops = {
	.owner = THIS_MODULE,
	.read = snap_read,
	.write = snap_write,
	.unlocked_ioctl = snap_ioctl,
};

static struct miscdevice snap_device = { MISC_DYNAMIC_MINOR, "snap0", &snap_fops };

static int __init snapvol_init(void)
{
	int error;

	volume = kzalloc(sizeof(*volume), GFP_KERNEL);
	if (!volume)
		return -ENOMEM;
	init_waitqueue_head(&volume->medium);
	error = init_srcu_struct(&volume->readers);
	return error ?: misc_register(&snap_device);
}

static void __exit snapvol_exit(void)
{
	misc_deregister(&snap_device);
	cleanup_srcu_struct(&volume->readers);
	kfree(volume);
}

module_init(snapvol_init);
module_exit(snapvol_exit);
MODULE_DESCRIPTION("inquest lab: snapshots");
MODULE_LICENSE("GPL");
