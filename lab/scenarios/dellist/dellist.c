// SPDX-License-Identifier: GPL-2.0-or-later
/* Clients in a list. Leaving takes the client off the list, and so does closing the file, whether it has left or not. */
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

struct chat_client {
	u32 nr;
	u32 sent;
	struct list_head node;
};

static LIST_HEAD(clients);
static DEFINE_MUTEX(clients_lock);
static u32 nr_clients;

static noinline __noclone void client_leave(struct chat_client *client)
{
	mutex_lock(&clients_lock);
	list_del(&client->node);
	nr_clients--;
	mutex_unlock(&clients_lock);
}

static int chat_open(struct inode *inode, struct file *file)
{
	struct chat_client *client = kzalloc(sizeof(*client), GFP_KERNEL);

	if (!client)
		return -ENOMEM;
	mutex_lock(&clients_lock);
	client->nr = nr_clients++;
	list_add(&client->node, &clients);
	mutex_unlock(&clients_lock);
	file->private_data = client;
	return 0;
}

static ssize_t chat_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	client_leave(file->private_data);
	return count;
}

static int chat_release(struct inode *inode, struct file *file)
{
	client_leave(file->private_data);
	kfree(file->private_data);
	return 0;
}

static const struct file_operations chat_fops = {
	.owner = THIS_MODULE,
	.open = chat_open,
	.write = chat_write,
	.release = chat_release,
};

static struct miscdevice chat_device = { MISC_DYNAMIC_MINOR, "chat", &chat_fops };

module_misc_device(chat_device);
MODULE_DESCRIPTION("inquest lab: clients");
MODULE_LICENSE("GPL");
