// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Video buffers that a program maps. The page fault of a buffer waits for the picture in it, which the camera never sends; the fault
 * keeps the address space's mmap_lock meanwhile. Everybody who wants to change or only to look at that address space queues.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>

#define BUFFERS 4
#define PICTURE_MS 300000

static struct page *pages[BUFFERS];
static unsigned long pictures;

static noinline void video_wait_picture(unsigned long nr)
{
#ifndef VIDEOBUF_FIXED
	if (nr == BUFFERS - 1)
		msleep(PICTURE_MS);
#endif
	pictures++;
}

static vm_fault_t video_fault(struct vm_fault *vmf)
{
	if (vmf->pgoff >= BUFFERS)
		return VM_FAULT_SIGBUS;
	video_wait_picture(vmf->pgoff);
	get_page(pages[vmf->pgoff]);
	vmf->page = pages[vmf->pgoff];
	return 0;
}

static const struct vm_operations_struct video_vm_ops = { .fault = video_fault };

static int video_mmap(struct file *file, struct vm_area_struct *vma)
{
	vma->vm_ops = &video_vm_ops;
	return 0;
}

static const struct file_operations video_fops = {
	.owner = THIS_MODULE,
	.mmap = video_mmap,
};

static struct miscdevice video_device = { MISC_DYNAMIC_MINOR, "video7", &video_fops };

static int __init videobuf_init(void)
{
	int i;

	for (i = 0; i < BUFFERS; i++) {
		pages[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!pages[i])
			return -ENOMEM;
	}
	return misc_register(&video_device);
}

static void __exit videobuf_exit(void)
{
	int i;

	misc_deregister(&video_device);
	for (i = 0; i < BUFFERS; i++)
		put_page(pages[i]);
}

module_init(videobuf_init);
module_exit(videobuf_exit);
MODULE_DESCRIPTION("inquest lab: video buffers");
MODULE_LICENSE("GPL");
