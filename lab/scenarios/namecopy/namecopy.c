// SPDX-License-Identifier: GPL-2.0-or-later
/* Volumes with a label. Setting the label copies as much as the user gives, beyond the field's end. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct vol_geometry {
	u32 heads;
	u32 sectors;
};

struct volume {
	u32 id;
	u32 label_len;
	char label[24];
	struct vol_geometry *geometry;
	u64 bytes;
};

static struct volume *volume;
static struct vol_geometry plain = { 16, 63 };

static noinline __noclone u32 volume_track_bytes(const struct volume *vol)
{
	return 512 * vol->geometry->sectors;
}

static noinline __noclone void volume_set_label(struct volume *vol, const char *text, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		vol->label[i] = text[i];
	vol->label_len = length;
}

static ssize_t volume_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	char text[64];
	size_t length = min(count, sizeof(text));

	if (copy_from_user(text, from, length))
		return -EFAULT;
	volume_set_label(volume, text, length);
	return count;
}

static ssize_t volume_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 bytes = volume_track_bytes(volume);

	return simple_read_from_buffer(to, count, pos, &bytes, sizeof(bytes));
}

static const struct file_operations volume_fops = {
	.owner = THIS_MODULE,
	.read = volume_read,
	.write = volume_write,
};

static struct miscdevice volume_device = { MISC_DYNAMIC_MINOR, "volume", &volume_fops };

static int __init namecopy_init(void)
{
	volume = kzalloc(sizeof(*volume), GFP_KERNEL);
	if (!volume)
		return -ENOMEM;
	volume->geometry = &plain;
	return misc_register(&volume_device);
}

module_init(namecopy_init);
MODULE_DESCRIPTION("inquest lab: volumes");
MODULE_LICENSE("GPL");
