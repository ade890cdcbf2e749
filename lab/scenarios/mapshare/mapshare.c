// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Exported maps under a reader-writer semaphore. An export to a client that doesn't answer keeps the read side for ever; other readers
 * came and went after it. A writer queues, and behind the writer all new readers.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/rwsem.h>

#ifdef MAPSHARE_FIXED
#define CLIENT_MS 20
#else
#define CLIENT_MS 300000
#endif

static DECLARE_RWSEM(maps_sem);	/* protects maps, version */
static u64 maps[8];
static u64 version;

static noinline void map_send(u64 *m)
{
	msleep(CLIENT_MS);
}

static noinline void map_export(void)
{
	down_read(&maps_sem);
	map_send(maps);
	up_read(&maps_sem);
}

static noinline u64 map_lookup(unsigned int nr)
{
	u64 value;

	down_read(&maps_sem);
	value = maps[nr % ARRAY_SIZE(maps)] + version;
	up_read(&maps_sem);
	return value;
}

static noinline void map_update(u64 value)
{
	down_write(&maps_sem);
	maps[value % ARRAY_SIZE(maps)] = value;
	version++;
	up_write(&maps_sem);
}

static long map_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	map_export();
	return 0;
}

static ssize_t map_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u64 value = map_lookup(count);

	return simple_read_from_buffer(to, count, pos, &value, sizeof(value));
}

static ssize_t map_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	map_update(count);
	return count;
}

static const struct file_operations map_fops = {
	.owner = THIS_MODULE,
	.read = map_read,
	.write = map_write,
	.unlocked_ioctl = map_ioctl,
};

static struct miscdevice map_device = { MISC_DYNAMIC_MINOR, "mapshare", &map_fops };

static int __init mapshare_init(void)
{
	return misc_register(&map_device);
}

static void __exit mapshare_exit(void)
{
	misc_deregister(&map_device);
}

module_init(mapshare_init);
module_exit(mapshare_exit);
MODULE_DESCRIPTION("inquest lab: exported maps");
MODULE_LICENSE("GPL");
