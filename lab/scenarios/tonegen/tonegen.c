// SPDX-License-Identifier: GPL-2.0-or-later
/* Mixes tones in a timer; each stage has a block of samples on the stack. */
#include <linux/module.h>
#include <linux/string.h>
#include <linux/timer.h>

#define BLOCK 1100	/* samples */

static struct timer_list mix_timer;
static u32 level = 3;

static noinline __noclone u32 tone_filter(const s32 *in, u32 n)
{
	s32 block[BLOCK];
	u32 i;

	for (i = 0; i < n; i++)
		block[i] = in[i] / 2 + in[n - 1 - i];
	barrier_data(block);
	return block[level];
}

static noinline __noclone u32 tone_shape(const s32 *in, u32 n)
{
	s32 block[BLOCK];
	u32 i;

	for (i = 0; i < n; i++)
		block[i] = in[i] * (s32)i;
	barrier_data(block);
	return tone_filter(block, n) + block[level];
}

static noinline __noclone u32 tone_mix(const s32 *in, u32 n)
{
	s32 block[BLOCK];
	u32 i;

	for (i = 0; i < n; i++)
		block[i] = in[i] + in[n - 1 - i];
	barrier_data(block);
	return tone_shape(block, n) + block[level];
}

static noinline __noclone u32 tone_start(u32 n)
{
	s32 block[BLOCK];
	u32 i;

	for (i = 0; i < n; i++)
		block[i] = (s32)(i % 64);
	barrier_data(block);
	return tone_mix(block, n) + block[level];
}

static void tone_tick(struct timer_list *timer)
{
	level = tone_start(BLOCK) % 16;
	mod_timer(timer, jiffies + HZ / 10);
}

static int __init tonegen_init(void)
{
	timer_setup(&mix_timer, tone_tick, 0);
	mod_timer(&mix_timer, jiffies + HZ / 10);
	return 0;
}

module_init(tonegen_init);
MODULE_DESCRIPTION("inquest lab: tones");
MODULE_LICENSE("GPL");
