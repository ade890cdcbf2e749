// SPDX-License-Identifier: GPL-2.0-or-later
/* A wave form in a big buffer. The number of samples is in the header, and a writer may set it to more than there are. */
#include <linux/module.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/vmalloc.h>

struct wave {
	u32 rate;
	u32 nr_samples;
	s32 samples[];
};

#define WAVE_BYTES (8 * PAGE_SIZE)

static struct wave *wave;

static noinline __noclone s64 wave_mean(const struct wave *w)
{
	s64 sum = 0;
	u32 i;

	for (i = 0; i < w->nr_samples; i++)
		sum += w->samples[i];
	return sum >> 13;
}

static int wavebuf_show(struct seq_file *m, void *v)
{
	seq_printf(m, "%lld\n", wave_mean(wave));
	return 0;
}

static int __init wavebuf_init(void)
{
	wave = vzalloc(WAVE_BYTES);
	if (!wave)
		return -ENOMEM;
	wave->rate = 44100;
	wave->nr_samples = WAVE_BYTES / sizeof(s32);	/* forgets the header */
	return proc_create_single("wave", 0444, NULL, wavebuf_show) ? 0 : -ENOMEM;
}

module_init(wavebuf_init);
MODULE_DESCRIPTION("inquest lab: wave form");
MODULE_LICENSE("GPL");
