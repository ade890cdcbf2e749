// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands by number. The table's length is checked off by one, so the number after the last one calls whatever stands behind it. */
#include <linux/module.h>

struct cmd_state {
	u32 last;
	u32 errors;
	u64 sum;
};

struct cmd_table {
	int (*handlers[4])(struct cmd_state *state, u32 arg);
	struct cmd_state *state;
	u32 limit;
};

static struct cmd_state state;

static int cmd_add(struct cmd_state *s, u32 arg)
{
	s->sum += arg;
	return 0;
}

static int cmd_clear(struct cmd_state *s, u32 arg)
{
	s->sum = 0;
	return 0;
}

static struct cmd_table table = { { cmd_add, cmd_clear, cmd_add, cmd_clear }, &state, 4 };

static noinline __noclone int cmd_dispatch(struct cmd_table *t, u32 nr)
{
	int error;

	if (nr > t->limit)
		return -EINVAL;
	error = t->handlers[nr](t->state, nr);
	t->state->errors += !!error;
	return error;
}

static int command_set(const char *text, const struct kernel_param *kp)
{
	u32 nr;
	int error = kstrtouint(text, 0, &nr);

	return error ? error : cmd_dispatch(&table, nr);
}

static const struct kernel_param_ops command_ops = { .set = command_set };
module_param_cb(command, &command_ops, NULL, 0200);
MODULE_DESCRIPTION("inquest lab: commands");
MODULE_LICENSE("GPL");
