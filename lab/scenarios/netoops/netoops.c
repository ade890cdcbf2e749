// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A small cousin of the netoops driver: it sends the kernel's last words over the network when the
 * machine oopses, and a heartbeat ("beacon") from a timer while it lives. Both build the message
 * in one buffer, under msg_lock.
 *
 * The fault: setup_msg() reads utsname(), that is current->nsproxy->uts_ns->name. The beacon runs in
 * the timer interrupt, where `current` is just the task that happened to be interrupted. If that one is
 * exiting, its nsproxy is already NULL: the read faults, the oops path calls netoops() again, and
 * there it waits for msg_lock, which this very CPU holds.
 *
 * Built three ways (see the scenario.json files of netoops, netoops-panic, netoops-fixed):
 *   (nothing)         the oops path is a kmsg_dumper
 *   -DNETOOPS_ON_DIE  the oops path is a die notifier: it runs even when a capture kernel is loaded
 *   -DNETOOPS_FIXED   the healthy twin: reads the initial namespace, which never goes away
 */
#include <linux/hrtimer.h>
#include <linux/kdebug.h>
#include <linux/kmsg_dump.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/utsname.h>
#include <linux/version.h>

#define BEACON_PERIOD_NS (70 * NSEC_PER_USEC)
#define BEACON_DELAY_NS NSEC_PER_SEC	/* insmod, which runs on the same CPU, shall be gone by then */
#define MSG_SIZE 512

struct netoops_msg {
	u32 version;
	u32 seq;
	char release[__NEW_UTS_LEN + 1];
	char payload[MSG_SIZE];
};

static DEFINE_SPINLOCK(msg_lock);	/* protects msg */
static struct netoops_msg msg;
static unsigned long msgs_sent;
static struct hrtimer beacon;

/*
 * The rules are above struct nsproxy in include/linux/nsproxy.h: only the current task may read its own
 * namespaces without precautions, and an interrupt isn't the current task.
 */
static noinline __noclone void setup_msg(struct netoops_msg *m)
{
	m->version = 1;
	m->seq++;
#ifdef NETOOPS_FIXED
	strscpy(m->release, init_utsname()->release, sizeof(m->release));
#else
	strscpy(m->release, utsname()->release, sizeof(m->release));
#endif
}

static noinline __noclone void send_msg(struct netoops_msg *m, const char *why)
{
	snprintf(m->payload, sizeof(m->payload), "%s %u %s", m->release, m->seq, why);
	msgs_sent++;
}

static noinline __noclone void netoops(const char *why)
{
	unsigned long flags;

	spin_lock_irqsave(&msg_lock, flags);
	setup_msg(&msg);
	send_msg(&msg, why);
	spin_unlock_irqrestore(&msg_lock, flags);
}

static enum hrtimer_restart beacon_fn(struct hrtimer *timer)
{
	netoops("beacon");
	hrtimer_forward_now(timer, ns_to_ktime(BEACON_PERIOD_NS));
	return HRTIMER_RESTART;
}

#ifdef NETOOPS_ON_DIE
static int netoops_die(struct notifier_block *nb, unsigned long event, void *data)
{
	if (event == DIE_OOPS)
		netoops("oops");
	return NOTIFY_DONE;
}

static struct notifier_block die_notifier = { .notifier_call = netoops_die };

static void last_words_start(void)
{
	register_die_notifier(&die_notifier);
}

static void last_words_stop(void)
{
	unregister_die_notifier(&die_notifier);
}
#else
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
static void netoops_dump(struct kmsg_dumper *dumper, struct kmsg_dump_detail *detail)
#else
static void netoops_dump(struct kmsg_dumper *dumper, enum kmsg_dump_reason reason)
#endif
{
	netoops("oops");
}

static struct kmsg_dumper dumper = { .dump = netoops_dump };

static void last_words_start(void)
{
	kmsg_dump_register(&dumper);
}

static void last_words_stop(void)
{
	kmsg_dump_unregister(&dumper);
}
#endif

/* insmod is pinned to one CPU (see guest.sh), and with it the timer. */
static int __init netoops_init(void)
{
	last_words_start();
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(&beacon, beacon_fn, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
#else
	hrtimer_init(&beacon, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	beacon.function = beacon_fn;
#endif
	hrtimer_start(&beacon, ns_to_ktime(BEACON_DELAY_NS), HRTIMER_MODE_REL_PINNED);
	return 0;
}

static void __exit netoops_exit(void)
{
	hrtimer_cancel(&beacon);
	last_words_stop();
}

module_init(netoops_init);
module_exit(netoops_exit);
MODULE_DESCRIPTION("inquest lab: last words over the network, with a fault");
MODULE_LICENSE("GPL");
