// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A network device that trains its line when it is opened; the other end never answers. The kernel opens it under its one lock
 * for all network configuration.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/module.h>
#include <linux/netdevice.h>

static struct net_device *wan;
static unsigned int trained;

static noinline void wan_train_line(void)
{
#ifndef WANLINK_FIXED
	while (!READ_ONCE(trained))
		msleep(100000);
#else
	msleep(20);
	trained++;
#endif
}

static int wan_open(struct net_device *dev)
{
	wan_train_line();
	netif_start_queue(dev);
	return 0;
}

static int wan_stop(struct net_device *dev)
{
	netif_stop_queue(dev);
	return 0;
}

static netdev_tx_t wan_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops wan_ops = {
	.ndo_open = wan_open,
	.ndo_stop = wan_stop,
	.ndo_start_xmit = wan_xmit,
};

static void wan_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &wan_ops;
	eth_hw_addr_random(dev);
}

static int __init wanlink_init(void)
{
	int err;

	wan = alloc_netdev(0, "wan%d", NET_NAME_UNKNOWN, wan_setup);
	if (!wan)
		return -ENOMEM;
	err = register_netdev(wan);
	if (err)
		free_netdev(wan);
	return err;
}

static void __exit wanlink_exit(void)
{
	unregister_netdev(wan);
	free_netdev(wan);
}

module_init(wanlink_init);
module_exit(wanlink_exit);
MODULE_DESCRIPTION("inquest lab: line");
MODULE_LICENSE("GPL");
