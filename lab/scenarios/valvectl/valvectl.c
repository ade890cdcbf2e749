// SPDX-License-Identifier: GPL-2.0-or-later
/* Valves: a thread per valve turns it. To shut a valve is to stop its thread, with the mutex held that the thread takes for each turn. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct valve {
	u32 angle;
	struct task_struct *thread;
	struct mutex mutex;	/* protects angle, thread */
};

static struct valve *valve;

static noinline void valve_turn(struct valve *v)
{
	mutex_lock(&v->mutex);
	v->angle = (v->angle + 3) % 360;
	mutex_unlock(&v->mutex);
}

static int valve_thread(void *arg)
{
	while (!kthread_should_stop()) {
		valve_turn(arg);
		msleep(20);
	}
	return 0;
}

static noinline int valve_shut(struct valve *v)
{
	struct task_struct *thread;

	mutex_lock(&v->mutex);
	thread = v->thread;
	v->thread = NULL;
#ifdef VALVECTL_FIXED
	mutex_unlock(&v->mutex);
	if (thread)
		kthread_stop(thread);
#else
	msleep(100);
	if (thread)
		kthread_stop(thread);
	mutex_unlock(&v->mutex);
#endif
	return 0;
}

static long valve_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return valve_shut(valve);
}

static ssize_t valve_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	mutex_lock(&valve->mutex);
	valve->angle += count;
	mutex_unlock(&valve->mutex);
	return count;
}

static const struct file_operations valve_fops = {
	.owner = THIS_MODULE,
	.write = valve_write,
	.unlocked_ioctl = valve_ioctl,
};

static struct miscdevice valve_device = { MISC_DYNAMIC_MINOR, "valve", &valve_fops };

static int __init valvectl_init(void)
{
	valve = kzalloc(sizeof(*valve), GFP_KERNEL);
	if (!valve)
		return -ENOMEM;
	mutex_init(&valve->mutex);
	valve->thread = kthread_run(valve_thread, valve, "valved");
	return misc_register(&valve_device);
}

static void __exit valvectl_exit(void)
{
	misc_deregister(&valve_device);
	kfree(valve);
}

module_init(valvectl_init);
module_exit(valvectl_exit);
MODULE_DESCRIPTION("inquest lab: valves");
MODULE_LICENSE("GPL");
