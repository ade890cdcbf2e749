// SPDX-License-Identifier: GPL-2.0-or-later

/* A network device with a polled queue. Its reset stops the polling, and so does the close that the reset calls. */
#include <linux/etherdevice.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/version.h>

struct rx_queue {
	u32 nr;
	struct napi_struct napi;
	u64 packets;
};

static struct net_device *rx;
static struct rx_queue queue;
static DEFINE_MUTEX(rx_config);

static int rx_poll(struct napi_struct *napi, int budget)
{
	napi_complete_done(napi, 0);
	return 0;
}

static noinline void rx_close(struct rx_queue *q)
{
	napi_disable(&q->napi);
	q->packets = 0;
}

static noinline void rx_reset(struct rx_queue *q)
{
#ifndef RXPOLL_FIXED
	napi_disable(&q->napi);
#endif
	rx_close(q);
	napi_enable(&q->napi);
}

static long rx_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	mutex_lock(&rx_config);
	if (cmd == 1)
		rx_reset(&queue);
	mutex_unlock(&rx_config);
	return 0;
}

static const struct file_operations rx_fops = { .owner = THIS_MODULE, .unlocked_ioctl = rx_ioctl };
static struct miscdevice rx_device = { MISC_DYNAMIC_MINOR, "rxpoll", &rx_fops };

static netdev_tx_t rx_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb(skb);
	return NETDEV_TX_OK;
}

static const struct net_device_ops rx_ops = { .ndo_start_xmit = rx_xmit };

static void rx_setup(struct net_device *dev)
{
	ether_setup(dev);
	dev->netdev_ops = &rx_ops;
	eth_hw_addr_random(dev);
}

static int __init rxpoll_init(void)
{
	int err;

	rx = alloc_netdev(0, "rx%d", NET_NAME_UNKNOWN, rx_setup);
	if (!rx)
		return -ENOMEM;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
	netif_napi_add(rx, &queue.napi, rx_poll);
#else
	netif_napi_add(rx, &queue.napi, rx_poll, 64);
#endif
	napi_enable(&queue.napi);
	err = register_netdev(rx);
	return err ?: misc_register(&rx_device);
}

module_init(rxpoll_init);
MODULE_DESCRIPTION("inquest lab: polled receiver");
MODULE_LICENSE("GPL");
