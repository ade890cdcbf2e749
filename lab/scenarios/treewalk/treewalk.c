// SPDX-License-Identifier: GPL-2.0-or-later
/* Menus in a tree. One was linked below itself, so measuring the tree's depth never ends. */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

struct menu_node {
	u32 nr;
	u32 width;
	struct menu_node *left;
	struct menu_node *right;
};

static struct menu_node *menu;

static noinline __noclone u32 menu_depth(const struct menu_node *node, u32 *widest)
{
	u32 left, right;

	if (!node)
		return 0;
	*widest = max(*widest, node->width);
	left = menu_depth(node->left, widest);
	right = menu_depth(node->right, widest);
	return 1 + max(left, right);
}

static int treewalk_show(struct seq_file *m, void *v)
{
	u32 widest = 0, depth = menu_depth(menu, &widest);

	seq_printf(m, "%u %u\n", depth, widest);
	return 0;
}

static struct menu_node *menu_new(u32 nr)
{
	struct menu_node *node = kzalloc(sizeof(*node), GFP_KERNEL);

	if (node) {
		node->nr = nr;
		node->width = 10 * nr;
	}
	return node;
}

static int __init treewalk_init(void)
{
	menu = menu_new(1);
	if (!menu)
		return -ENOMEM;
	menu->left = menu_new(2);
	menu->right = menu_new(3);
	if (!menu->left || !menu->right)
		return -ENOMEM;
	menu->right->left = menu->right;
	return proc_create_single("menu", 0444, NULL, treewalk_show) ? 0 : -ENOMEM;
}

module_init(treewalk_init);
MODULE_DESCRIPTION("inquest lab: menus");
MODULE_LICENSE("GPL");
