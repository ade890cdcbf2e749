// SPDX-License-Identifier: GPL-2.0-or-later

/* A network device and taps that record its packets. A tap has a reference to the device; who closes one forgets it. */
#include <linux/etherdevice.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>

struct tap {
	struct net_device *dev;
	u64 packets;
	u32 snap_len;
};

static struct net_device *meas;
static struct tap taps[2];

static noinline void tap_open(struct tap *t)
{
	dev_hold(meas);
	t->dev = meas;
	t->snap_len = 1500;
}

static noinline void tap_close(struct tap *t)
{
#ifdef TAPMUX_FIXED
	dev_put(t->dev);
#endif
	t->snap_len = 0;
}

static noinline void mux_unplug(void)
{
	for (int i = 0; i < 2; i++)
		tap_close(&taps[i]);
	unregister_netdev(meas);
}

static long mux_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (cmd == 1) {
		tap_open(&taps[0]);
		tap_open(&taps[1]);
	} else {
		mux_unplug();
	}
	return 0;
}

static const struct file_operations mux_fops = { .owner = THIS_MODULE, .unlocked_ioctl = mux_ioctl };
static struct miscdevice mux_device = { MISC_DYNAMIC_MINOR, "tapmux", &mux_fops };

static netdev_tx_t meas_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops meas_ops = { .ndo_start_xmit = meas_xmit };

static void meas_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &meas_ops;
	eth_hw_addr_random(dev);
}

static int __init tapmux_init(void)
{
	int err;

	meas = alloc_netdev(0, "meas%d", NET_NAME_UNKNOWN, meas_setup);
	if (!meas)
		return -ENOMEM;
	err = register_netdev(meas);
	if (err) {
		free_netdev(meas);
		return err;
	}
	return misc_register(&mux_device);
}

module_init(tapmux_init);
MODULE_DESCRIPTION("inquest lab: network taps");
MODULE_LICENSE("GPL");
