// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A line that a real-time thread polls on CPU 1, for ever once the line is noisy: the thread offers to reschedule in each turn, but nobody
 * there may run before it. Among those is the thread that keeps the line's books with its mutex held.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/uaccess.h>

static DEFINE_MUTEX(line_mutex);	/* protects lines */
static unsigned long lines, polls;
static bool keeping;
static struct task_struct *keeper;

/* Holds the mutex for a tenth of a second, gives it back for a moment. */
static int line_keep(void *arg)
{
	while (!kthread_should_stop()) {
		unsigned long end = jiffies + HZ / 10;

		mutex_lock(&line_mutex);
		WRITE_ONCE(keeping, true);
		while (time_before(jiffies, end)) {
			lines++;
			cond_resched();
		}
		WRITE_ONCE(keeping, false);
		mutex_unlock(&line_mutex);
		usleep_range(1000, 2000);
	}
	return 0;
}

static noinline void line_poll(void)
{
	unsigned long end = jiffies + HZ / 100;

#ifdef POLLRT_FIXED
	while (time_before(jiffies, end)) {
#else
	while (end) {
#endif
		polls++;
		cpu_relax();
		cond_resched();
	}
}

static int line_watch(void *arg)
{
	while (!READ_ONCE(keeping))
		usleep_range(100, 200);
	line_poll();
	while (!kthread_should_stop())
		msleep(100);
	return 0;
}

static int line_start(int (*fn)(void *), const char *name, bool fifo, struct task_struct **ret)
{
	struct task_struct *task = kthread_create(fn, NULL, "%s", name);

	if (IS_ERR(task))
		return PTR_ERR(task);
	kthread_bind(task, 1);
	if (fifo)
		sched_set_fifo(task);
	wake_up_process(task);
	if (ret)
		*ret = task;
	return 0;
}

static ssize_t line_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	int err = line_start(line_watch, "linewatch", true, NULL);

	return err ?: count;
}

static ssize_t line_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	unsigned long n;

	mutex_lock(&line_mutex);
	n = lines;
	mutex_unlock(&line_mutex);
	return simple_read_from_buffer(to, count, pos, &n, sizeof(n));
}

static const struct file_operations line_fops = {
	.owner = THIS_MODULE,
	.read = line_read,
	.write = line_write,
};

static struct miscdevice line_device = { MISC_DYNAMIC_MINOR, "line", &line_fops };

static int __init pollrt_init(void)
{
	int err = line_start(line_keep, "linekeep", false, &keeper);

	return err ?: misc_register(&line_device);
}

module_init(pollrt_init);
MODULE_DESCRIPTION("inquest lab: line");
MODULE_LICENSE("GPL");
