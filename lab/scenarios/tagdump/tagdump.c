// SPDX-License-Identifier: GPL-2.0-or-later
/* Tags with values of several kinds. Editing a tag to a number leaves its kind what it was, so its dump takes the number for an address. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

enum tag_kind { TAG_NONE, TAG_NUMBER, TAG_BLOB };

struct tag_blob {
	u32 refs;
	u32 len;
	u8 data[24];
};

struct tag {
	u16 id;
	u16 kind : 3;
	u16 dirty : 1;
	u16 shown : 12;
	union {
		u64 number;
		struct tag_blob *blob;
	} u;
};

struct tag_book {
	u32 nr;
	u32 edits;
	struct tag tags[5];
};

static struct tag_book *tag_book;

static noinline u64 tag_weight(struct tag *t)
{
	t->shown++;
	if (t->kind == TAG_BLOB)
		return t->u.blob->len + sizeof(*t);
	return t->kind == TAG_NUMBER ? t->u.number : 0;
}

static noinline u64 tags_weight(struct tag_book *set)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < set->nr; i++)
		sum += tag_weight(&set->tags[i]);
	return sum;
}

static long tag_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct tag *t = &tag_book->tags[3];

	t->u.number = 0x51000000 + cmd;
	t->dirty = 1;
	tag_book->edits++;
	return 0;
}

static ssize_t tag_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u64 weight = tags_weight(tag_book);

	return simple_read_from_buffer(to, count, pos, &weight, sizeof(weight));
}

static const struct file_operations tag_fops = {
	.owner = THIS_MODULE,
	.read = tag_read,
	.unlocked_ioctl = tag_ioctl,
};

static struct miscdevice tag_device = { MISC_DYNAMIC_MINOR, "tags", &tag_fops };

static int __init tagdump_init(void)
{
	int i;

	tag_book = kzalloc(sizeof(*tag_book), GFP_KERNEL);
	if (!tag_book)
		return -ENOMEM;
	tag_book->nr = ARRAY_SIZE(tag_book->tags);
	for (i = 0; i < tag_book->nr; i++) {
		tag_book->tags[i].id = i;
		tag_book->tags[i].kind = i & 1 ? TAG_BLOB : TAG_NUMBER;
		if (i & 1)
			tag_book->tags[i].u.blob = kzalloc(sizeof(struct tag_blob), GFP_KERNEL);
	}
	return misc_register(&tag_device);
}

module_init(tagdump_init);
MODULE_DESCRIPTION("inquest lab: tags");
MODULE_LICENSE("GPL");
