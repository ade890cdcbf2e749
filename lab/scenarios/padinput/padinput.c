// SPDX-License-Identifier: GPL-2.0-or-later
/* Game pads. The core keeps the part that it knows of each; container_of() of one that was never plugged in gives an address below NULL. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

struct pad_port {
	u32 nr;
	u32 flags;
	void *bus;
};

struct pad {
	char name[24];
	u32 buttons;
	u32 axes;
	struct pad_port port;
};

static struct pad_port *ports[4];

static noinline __noclone u32 pad_read_buttons(struct pad_port *port)
{
	return container_of(port, struct pad, port)->buttons;
}

static noinline int pad_poll(u32 nr)
{
	u32 buttons = pad_read_buttons(ports[nr % 4]);

	return buttons > INT_MAX ? -EIO : buttons;
}

static long pad_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	int buttons = pad_poll(cmd);

	return buttons < 0 ? buttons : 0;
}

static const struct file_operations pad_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = pad_ioctl,
};

static struct miscdevice pad_device = { MISC_DYNAMIC_MINOR, "pads", &pad_fops };

static int __init padinput_init(void)
{
	struct pad *p = kzalloc(sizeof(*p), GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	ports[0] = &p->port;
	return misc_register(&pad_device);
}

module_init(padinput_init);
MODULE_DESCRIPTION("inquest lab: game pads");
MODULE_LICENSE("GPL");
