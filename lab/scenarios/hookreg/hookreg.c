// SPDX-License-Identifier: GPL-2.0-or-later
/* Hooks in a list. Dropping the old ones deletes them from the list while it walks over it. */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/slab.h>

struct hook {
	u32 prio;
	u32 calls;
	u64 age;
	struct list_head node;
};

static LIST_HEAD(hooks);
static u32 dropped;

static noinline __noclone void hooks_drop_older(struct list_head *list, u64 age)
{
	struct hook *h;

	list_for_each_entry(h, list, node) {
		if (h->age < age) {
			list_del(&h->node);
			dropped++;
		}
	}
}

static int drop_set(const char *text, const struct kernel_param *kp)
{
	u64 age;
	int error = kstrtou64(text, 0, &age);

	if (!error)
		hooks_drop_older(&hooks, age);
	return error;
}

static const struct kernel_param_ops drop_ops = { .set = drop_set };
module_param_cb(drop, &drop_ops, NULL, 0200);

static int __init hookreg_init(void)
{
	u32 i;

	for (i = 0; i < 6; i++) {
		struct hook *h = kzalloc(sizeof(*h), GFP_KERNEL);

		if (!h)
			return -ENOMEM;
		h->prio = i;
		h->age = 100 - 10 * i;
		list_add_tail(&h->node, &hooks);
	}
	return 0;
}

module_init(hookreg_init);
MODULE_DESCRIPTION("inquest lab: hooks");
MODULE_LICENSE("GPL");
