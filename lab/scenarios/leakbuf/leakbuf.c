// SPDX-License-Identifier: GPL-2.0-or-later
/* Captures frames into buffers, and forgets to give them back: a leak of slab memory. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>

struct capture_frame {
	u64 stamp;
	struct capture_frame *previous;
	char data[3000];
};

static struct capture_frame *last;
static struct task_struct *thread;
static u64 captured;

static noinline void capture_one(void)
{
	struct capture_frame *frame = kzalloc(sizeof(*frame), GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY);

	if (!frame)
		return;
	frame->stamp = captured++;
	frame->previous = last;
	last = frame;
}

static int capture_thread(void *arg)
{
	while (!kthread_should_stop()) {
		capture_one();
		if (!(captured % 1024))
			usleep_range(1000, 2000);
		cond_resched();
	}
	return 0;
}

static int __init leakbuf_init(void)
{
	thread = kthread_run(capture_thread, NULL, "captured");
	return 0;
}

module_init(leakbuf_init);
MODULE_DESCRIPTION("inquest lab: frame capture");
MODULE_LICENSE("GPL");
