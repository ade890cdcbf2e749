// SPDX-License-Identifier: GPL-2.0-or-later
/* A block layer of tapes. Odd lengths only earn a warning; a seek before the index is loaded is what kills. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct tape_index {
	u64 first;
	u64 last;
	u32 marks[10];
};

struct tape_unit {
	u32 nr;
	u32 odd_writes;
	struct tape_index *index;
};

static struct tape_unit *unit;

static noinline __noclone void unit_check_length(struct tape_unit *u, size_t length)
{
	if (WARN_ON_ONCE(length & 1))
		u->odd_writes++;
}

static noinline __noclone u64 unit_seek(struct tape_unit *u, u32 mark)
{
	return u->index->first + u->index->marks[mark % 10];
}

static ssize_t unit_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	unit_check_length(unit, count);
	return count;
}

static long unit_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u64 where = unit_seek(unit, cmd);

	return where > INT_MAX ? -EFBIG : where;
}

static const struct file_operations unit_fops = {
	.owner = THIS_MODULE,
	.write = unit_write,
	.unlocked_ioctl = unit_ioctl,
};

static struct miscdevice unit_device = { MISC_DYNAMIC_MINOR, "tapeunit", &unit_fops };

static int __init aligncheck_init(void)
{
	unit = kzalloc(sizeof(*unit), GFP_KERNEL);
	return unit ? misc_register(&unit_device) : -ENOMEM;
}

module_init(aligncheck_init);
MODULE_DESCRIPTION("inquest lab: tape unit");
MODULE_LICENSE("GPL");
