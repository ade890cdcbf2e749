// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A fan controller. The curve of a chip is loaded by its own ioctl; a write before that updates the fan with none: fan_chip_update()
 * hands the NULL pointer to fan_curve_pwm().
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

struct fan_point {
	u32 temp;
	u32 pwm;
};

struct fan_curve {
	u32 nr_points;
	struct fan_point points[8];
};

struct fan_chip {
	char label[16];
	u32 temp;
	u32 pwm;
	struct fan_curve *curve;	/* NULL: none is loaded yet */
};

static struct fan_chip chip = { .label = "cpu-fan" };
static struct fan_curve default_curve = { 2, { { 30000, 40 }, { 70000, 255 } } };

static noinline u32 fan_curve_pwm(const struct fan_curve *curve, u32 temp)
{
	u32 i, pwm = 0;

	for (i = 0; i < curve->nr_points; i++) {
		if (temp >= curve->points[i].temp)
			pwm = curve->points[i].pwm;
	}
	return pwm;
}

static noinline int fan_chip_update(struct fan_chip *fan, u32 temp)
{
	u32 pwm = fan_curve_pwm(fan->curve, temp);

	if (pwm == fan->pwm)
		return 0;
	fan->temp = temp;
	fan->pwm = pwm;
	return 1;
}

static ssize_t fan_write(struct file *file, const char __user *from, size_t count, loff_t *pos)
{
	int changed = fan_chip_update(&chip, 1000 * count);

	if (changed)
		pr_debug("%s: pwm %u\n", chip.label, chip.pwm);
	return count;
}

static long fan_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	chip.curve = &default_curve;
	return 0;
}

static const struct file_operations fan_fops = {
	.owner = THIS_MODULE,
	.write = fan_write,
	.unlocked_ioctl = fan_ioctl,
};

static struct miscdevice fan_device = { MISC_DYNAMIC_MINOR, "fan0", &fan_fops };

module_misc_device(fan_device);
MODULE_DESCRIPTION("inquest lab: fan controller");
MODULE_LICENSE("GPL");
