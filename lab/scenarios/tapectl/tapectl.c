// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tape drive whose position is under an rwsem. Asking for the position while the tape winds is refused, and that way out forgets
 * that it reads; the next who wants to wind waits, and all readers behind it.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct tape_drive {
	char label[24];
	struct rw_semaphore position_sem;	/* protects position, winding */
	u32 position;
	bool winding;
};

static struct tape_drive *drive;

static noinline int tape_tell(struct tape_drive *t, u32 *position)
{
	down_read(&t->position_sem);
	if (t->winding) {
#ifdef TAPECTL_FIXED
		up_read(&t->position_sem);
#endif
		return -EBUSY;
	}
	*position = t->position;
	up_read(&t->position_sem);
	return 0;
}

static noinline void tape_wind(struct tape_drive *t, u32 to)
{
	down_write(&t->position_sem);
	t->winding = to > t->position;
	t->position = to;
	up_write(&t->position_sem);
}

static ssize_t tape_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	u32 to;
	int err = kstrtou32_from_user(from, count, 0, &to);

	if (!err)
		tape_wind(drive, to);
	return err ?: count;
}

static ssize_t tape_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 position;
	int err = tape_tell(drive, &position);

	return err ?: simple_read_from_buffer(to, count, pos, &position, sizeof(position));
}

static const struct file_operations tape_fops = {
	.owner = THIS_MODULE,
	.read = tape_read,
	.write = tape_write,
};

static struct miscdevice tape_device = { MISC_DYNAMIC_MINOR, "tape0", &tape_fops };

static int __init tapectl_init(void)
{
	int err;

	drive = kzalloc(sizeof(*drive), GFP_KERNEL);
	if (!drive)
		return -ENOMEM;
	init_rwsem(&drive->position_sem);
	drive->position = 10;
	err = misc_register(&tape_device);
	if (err)
		kfree(drive);
	return err;
}

static void __exit tapectl_exit(void)
{
	misc_deregister(&tape_device);
	kfree(drive);
}

module_init(tapectl_init);
module_exit(tapectl_exit);
MODULE_DESCRIPTION("inquest lab: tape drive");
MODULE_LICENSE("GPL");
