// SPDX-License-Identifier: GPL-2.0-or-later
/* A modem whose commands are given one at a time, under its mutex; each begins with a wait for the ready bit. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#define READY 0x80

struct ring_regs {
	u32 status;
	u32 command;
};

struct ring_modem {
	struct ring_regs *regs;
	unsigned int polls;
	struct mutex lock;	/* protects regs */
};

static struct ring_modem *modem;

static bool modem_ready(struct ring_modem *m)
{
	m->polls++;
	return READ_ONCE(m->regs->status) & READY;
}

static noinline void modem_wait_ready(struct ring_modem *m)
{
	while (!modem_ready(m))
		msleep(5);
}

static noinline void modem_command(struct ring_modem *m, u32 command)
{
	modem_wait_ready(m);
	m->regs->command = command;
#ifndef RINGMOD_FIXED
	if (command == 9)
		m->regs->status &= ~READY;
#endif
}

static noinline ssize_t modem_do(struct ring_modem *m, u32 command)
{
	if (mutex_lock_killable(&m->lock))
		return -EINTR;
	modem_command(m, command);
	mutex_unlock(&m->lock);
	return 1;
}

static ssize_t ring_write(struct file *file, const char __user *buf, size_t len, loff_t *pos)
{
	char c;

	if (!len || get_user(c, buf))
		return -EFAULT;
	return modem_do(modem, c - '0');
}

static const struct file_operations ring_fops = { .owner = THIS_MODULE, .write = ring_write };
static struct miscdevice ring_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "modem", .fops = &ring_fops };

static int __init ringmod_init(void)
{
	modem = kzalloc(sizeof(*modem), GFP_KERNEL);
	if (!modem)
		return -ENOMEM;
	mutex_init(&modem->lock);
	modem->regs = kzalloc(sizeof(*modem->regs), GFP_KERNEL);
	if (!modem->regs)
		return -ENOMEM;
	modem->regs->status = READY;
	return misc_register(&ring_dev);
}

module_init(ringmod_init);
MODULE_DESCRIPTION("inquest lab: modem");
MODULE_LICENSE("GPL");
