// SPDX-License-Identifier: GPL-2.0-or-later
/* Audio profiles: the module's parameter sets the gain of the one that is active; there is none before the first is chosen. */
#include <linux/kernel.h>
#include <linux/module.h>

struct audio_profile {
	char name[24];
	u32 rate;
	int gain;
	int gain_max;
};

static struct audio_profile *active_profile;
static struct audio_profile profiles[] = { { "music", 48000, 0, 12 }, { "speech", 16000, 3, 24 } };

static int gain_set(const char *text, const struct kernel_param *kp)
{
	int gain, error = kstrtoint(text, 0, &gain);

	if (error)
		return error;
	active_profile->gain = min(gain, active_profile->gain_max);
	return 0;
}

static int profile_set(const char *text, const struct kernel_param *kp)
{
	unsigned int nr;
	int error = kstrtouint(text, 0, &nr);

	if (!error && nr < ARRAY_SIZE(profiles))
		active_profile = &profiles[nr];
	return error;
}

static const struct kernel_param_ops gain_ops = { .set = gain_set };
static const struct kernel_param_ops profile_ops = { .set = profile_set };

module_param_cb(gain, &gain_ops, NULL, 0200);
module_param_cb(profile, &profile_ops, NULL, 0200);
MODULE_DESCRIPTION("inquest lab: audio profiles");
MODULE_LICENSE("GPL");
