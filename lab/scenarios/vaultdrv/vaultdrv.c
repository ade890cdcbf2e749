// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A vault whose door takes its time: sealing it keeps the mutex over a long sleep. Everybody else queues for the mutex.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>

#ifdef VAULTDRV_FIXED
#define DOOR_MS 50
#else
#define DOOR_MS 200000
#endif

static DEFINE_MUTEX(vault_mutex);	/* protects sealed, visits */
static bool sealed;
static unsigned long visits;

static noinline void vault_seal(void)
{
	mutex_lock(&vault_mutex);
	sealed = true;
	msleep(DOOR_MS);
	sealed = false;
	mutex_unlock(&vault_mutex);
}

static noinline void vault_visit(void)
{
	mutex_lock(&vault_mutex);
	visits++;
	mutex_unlock(&vault_mutex);
}

static long vault_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	vault_seal();
	return 0;
}

static ssize_t vault_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	vault_visit();
	return simple_read_from_buffer(to, count, pos, &visits, sizeof(visits));
}

static const struct file_operations vault_fops = {
	.owner = THIS_MODULE,
	.read = vault_read,
	.unlocked_ioctl = vault_ioctl,
};

static struct miscdevice vault_device = { MISC_DYNAMIC_MINOR, "vault", &vault_fops };

static int __init vaultdrv_init(void)
{
	return misc_register(&vault_device);
}

static void __exit vaultdrv_exit(void)
{
	misc_deregister(&vault_device);
}

module_init(vaultdrv_init);
module_exit(vaultdrv_exit);
MODULE_DESCRIPTION("inquest lab: vault");
MODULE_LICENSE("GPL");
