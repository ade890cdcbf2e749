// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames that are captured and encoded, both by works of one ordered queue. */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct frame_job {
	struct work_struct capture;
	struct work_struct encode;
	struct completion encoded;
	struct completion done;
	u32 sum;
	u32 data[32];
};

static struct workqueue_struct *frame_wq;

static void encode_fn(struct work_struct *work)
{
	struct frame_job *j = container_of(work, struct frame_job, encode);
	int i;

	for (i = 0; i < 32; i++)
		j->sum += j->data[i];
	complete(&j->encoded);
}

static noinline void job_encode(struct frame_job *j)
{
#ifdef FRAMESYNC_FIXED
	encode_fn(&j->encode);
#else
	queue_work(frame_wq, &j->encode);
#endif
	wait_for_completion(&j->encoded);
}

static void capture_fn(struct work_struct *work)
{
	struct frame_job *j = container_of(work, struct frame_job, capture);
	int i;

	for (i = 0; i < 32; i++)
		j->data[i] = i;
	job_encode(j);
	complete(&j->done);
}

static ssize_t frame_read(struct file *file, char __user *buf, size_t len, loff_t *pos)
{
	struct frame_job *j = kzalloc(sizeof(*j), GFP_KERNEL);

	if (!j)
		return -ENOMEM;
	INIT_WORK(&j->capture, capture_fn);
	INIT_WORK(&j->encode, encode_fn);
	init_completion(&j->encoded);
	init_completion(&j->done);
	queue_work(frame_wq, &j->capture);
	wait_for_completion(&j->done);
	kfree(j);
	return 0;
}

static const struct file_operations frame_fops = { .owner = THIS_MODULE, .read = frame_read };
static struct miscdevice frame_dev = { .minor = MISC_DYNAMIC_MINOR, .name = "frames", .fops = &frame_fops };

static int __init framesync_init(void)
{
	frame_wq = alloc_ordered_workqueue("framesync", 0);
	return frame_wq ? misc_register(&frame_dev) : -ENOMEM;
}

module_init(framesync_init);
MODULE_DESCRIPTION("inquest lab: frames");
MODULE_LICENSE("GPL");
