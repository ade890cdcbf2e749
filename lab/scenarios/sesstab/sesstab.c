// SPDX-License-Identifier: GPL-2.0-or-later
/* Sessions by number. Closing one frees it, but leaves it in the table. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

#define SESSIONS 8

struct sess_owner {
	u32 uid;
	u32 quota;
	u64 used;
};

struct session {
	u32 nr;
	u32 state;
	struct sess_owner *owner;
	u64 started;
	char peer[64];
};

static struct kmem_cache *session_cache;
static struct session *table[SESSIONS];
static struct sess_owner root_owner = { 0, 1000, 0 };

static noinline __noclone int session_charge(struct session *sess, u64 bytes)
{
	if (sess->owner->used + bytes > sess->owner->quota)
		return -EDQUOT;
	sess->owner->used += bytes;
	return 0;
}

static noinline __noclone void session_close(struct session *sess)
{
	sess->state = 0;
	kmem_cache_free(session_cache, sess);
}

static ssize_t sess_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	int error = session_charge(table[3], count);

	return error ? error : count;
}

static long sess_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	session_close(table[cmd % SESSIONS]);
	return 0;
}

static const struct file_operations sess_fops = {
	.owner = THIS_MODULE,
	.write = sess_write,
	.unlocked_ioctl = sess_ioctl,
};

static struct miscdevice sess_device = { MISC_DYNAMIC_MINOR, "sessions", &sess_fops };

static int __init sesstab_init(void)
{
	int i;

	session_cache = KMEM_CACHE(session, 0);
	if (!session_cache)
		return -ENOMEM;
	for (i = 0; i < SESSIONS; i++) {
		table[i] = kmem_cache_zalloc(session_cache, GFP_KERNEL);
		if (!table[i])
			return -ENOMEM;
		table[i]->nr = i;
		table[i]->owner = &root_owner;
	}
	return misc_register(&sess_device);
}

module_init(sesstab_init);
MODULE_DESCRIPTION("inquest lab: sessions");
MODULE_LICENSE("GPL");
