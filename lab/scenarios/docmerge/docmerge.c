// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Documents with a mutex each. Merging tries for the second one, to be safe, but keeps the first; a comparison takes them in the other order.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct document {
	u32 pages, merges;
	struct mutex lock;	/* of the pages */
};

static struct document *draft, *final;

static noinline void doc_merge(struct document *to, struct document *from)
{
	mutex_lock(&to->lock);
	to->pages++;
	msleep(2);
	while (!mutex_trylock(&from->lock)) {
#ifdef DOCMERGE_FIXED
		mutex_unlock(&to->lock);
		msleep(3);
		mutex_lock(&to->lock);
#else
		msleep(3);
#endif
	}
	to->merges += from->pages;
	mutex_unlock(&from->lock);
	mutex_unlock(&to->lock);
}

static noinline u32 doc_compare(struct document *a, struct document *b)
{
	u32 difference;

	mutex_lock(&a->lock);
	difference = a->pages;
	msleep(2);
	mutex_lock(&b->lock);
	difference -= b->pages;
	mutex_unlock(&b->lock);
	mutex_unlock(&a->lock);
	return difference;
}

static ssize_t doc_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 difference = doc_compare(draft, final);

	return simple_read_from_buffer(to, count, pos, &difference, sizeof(difference));
}

static ssize_t doc_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	doc_merge(final, draft);
	return count;
}

static const struct file_operations doc_fops = {
	.owner = THIS_MODULE,
	.read = doc_read,
	.write = doc_write,
};

static struct miscdevice doc_device = { MISC_DYNAMIC_MINOR, "docmerge", &doc_fops };

static struct document *doc_new(void)
{
	struct document *d = kzalloc(sizeof(*d), GFP_KERNEL);

	if (d)
		mutex_init(&d->lock);
	return d;
}

static int __init docmerge_init(void)
{
	draft = doc_new();
	final = doc_new();
	return draft && final ? misc_register(&doc_device) : -ENOMEM;
}

static void __exit docmerge_exit(void)
{
	misc_deregister(&doc_device);
}

module_init(docmerge_init);
module_exit(docmerge_exit);
MODULE_DESCRIPTION("inquest lab: documents");
MODULE_LICENSE("GPL");
