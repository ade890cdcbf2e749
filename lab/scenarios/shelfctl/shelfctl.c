// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A disk shelf's controller: an object with a lock of its own and an array of slots with one each.
 *
 * SHELFCTL_NESTED: an overfull slot is emptied, by way of the operations, with its lock held.
 * SHELFCTL_IRQ: writers leave interrupts on, and the completion interrupt (a timer) wants the same lock.
 * SHELFCTL_POLL: the controller never gets ready, which is waited for with interrupts off.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#define SLOTS 6

struct shelf;

struct shelf_cmd {
	struct list_head node;
	u32 tag;
	int result;
};

struct shelf_ops {
	int (*submit)(struct shelf *sh, unsigned int slot, struct shelf_cmd *cmd);
	void (*recover)(struct shelf *sh, unsigned int slot);
};

struct shelf_slot {
	unsigned int depth;
	struct list_head pending;
	spinlock_t qlock;
	u64 done, failed;
};

struct shelf {
	const struct shelf_ops *ops;
	char name[20];
	spinlock_t hw_lock;
	u32 status;
	struct shelf_slot slots[SLOTS];
	struct timer_list heartbeat;
	struct hrtimer watch;
	struct work_struct recovery;
	unsigned long beats;
	bool stopping;
};

static struct shelf *the_shelf;
static unsigned int bad_slot = 4;
module_param(bad_slot, uint, 0644);

static inline void slot_put_locked(struct shelf_slot *slot, struct shelf_cmd *cmd)
{
	list_add_tail(&cmd->node, &slot->pending);
	slot->depth++;
}

static struct shelf_cmd *slot_pop(struct shelf_slot *slot)
{
	struct shelf_cmd *cmd;
	unsigned long flags;

	spin_lock_irqsave(&slot->qlock, flags);
	cmd = list_first_entry_or_null(&slot->pending, struct shelf_cmd, node);
	if (cmd) {
		list_del(&cmd->node);
		slot->depth--;
		slot->done++;
	}
	spin_unlock_irqrestore(&slot->qlock, flags);
	return cmd;
}

static int wait_ready(struct shelf *sh)
{
	int tries = 0;

	while (!(READ_ONCE(sh->status) & 1)) {
		udelay(20);
#ifndef SHELFCTL_POLL
		if (++tries > 10)
			return -ETIMEDOUT;
#endif
	}
	return tries;
}

static int shelf_submit(struct shelf *sh, unsigned int nr, struct shelf_cmd *cmd)
{
	struct shelf_slot *slot = &sh->slots[nr];
	unsigned long flags __maybe_unused;

#ifdef SHELFCTL_NESTED
	spin_lock_irqsave(&slot->qlock, flags);
	if (slot->depth > 12)
		sh->ops->recover(sh, nr);
	slot_put_locked(slot, cmd);
	spin_unlock_irqrestore(&slot->qlock, flags);
#elif defined(SHELFCTL_IRQ)
	spin_lock(&slot->qlock);
	slot_put_locked(slot, cmd);
	if (slot->depth > 12)
		mdelay(40);
	spin_unlock(&slot->qlock);
#elif defined(SHELFCTL_POLL)
	spin_lock_irqsave(&sh->hw_lock, flags);
	if (cmd->tag == 40)
		sh->status = 0;
	if (wait_ready(sh) >= 0)
		slot_put_locked(slot, cmd);
	spin_unlock_irqrestore(&sh->hw_lock, flags);
#else
	spin_lock_irqsave(&slot->qlock, flags);
	slot_put_locked(slot, cmd);
	spin_unlock_irqrestore(&slot->qlock, flags);
#endif
	return 0;
}

static void shelf_recover(struct shelf *sh, unsigned int nr)
{
	struct shelf_cmd *cmd;

	while ((cmd = slot_pop(&sh->slots[nr])) != NULL) {
		cmd->result = -EIO;
		kfree(cmd);
	}
}

static const struct shelf_ops ops_v1 = { .submit = shelf_submit, .recover = shelf_recover };

static void beat(struct timer_list *t)
{
	struct shelf *sh = container_of(t, struct shelf, heartbeat);
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		sh->beats += READ_ONCE(sh->slots[i].depth);
	}
	if (!sh->stopping)
		mod_timer(&sh->heartbeat, jiffies + HZ / 20);
}

static enum hrtimer_restart __maybe_unused watch_fn(struct hrtimer *t)
{
	struct shelf *sh = container_of(t, struct shelf, watch);
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		struct shelf_cmd *cmd = slot_pop(&sh->slots[i]);

		if (!cmd)
			continue;
		cmd->result = 0;
		kfree(cmd);
	}
	hrtimer_forward_now(t, ms_to_ktime(7));
	return HRTIMER_RESTART;
}

static void recovery_fn(struct work_struct *work)
{
	struct shelf *sh = container_of(work, struct shelf, recovery);

	sh->ops->recover(sh, sh->beats % SLOTS);
}

static ssize_t shelf_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	static atomic_t tags;
	struct shelf *sh = the_shelf;
	struct shelf_cmd *cmd = kzalloc(sizeof(*cmd), GFP_KERNEL);
	int error;

	if (!cmd)
		return -ENOMEM;
	cmd->tag = atomic_inc_return(&tags);
	error = sh->ops->submit(sh, file->f_flags & O_APPEND ? 1 : bad_slot, cmd);
	if (error) {
		kfree(cmd);
		return error;
	}
	if (cmd->tag % 64 == 0)
		schedule_work(&sh->recovery);
	return count;
}

static ssize_t shelf_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	struct shelf *sh = the_shelf;
	char text[64];
	unsigned long flags;
	int n;

	spin_lock_irqsave(&sh->hw_lock, flags);
	n = scnprintf(text, sizeof(text), "%s %lu %x\n", sh->name, sh->beats, sh->status);
	spin_unlock_irqrestore(&sh->hw_lock, flags);
	return simple_read_from_buffer(to, count, pos, text, n);
}

static const struct file_operations shelf_fops = {
	.owner = THIS_MODULE, .read = shelf_read, .write = shelf_write,
};
static struct miscdevice shelf_misc = { MISC_DYNAMIC_MINOR, "shelf0", &shelf_fops };

static int __init shelf_init(void)
{
	struct shelf *sh = kzalloc(sizeof(*sh), GFP_KERNEL);
	int i;

	if (!sh)
		return -ENOMEM;
	sh->ops = &ops_v1;
	sh->status = 1;
	strcpy(sh->name, "shelf-ab7");
	spin_lock_init(&sh->hw_lock);
	for (i = 0; i < SLOTS; i++) {
		spin_lock_init(&sh->slots[i].qlock);
		INIT_LIST_HEAD(&sh->slots[i].pending);
	}
	INIT_WORK(&sh->recovery, recovery_fn);
	timer_setup(&sh->heartbeat, beat, 0);
	the_shelf = sh;
	mod_timer(&sh->heartbeat, jiffies + HZ / 10);
#ifdef SHELFCTL_IRQ
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&sh->watch, watch_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
#else
	hrtimer_init(&sh->watch, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	sh->watch.function = watch_fn;
#endif
	hrtimer_start(&sh->watch, ms_to_ktime(50), HRTIMER_MODE_REL_PINNED);
#endif
	return misc_register(&shelf_misc);
}
module_init(shelf_init);
MODULE_DESCRIPTION("inquest lab: a disk shelf's controller");
MODULE_LICENSE("GPL");
