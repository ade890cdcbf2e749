// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Servos: a high resolution timer gives the steps. To halt one is to cancel its timer, which is done with the servo's lock held,
 * and the step takes it.
 */
#include <linux/fs.h>
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/version.h>

#define SERVOS 3
#define STEP_NS (5 * NSEC_PER_MSEC)

struct servo {
	u32 nr;
	u32 position;
	struct hrtimer step;
	spinlock_t lock;	/* protects position, moving */
	u32 moving;
	u32 steps;
};

static struct servo *servos[SERVOS];

static enum hrtimer_restart servo_step(struct hrtimer *timer)
{
	struct servo *s = container_of(timer, struct servo, step);

	WRITE_ONCE(s->steps, s->steps + 1);
	spin_lock(&s->lock);
	s->position++;
	spin_unlock(&s->lock);
	hrtimer_forward_now(timer, ns_to_ktime(STEP_NS));
	return HRTIMER_RESTART;
}

static noinline void servo_halt(struct servo *s)
{
#ifdef SERVODRV_FIXED
	hrtimer_cancel(&s->step);
	spin_lock_irq(&s->lock);
	s->moving = 0;
	spin_unlock_irq(&s->lock);
#else
	u32 steps;

	spin_lock_irq(&s->lock);
	s->moving = 0;
	steps = READ_ONCE(s->steps);
	while (READ_ONCE(s->steps) == steps)
		cpu_relax();
	hrtimer_cancel(&s->step);
	spin_unlock_irq(&s->lock);
#endif
}

static void servo_start(void *arg)
{
	struct servo *s = arg;

	s->moving = 1;
	hrtimer_start(&s->step, ns_to_ktime(STEP_NS), HRTIMER_MODE_REL_PINNED);
}

static long servo_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	servo_halt(servos[cmd % SERVOS]);
	return 0;
}

static const struct file_operations servo_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = servo_ioctl,
};

static struct miscdevice servo_device = { MISC_DYNAMIC_MINOR, "servo", &servo_fops };

static int __init servodrv_init(void)
{
	for (u32 i = 0; i < SERVOS; i++) {
		struct servo *s = kzalloc(sizeof(*s), GFP_KERNEL);

		if (!s)
			return -ENOMEM;
		s->nr = i;
		spin_lock_init(&s->lock);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
		hrtimer_setup(&s->step, servo_step, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
#else
		hrtimer_init(&s->step, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
		s->step.function = servo_step;
#endif
		servos[i] = s;
		smp_call_function_single(i, servo_start, s, 1);
	}
	return misc_register(&servo_device);
}

static void __exit servodrv_exit(void)
{
	misc_deregister(&servo_device);
	for (u32 i = 0; i < SERVOS; i++) {
		hrtimer_cancel(&servos[i]->step);
		kfree(servos[i]);
	}
}

module_init(servodrv_init);
module_exit(servodrv_exit);
MODULE_DESCRIPTION("inquest lab: servos");
MODULE_LICENSE("GPL");
