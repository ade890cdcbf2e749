// SPDX-License-Identifier: GPL-2.0-or-later
/* Regulators by name. regulator_find() returns an error code as a pointer, and its user only checks for NULL. */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/string.h>

struct reg_supply {
	const char *name;
	u32 microvolts;
	u32 users;
};

struct reg_consumer {
	u32 nr;
	struct reg_supply *supply;
};

static struct reg_supply supplies[] = { { "vcore", 900000 }, { "vio", 1800000 } };
static struct reg_consumer panel = { .nr = 4 };

static noinline __noclone struct reg_supply *supply_find(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(supplies); i++) {
		if (sysfs_streq(supplies[i].name, name))
			return &supplies[i];
	}
	return ERR_PTR(-ENODEV);
}

static noinline __noclone int consumer_enable(struct reg_consumer *con, const char *name)
{
	con->supply = supply_find(name);
	if (!con->supply)
		return -ENODEV;
	con->supply->users++;
	return 0;
}

static int enable_set(const char *text, const struct kernel_param *kp)
{
	int error = consumer_enable(&panel, text);

	return error < 0 ? -EINVAL : 0;
}

static const struct kernel_param_ops enable_ops = { .set = enable_set };
module_param_cb(enable, &enable_ops, NULL, 0200);
MODULE_DESCRIPTION("inquest lab: regulators");
MODULE_LICENSE("GPL");
