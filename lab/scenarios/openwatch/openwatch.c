// SPDX-License-Identifier: GPL-2.0-or-later
/* Notes who calls a function of the kernel, with a kprobe. The table of callers is made at the first note, but one note too late. */
#include <linux/kprobes.h>
#include <linux/module.h>

struct caller {
	u64 calls;
	u32 pid;
};

struct watch {
	u32 notes;
	struct caller *callers;
};

static struct watch watch;
#ifdef OPENWATCH_FIXED
static struct caller callers[16];
#endif

static noinline __noclone void caller_note(struct caller *c, u32 pid)
{
	c->pid = pid;
	c->calls++;
}

static int watch_pre(struct kprobe *p, struct pt_regs *regs)
{
	if (current->flags & PF_KTHREAD)
		return 0;
	caller_note(watch.callers, current->pid);
	watch.notes++;
	return 0;
}

static struct kprobe probe = { .symbol_name = "ksys_sync", .pre_handler = watch_pre };

static int __init openwatch_init(void)
{
#ifdef OPENWATCH_FIXED
	watch.callers = callers;
#endif
	return register_kprobe(&probe);
}

static void __exit openwatch_exit(void)
{
	unregister_kprobe(&probe);
}

module_init(openwatch_init);
module_exit(openwatch_exit);
MODULE_DESCRIPTION("inquest lab: watcher");
MODULE_LICENSE("GPL");
