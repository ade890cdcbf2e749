// SPDX-License-Identifier: GPL-2.0-or-later
/* Two fans with a thread each. Fan 1 loses its table, fan 2 its curve a second later. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>

struct fan_table {
	u32 nr;
	u16 rpm[10];
};

struct fan {
	u32 id;
	u32 ms;
	u32 duty;
	struct fan_table *table;
	struct fan_table *curve;
};

static struct fan fans[2];

static noinline u32 table_rpm(const struct fan_table *t, u32 i)
{
	return t->rpm[i % t->nr];
}

static noinline void fan_spin(struct fan *f)
{
	f->duty += table_rpm(f->table, f->duty);
}

static noinline void fan_curve(struct fan *f)
{
	f->duty -= f->curve->rpm[2];
}

static int fan_thread(void *arg)
{
	struct fan *f = arg;

	msleep(f->ms);
	if (f->id == 1)
		f->table = NULL;
	else
		f->curve = NULL;
	fan_spin(f);
	fan_curve(f);
	while (!kthread_should_stop())
		msleep(100);
	return 0;
}

static int __init twinfan_init(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct fan_table *t = kzalloc(sizeof(*t), GFP_KERNEL);

		if (!t)
			return -ENOMEM;
		t->nr = 10;
		fans[i] = (struct fan){ .id = i + 1, .ms = 300 + 1000 * i, .table = t, .curve = t };
		kthread_run(fan_thread, &fans[i], "fan%d", i + 1);
	}
	return 0;
}

module_init(twinfan_init);
MODULE_DESCRIPTION("inquest lab: fans");
MODULE_LICENSE("GPL");
