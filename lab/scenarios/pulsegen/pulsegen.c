// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A generator of pulses. Its timer leaves early when the amplitude is zero, and then leaves the lock locked.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/timer.h>
#include <linux/uaccess.h>

struct pulse_unit {
	u32 amplitude;
	u32 phase;
	spinlock_t lock;	/* protects this unit */
};

static struct pulse_unit units[4];
static struct timer_list pulse_timer;

static noinline int pulse_step(struct pulse_unit *u)
{
	spin_lock(&u->lock);
	if (!u->amplitude) {
#ifdef PULSEGEN_FIXED
		spin_unlock(&u->lock);
#endif
		return -EAGAIN;
	}
	u->phase += u->amplitude;
	spin_unlock(&u->lock);
	return 0;
}

static void pulse_tick(struct timer_list *timer)
{
	int i, idle = 0;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (pulse_step(&units[i]))
			idle++;
	if (idle < ARRAY_SIZE(units) - 1)
		mod_timer(&pulse_timer, jiffies + 1);
}

/* "N": the amplitude of unit 2. */
static ssize_t pulse_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	u32 amplitude;
	int err = kstrtou32_from_user(from, count, 0, &amplitude);

	if (err)
		return err;
	spin_lock_bh(&units[2].lock);
	units[2].amplitude = amplitude;
	spin_unlock_bh(&units[2].lock);
	return count;
}

static ssize_t pulse_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 phase;

	spin_lock_bh(&units[2].lock);
	phase = units[2].phase;
	spin_unlock_bh(&units[2].lock);
	return simple_read_from_buffer(to, count, pos, &phase, sizeof(phase));
}

static const struct file_operations pulse_fops = {
	.owner = THIS_MODULE,
	.read = pulse_read,
	.write = pulse_write,
};

static struct miscdevice pulse_device = { MISC_DYNAMIC_MINOR, "pulse", &pulse_fops };

static int __init pulsegen_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(units); i++) {
		spin_lock_init(&units[i].lock);
		units[i].amplitude = i + 1;
	}
	timer_setup(&pulse_timer, pulse_tick, TIMER_PINNED);
	pulse_timer.expires = jiffies + 1;
	add_timer_on(&pulse_timer, 1);
	return misc_register(&pulse_device);
}

static void __exit pulsegen_exit(void)
{
	misc_deregister(&pulse_device);
	del_timer_sync(&pulse_timer);
}

module_init(pulsegen_init);
module_exit(pulsegen_exit);
MODULE_DESCRIPTION("inquest lab: pulses");
MODULE_LICENSE("GPL");
