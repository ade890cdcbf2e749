// SPDX-License-Identifier: GPL-2.0-or-later
/* Watches files: gives each operations of its own, a copy of the old ones, and frees the copy too early. */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

static struct kmem_cache *fops_cache;
static u64 watched;

static noinline __noclone int watch_file(struct file *other)
{
	struct file_operations *copy = kmem_cache_alloc(fops_cache, GFP_KERNEL);

	if (!copy)
		return -ENOMEM;
	*copy = *other->f_op;
	other->f_op = copy;
	watched++;
	return 0;
}

static noinline __noclone void unwatch_file(struct file *other)
{
	kmem_cache_free(fops_cache, (void *)other->f_op);
	watched--;
}

static long watch_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct file *other = fget(cmd - 32);
	int error;

	if (!other)
		return -EBADF;
	error = watch_file(other);
	if (!error)
		unwatch_file(other);
	fput(other);
	return error;
}

static const struct file_operations watch_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = watch_ioctl,
};

static struct miscdevice watch_device = { MISC_DYNAMIC_MINOR, "fopswap", &watch_fops };

static int __init fopswap_init(void)
{
	fops_cache = KMEM_CACHE(file_operations, 0);
	return fops_cache ? misc_register(&watch_device) : -ENOMEM;
}

module_init(fopswap_init);
MODULE_DESCRIPTION("inquest lab: watched files");
MODULE_LICENSE("GPL");
