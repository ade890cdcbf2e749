// SPDX-License-Identifier: GPL-2.0-or-later
/* Steps motors by an hrtimer. Three axes have a drive; the fourth is enabled without one. */
#include <linux/hrtimer.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/version.h>

#define NR_AXES 4

struct drive {
	u16 phase;
	u16 current_ma;
	u32 regs[8];
};

struct axis {
	u32 enabled : 1;
	u32 homed : 1;
	u32 dir : 2;
	u32 steps : 28;
	struct drive *drive;
	s64 position;
};

struct motor_board {
	char name[20];
	struct hrtimer tick;
	u32 ticks;
	struct axis axes[NR_AXES];
};

static struct motor_board *board;

static noinline void axis_step(struct axis *a)
{
	a->steps++;
	a->drive->regs[3] |= 1u << a->dir;
	a->position += a->dir ? 1 : -1;
}

static noinline void board_step(struct motor_board *b)
{
	int i;

	for (i = 0; i < NR_AXES; i++)
		if (b->axes[i].enabled)
			axis_step(&b->axes[i]);
	if (++b->ticks == 20)
		b->axes[3].enabled = 1;
}

static enum hrtimer_restart board_tick(struct hrtimer *t)
{
	struct motor_board *b = container_of(t, struct motor_board, tick);

	board_step(b);
	hrtimer_forward_now(t, ms_to_ktime(10));
	return HRTIMER_RESTART;
}

static int __init stepper_init(void)
{
	int i;

	board = kzalloc(sizeof(*board), GFP_KERNEL);
	if (!board)
		return -ENOMEM;
	for (i = 0; i < NR_AXES - 1; i++) {
		board->axes[i].drive = kzalloc(sizeof(struct drive), GFP_KERNEL);
		board->axes[i].enabled = !!board->axes[i].drive;
	}
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&board->tick, board_tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
#else
	hrtimer_init(&board->tick, CLOCK_MONOTONIC, HRTIMER_MODE_REL);
	board->tick.function = board_tick;
#endif
	hrtimer_start(&board->tick, ms_to_ktime(10), HRTIMER_MODE_REL);
	return 0;
}

module_init(stepper_init);
MODULE_DESCRIPTION("inquest lab: stepper motors");
MODULE_LICENSE("GPL");
