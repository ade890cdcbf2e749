// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel thread that works through blocks with preemption off. A block of length zero is never through.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/slab.h>

#define BLOCKS 32

struct block {
	u32 length;
	u32 sum;
};

static struct block *blocks;
static struct task_struct *worker;

static noinline void crunch_block(struct block *b, u32 size)
{
	u32 done = 0;

	while (done < size) {
		WRITE_ONCE(b->sum, b->sum * 31 + done);
		done += READ_ONCE(b->length);
	}
}

static noinline void crunch_all(void)
{
	int i;

	for (i = 0; i < BLOCKS; i++) {
		preempt_disable();
		crunch_block(&blocks[i], 4096);
		preempt_enable();
	}
}

static int crunchd(void *arg)
{
	while (!kthread_should_stop()) {
		crunch_all();
		msleep(100);
	}
	return 0;
}

static int __init crunchd_init(void)
{
	int i;

	blocks = kcalloc(BLOCKS, sizeof(*blocks), GFP_KERNEL);
	if (!blocks)
		return -ENOMEM;
	for (i = 0; i < BLOCKS; i++)
		blocks[i].length = 64;
#ifndef CRUNCHD_FIXED
	blocks[BLOCKS / 2].length = 0;
#endif
	worker = kthread_create(crunchd, NULL, "crunchd");
	if (IS_ERR(worker))
		return PTR_ERR(worker);
	kthread_bind(worker, 2);
	wake_up_process(worker);
	return 0;
}

static void __exit crunchd_exit(void)
{
	kthread_stop(worker);
	kfree(blocks);
}

module_init(crunchd_init);
module_exit(crunchd_exit);
MODULE_DESCRIPTION("inquest lab: blocks");
MODULE_LICENSE("GPL");
