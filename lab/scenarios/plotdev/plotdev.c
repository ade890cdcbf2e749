// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plotter: pages of strokes. A stroke before the first page is opened goes through a NULL pointer, with the plotter's mutex
 * held; the process dies of it, and the machine lives on.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct plot_page {
	u32 nr;
	u32 strokes;
	u64 ink;
};

struct plotter {
	u32 pages;
	struct plot_page *page;	/* NULL: none is open */
};

static DEFINE_MUTEX(plot_mutex);	/* protects plotter */
static struct plotter plotter;
static struct plot_page first_page;

static noinline void plot_stroke(struct plotter *p, size_t length)
{
	p->page->strokes++;
	p->page->ink += length;
}

static noinline void plot_draw(size_t length)
{
	mutex_lock(&plot_mutex);
#ifdef PLOTDEV_FIXED
	if (!plotter.page)
		plotter.page = &first_page;
#endif
	plot_stroke(&plotter, length);
	mutex_unlock(&plot_mutex);
}

static ssize_t plot_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	plot_draw(count);
	return count;
}

static long plot_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	mutex_lock(&plot_mutex);
	plotter.page = &first_page;
	plotter.pages++;
	mutex_unlock(&plot_mutex);
	return 0;
}

static const struct file_operations plot_fops = {
	.owner = THIS_MODULE,
	.write = plot_write,
	.unlocked_ioctl = plot_ioctl,
};

static struct miscdevice plot_device = { MISC_DYNAMIC_MINOR, "plotter", &plot_fops };

static int __init plotdev_init(void)
{
	return misc_register(&plot_device);
}

static void __exit plotdev_exit(void)
{
	misc_deregister(&plot_device);
}

module_init(plotdev_init);
module_exit(plotdev_exit);
MODULE_DESCRIPTION("inquest lab: plotter");
MODULE_LICENSE("GPL");
