// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames in a table of slots; the writer fills some of them, the reader takes the one after the last that was filled. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#define SLOTS 16

struct slot_frame {
	u64 stamp;
	u32 flags;
	u32 len;
	char data[48];
};

struct slot_mgr {
	struct mutex lock;	/* protects what follows */
	u32 head;
	struct slot_frame *slots[SLOTS];
};

static struct slot_mgr manager;

static noinline __noclone u32 slot_length(struct slot_mgr *mgr, u32 idx)
{
	u32 len = mgr->slots[idx]->len;

	return min_t(u32, len, sizeof(mgr->slots[idx]->data));
}

static ssize_t slot_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 len;

	mutex_lock(&manager.lock);
	len = slot_length(&manager, manager.head % SLOTS);
	mutex_unlock(&manager.lock);
	return simple_read_from_buffer(to, count, pos, &len, sizeof(len));
}

static ssize_t slot_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	struct slot_frame *frame = kzalloc(sizeof(*frame), GFP_KERNEL);

	if (!frame)
		return -ENOMEM;
	frame->len = count;
	mutex_lock(&manager.lock);
	manager.slots[manager.head++ % SLOTS] = frame;
	mutex_unlock(&manager.lock);
	return count;
}

static const struct file_operations slot_fops = {
	.owner = THIS_MODULE,
	.read = slot_read,
	.write = slot_write,
};

static struct miscdevice slot_device = { MISC_DYNAMIC_MINOR, "slots", &slot_fops };

static int __init slotmgr_init(void)
{
	mutex_init(&manager.lock);
	return misc_register(&slot_device);
}

module_init(slotmgr_init);
MODULE_DESCRIPTION("inquest lab: slots");
MODULE_LICENSE("GPL");
