// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Banks of pins. Who uses a bank sets its busy bit; a bad mode makes it return too early.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

enum { BANK_BUSY = 5, BANK_DIRTY = 6 };

struct pin_bank {
	u32 nr;
	u32 modes[8];
	unsigned long flags;
};

static struct pin_bank *banks[2];

static void bank_claim(struct pin_bank *bank)
{
	while (test_and_set_bit_lock(BANK_BUSY, &bank->flags))
		cpu_relax();
}

static void bank_release(struct pin_bank *bank)
{
	clear_bit_unlock(BANK_BUSY, &bank->flags);
}

static noinline int pin_set_mode(struct pin_bank *bank, u32 pin, u32 mode)
{
	bank_claim(bank);
	if (mode > 9) {
#ifdef PINBANK_FIXED
		bank_release(bank);
#endif
		return -EINVAL;
	}
	bank->modes[pin % 8] = mode;
	set_bit(BANK_DIRTY, &bank->flags);
	bank_release(bank);
	return 0;
}

static noinline u32 pin_get_mode(struct pin_bank *bank, u32 pin)
{
	u32 mode;

	bank_claim(bank);
	mode = bank->modes[pin % 8];
	bank_release(bank);
	return mode;
}

static ssize_t bank_read(struct file *file, char __user *to, size_t count, loff_t *pos)
{
	u32 mode = pin_get_mode(banks[1], count);

	return simple_read_from_buffer(to, count, pos, &mode, sizeof(mode));
}

static long bank_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	return pin_set_mode(banks[1], cmd, cmd);
}

static const struct file_operations bank_fops = {
	.owner = THIS_MODULE,
	.read = bank_read,
	.unlocked_ioctl = bank_ioctl,
};

static struct miscdevice bank_device = { MISC_DYNAMIC_MINOR, "pinbank", &bank_fops };

static int __init pinbank_init(void)
{
	for (int i = 0; i < 2; i++) {
		banks[i] = kzalloc(sizeof(*banks[i]), GFP_KERNEL);
		if (!banks[i])
			return -ENOMEM;
		banks[i]->nr = i;
	}
	return misc_register(&bank_device);
}

static void __exit pinbank_exit(void)
{
	misc_deregister(&bank_device);
}

module_init(pinbank_init);
module_exit(pinbank_exit);
MODULE_DESCRIPTION("inquest lab: pins");
MODULE_LICENSE("GPL");
