// SPDX-License-Identifier: GPL-2.0-or-later
/* Parses keys given as text, into a field on the stack that a long key doesn't fit into. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#define KEY_BYTES 16

static u64 keys_seen;

static noinline u32 key_sum(const char *key, size_t length)
{
	u32 sum = 0;

	while (length--)
		sum = sum * 31 + *key++;
	return sum;
}

static noinline u32 key_parse(const char *text, size_t length)
{
	char key[KEY_BYTES];
	size_t i;

	for (i = 0; i < length; i++)
		((volatile char *)key)[i] = text[i] | 0x20;
	return key_sum(key, KEY_BYTES);
}

static ssize_t key_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	static char text[64];
	size_t length = min(count, sizeof(text));

	if (copy_from_user(text, from, length))
		return -EFAULT;
	keys_seen += key_parse(text, length);
	return count;
}

static const struct file_operations key_fops = {
	.owner = THIS_MODULE,
	.write = key_write,
};

static struct miscdevice key_device = { MISC_DYNAMIC_MINOR, "keys", &key_fops };

module_misc_device(key_device);
MODULE_DESCRIPTION("inquest lab: keys");
MODULE_LICENSE("GPL");
