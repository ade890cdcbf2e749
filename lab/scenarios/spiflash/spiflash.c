// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A flash chip that is polled with interrupts off until it is ready. After some writes it is worn out and never gets ready.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

#define STATUS_READY 0x80
#define WORN_OUT_AFTER 20

struct flash_regs {
	u32 command;
	u32 status;
	u32 data;
	u32 writes;
};

static struct flash_regs *regs;

static noinline void flash_wait_ready(struct flash_regs *r)
{
	while (!(READ_ONCE(r->status) & STATUS_READY))
		cpu_relax();
}

static noinline void flash_program(struct flash_regs *r, u32 data)
{
	unsigned long flags;

	local_irq_save(flags);
	r->data = data;
#ifndef SPIFLASH_FIXED
	if (++r->writes > WORN_OUT_AFTER)
		WRITE_ONCE(r->status, 0);
#endif
	flash_wait_ready(r);
	r->command++;
	local_irq_restore(flags);
}

static ssize_t flash_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	flash_program(regs, count);
	return count;
}

static const struct file_operations flash_fops = {
	.owner = THIS_MODULE,
	.write = flash_write,
};

static struct miscdevice flash_device = { MISC_DYNAMIC_MINOR, "spiflash", &flash_fops };

static int __init spiflash_init(void)
{
	regs = kzalloc(sizeof(*regs), GFP_KERNEL);
	if (!regs)
		return -ENOMEM;
	regs->status = STATUS_READY;
	return misc_register(&flash_device);
}

static void __exit spiflash_exit(void)
{
	misc_deregister(&flash_device);
	kfree(regs);
}

module_init(spiflash_init);
module_exit(spiflash_exit);
MODULE_DESCRIPTION("inquest lab: flash chip");
MODULE_LICENSE("GPL");
