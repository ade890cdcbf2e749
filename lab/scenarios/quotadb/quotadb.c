// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Quotas of accounts. A charge reads under the database's percpu_rw_semaphore and then takes the journal's mutex; a repair
 * takes the journal first.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/percpu-rwsem.h>
#include <linux/slab.h>

struct quota_db {
	char name[16];
	struct percpu_rw_semaphore sem;		/* protects limit */
	struct mutex journal_lock;		/* protects entries */
	u64 limit;
	u64 entries;
};

static struct quota_db *db;
static struct task_struct *threads[2];

static noinline void quota_charge(struct quota_db *q)
{
	percpu_down_read(&q->sem);
	usleep_range(500, 1000);
	mutex_lock(&q->journal_lock);
	q->entries += q->limit & 1;
	mutex_unlock(&q->journal_lock);
	percpu_up_read(&q->sem);
}

static noinline void quota_repair(struct quota_db *q)
{
#ifdef QUOTADB_FIXED
	percpu_down_write(&q->sem);
	mutex_lock(&q->journal_lock);
#else
	mutex_lock(&q->journal_lock);
	percpu_down_write(&q->sem);
#endif
	q->limit++;
#ifdef QUOTADB_FIXED
	mutex_unlock(&q->journal_lock);
	percpu_up_write(&q->sem);
#else
	percpu_up_write(&q->sem);
	mutex_unlock(&q->journal_lock);
#endif
}

static int charge_thread(void *arg)
{
	while (!kthread_should_stop()) {
		quota_charge(db);
		usleep_range(500, 1000);
	}
	return 0;
}

static int repair_thread(void *arg)
{
	while (!kthread_should_stop()) {
		quota_repair(db);
		msleep(10);
	}
	return 0;
}

static int __init quotadb_init(void)
{
	db = kzalloc(sizeof(*db), GFP_KERNEL);
	if (!db || percpu_init_rwsem(&db->sem))
		return -ENOMEM;
	mutex_init(&db->journal_lock);
	threads[0] = kthread_run(charge_thread, NULL, "qcharge");
	threads[1] = kthread_run(repair_thread, NULL, "qrepair");
	return PTR_ERR_OR_ZERO(threads[0]);
}

static void __exit quotadb_exit(void)
{
	kthread_stop(threads[0]);
	kthread_stop(threads[1]);
	percpu_free_rwsem(&db->sem);
	kfree(db);
}

module_init(quotadb_init);
module_exit(quotadb_exit);
MODULE_DESCRIPTION("inquest lab: quotas");
MODULE_LICENSE("GPL");
