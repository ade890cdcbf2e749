// SPDX-License-Identifier: GPL-2.0-or-later
/* A serial bus. Sending waits for the status bit that says ready, without an end to its patience, under a spinlock with interrupts off. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#define STATUS_READY 0x80

struct serial_bus {
	spinlock_t lock;	/* protects the registers */
	u32 status;		/* the device would set it */
	u32 sent;
};

static struct serial_bus bus;

static noinline __noclone void bus_wait_ready(struct serial_bus *b)
{
	while (!(READ_ONCE(b->status) & STATUS_READY))
		cpu_relax();
}

static noinline __noclone void bus_send(struct serial_bus *b, u32 bytes)
{
	unsigned long flags;

	spin_lock_irqsave(&b->lock, flags);
	bus_wait_ready(b);
	b->sent += bytes;
	spin_unlock_irqrestore(&b->lock, flags);
}

static noinline __noclone u32 bus_sent(struct serial_bus *b)
{
	u32 sent;

	spin_lock(&b->lock);
	sent = b->sent;
	spin_unlock(&b->lock);
	return sent;
}

static ssize_t bus_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	bus_send(&bus, count);
	return count;
}

static ssize_t bus_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 sent = bus_sent(&bus);

	return simple_read_from_buffer(to, count, pos, &sent, sizeof(sent));
}

static const struct file_operations bus_fops = {
	.owner = THIS_MODULE,
	.read = bus_read,
	.write = bus_write,
};

static struct miscdevice bus_device = { MISC_DYNAMIC_MINOR, "serbus", &bus_fops };

static int __init pollspin_init(void)
{
	spin_lock_init(&bus.lock);
	return misc_register(&bus_device);
}

module_init(pollspin_init);
MODULE_DESCRIPTION("inquest lab: serial bus");
MODULE_LICENSE("GPL");
