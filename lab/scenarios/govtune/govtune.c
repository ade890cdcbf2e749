// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tunes the machine: a kernel thread measures each CPU's speed, and a change of the settings stops all CPUs for a moment.
 * The measurement of a CPU whose counter stands still never ends.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/stop_machine.h>

struct gov_counter {
	u64 value;
	u64 step;
};

static struct gov_counter counter;
static u64 settings;
static struct task_struct *meter;

static noinline void gov_measure(struct gov_counter *c)
{
	u64 end = READ_ONCE(c->value) + 100000;

	while (READ_ONCE(c->value) < end)
		WRITE_ONCE(c->value, c->value + READ_ONCE(c->step));
}

static int gov_meter(void *arg)
{
	while (!kthread_should_stop()) {
		gov_measure(&counter);
		msleep(20);
	}
	return 0;
}

static int gov_set(void *arg)
{
	settings = *(u64 *)arg;
	return 0;
}

static noinline int gov_apply(u64 value)
{
#ifndef GOVTUNE_FIXED
	WRITE_ONCE(counter.step, 0);
	msleep(500);
#endif
	return stop_machine(gov_set, &value, NULL);
}

static ssize_t gov_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	return gov_apply(count) ?: count;
}

static const struct file_operations gov_fops = {
	.owner = THIS_MODULE,
	.write = gov_write,
};

static struct miscdevice gov_device = { MISC_DYNAMIC_MINOR, "govtune", &gov_fops };

static int __init govtune_init(void)
{
	counter.step = 1;
	meter = kthread_create(gov_meter, NULL, "govmeter");
	if (IS_ERR(meter))
		return PTR_ERR(meter);
	kthread_bind(meter, 1);
	wake_up_process(meter);
	return misc_register(&gov_device);
}

static void __exit govtune_exit(void)
{
	misc_deregister(&gov_device);
	kthread_stop(meter);
}

module_init(govtune_init);
module_exit(govtune_exit);
MODULE_DESCRIPTION("inquest lab: tuning");
MODULE_LICENSE("GPL");
