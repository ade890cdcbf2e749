// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A device that runs scripts: it copies one from the program's memory with its rwsem held for writing. A program whose memory is
 * filled by another of its threads on demand, and that thread doesn't, keeps the device locked.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct script_box {
	u64 runs;
	struct rw_semaphore sem;	/* protects text */
	char text[256];
};

static struct script_box *box;

static noinline int script_load(struct script_box *b, const char __user *from, size_t count)
{
#ifdef SCRIPTDEV_FIXED
	char text[sizeof(b->text)];

	if (copy_from_user(text, from, min(count, sizeof(text))))
		return -EFAULT;
	down_write(&b->sem);
	memcpy(b->text, text, sizeof(text));
	up_write(&b->sem);
	return 0;
#else
	int err = 0;

	down_write(&b->sem);
	if (copy_from_user(b->text, from, min(count, sizeof(b->text))))
		err = -EFAULT;
	up_write(&b->sem);
	return err;
#endif
}

static ssize_t script_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	int err = script_load(box, from, count);

	return err ?: count;
}

static noinline u64 script_run(struct script_box *b)
{
	u64 n;

	down_read(&b->sem);
	n = ++b->runs;
	up_read(&b->sem);
	return n;
}

static ssize_t script_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u64 n = script_run(box);

	return simple_read_from_buffer(to, count, pos, &n, sizeof(n));
}

static const struct file_operations script_fops = {
	.owner = THIS_MODULE,
	.read = script_read,
	.write = script_write,
};

static struct miscdevice script_device = { MISC_DYNAMIC_MINOR, "script", &script_fops };

static int __init scriptdev_init(void)
{
	int err;

	box = kzalloc(sizeof(*box), GFP_KERNEL);
	if (!box)
		return -ENOMEM;
	init_rwsem(&box->sem);
	err = misc_register(&script_device);
	if (err)
		kfree(box);
	return err;
}

static void __exit scriptdev_exit(void)
{
	misc_deregister(&script_device);
	kfree(box);
}

module_init(scriptdev_init);
module_exit(scriptdev_exit);
MODULE_DESCRIPTION("inquest lab: scripts");
MODULE_LICENSE("GPL");
