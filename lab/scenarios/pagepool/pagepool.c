// SPDX-License-Identifier: GPL-2.0-or-later
/* A pool of pages; trimming it frees the spare page, and closing the pool frees it again. */
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

struct page_pool_state {
	u32 nr;
	struct page *spare;
};

static struct page_pool_state pool;

static noinline __noclone void pool_trim(struct page_pool_state *p)
{
	__free_page(p->spare);
}

static noinline __noclone void pool_close(struct page_pool_state *p)
{
	pool_trim(p);
	__free_page(p->spare);
	p->spare = NULL;
}

static long pool_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	pool.spare = alloc_page(GFP_KERNEL);
	if (pool.spare) {
		atomic_inc(&pool.spare->_mapcount);	/* as a mapping would */
		pool_close(&pool);
	}
	return 0;
}

static const struct file_operations pool_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = pool_ioctl,
};

static struct miscdevice pool_device = { MISC_DYNAMIC_MINOR, "pool", &pool_fops };

module_misc_device(pool_device);
MODULE_DESCRIPTION("inquest lab: page pool");
MODULE_LICENSE("GPL");
