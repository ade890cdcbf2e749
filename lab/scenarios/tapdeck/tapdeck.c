// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A tape deck: motors with timers, a catalogue under RCU, a position under a seqlock.
 *
 * TAPDECK_STOP: a motor's timer is waited for with the lock held that its function wants.
 * TAPDECK_SEEK: a writer of the position leaves interrupts on, and an interrupt (a timer) reads it.
 * TAPDECK_RENAME: a reader of the catalogue waits for a grace period.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rculist.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define stop_timer timer_delete_sync
#else
#define stop_timer del_timer_sync
#endif

struct tape {
	struct list_head node;
	u32 label;
	struct rcu_head rcu;
};

struct motor {
	spinlock_t guard;
	struct timer_list spin;
	u32 rpm, target;
	struct hrtimer tacho;
};

struct deck {
	struct miscdevice misc;
	struct motor motors[2];
	struct list_head tapes;
	seqlock_t pos_lock;
	u64 pos, wraps;
};

static struct deck deck;

static void motor_spin(struct timer_list *t)
{
	struct motor *m = container_of(t, struct motor, spin);

	spin_lock(&m->guard);
	if (m->rpm < m->target)
		m->rpm++;
	spin_unlock(&m->guard);
	mod_timer(&m->spin, jiffies + 1);
}

static void motor_stop(struct motor *m)
{
#ifdef TAPDECK_STOP
	spin_lock_bh(&m->guard);
	m->target = 0;
	mdelay(30);
	stop_timer(&m->spin);
	m->rpm = 0;
	spin_unlock_bh(&m->guard);
#else
	stop_timer(&m->spin);
	spin_lock_bh(&m->guard);
	m->rpm = m->target = 0;
	spin_unlock_bh(&m->guard);
	mod_timer(&m->spin, jiffies + 1);
#endif
}

static enum hrtimer_restart __maybe_unused tacho_fn(struct hrtimer *t)
{
	unsigned int seq;
	u64 p;

	do {
		seq = read_seqbegin(&deck.pos_lock);
		p = deck.pos + deck.wraps * 1000;
	} while (read_seqretry(&deck.pos_lock, seq));
	deck.motors[1].rpm = p;
	hrtimer_forward_now(t, ms_to_ktime(3));
	return HRTIMER_RESTART;
}

static void deck_seek(u64 to)
{
	unsigned long flags __maybe_unused;
#ifdef TAPDECK_SEEK
	write_seqlock(&deck.pos_lock);
	deck.pos = to;
	mdelay(5);
	deck.wraps++;
	write_sequnlock(&deck.pos_lock);
#else
	write_seqlock_irqsave(&deck.pos_lock, flags);
	deck.pos = to;
	deck.wraps++;
	write_sequnlock_irqrestore(&deck.pos_lock, flags);
#endif
}

static void add_tape(u32 label)
{
	struct tape *t = kzalloc(sizeof(*t), GFP_KERNEL);

	t->label = label;
	list_add_tail_rcu(&t->node, &deck.tapes);
}

static int rename_tape(u32 label)
{
	struct tape *t, *found = NULL;

#ifdef TAPDECK_RENAME
	rcu_read_lock();
	list_for_each_entry_rcu(t, &deck.tapes, node)
		if (t->label == label)
			found = t;
	if (found && label > 2)
		synchronize_rcu();
	rcu_read_unlock();
#else
	rcu_read_lock();
	list_for_each_entry_rcu(t, &deck.tapes, node)
		if (t->label == label)
			found = t;
	rcu_read_unlock();
	synchronize_rcu();
#endif
	return found ? 0 : -ENOENT;
}

static long deck_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	switch (cmd / 100) {
	case 1: motor_stop(&deck.motors[cmd % 2]); return 0;
	case 2: deck_seek(cmd % 100); return 0;
	case 5: return rename_tape(cmd % 100);
	}
	return -ENOTTY;
}

static const struct file_operations deck_fops = { .owner = THIS_MODULE, .unlocked_ioctl = deck_ioctl };

static int __init deck_init(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct motor *m = &deck.motors[i];

		spin_lock_init(&m->guard);
		timer_setup(&m->spin, motor_spin, 0);
		m->target = 90;
		mod_timer(&m->spin, jiffies + i + 1);
	}
	seqlock_init(&deck.pos_lock);
	INIT_LIST_HEAD(&deck.tapes);
	for (i = 0; i < 5; i++)
		add_tape(i);
	deck.misc = (struct miscdevice){ .minor = MISC_DYNAMIC_MINOR, .name = "deck", .fops = &deck_fops };
#ifdef TAPDECK_SEEK
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&deck.motors[1].tacho, tacho_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
#else
	hrtimer_init(&deck.motors[1].tacho, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	deck.motors[1].tacho.function = tacho_fn;
#endif
	hrtimer_start(&deck.motors[1].tacho, ms_to_ktime(50), HRTIMER_MODE_REL_PINNED_HARD);
#endif
	return misc_register(&deck.misc);
}
module_init(deck_init);
MODULE_DESCRIPTION("inquest lab: a tape deck");
MODULE_LICENSE("GPL");
