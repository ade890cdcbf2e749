// SPDX-License-Identifier: GPL-2.0-or-later
/* A board with slots. A failed selftest is logged with the device of the slot's card, also where the slot is empty. */
#include <linux/device.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#define NR_SLOTS 4

struct slot {
	u16 id;
	u16 errors;
	struct platform_device *card;
};

struct board {
	u32 selftests;
	struct slot slots[NR_SLOTS];
};

static struct board *board;

static void slot_report(struct slot *s, int code)
{
	s->errors++;
	dev_err(&s->card->dev, "selftest failed: %d\n", code);
}

static noinline int board_selftest(struct board *b, u32 nr)
{
	struct slot *s = &b->slots[nr % NR_SLOTS];

	b->selftests++;
	if (s->id & 1)
		slot_report(s, -EIO);
	return 0;
}

static int selftest_set(const char *text, const struct kernel_param *kp)
{
	u32 nr;
	int err = kstrtouint(text, 0, &nr);

	return err ?: board_selftest(board, nr);
}

static const struct kernel_param_ops selftest_ops = { .set = selftest_set };
module_param_cb(selftest, &selftest_ops, NULL, 0200);

static int __init boardlog_init(void)
{
	struct board *b = kzalloc(sizeof(*b), GFP_KERNEL);
	int i;

	if (!b)
		return -ENOMEM;
	for (i = 0; i < NR_SLOTS; i++)
		b->slots[i].id = i;
	b->slots[1].card = platform_device_register_simple("boardlog", 1, NULL, 0);
	if (IS_ERR(b->slots[1].card))
		return PTR_ERR(b->slots[1].card);
	board = b;
	return 0;
}

module_init(boardlog_init);
MODULE_DESCRIPTION("inquest lab: board with slots");
MODULE_LICENSE("GPL");
