// SPDX-License-Identifier: GPL-2.0-or-later
/* Images of a small flash. The backup image is read in on demand, but the diff of both forgets to. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

struct nvm_image {
	u32 size;
	u32 crc;
	u8 *bytes;
};

struct nvm_chip {
	struct nvm_image main;
	struct nvm_image backup;
	u32 diffs;
};

static struct nvm_chip chip;

static noinline u8 *image_window(const struct nvm_image *img, u32 from, u32 len)
{
	u8 *win = kmalloc(len, GFP_KERNEL);

	if (win)
		memcpy(win, img->bytes + from, len);
	return win;
}

static noinline int chip_diff(struct nvm_chip *c, u32 at, u32 len)
{
	u8 *a = image_window(&c->main, at, len);
	u8 *b = image_window(&c->backup, at, len);
	int differ = -ENOMEM;

	if (a && b)
		differ = !!memcmp(a, b, len);
	kfree(a);
	kfree(b);
	c->diffs++;
	return differ;
}

static long nvm_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return chip_diff(&chip, cmd & 0xff, 200 + (cmd & 0x3f));
}

static const struct file_operations nvm_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = nvm_ioctl,
};

static struct miscdevice nvm_device = { MISC_DYNAMIC_MINOR, "nvm", &nvm_fops };

static int __init nvmimg_init(void)
{
	chip.main.size = 4096;
	chip.main.bytes = vzalloc(chip.main.size);
	if (!chip.main.bytes)
		return -ENOMEM;
	chip.backup.size = 4096;
	return misc_register(&nvm_device);
}

module_init(nvmimg_init);
MODULE_DESCRIPTION("inquest lab: flash images");
MODULE_LICENSE("GPL");
