// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts what happens to network devices, from their notifier chain. There is no counter for devices that go down. */
#include <linux/module.h>
#include <linux/netdevice.h>

struct tally {
	u64 events;
	u32 last_ifindex;
};

static struct tally tallies[NETDEV_UP + 1];
static struct tally *tally_of[64];

static noinline __noclone void tally_add(struct tally *t, u32 ifindex)
{
	t->last_ifindex = ifindex;
	t->events++;
}

static int link_event(struct notifier_block *nb, unsigned long event, void *data)
{
	struct net_device *dev = netdev_notifier_info_to_dev(data);

	if (event < 64 && (event == NETDEV_UP || event == NETDEV_GOING_DOWN))
		tally_add(tally_of[event], dev->ifindex);
	return NOTIFY_DONE;
}

static struct notifier_block link_notifier = { .notifier_call = link_event };

static int __init linkwatch_init(void)
{
	tally_of[NETDEV_UP] = &tallies[0];
	return register_netdevice_notifier(&link_notifier);
}

static void __exit linkwatch_exit(void)
{
	unregister_netdevice_notifier(&link_notifier);
}

module_init(linkwatch_init);
module_exit(linkwatch_exit);
MODULE_DESCRIPTION("inquest lab: link watcher");
MODULE_LICENSE("GPL");
