// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Meshes that are relaxed until they are steady, each under its mutex. Watchers look in all the time, and are reminded by a
 * signal when they have waited for too long: then they ask again.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/sched/signal.h>

#define MESHES 3
#define POINTS 48

struct mesh {
	u32 rounds;
	u32 point[POINTS];
	struct mutex lock;	/* protects point */
};

static struct mesh meshes[MESHES];
static struct task_struct *threads[4];

static noinline bool mesh_is_steady(struct mesh *m)
{
	u32 sum = 0;
	int i;

	for (i = 0; i < POINTS; i++)
		sum |= READ_ONCE(m->point[i]);
	return !sum;
}

static noinline void mesh_relax(struct mesh *m)
{
	mutex_lock(&m->lock);
	while (!mesh_is_steady(m))
		m->rounds++;
	mutex_unlock(&m->lock);
}

static noinline int mesh_watch(struct mesh *m)
{
	int err = mutex_lock_interruptible(&m->lock);

	if (err)
		return err;
	m->rounds &= 0xffff;
	mutex_unlock(&m->lock);
	return 0;
}

static int relax_thread(void *arg)
{
	msleep(500);
#ifndef MESHCALC_FIXED
	meshes[1].point[7] = 1;
#endif
	while (!kthread_should_stop()) {
		mesh_relax(&meshes[1]);
		usleep_range(100, 200);
	}
	return 0;
}

static int watch_thread(void *arg)
{
	allow_signal(SIGUSR1);
	while (!kthread_should_stop()) {
		if (mesh_watch(&meshes[1]))
			flush_signals(current);
		else
			usleep_range(100, 200);
	}
	return 0;
}

static int remind_thread(void *arg)
{
	while (!kthread_should_stop()) {
		msleep(50);
		send_sig(SIGUSR1, threads[1], 1);
		send_sig(SIGUSR1, threads[2], 1);
	}
	return 0;
}

static struct task_struct *start(int (*fn)(void *), const char *name, int cpu)
{
	struct task_struct *t = kthread_create(fn, NULL, name);

	if (!IS_ERR(t)) {
		kthread_bind(t, cpu);
		wake_up_process(t);
	}
	return t;
}

static int __init meshcalc_init(void)
{
	int i;

	for (i = 0; i < MESHES; i++)
		mutex_init(&meshes[i].lock);
	threads[0] = start(relax_thread, "relaxer", 1);
	threads[1] = start(watch_thread, "watcher/2", 2);
	threads[2] = start(watch_thread, "watcher/3", 3);
	threads[3] = start(remind_thread, "reminder", 0);
	return PTR_ERR_OR_ZERO(threads[0]);
}

static void __exit meshcalc_exit(void)
{
	int i;

	for (i = 3; i >= 0; i--)
		kthread_stop(threads[i]);
}

module_init(meshcalc_init);
module_exit(meshcalc_exit);
MODULE_DESCRIPTION("inquest lab: meshes");
MODULE_LICENSE("GPL");
