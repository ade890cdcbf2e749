// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A card reader. The scanner thread takes the card out of the reader to examine it, and dies of a card without a chip before it puts
 * it back: whoever asks for the card afterwards finds none.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct card_chip {
	u32 vendor;
	u32 serial;
};

struct smart_card {
	u32 inserted;
	u32 blocks;
	struct card_chip *chip;
};

struct card_reader {
	u32 polls;
	struct smart_card *card;
};

static struct card_reader *reader;

static noinline __noclone u32 card_serial(struct smart_card *card)
{
	return card->chip->serial;
}

static noinline __noclone void reader_scan(struct card_reader *r)
{
	struct smart_card *card = r->card;

	r->card = NULL;		/* ours while we look at it */
	barrier();
	r->polls += card_serial(card) != 0;
	r->card = card;
}

static int reader_thread(void *arg)
{
	msleep(300);
	reader_scan(arg);
	return 0;
}

static noinline __noclone u32 reader_blocks(struct card_reader *r)
{
	return r->card->blocks;
}

static ssize_t reader_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 blocks = reader_blocks(reader);

	return simple_read_from_buffer(to, count, pos, &blocks, sizeof(blocks));
}

static const struct file_operations reader_fops = {
	.owner = THIS_MODULE,
	.read = reader_read,
};

static struct miscdevice reader_device = { MISC_DYNAMIC_MINOR, "cardreader", &reader_fops };

static int __init cardscan_init(void)
{
	reader = kzalloc(sizeof(*reader), GFP_KERNEL);
	if (!reader)
		return -ENOMEM;
	reader->card = kzalloc(sizeof(*reader->card), GFP_KERNEL);
	kthread_run(reader_thread, reader, "cardscand");
	return misc_register(&reader_device);
}

module_init(cardscan_init);
MODULE_DESCRIPTION("inquest lab: card reader");
MODULE_LICENSE("GPL");
