// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts packets by their destination port, from a netfilter hook. Ports above 1023 have no page to be counted in. */
#include <linux/ip.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/netfilter_ipv4.h>
#include <linux/udp.h>
#include <net/net_namespace.h>

struct port_page {
	u64 packets;
	u64 bytes;
};

static struct port_page low_ports;
static struct port_page *pages[2] = {
	&low_ports,
#ifdef PKTCOUNT_FIXED
	&low_ports,
#endif
};

static noinline __noclone void port_count(struct port_page *page, u32 bytes)
{
	page->bytes += bytes;
	page->packets++;
}

static unsigned int count_packet(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct iphdr *ip = ip_hdr(skb);
	struct udphdr *udp;

	if (ip->protocol != IPPROTO_UDP)
		return NF_ACCEPT;
	udp = (struct udphdr *)((u8 *)ip + ip->ihl * 4);
	port_count(pages[ntohs(udp->dest) > 1023], skb->len);
	return NF_ACCEPT;
}

static const struct nf_hook_ops hook = {
	.hook = count_packet,
	.pf = NFPROTO_IPV4,
	.hooknum = NF_INET_LOCAL_OUT,
	.priority = NF_IP_PRI_FIRST,
};

static int __init pktcount_init(void)
{
	return nf_register_net_hook(&init_net, &hook);
}

static void __exit pktcount_exit(void)
{
	nf_unregister_net_hook(&init_net, &hook);
}

module_init(pktcount_init);
module_exit(pktcount_exit);
MODULE_DESCRIPTION("inquest lab: packet counter");
MODULE_LICENSE("GPL");
