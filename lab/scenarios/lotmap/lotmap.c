// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A parking lot of sections. A bit of each section's state word is its lock, for tickets and for the timer that counts free places.
 */
#include <linux/bit_spinlock.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define timer_delete_sync(timer) del_timer_sync(timer)
#endif

#define SECTION_LOCK 3	/* bit of the state: the section's lock */

struct lot_section {
	u32 taken, places;
	unsigned long state;
};

struct lot {
	u64 counted, free_places;
	struct timer_list count_timer;
	struct lot_section *gate;
};

static struct lot *city_lot;

static noinline void section_count(struct lot *lot, struct lot_section *s)
{
	bit_spin_lock(SECTION_LOCK, &s->state);
	lot->free_places += s->places - s->taken;
	bit_spin_unlock(SECTION_LOCK, &s->state);
}

static void lot_count(struct timer_list *t)
{
	struct lot *lot = city_lot;

	section_count(lot, lot->gate);
	lot->counted++;
	mod_timer(t, jiffies + 1);
}

static noinline void section_enter(struct lot_section *s, u32 cars)
{
#ifdef LOTMAP_FIXED
	local_bh_disable();
#endif
	bit_spin_lock(SECTION_LOCK, &s->state);
	s->taken = (s->taken + cars) % s->places;
	udelay(300);	/* the barrier's contact bounces */
	bit_spin_unlock(SECTION_LOCK, &s->state);
#ifdef LOTMAP_FIXED
	local_bh_enable();
#endif
}

static ssize_t lot_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	for (int i = 0; i < 100; i++)
		section_enter(city_lot->gate, count);
	return count;
}

static const struct file_operations lot_fops = {
	.owner = THIS_MODULE,
	.write = lot_write,
};

static struct miscdevice lot_device = { MISC_DYNAMIC_MINOR, "lotmap", &lot_fops };

static int __init lotmap_init(void)
{
	city_lot = kzalloc(sizeof(*city_lot), GFP_KERNEL);
	if (!city_lot)
		return -ENOMEM;
	city_lot->gate = kzalloc(sizeof(*city_lot->gate), GFP_KERNEL);
	if (!city_lot->gate)
		return -ENOMEM;
	city_lot->gate->places = 400;
	timer_setup(&city_lot->count_timer, lot_count, TIMER_PINNED);
	city_lot->count_timer.expires = jiffies + 1;
	add_timer_on(&city_lot->count_timer, 1);
	return misc_register(&lot_device);
}

static void __exit lotmap_exit(void)
{
	misc_deregister(&lot_device);
	timer_delete_sync(&city_lot->count_timer);
}

module_init(lotmap_init);
module_exit(lotmap_exit);
MODULE_DESCRIPTION("inquest lab: parking lot");
MODULE_LICENSE("GPL");
