// SPDX-License-Identifier: GPL-2.0-or-later
/* Accounts with a mutex each. Transfers lock the payer first and then the payee, so two opposite ones can wait for each other. */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>

struct account {
	struct mutex lock;	/* protects balance */
	long balance;
	struct completion locked;
};

static struct account checking, savings;

static noinline __noclone void account_transfer(struct account *from, struct account *to, long amount)
{
	mutex_lock(&from->lock);
	complete(&from->locked);
	wait_for_completion(&to->locked);	/* the other one has begun: the unlucky moment */
	mutex_lock(&to->lock);
	from->balance -= amount;
	to->balance += amount;
	mutex_unlock(&to->lock);
	mutex_unlock(&from->lock);
}

static long account_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd == 11)
		account_transfer(&checking, &savings, 10);
	else
		account_transfer(&savings, &checking, 20);
	return 0;
}

static const struct file_operations account_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = account_ioctl,
};

static struct miscdevice account_device = { MISC_DYNAMIC_MINOR, "accounts", &account_fops };

static int __init crosslock_init(void)
{
	mutex_init(&checking.lock);
	mutex_init(&savings.lock);
	init_completion(&checking.locked);
	init_completion(&savings.locked);
	return misc_register(&account_device);
}

module_init(crosslock_init);
MODULE_DESCRIPTION("inquest lab: accounts");
MODULE_LICENSE("GPL");
