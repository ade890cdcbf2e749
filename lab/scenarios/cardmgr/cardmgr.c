// SPDX-License-Identifier: GPL-2.0-or-later
/* Slots for cards, polled by a work each. A card is ejected under the slot's mutex, its work cancelled and waited for; the work takes the mutex. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>

#define SLOTS 2

static struct card_slot {
	u32 present;
	u32 polls;
	struct delayed_work poll;
	struct mutex mutex;	/* protects present */
} slots[SLOTS];

static void card_poll(struct work_struct *work)
{
	struct card_slot *s = container_of(to_delayed_work(work), struct card_slot, poll);

	WRITE_ONCE(s->polls, s->polls + 1);
	mutex_lock(&s->mutex);
	s->present = 1;
	mutex_unlock(&s->mutex);
	schedule_delayed_work(&s->poll, HZ / 10);
}

static noinline void card_eject(struct card_slot *s)
{
	mutex_lock(&s->mutex);
#ifdef CARDMGR_FIXED
	mutex_unlock(&s->mutex);
	cancel_delayed_work_sync(&s->poll);
	mutex_lock(&s->mutex);
#else
	u32 polls = READ_ONCE(s->polls);

	while (READ_ONCE(s->polls) == polls)
		msleep(1);
	cancel_delayed_work_sync(&s->poll);
#endif
	s->present = 0;
	mutex_unlock(&s->mutex);
}

static long card_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	card_eject(&slots[cmd % SLOTS]);
	return 0;
}

static ssize_t card_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	count = 0;
	for (u32 i = 0; i < SLOTS; i++) {
		mutex_lock(&slots[i].mutex);
		count += slots[i].present;
		mutex_unlock(&slots[i].mutex);
	}
	return count;
}

static const struct file_operations card_fops = {
	.owner = THIS_MODULE,
	.read = card_read,
	.unlocked_ioctl = card_ioctl,
};

static struct miscdevice card_device = { MISC_DYNAMIC_MINOR, "cards", &card_fops };

static int __init cardmgr_init(void)
{
	for (u32 i = 0; i < SLOTS; i++) {
		mutex_init(&slots[i].mutex);
		INIT_DELAYED_WORK(&slots[i].poll, card_poll);
		schedule_delayed_work(&slots[i].poll, HZ / 10);
	}
	return misc_register(&card_device);
}

static void __exit cardmgr_exit(void)
{
	misc_deregister(&card_device);
	for (u32 i = 0; i < SLOTS; i++)
		cancel_delayed_work_sync(&slots[i].poll);
}

module_init(cardmgr_init);
module_exit(cardmgr_exit);
MODULE_DESCRIPTION("inquest lab: cards");
MODULE_LICENSE("GPL");
