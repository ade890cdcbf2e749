// SPDX-License-Identifier: GPL-2.0-or-later
/* Registers by name, in a red-black tree. One was added without a name; looking for any other compares with it. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rbtree.h>
#include <linux/slab.h>
#include <linux/string.h>

struct named_reg {
	u32 offset;
	u32 value;
	const char *name;
	struct rb_node rb;
};

struct reg_map {
	u32 nr;
	u32 width;
	struct rb_root root;
};

static struct reg_map *map;

static noinline __noclone struct named_reg *reg_find(struct reg_map *m, const char *name)
{
	struct rb_node *n = m->root.rb_node;

	while (n) {
		struct named_reg *r = rb_entry(n, struct named_reg, rb);
		int order = strcmp(name, r->name);

		if (!order)
			return r;
		n = order < 0 ? n->rb_left : n->rb_right;
	}
	return NULL;
}

static ssize_t reg_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	char name[16] = "";
	struct named_reg *r;

	if (count >= sizeof(name) || copy_from_user(name, from, count))
		return -EFAULT;
	r = reg_find(map, name);
	if (!r)
		return -ENOENT;
	r->value++;
	return count;
}

static const struct file_operations reg_fops = {
	.owner = THIS_MODULE,
	.write = reg_write,
};

static struct miscdevice reg_device = { MISC_DYNAMIC_MINOR, "regnames", &reg_fops };

static int reg_add(const char *name)
{
	struct rb_node **link = &map->root.rb_node, *parent = NULL;
	struct named_reg *r = kzalloc(sizeof(*r), GFP_KERNEL);

	if (!r)
		return -ENOMEM;
	r->offset = 4 * map->nr++;
	r->name = name;
	while (*link) {
		parent = *link;
		link = &parent->rb_right;
	}
	rb_link_node(&r->rb, parent, link);
	rb_insert_color(&r->rb, &map->root);
	return 0;
}

static int __init regnames_init(void)
{
	map = kzalloc(sizeof(*map), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	map->root = RB_ROOT;
	if (reg_add("ctrl") || reg_add("mode") || reg_add("status") || reg_add(NULL))
		return -ENOMEM;
	return misc_register(&reg_device);
}

module_init(regnames_init);
MODULE_DESCRIPTION("inquest lab: registers by name");
MODULE_LICENSE("GPL");
