// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Slots that hold either a label or a sensor. A slot that was a label and becomes a sensor gets no initialised
 * spinlock: its word is still text.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#define SLOTS 8

struct hub_label {
	char text[24];
};

struct hub_sensor {
	u32 value;
	spinlock_t lock;	/* protects value */
	u32 reads;
};

union hub_slot {
	struct hub_label label;
	struct hub_sensor sensor;
};

static union hub_slot slots[SLOTS];

static noinline void hub_make_sensor(union hub_slot *slot)
{
#ifdef SENSORHUB_FIXED
	spin_lock_init(&slot->sensor.lock);
#endif
	slot->sensor.value = 0;
}

static noinline void hub_sample(struct hub_sensor *s)
{
	spin_lock(&s->lock);
	s->reads++;
	s->value += s->reads;
	spin_unlock(&s->lock);
}

static ssize_t hub_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	hub_sample(&slots[5].sensor);
	return simple_read_from_buffer(to, count, pos, &slots[5].sensor.value, sizeof(u32));
}

static const struct file_operations hub_fops = {
	.owner = THIS_MODULE,
	.read = hub_read,
};

static struct miscdevice hub_device = { MISC_DYNAMIC_MINOR, "sensorhub", &hub_fops };

static int __init sensorhub_init(void)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		snprintf(slots[i].label.text, sizeof(slots[i].label.text), "temperature %d", i);
	hub_make_sensor(&slots[5]);
	return misc_register(&hub_device);
}

static void __exit sensorhub_exit(void)
{
	misc_deregister(&hub_device);
}

module_init(sensorhub_init);
module_exit(sensorhub_exit);
MODULE_DESCRIPTION("inquest lab: hub of sensors");
MODULE_LICENSE("GPL");
