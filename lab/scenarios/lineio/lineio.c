// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Watches the interrupt line of the power button, which it shares with the ACPI code. The station that the last
 * press is noted for is only known once somebody has asked for it.
 */
#include <linux/acpi.h>
#include <linux/interrupt.h>
#include <linux/module.h>

struct station {
	u64 presses;
	u32 nr;
	u32 last;
};

struct lineio {
	u32 seen;
	struct station *station;	/* NULL: nobody asked yet */
};

static struct lineio line;
#ifdef LINEIO_FIXED
static struct station first_station;
#endif
static unsigned int irq = 9;
module_param(irq, uint, 0444);

static noinline __noclone void station_note(struct station *s, u32 nr)
{
	s->last = nr;
	s->presses++;
}

static irqreturn_t lineio_interrupt(int nr, void *data)
{
	struct lineio *l = data;

	station_note(l->station, l->seen++);
	return IRQ_NONE;
}

static int __init lineio_init(void)
{
	int error;

#ifdef LINEIO_FIXED
	line.station = &first_station;
#endif
	error = request_irq(irq, lineio_interrupt, IRQF_SHARED, "lineio", &line);

	if (!error)
		acpi_enable_event(ACPI_EVENT_POWER_BUTTON, 0);
	return error;
}

static void __exit lineio_exit(void)
{
	free_irq(irq, &line);
}

module_init(lineio_init);
module_exit(lineio_exit);
MODULE_DESCRIPTION("inquest lab: line watcher");
MODULE_LICENSE("GPL");
