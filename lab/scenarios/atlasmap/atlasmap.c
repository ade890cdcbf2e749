// SPDX-License-Identifier: GPL-2.0-or-later
/* Sheets of an atlas under an rwlock each. A sheet that is not there yet is fetched by who wants it. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define SHEETS 4

struct sheet {
	u32 scale;
	u32 edition;
	rwlock_t lock;	/* protects edition */
};

struct atlas {
	unsigned int n;
	struct sheet sheet[SHEETS];
};

static struct atlas *atlas;

static noinline void sheet_fetch(struct sheet *s)
{
	s->scale++;
#ifdef ATLASMAP_FIXED
	udelay(10);
#else
	msleep(3600 * 1000);
#endif
}

static noinline u32 sheet_view(struct sheet *s, bool fetch)
{
	u32 e;

	read_lock(&s->lock);
	if (fetch)
		sheet_fetch(s);
	e = s->edition;
	read_unlock(&s->lock);
	return e;
}

static noinline void sheet_revise(struct sheet *s)
{
	write_lock(&s->lock);
	s->edition++;
	write_unlock(&s->lock);
}

static int view_thread(void *arg)
{
	unsigned int n = 0;

	while (!kthread_should_stop()) {
		sheet_view(&atlas->sheet[2], n++ > 20);
		usleep_range(1000, 2000);
	}
	return 0;
}

static int revise_thread(void *arg)
{
	msleep(800);
	while (!kthread_should_stop()) {
		sheet_revise(&atlas->sheet[2]);
		usleep_range(1000, 2000);
	}
	return 0;
}

static int peek_thread(void *arg)
{
	msleep(1500);
	while (!kthread_should_stop()) {
		sheet_view(&atlas->sheet[2], false);
		usleep_range(1000, 2000);
	}
	return 0;
}

static void start(int (*fn)(void *), const char *name, int cpu)
{
	struct task_struct *t = kthread_create(fn, NULL, name);

	if (!IS_ERR(t)) {
		kthread_bind(t, cpu);
		wake_up_process(t);
	}
}

static int __init atlasmap_init(void)
{
	int i;

	atlas = kzalloc(sizeof(*atlas), GFP_KERNEL);
	if (!atlas)
		return -ENOMEM;
	for (i = 0; i < SHEETS; i++)
		rwlock_init(&atlas->sheet[i].lock);
	start(view_thread, "viewer", 1);
	start(revise_thread, "reviser", 2);
	start(peek_thread, "peeker", 3);
	return 0;
}

module_init(atlasmap_init);
MODULE_DESCRIPTION("inquest lab: atlas");
MODULE_LICENSE("GPL");
