// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The few members that VMCOREINFO tells the places of (kernel/printk/printk.c,
 * log_buf_vmcoreinfo_setup()): enough to read the log of a kernel that has no types, or whose
 * types are damaged.
 */
#include <stdio.h>
#include <string.h>

#include "kernel/internal.h"
#include "util/banned.h"

enum { KEYS = 3 };

/* A member that lies in members of members; its offset is the sum of theirs. */
static const struct told {
	const char *type, *path;
	const char *keys[KEYS];
	uint32_t size; /* bytes; VMCOREINFO doesn't say */
} told[] = {
#define RING(path, key, size)                                                                      \
	{                                                                                          \
		"printk_ringbuffer", "desc_ring." path, {"printk_ringbuffer.desc_ring", key}, size \
	}
#define TEXT(path, key, size)                                                                      \
	{                                                                                          \
		"printk_ringbuffer", "text_data_ring." path,                                       \
			{"printk_ringbuffer.text_data_ring", key}, size                            \
	}
#define DESC(path, key, inner, size)                                                               \
	{                                                                                          \
		"prb_desc", path, {key, inner}, size                                               \
	}
#define INFO(path, size)                                                                           \
	{                                                                                          \
		"printk_info", path, {"printk_info." path}, size                                   \
	}
	RING("count_bits", "prb_desc_ring.count_bits", 4),
	RING("descs", "prb_desc_ring.descs", 8),
	RING("infos", "prb_desc_ring.infos", 8),
	RING("head_id.counter", "prb_desc_ring.head_id", 8),
	RING("tail_id.counter", "prb_desc_ring.tail_id", 8),
	TEXT("size_bits", "prb_data_ring.size_bits", 4),
	TEXT("data", "prb_data_ring.data", 8),
	DESC("state_var.counter", "prb_desc.state_var", "atomic_long_t.counter", 8),
	DESC("text_blk_lpos.begin", "prb_desc.text_blk_lpos", "prb_data_blk_lpos.begin", 8),
	DESC("text_blk_lpos.next", "prb_desc.text_blk_lpos", "prb_data_blk_lpos.next", 8),
	INFO("seq", 8),
	INFO("ts_nsec", 8),
	INFO("text_len", 2),
	INFO("caller_id", 4),
};

enum { STRUCT_MAX = 4096 }; /* none of these is as large */

/* VMCOREINFO's KIND(name). */
static bool number(const struct inq_kernel *k, const char *kind, const char *name, uint64_t *ret)
{
	char key[96];

	snprintf(key, sizeof(key), "%s(%s)", kind, name);
	return inq_dump_vmcoreinfo_num(k->dump, key, 10, ret) && *ret < STRUCT_MAX;
}

bool inq_field_from_vmcoreinfo(const struct inq_kernel *k, const struct inq_field_def *def,
			       struct inq_field *ret)
{
	for (size_t i = 0; i < array_size(told); i++) {
		const struct told *t = &told[i];
		uint64_t offset = 0, part;
		bool known = true;

		if (strcmp(t->type, def->type) != 0 || strcmp(t->path, def->path) != 0)
			continue;
		for (size_t n = 0; n < KEYS && t->keys[n]; n++) {
			part = 0;
			known &= number(k, "OFFSET", t->keys[n], &part);
			offset += part;
		}
		if (!known)
			return false;
		ret->found = true;
		ret->offset = (uint32_t)offset;
		ret->size = t->size;
		return true;
	}
	return false;
}

bool inq_struct_size_from_vmcoreinfo(const struct inq_kernel *k, const char *name, size_t *ret)
{
	uint64_t size;

	if (!number(k, "SIZE", name, &size) || !size)
		return false;
	*ret = (size_t)size;
	return true;
}
