// SPDX-License-Identifier: GPL-2.0-or-later
/* Pulse units, each with its registers. A high resolution timer goes through them by their slots; one was never mapped. */
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/version.h>

#define PULSE_UNITS 5

struct pulse_regs {
	u32 status;
	u32 mask;
	u32 control;
	u32 count;
};

struct pulse_unit {
	u32 nr;
	u32 missed;
	struct pulse_regs *regs;
};

struct pulse_board {
	struct hrtimer timer;
	u32 next;
	u64 pulses;
	struct pulse_unit *units[PULSE_UNITS];
};

static struct pulse_board *board;

static noinline __noclone u32 pulse_fire(struct pulse_unit **slot)
{
	return (*slot)->regs->control |= 1;
}

static enum hrtimer_restart pulse_timer(struct hrtimer *timer)
{
	struct pulse_board *b = container_of(timer, struct pulse_board, timer);

	b->pulses += pulse_fire(&b->units[b->next]);
	b->next = (b->next + 1) % PULSE_UNITS;
	hrtimer_forward_now(timer, ms_to_ktime(20));
	return HRTIMER_RESTART;
}

static int __init pulsectl_init(void)
{
	u32 i;

	board = kzalloc(sizeof(*board), GFP_KERNEL);
	if (!board)
		return -ENOMEM;
	for (i = 0; i < PULSE_UNITS; i++) {
		struct pulse_unit *unit = kzalloc(sizeof(*unit), GFP_KERNEL);

		if (!unit)
			return -ENOMEM;
		unit->nr = i;
		if (i != 3)
			unit->regs = kzalloc(sizeof(*unit->regs), GFP_KERNEL);
		board->units[i] = unit;
	}
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&board->timer, pulse_timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
#else
	hrtimer_init(&board->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_HARD);
	board->timer.function = pulse_timer;
#endif
	hrtimer_start(&board->timer, ms_to_ktime(20), HRTIMER_MODE_REL_HARD);
	return 0;
}

module_init(pulsectl_init);
MODULE_DESCRIPTION("inquest lab: pulse units");
MODULE_LICENSE("GPL");
