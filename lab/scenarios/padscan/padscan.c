// SPDX-License-Identifier: GPL-2.0-or-later

/* A key pad with a threaded interrupt handler. Who sets the pad up stops the interrupt under the pad's mutex, which the handler takes too. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct pad {
	u32 keys;
	int irq;
	struct mutex lock;
	u32 rate;
};

static struct pad *pad;

static irqreturn_t pad_thread(int irq, void *data)
{
	struct pad *p = data;

	mutex_lock(&p->lock);
	p->keys++;
	mutex_unlock(&p->lock);
	return IRQ_HANDLED;
}

static noinline void pad_strobe(struct pad *p)
{
	local_irq_disable();
	generic_handle_irq(p->irq);
	local_irq_enable();
}

static noinline void pad_set_rate(struct pad *p, u32 rate)
{
#ifdef PADSCAN_FIXED
	disable_irq(p->irq);
	mutex_lock(&p->lock);
#else
	mutex_lock(&p->lock);
	pad_strobe(p);
	msleep(50);
	disable_irq(p->irq);
#endif
	p->rate = rate;
	enable_irq(p->irq);
	mutex_unlock(&p->lock);
	pad_strobe(p);
}

static long pad_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd == 1) {
		pad_set_rate(pad, cmd);
		return 0;
	}
	mutex_lock(&pad->lock);
	mutex_unlock(&pad->lock);
	return pad->rate;
}

static const struct file_operations pad_fops = { .owner = THIS_MODULE, .unlocked_ioctl = pad_ioctl };
static struct miscdevice pad_device = { MISC_DYNAMIC_MINOR, "padscan", &pad_fops };

static int __init padscan_init(void)
{
	int err;

	pad = kzalloc(sizeof(*pad), GFP_KERNEL);
	if (!pad)
		return -ENOMEM;
	mutex_init(&pad->lock);
	pad->irq = irq_alloc_desc(0);
	if (pad->irq < 0)
		return pad->irq;
	irq_set_chip_and_handler(pad->irq, &dummy_irq_chip, handle_simple_irq);
	irq_clear_status_flags(pad->irq, IRQ_NOREQUEST);
	err = request_threaded_irq(pad->irq, NULL, pad_thread, IRQF_ONESHOT, "padscan", pad);
	return err ?: misc_register(&pad_device);
}

module_init(padscan_init);
MODULE_DESCRIPTION("inquest lab: key pad");
MODULE_LICENSE("GPL");
