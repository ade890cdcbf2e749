// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A motor whose sensor shares the power button's interrupt. The thread of the interrupt takes the next order from a list that may
 * be empty, and never looks whether it is.
 */
#include <linux/acpi.h>
#include <linux/interrupt.h>
#include <linux/module.h>

struct order {
	u64 id;
	u32 steps;
	u32 speed;
};

struct motor {
	u32 pulses;
	u32 done;
	struct order *next;	/* NULL: nothing to do */
};

static struct motor motor;
static unsigned int irq = 9;
module_param(irq, uint, 0444);

static noinline __noclone u32 order_run(struct order *o, u32 pulses)
{
	o->id = pulses;
	return o->steps * o->speed;
}

static irqreturn_t motor_pulse(int nr, void *data)
{
	struct motor *m = data;

	m->pulses++;
	return IRQ_WAKE_THREAD;
}

static irqreturn_t motor_step(int nr, void *data)
{
	struct motor *m = data;

	m->done += order_run(m->next, m->pulses);
	return IRQ_HANDLED;
}

static int __init motordrv_init(void)
{
	int error = request_threaded_irq(irq, motor_pulse, motor_step, IRQF_SHARED, "motor0", &motor);

	if (!error)
		acpi_enable_event(ACPI_EVENT_POWER_BUTTON, 0);
	return error;
}

static void __exit motordrv_exit(void)
{
	free_irq(irq, &motor);
}

module_init(motordrv_init);
module_exit(motordrv_exit);
MODULE_DESCRIPTION("inquest lab: motor");
MODULE_LICENSE("GPL");
