// SPDX-License-Identifier: GPL-2.0-or-later
/* Packet statistics in per-CPU pages. The page of the CPU that loads the module is allocated, those of the others were forgotten. */
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

struct pkt_page {
	u64 hits;
	u64 bytes;
	u32 generation;
	u32 dropped;
};

static DEFINE_PER_CPU(struct pkt_page *, pkt_page);

static noinline u32 pkt_account(u32 len)
{
	struct pkt_page *page = get_cpu_var(pkt_page);
	u32 dropped = page->dropped;

	page->hits++;
	page->bytes += len;
	put_cpu_var(pkt_page);
	return dropped;
}

static int pktstat_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%u\n", pkt_account(64));
	return 0;
}

static int __init pktstat_init(void)
{
	struct pkt_page *page = kzalloc(sizeof(*page), GFP_KERNEL);

	if (!page || !proc_create_single("pktstat", 0444, NULL, pktstat_show))
		return -ENOMEM;
	raw_cpu_write(pkt_page, page);
	return 0;
}

static void __exit pktstat_exit(void)
{
	int cpu;

	remove_proc_entry("pktstat", NULL);
	for_each_possible_cpu(cpu)
		kfree(per_cpu(pkt_page, cpu));
}

module_init(pktstat_init);
module_exit(pktstat_exit);
MODULE_DESCRIPTION("inquest lab: packet statistics");
MODULE_LICENSE("GPL");
