// SPDX-License-Identifier: GPL-2.0-or-later
/* Letters that are delivered by work items. The express queue is made on demand, but sending doesn't look whether it was. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct letter {
	u32 weight;
	struct work_struct deliver;
};

struct post_office {
	u32 sent;
	u32 delivered;
	struct workqueue_struct *normal;
	struct workqueue_struct *express;
	char town[24];
};

static struct post_office office;

static void letter_deliver(struct work_struct *work)
{
	struct letter *l = container_of(work, struct letter, deliver);

	office.delivered++;
	kfree(l);
}

static void letter_queue(struct workqueue_struct *wq, struct letter *l)
{
	INIT_WORK(&l->deliver, letter_deliver);
	queue_work(wq, &l->deliver);
}

static noinline int office_send(struct post_office *o, u32 weight, bool express)
{
	struct letter *l = kzalloc(sizeof(*l), GFP_KERNEL);

	if (!l)
		return -ENOMEM;
	l->weight = weight;
	o->sent++;
	letter_queue(express ? o->express : o->normal, l);
	return 0;
}

static long post_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return office_send(&office, cmd, cmd > 1000);
}

static const struct file_operations post_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = post_ioctl,
};

static struct miscdevice post_device = { MISC_DYNAMIC_MINOR, "postbox", &post_fops };

static int __init postbox_init(void)
{
	office.normal = alloc_workqueue("post", 0, 0);
	if (!office.normal)
		return -ENOMEM;
	return misc_register(&post_device);
}

module_init(postbox_init);
MODULE_DESCRIPTION("inquest lab: post office");
MODULE_LICENSE("GPL");
