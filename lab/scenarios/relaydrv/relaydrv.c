// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A card of relays. A hard-interrupt timer debounces the contacts, an ioctl switches one relay; both take
 * the lock of the channel. The ioctl doesn't keep interrupts off.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define CHANNELS 8
#define DEBOUNCE_NS (150 * NSEC_PER_USEC)
#define FIRST_NS NSEC_PER_SEC	/* its clients, which start on the same CPU, shall be on their way by then */

struct relay_chan {
	u32 contact;
	u32 state;
	spinlock_t lock;	/* protects this channel */
	u64 toggles;
};

struct relay_card {
	u32 serial;
	struct hrtimer debounce;
	struct relay_chan chan[CHANNELS];
};

static struct relay_card *card;

static enum hrtimer_restart relay_debounce(struct hrtimer *timer)
{
	struct relay_card *c = container_of(timer, struct relay_card, debounce);
	int i;

	for (i = 0; i < CHANNELS; i++) {
		spin_lock(&c->chan[i].lock);
		c->chan[i].contact = c->chan[i].state;
		spin_unlock(&c->chan[i].lock);
	}
	hrtimer_forward_now(timer, ns_to_ktime(DEBOUNCE_NS));
	return HRTIMER_RESTART;
}

static noinline void relay_switch(struct relay_card *c, unsigned int nr)
{
	struct relay_chan *chan = &c->chan[nr % CHANNELS];
#ifdef RELAYDRV_FIXED
	unsigned long flags;

	spin_lock_irqsave(&chan->lock, flags);
#else
	spin_lock(&chan->lock);
#endif
	chan->state ^= 1;
	chan->toggles++;
	udelay(50);	/* the coil */
#ifdef RELAYDRV_FIXED
	spin_unlock_irqrestore(&chan->lock, flags);
#else
	spin_unlock(&chan->lock);
#endif
}

static long relay_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	relay_switch(card, cmd);
	return 0;
}

static const struct file_operations relay_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = relay_ioctl,
};

static struct miscdevice relay_device = { MISC_DYNAMIC_MINOR, "relay0", &relay_fops };

/* insmod is pinned to one CPU (see guest.sh), and with it the timer. */
static int __init relaydrv_init(void)
{
	int i;

	card = kzalloc(sizeof(*card), GFP_KERNEL);
	if (!card)
		return -ENOMEM;
	for (i = 0; i < CHANNELS; i++)
		spin_lock_init(&card->chan[i].lock);
	hrtimer_init(&card->debounce, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	card->debounce.function = relay_debounce;
	hrtimer_start(&card->debounce, ns_to_ktime(FIRST_NS), HRTIMER_MODE_REL_PINNED_HARD);
	return misc_register(&relay_device);
}

static void __exit relaydrv_exit(void)
{
	misc_deregister(&relay_device);
	hrtimer_cancel(&card->debounce);
	kfree(card);
}

module_init(relaydrv_init);
module_exit(relaydrv_exit);
MODULE_DESCRIPTION("inquest lab: relay card");
MODULE_LICENSE("GPL");
