/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef INQ_KERNEL_BULK_H
#define INQ_KERNEL_BULK_H

#include <stddef.h>
#include <stdint.h>

#include "dump/dump.h"
#include "util/error.h"

/**
 * must: read @len bytes at kernel virtual address @addr, on two threads where that pays:
 * @dump and @second (a clone of it; NULL: one thread) each read a half.
 */
struct inq_error *inq_bulk_read(struct inq_dump *dump, struct inq_dump *second, uint64_t addr,
				void *buf, size_t len, const char *what) inq_must_check;

#endif
