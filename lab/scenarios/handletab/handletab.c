// SPDX-License-Identifier: GPL-2.0-or-later
/* Buffers behind handles. The ioctl's argument is a handle, but one path takes it for the address of the buffer. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>

struct dma_buf_desc {
	u64 addr;
	u32 size;
	u32 flags;
};

struct buf_request {
	u32 cmd;
	u32 seq;
	union {
		unsigned long handle;
		struct dma_buf_desc *desc;
	};
};

static noinline __noclone u32 request_size(const struct buf_request *req)
{
	return req->desc->size;
}

static noinline __noclone int request_run(struct buf_request *req)
{
	u32 size = request_size(req);

	if (size > PAGE_SIZE)
		return -EFBIG;
	req->seq++;
	return size;
}

static long handle_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct buf_request req = { .cmd = cmd, .handle = 0x41c00000UL + cmd };
	int size = request_run(&req);

	return size < 0 ? size : req.seq;
}

static const struct file_operations handle_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = handle_ioctl,
};

static struct miscdevice handle_device = { MISC_DYNAMIC_MINOR, "handles", &handle_fops };

module_misc_device(handle_device);
MODULE_DESCRIPTION("inquest lab: handles");
MODULE_LICENSE("GPL");
