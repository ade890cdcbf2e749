// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Policies, read under SRCU. A reader that finds none loads it, under the mutex; who replaces them waits for all readers, under
 * the mutex too.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/srcu.h>

struct policy {
	u32 serial;
	u32 rules;
};

DEFINE_STATIC_SRCU(policy_srcu);
static DEFINE_MUTEX(policy_mutex);	/* protects the pointer against other writers */
static struct policy __rcu *policy;
static u32 loads;

static noinline u32 policy_lookup(void)
{
	u32 rules = 0;
	int idx = srcu_read_lock(&policy_srcu);
	struct policy *p = srcu_dereference(policy, &policy_srcu);

	if (p)
		rules = p->rules;
	msleep(2000);
	mutex_lock(&policy_mutex);
	loads++;
	mutex_unlock(&policy_mutex);
	srcu_read_unlock(&policy_srcu, idx);
	return rules;
}

static noinline int policy_replace(u32 rules)
{
	struct policy *p = kzalloc(sizeof(*p), GFP_KERNEL), *old;

	if (!p)
		return -ENOMEM;
	p->rules = rules;
	mutex_lock(&policy_mutex);
	old = rcu_replace_pointer(policy, p, lockdep_is_held(&policy_mutex));
#ifdef POLICYDB_FIXED
	mutex_unlock(&policy_mutex);
	synchronize_srcu(&policy_srcu);
#else
	synchronize_srcu(&policy_srcu);
	mutex_unlock(&policy_mutex);
#endif
	kfree(old);
	return 0;
}

static ssize_t policy_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	return policy_lookup();
}

static ssize_t policy_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	return policy_replace(count) ?: count;
}

static const struct file_operations policy_fops = {
	.owner = THIS_MODULE,
	.read = policy_read,
	.write = policy_write,
};

static struct miscdevice policy_device = { MISC_DYNAMIC_MINOR, "policy", &policy_fops };

module_misc_device(policy_device);
MODULE_DESCRIPTION("inquest lab: policies");
MODULE_LICENSE("GPL");
