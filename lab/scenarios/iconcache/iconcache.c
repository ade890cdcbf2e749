// SPDX-License-Identifier: GPL-2.0-or-later
/* Icons are dropped while a window still shows them; names of the same size come next. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

struct icon_pixels {
	u32 width, height;
	u64 shown;
};

struct icon {
	u32 nr;
	u32 flags;
	struct icon_pixels *pixels;
	char pad[168];
};

struct icon_name {
	char text[184];
};

static struct icon_pixels grey = { 16, 16, 0 };
static struct icon *shown;
static struct icon_name *names[64];

static noinline __noclone u64 icon_draw(struct icon *icon)
{
	return icon->pixels->shown++;
}

static noinline __noclone void icon_drop(struct icon *icon)
{
	icon->flags = 0;
	kfree(icon);
}

static noinline __noclone void names_load(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		names[i] = kmalloc(sizeof(*names[i]), GFP_KERNEL);
		if (names[i])
			memset(names[i]->text, 'a' + i % 26, sizeof(names[i]->text));
	}
}

static ssize_t icon_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	icon_draw(shown);
	return count;
}

static long icon_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	icon_drop(shown);
	names_load();
	return 0;
}

static const struct file_operations icon_fops = {
	.owner = THIS_MODULE,
	.write = icon_write,
	.unlocked_ioctl = icon_ioctl,
};

static struct miscdevice icon_device = { MISC_DYNAMIC_MINOR, "icons", &icon_fops };

static int __init iconcache_init(void)
{
	shown = kzalloc(sizeof(*shown), GFP_KERNEL);
	if (!shown)
		return -ENOMEM;
	shown->pixels = &grey;
	return misc_register(&icon_device);
}

module_init(iconcache_init);
MODULE_DESCRIPTION("inquest lab: icons");
MODULE_LICENSE("GPL");
