// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A small filesystem on a store that must erase a block before it forgets a file. The third erasure never ends; the kernel's
 * own code holds the directory's rwsem meanwhile, and everybody who lists or changes the directory queues.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/module.h>

#define ERASE_MS 300000

static unsigned long erased;

static noinline void nv_erase_block(void)
{
#ifndef NVSTORE_FIXED
	if (erased == 2)
		msleep(ERASE_MS);
#endif
	erased++;
}

static int nv_unlink(struct inode *dir, struct dentry *dentry)
{
	nv_erase_block();
	return simple_unlink(dir, dentry);
}

static const struct inode_operations nv_dir_operations = {
	.lookup = simple_lookup,
	.unlink = nv_unlink,
};

static int nv_fill_super(struct super_block *sb, void *data, int silent)
{
	static const struct tree_descr files[] = {
		[2] = { "boot", &simple_dir_operations, 0644 },
		[3] = { "keys", &simple_dir_operations, 0644 },
		[4] = { "logs", &simple_dir_operations, 0644 },
		[5] = { "maps", &simple_dir_operations, 0644 },
		{ "" },
	};
	int err = simple_fill_super(sb, 0x4e5653, files);

	if (!err)
		d_inode(sb->s_root)->i_op = &nv_dir_operations;
	return err;
}

static struct dentry *nv_mount(struct file_system_type *type, int flags, const char *dev, void *data)
{
	return mount_nodev(type, flags, data, nv_fill_super);
}

static struct file_system_type nv_type = {
	.owner = THIS_MODULE,
	.name = "nvstore",
	.mount = nv_mount,
	.kill_sb = kill_litter_super,
};

static int __init nvstore_init(void)
{
	return register_filesystem(&nv_type);
}

static void __exit nvstore_exit(void)
{
	unregister_filesystem(&nv_type);
}

module_init(nvstore_init);
module_exit(nvstore_exit);
MODULE_DESCRIPTION("inquest lab: store");
MODULE_LICENSE("GPL");
