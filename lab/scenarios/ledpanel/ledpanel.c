// SPDX-License-Identifier: GPL-2.0-or-later

/* A panel of lights that a delayed work refreshes. Who dims the panel cancels the work under the mutex that it takes. */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct panel {
	u32 level;
	struct mutex lock;
	struct delayed_work refresh;
};

static struct panel *panel;

static void panel_refresh(struct work_struct *work)
{
	struct panel *p = container_of(to_delayed_work(work), struct panel, refresh);

	mutex_lock(&p->lock);
	p->level++;
	mutex_unlock(&p->lock);
}

static noinline void panel_dim(struct panel *p)
{
	mutex_lock(&p->lock);
	mod_delayed_work(system_wq, &p->refresh, 0);
	msleep(50);
#ifndef LEDPANEL_FIXED
	cancel_delayed_work_sync(&p->refresh);
#endif
	p->level = 0;
	mutex_unlock(&p->lock);
}

static long panel_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd == 1)
		panel_dim(panel);
	mutex_lock(&panel->lock);
	mutex_unlock(&panel->lock);
	return 0;
}

static const struct file_operations panel_fops = { .owner = THIS_MODULE, .unlocked_ioctl = panel_ioctl };
static struct miscdevice panel_device = { MISC_DYNAMIC_MINOR, "ledpanel", &panel_fops };

static int __init ledpanel_init(void)
{
	panel = kzalloc(sizeof(*panel), GFP_KERNEL);
	if (!panel)
		return -ENOMEM;
	mutex_init(&panel->lock);
	INIT_DELAYED_WORK(&panel->refresh, panel_refresh);
	return misc_register(&panel_device);
}

module_init(ledpanel_init);
MODULE_DESCRIPTION("inquest lab: light panel");
MODULE_LICENSE("GPL");
