// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Accounts with a mutex each. A booking locks the account that pays, then the one that is paid; the ioctl's number says
 * which (payer * 16 + paid).
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#define ACCOUNTS 16

struct account {
	s64 balance;
	struct mutex guard;	/* protects balance */
};

struct ledger {
	u32 bookings;
	struct account *accounts[ACCOUNTS];
};

static struct ledger books;

static noinline void ledger_book(struct account *payer, struct account *paid)
{
	struct account *first = payer, *second = paid;

#ifdef LEDGER_FIXED
	if (payer > paid)
		swap(first, second);
#endif
	mutex_lock(&first->guard);
	usleep_range(1000, 2000);	/* asks the bank */
	mutex_lock(&second->guard);
	payer->balance--;
	paid->balance++;
	mutex_unlock(&second->guard);
	mutex_unlock(&first->guard);
}

static long ledger_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	unsigned int from = cmd / 16 % ACCOUNTS, to = cmd % ACCOUNTS;

	if (from == to)
		return -EINVAL;
	ledger_book(books.accounts[from], books.accounts[to]);
	return 0;
}

static const struct file_operations ledger_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = ledger_ioctl,
};

static struct miscdevice ledger_device = { MISC_DYNAMIC_MINOR, "ledger", &ledger_fops };

static int __init ledger_init(void)
{
	int i;

	for (i = 0; i < ACCOUNTS; i++) {
		struct account *a = kzalloc(sizeof(*a), GFP_KERNEL);

		if (!a)
			return -ENOMEM;
		mutex_init(&a->guard);
		books.accounts[i] = a;
	}
	return misc_register(&ledger_device);
}

static void __exit ledger_exit(void)
{
	int i;

	misc_deregister(&ledger_device);
	for (i = 0; i < ACCOUNTS; i++)
		kfree(books.accounts[i]);
}

module_init(ledger_init);
module_exit(ledger_exit);
MODULE_DESCRIPTION("inquest lab: accounts");
MODULE_LICENSE("GPL");
