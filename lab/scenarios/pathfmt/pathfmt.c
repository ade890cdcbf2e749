// SPDX-License-Identifier: GPL-2.0-or-later
/* Formats templates that may include one another; template 2 includes 3, and 3 includes 2. Each level has its text on the stack. */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/workqueue.h>

struct template {
	const char *text;
	int include;	/* number of another template, or -1 */
};

static const struct template templates[] = { { "head", 1 }, { "body", 2 }, { "left", 3 }, { "right", 2 } };
static struct delayed_work format_work;
static size_t formatted;

static size_t format_template(int nr, char *out, size_t size);

static noinline size_t format_include(int nr, char *out, size_t size)
{
	char text[600];
	size_t length = format_template(nr, text, sizeof(text));

	length = min(length, size);
	memcpy(out, text, length);
	return length;
}

static noinline size_t format_template(int nr, char *out, size_t size)
{
	const struct template *t = &templates[nr];
	size_t length = strscpy(out, t->text, size);

	if (t->include >= 0)
		length += format_include(t->include, out + length, size - length);
	return length;
}

static void format_run(struct work_struct *work)
{
	char page[128];

	formatted += format_template(0, page, sizeof(page));
}

static int __init pathfmt_init(void)
{
	INIT_DELAYED_WORK(&format_work, format_run);
	schedule_delayed_work(&format_work, HZ / 4);
	return 0;
}

module_init(pathfmt_init);
MODULE_DESCRIPTION("inquest lab: templates");
MODULE_LICENSE("GPL");
