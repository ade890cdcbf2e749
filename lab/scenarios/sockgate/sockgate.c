// SPDX-License-Identifier: GPL-2.0-or-later
/* Takes over sockets: keeps their operations, and would have to put its own in their place. */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/net.h>

static const struct proto_ops *kept;

static long gate_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int error;
	struct socket *sock = sockfd_lookup(cmd, &error);

	if (!sock)
		return error;
	kept = sock->ops;
	sock->ops = NULL;
	sockfd_put(sock);
	return 0;
}

static const struct file_operations gate_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = gate_ioctl,
};

static struct miscdevice gate_device = { MISC_DYNAMIC_MINOR, "sockgate", &gate_fops };

module_misc_device(gate_device);
MODULE_DESCRIPTION("inquest lab: takes over sockets");
MODULE_LICENSE("GPL");
