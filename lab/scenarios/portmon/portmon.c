// SPDX-License-Identifier: GPL-2.0-or-later
/* A hub whose ports are in a list. Reading its total adds up the statistics of all; the port that was added last has none. */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

struct port_stats {
	u64 rx_packets;
	u64 rx_bytes;
	u64 tx_packets;
	u64 tx_bytes;
};

struct hub_port {
	u32 nr;
	u32 speed;
	struct list_head node;
	struct port_stats *stats;
};

struct hub {
	u32 nr_ports;
	struct list_head ports;
};

static struct hub hub = { .ports = LIST_HEAD_INIT(hub.ports) };

static noinline __noclone u64 hub_total_tx(struct hub *h)
{
	struct hub_port *port;
	u64 total = 0;

	list_for_each_entry(port, &h->ports, node)
		total += port->stats->tx_bytes;
	return total;
}

static int portmon_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%u ports %llu\n", hub.nr_ports, hub_total_tx(&hub));
	return 0;
}

static int hub_add_port(u32 speed, bool with_stats)
{
	struct hub_port *port = kzalloc(sizeof(*port), GFP_KERNEL);

	if (!port)
		return -ENOMEM;
	port->nr = hub.nr_ports++;
	port->speed = speed;
	if (with_stats)
		port->stats = kzalloc(sizeof(*port->stats), GFP_KERNEL);
	list_add_tail(&port->node, &hub.ports);
	return 0;
}

static int __init portmon_init(void)
{
	if (hub_add_port(1000, true) || hub_add_port(1000, true) || hub_add_port(100, true) || hub_add_port(10, false))
		return -ENOMEM;
	return proc_create_single("hub", 0444, NULL, portmon_show) ? 0 : -ENOMEM;
}

module_init(portmon_init);
MODULE_DESCRIPTION("inquest lab: hub");
MODULE_LICENSE("GPL");
