// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tiles of a screen, each with a ww_mutex: whoever composes several takes them with one acquire context and backs off where he must.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/ww_mutex.h>

#ifdef TILEHEAP_FIXED
#define SYNC_MS 20
#else
#define SYNC_MS 200000
#endif
#define TILES 4

struct tile {
	u32 nr;
	u32 frames;
	struct ww_mutex lock;	/* protects frames */
};

static DEFINE_WW_CLASS(tile_class);
static struct tile *tiles[TILES];

static noinline int tile_compose(struct tile *a, struct tile *b, unsigned int ms)
{
	struct ww_acquire_ctx ctx;
	int err;

	ww_acquire_init(&ctx, &tile_class);
	err = ww_mutex_lock(&a->lock, &ctx);
	if (err)
		goto out;
	err = ww_mutex_lock(&b->lock, &ctx);
	if (err)
		goto unlock_a;
	a->frames++;
	b->frames++;
	if (ms)
		msleep(ms);
	ww_mutex_unlock(&b->lock);
unlock_a:
	ww_mutex_unlock(&a->lock);
out:
	ww_acquire_fini(&ctx);
	return err;
}

static noinline int tile_draw(struct tile *t)
{
	int err = ww_mutex_lock(&t->lock, NULL);

	if (err)
		return err;
	t->frames++;
	ww_mutex_unlock(&t->lock);
	return 0;
}

static void tiles_free(void)
{
	int i;

	for (i = 0; i < TILES; i++)
		kfree(tiles[i]);
}

static long tile_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return tile_compose(tiles[1], tiles[2], cmd == 1 ? SYNC_MS : 0);
}

static ssize_t tile_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	int err = tile_draw(tiles[2]);

	return err ? err : simple_read_from_buffer(to, count, pos, &tiles[2]->frames, sizeof(u32));
}

static const struct file_operations tileheap_fops = {
	.owner = THIS_MODULE,
	.read = tile_read,
	.unlocked_ioctl = tile_ioctl,
};

static struct miscdevice tileheap_device = { MISC_DYNAMIC_MINOR, "tileheap", &tileheap_fops };

static int __init tileheap_init(void)
{
	int i;

	for (i = 0; i < TILES; i++) {
		tiles[i] = kzalloc(sizeof(*tiles[i]), GFP_KERNEL);
		if (!tiles[i])
			return -ENOMEM;
		tiles[i]->nr = i;
		ww_mutex_init(&tiles[i]->lock, &tile_class);
	}
	return misc_register(&tileheap_device);
}

static void __exit tileheap_exit(void)
{
	misc_deregister(&tileheap_device);
	tiles_free();
}

module_init(tileheap_init);
module_exit(tileheap_exit);
MODULE_DESCRIPTION("inquest lab: tiles");
MODULE_LICENSE("GPL");
