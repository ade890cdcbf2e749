// SPDX-License-Identifier: GPL-2.0-or-later
/* Buffers of a recorder. Stopping frees the buffer, and so does resetting, which stops first. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct tape_buffer {
	u32 used;
	u32 size;
	char data[1000];
};

struct recorder {
	u32 running;
	struct tape_buffer *buffer;
};

static struct recorder recorder;

static noinline __noclone void recorder_stop(struct recorder *rec)
{
	rec->running = 0;
	kfree(rec->buffer);
}

static noinline __noclone void recorder_reset(struct recorder *rec)
{
	recorder_stop(rec);
	kfree(rec->buffer);
	rec->buffer = NULL;
}

static ssize_t tape_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	if (!recorder.buffer)
		recorder.buffer = kzalloc(sizeof(*recorder.buffer), GFP_KERNEL);
	if (!recorder.buffer)
		return -ENOMEM;
	recorder.running = 1;
	recorder.buffer->used += count;
	return count;
}

static long tape_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	recorder_reset(&recorder);
	return 0;
}

static const struct file_operations tape_fops = {
	.owner = THIS_MODULE,
	.write = tape_write,
	.unlocked_ioctl = tape_ioctl,
};

static struct miscdevice tape_device = { MISC_DYNAMIC_MINOR, "tape", &tape_fops };

module_misc_device(tape_device);
MODULE_DESCRIPTION("inquest lab: recorder");
MODULE_LICENSE("GPL");
